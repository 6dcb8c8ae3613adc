// After a contact: the outcome by one key, a note, and done.
import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { Icon } from "../icons";
import { isIn, isTyping, pressed } from "../keys";
import { Kbd, State } from "../parts/parts";
import { clock, ms, now, span } from "../time";
import { whoIs } from "../who";
import type { Card } from "../wire";
import { say, t } from "../words";
import { wrapUp } from "./acts";
import { dialog } from "./opening";
import { DraftButton, DraftNotes } from "./Drafting";
import { notes, setNotes } from "./drafts";
import { outcome, setOutcome } from "./late";
import { Outcomes } from "./Outcomes";
import { dispositions } from "./store";
import { Thread } from "./Thread";

export function WrapUp({ card }: { card: Card }) {
  const chosen = outcome(card.id);
  const choose = (key: string): void => setOutcome(card.id, key);
  const busy = useSignal(false);
  const words = dispositions.value.find((one) => one.key === chosen)?.name ?? "";
  const finish = async (): Promise<void> => {
    if (!chosen || busy.value) return;
    busy.value = true;
    await wrapUp(card, chosen, notes(card.id).trim(), words);
    busy.value = false;
  };
  useLayoutEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (document.querySelector("dialog[open]")) return;
      const name = pressed(event);
      const digit = /^[1-9]$/.test(event.key) && isIn(event, ".pane") && !isTyping(event.target) ? dispositions.value[Number(event.key) - 1] : undefined;
      if (name === "Ctrl+Enter") void finish();
      else if (digit) choose(digit.key);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  });
  const until = ms(card.wrap_up_until);
  const left = (until - now.value) / 1000;
  const length = ms(card.ended_at) - ms(card.answered_at);
  const name = whoIs(card);
  const unreached = card.direction === "out" && !card.answered_at ? card.call?.ended_by : undefined;
  return (
    <>
      <div class="call" data-tone="warn">
        <State icon="clock" tone="warn">{t("wrap.title")}</State>
        {!Number.isNaN(until) && <time>{left > 0 ? t("wrap.left", { clock: clock(left) }) : t("wrap.over")}</time>}
        <span class="dim cut">{name}{unreached && ` · ${say("unreached", unreached)}`}{length > 0 && ` · ${t(card.channel === "voice" ? "wrap.talked" : "wrap.handled", { span: span(length) })}`}</span>
        <span class="line push">
          <button class="btn" type="button" onClick={() => (dialog.value = "complaint")}>
            <Icon name="complaint" />{t("stage.complaint")} <Kbd keys="Alt+C" />
          </button>
          <button class="btn primary" type="button" disabled={!chosen || busy.value} onClick={() => void finish()}>
            {t("wrap.finish")} <Kbd keys="Ctrl+Enter" />
          </button>
        </span>
      </div>
      <div class="after">
        <form class="form" onSubmit={(event) => event.preventDefault()}>
          <fieldset class="full">
            <legend>{t("wrap.outcome")} <span class="dim">{t("wrap.needed")}</span></legend>
            <Outcomes chosen={chosen} choose={choose} big />
          </fieldset>
          <div class="field full">
            <label for={`wrap-${card.id}`}>{t("wrap.note")}</label>
            <textarea class="input" id={`wrap-${card.id}`} data-reply={card.id} rows={4} value={notes(card.id)} onInput={(event) => setNotes(card.id, event.currentTarget.value)} />
            <p class="hint">{t("wrap.note_hint")}</p>
            <div class="line"><DraftButton card={card} /></div>
            <DraftNotes card={card} />
          </div>
        </form>
        {card.channel !== "voice" && (
          <section class="record" aria-label={t("wrap.show")}>
            <Thread id={card.id} card={card} live={false} />
          </section>
        )}
      </div>
    </>
  );
}
