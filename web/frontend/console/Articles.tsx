// Suggested articles in the screen pop, and the search for one over the composer.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { toast } from "../announce";
import { Icon } from "../icons";
import { Kbd } from "../parts/parts";
import type { Article, Card } from "../wire";
import { t } from "../words";
import { openGuide } from "./guide";
import { GuideWalk } from "./GuideWalk";
import { Heard } from "./Heard";
import { KEYED, onlyRead, pageOf, readOut, search, suggested, use, whyOnlyRead } from "./suggested";

/** What stands beside an article that is only read. */
const mark = (one: Article): string => t(one.internal ? "article.internal" : "article.uncertain");

/** For a contact of mine with a key and a button each; of one that is offered they are there to be read. */
export function Suggested({ id, card }: { id: string; card?: Card | null }) {
  const list = suggested(id).value;
  const heard = readOut(id).value;
  const also = heard.filter((one) => !list.some((shown) => shown.text_id === one.text_id));
  const how = card?.channel === "voice" ? "read_out" : "inserted";
  const first = list.find((one) => one.guided);
  return (
    <>
      {card && <GuideWalk card={card} />}
      {list.length > 0 && (
        <section>
          <h3>{t("article.suggested")}</h3>
          <ul class="small">
            {list.map((one, n) => (
              <li class="line" key={one.text_id}>
                <Icon name={onlyRead(one) ? "lock" : "article"} />
                <a class="cut" href={pageOf(one)} target="_blank" lang={one.language} title={onlyRead(one) ? whyOnlyRead(one) : one.snippet}>{one.title}</a>
                {onlyRead(one) && <span class="sr">{mark(one)}</span>}
                <span class="push line">
                  {heard.some((known) => known.text_id === one.text_id) && <Heard />}
                  {card && one.guided && (
                    <button class="btn quiet only" type="button" aria-label={t("guide.walk", { title: one.title })} title={t("guide.walk", { title: one.title }) + (one === first ? " (Alt Q)" : "")} onClick={() => void openGuide(card.id, one)}>
                      <Icon name="guide" />
                    </button>
                  )}
                  {card && !onlyRead(one) && (
                    <button class="btn quiet only" type="button" aria-label={t(`article.do_${how}`, { title: one.title })} title={t(`article.do_${how}`, { title: one.title })} onClick={() => void use(card.id, one, how)}>
                      <Icon name={how === "inserted" ? "take" : "mic"} />
                    </button>
                  )}
                  {card && n < KEYED && <Kbd keys={`Alt+${n + 1}`} />}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {also.length > 0 && (
        <section>
          <h3>{t("article.also_heard")}</h3>
          <ul class="small">
            {also.map((one) => (
              <li class="line" key={one.text_id}>
                <Icon name="article" />
                <a class="cut" href={pageOf(one)} target="_blank" lang={one.language}>{one.title}</a>
                <span class="push line"><Heard /></span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

type Way = "inserted" | "linked" | "read_out" | "opened";

/** What Enter does with an article, and Ctrl and Enter: where nothing is written it is opened, and noted as read out. */
const ways = (card: Card): [Way, Way] => (card.channel === "voice" ? ["opened", "read_out"] : ["inserted", "linked"]);

/** A search over the composer or a call's notes: arrows choose, Enter and Ctrl Enter do what `ways` says (what is only read is opened), Esc goes back to what was written. */
export function ArticleSearch({ card, close }: { card: Card; close: (back: boolean) => void }) {
  const q = useSignal("");
  const found = useSignal<Article[]>(suggested(card.id).peek());
  const at = useSignal(0);
  const box = useRef<HTMLInputElement>(null);
  const asked = useRef(0);
  const wish = useRef<Way | "walked" | null>(null);
  const [first, second] = ways(card);
  const waits = useRef(false);
  const list = `articles-${card.id}`;
  const walk = (one: Article | undefined): void => {
    if (!one?.guided) return toast({ text: one ? t("guide.not_this", { title: one.title }) : t("article.none"), tone: "warn" });
    close(false);
    void openGuide(card.id, one);
  };
  const pick = (one: Article | undefined, how: Way | "walked"): void => {
    if (how === "walked") return walk(one);
    if (!one) return;
    close(true);
    if (how === "opened") window.open(pageOf(one), "_blank");
    else void use(card.id, one, how);
  };
  // Before it is drawn: the next key of a quick hand is meant for it.
  useLayoutEffect(() => box.current?.focus(), []);
  useEffect(() => {
    const words = q.value.trim();
    const turn = ++asked.current;
    waits.current = words !== "";
    const timer = setTimeout(async () => {
      const hits = words ? await search(card.id, words) : suggested(card.id).peek();
      if (turn !== asked.current) return;
      waits.current = false;
      // Nobody answered: what stands there stays.
      if (!hits) return void (wish.current = null);
      found.value = hits;
      at.value = 0;
      if (wish.current) pick(hits[0], wish.current);
      wish.current = null;
    }, words ? 200 : 0);
    return () => clearTimeout(timer);
  }, [q.value]);
  /** What stands there may answer what was typed before: a quick hand's Enter is for what is found now. */
  const choose = (how: Way | "walked"): void => {
    if (waits.current) wish.current = how;
    else pick(found.value[at.value], how);
  };
  const hear = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at.value = (at.value + step + found.value.length) % (found.value.length || 1);
    else if (event.key === "Enter" && event.shiftKey) choose("walked");
    else if (event.key === "Enter") choose(event.ctrlKey || event.metaKey ? second : first);
    else if (event.key === "Escape") close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const chosen = found.value[at.value];
  return (
    <div class="menu slash" onFocusOut={(event) => !event.currentTarget.contains(event.relatedTarget as Node) && close(false)}>
      <input
        ref={box} class="input" type="search" maxLength={300} autocomplete="off" aria-label={t("article.search")} placeholder={t("article.search")}
        aria-controls={list} aria-autocomplete="list" aria-activedescendant={found.value.length ? `${list}-${at.value}` : undefined}
        value={q.value} onInput={(event) => ((waits.current = true), (q.value = event.currentTarget.value))} onKeyDown={hear}
      />
      <p class="dim small" role="status">{chosen ? t(`article.keys${onlyRead(chosen) ? "_read" : first === "opened" ? "_call" : ""}${chosen.guided ? "_guide" : ""}`) : q.value.trim() ? t("article.none") : t("article.type")}</p>
      <div role="listbox" id={list} aria-label={t("article.found")}>
        {found.value.map((one, n) => (
          <div key={one.text_id} id={`${list}-${n}`} role="option" aria-selected={n === at.value} onMouseDown={(event) => (event.preventDefault(), pick(one, event.ctrlKey ? second : first))}>
            <Icon name={onlyRead(one) ? "lock" : "article"} />
            <span class="cut" lang={one.language}><b>{one.title}</b> <span class="dim">{onlyRead(one) ? mark(one) : one.snippet}</span></span>
          </div>
        ))}
      </div>
    </div>
  );
}
