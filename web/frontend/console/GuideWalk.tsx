// The guide that is walked beside a conversation: one step at a time, by keys.
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../icons";
import { Kbd } from "../parts/parts";
import type { Card } from "../wire";
import { t } from "../words";
import { another, choose, closeGuide, coming, goBack, isNew, leave, noteWay, startAgain, steps, tell, walking } from "./guide";
import { Heard } from "./Heard";
import { onlyRead, whyOnlyRead } from "./suggested";

/** 1 to 9 choose, Backspace goes back, Enter puts the answer into the reply, N notes the way, Esc closes. */
export function GuideWalk({ card }: { card: Card }) {
  const walk = walking.value;
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (!walk || !box.current || (!isNew(walk) && document.activeElement !== document.body)) return;
    box.current.focus();
    box.current.scrollIntoView({ block: "nearest" });
  }, [walk]);
  if (coming.value?.interaction_id === card.id) return <Coming id={card.id} title={coming.value.article.title} />;
  if (walk?.interaction_id !== card.id) return null;
  const way = steps(walk);
  const step = way.at(-1)!;
  const ends = !step.choices.length;
  const told = ends && !onlyRead(walk.article);
  const how = card.channel === "voice" ? "read_out" : "insert";
  const hear = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const itself = event.target === box.current;
    if (/^[1-9]$/.test(event.key)) choose(walk, Number(event.key) - 1);
    else if (event.key === "Backspace") goBack(walk);
    else if (event.key === "Home") startAgain(walk);
    else if (event.key === "Escape") closeGuide(walk);
    else if (event.key === "Enter" && itself) told && void tell(walk, card);
    else if (event.key.toLowerCase() === "n") noteWay(walk, card);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section class="walk" ref={box} tabIndex={-1} aria-label={t("guide.title", { title: walk.article.title })} onKeyDown={hear}>
      <h3 class="line">
        <Icon name="guide" /><span class="cut" lang={walk.article.language}>{walk.article.title}</span>
        <button class="btn quiet only push" type="button" aria-label={t("guide.close")} title={t("guide.close")} onClick={() => closeGuide(walk)}><Icon name="x" /></button>
      </h3>
      {walk.guides.length > 1 && <button class="link small" type="button" onClick={() => another(walk)}>{t("guide.which", { n: walk.guide + 1, all: walk.guides.length })}</button>}
      <div lang={walk.article.language}>
        {way.slice(0, -1).map((one, n) => <p class="dim small" key={n}>{one.says.split("\n")[0]} → {one.choices[walk.way[n]!]!.says}</p>)}
        <p class="says">{ends ? step.says : <b>{step.says}</b>}</p>
        <ol class="stack">
          {step.choices.map((choice, n) => (
            <li key={n}><button class="btn" type="button" onClick={() => choose(walk, n)}><span>{choice.says}</span> <Kbd keys={String(n + 1)} /></button></li>
          ))}
        </ol>
      </div>
      <p class="line wrap">
        {told && <button class="btn primary" type="button" onClick={() => void tell(walk, card)}>{t(`guide.${how}`)} <Kbd keys="Enter" /></button>}
        {walk.way.length > 0 && <button class="btn" type="button" onClick={() => noteWay(walk, card)}>{t("guide.note")} <Kbd keys="N" /></button>}
        {walk.way.length > 0 && <button class="btn quiet" type="button" onClick={() => goBack(walk)}>{t("guide.back")} <Kbd keys="Backspace" /></button>}
        {walk.way.length > 1 && <button class="btn quiet" type="button" onClick={() => startAgain(walk)}>{t("guide.again")} <Kbd keys="Home" /></button>}
        {walk.heard && <Heard />}
      </p>
      {ends && !told && <p class="dim small"><Icon name="lock" /> {whyOnlyRead(walk.article)}</p>}
    </section>
  );
}

/** It takes the keys before it is there: none of them falls into the reply. */
function Coming({ id, title }: { id: string; title: string }) {
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const hear = (event: KeyboardEvent): void => {
    if (event.key === "Escape") leave(id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return <section class="walk stack" ref={box} tabIndex={-1} role="status" aria-label={t("guide.title", { title })} onKeyDown={hear}><span class="skel" /><span class="skel" /></section>;
}
