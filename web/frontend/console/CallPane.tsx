// A call: the bar says what is happening and holds the controls; below, what was said so far and the notes.
import { useRef } from "preact/hooks";
import { Icon, type IconName } from "../icons";
import { Kbd, Running, State, type Tone } from "../parts/parts";
import { ms, now, span } from "../time";
import { whoIs } from "../who";
import type { Card } from "../wire";
import { say, t } from "../words";
import { hold } from "./acts";
import { ArticleSearch } from "./Articles";
import { end } from "./parting";
import { dialog, show } from "./opening";
import { notes, setNotes } from "./drafts";
import { cards, waitsSince } from "./store";
import { searching } from "./suggested";
import { Thread } from "./Thread";

const LOOKS: Record<string, { icon: IconName; tone: Tone }> = {
  talking: { icon: "phone", tone: "ok" },
  connecting: { icon: "ring", tone: "info" },
  dialling: { icon: "ring", tone: "info" },
  hold: { icon: "pause", tone: "warn" },
};

export function CallPane({ card }: { card: Card }) {
  const state = card.state === "on_hold" ? "hold" : (card.call?.state ?? "talking");
  const look = LOOKS[state] ?? { icon: "phone", tone: undefined };
  const held = state === "hold";
  const awaited = card.direction === "out" && !card.answered_at;
  return (
    <>
      <div class="call" data-tone={held ? "warn" : undefined}>
        <State icon={look.icon} tone={look.tone}>{say("call", state)}</State>
        <time><Running at={held ? ms(card.call?.since) : ms(card.answered_at ?? card.arrived_at)} /></time>
        <span class="dim cut">{held ? t("call.hears") : inWords(card, state)}</span>
        <span class="line wrap push">
          <button class="btn" type="button" aria-pressed={held} data-tone="warn" disabled={awaited} onClick={() => hold(card)}>
            <Icon name={held ? "play" : "pause"} />{held ? t("call.unhold") : t("call.hold_do")} <Kbd keys="F8" />
          </button>
          <button class="btn" type="button" disabled={awaited} onClick={() => (dialog.value = "transfer")}>
            <Icon name="transfer" />{t("stage.transfer")} <Kbd keys="Alt+T" />
          </button>
          <button class="btn danger" type="button" onClick={() => end(card)}>
            {t("stage.end")} <Kbd keys="Alt+E" />
          </button>
        </span>
      </div>
      <div class="split">
        <section class="said">
          <h2>{t("call.so_far")}</h2>
          <Thread id={card.id} card={card} live />
        </section>
        <section class="notes stack">
          <h2><label for={`notes-${card.id}`}>{t("call.notes")}</label></h2>
          <NotesBox card={card} />
          <p class="line wrap">
            <button class="btn" type="button" onClick={() => (dialog.value = "complaint")}>
              <Icon name="complaint" />{t("stage.complaint")} <Kbd keys="Alt+C" />
            </button>
          </p>
          <Meanwhile not={card.id} />
        </section>
      </div>
    </>
  );
}

/** Who it is, and whose telephone rings meanwhile. */
function inWords(card: Card, state: string): string {
  const name = whoIs(card);
  if (state === "dialling") return t("call.their_phone", { name });
  if (state === "connecting") return card.direction === "out" && !card.answered_at ? t("call.you_first", { name }) : t("call.your_phone");
  return name;
}

function NotesBox({ card }: { card: Card }) {
  const { id } = card;
  const box = useRef<HTMLTextAreaElement>(null);
  const text = notes(id);
  return (
    <div class="composer">
      <textarea ref={box} class="text tall" id={`notes-${id}`} data-reply={id} rows={6} value={text} onInput={(event) => setNotes(id, event.currentTarget.value)} />
      {searching.value === id && <ArticleSearch card={card} close={(back) => {
        searching.value = "";
        if (back) box.current?.focus();
      }} />}
      <div class="line">
        <button class="btn quiet" type="button" aria-haspopup="listbox" aria-expanded={searching.value === id} onClick={() => (searching.value = id)}>
          <Icon name="article" />{t("composer.article")} <Kbd keys="Alt+L" />
        </button>
        <span class="push state dim small">{text && <><Icon name="check" />{t("call.notes_saved")}</>}</span>
      </div>
    </div>
  );
}

/** Who writes while I talk, so that nobody is forgotten. */
function Meanwhile({ not }: { not: string }) {
  const waiting = Object.values(cards.value).filter((card) => card.id !== not && card.state === "active" && card.channel !== "email" && waitsSince(card) !== null);
  if (!waiting.length) return null;
  return (
    <>
      <h2>{t("call.meanwhile")}</h2>
      {waiting.map((card) => (
        <p class="alert" data-tone="warn" key={card.id}>
          <Icon name="chat" />
          <span>{whoIs(card)} {t("work.waits", { span: span(now.value - waitsSince(card)!) })}</span>
          <button class="btn push" type="button" onClick={() => show({ kind: "interaction", id: card.id })}>{t("call.open")}</button>
        </p>
      ))}
    </>
  );
}
