// Below the conversation: the outcomes whose time for wrap-up ran out, said without leaving what is in hand.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon, iconOf } from "../icons";
import { isTyping, pressed } from "../keys";
import { Kbd, State } from "../parts/parts";
import { clock, now } from "../time";
import { whoIs } from "../who";
import type { Card } from "../wire";
import { t } from "../words";
import { wrapUp } from "./acts";
import { notes, setNotes } from "./drafts";
import { recoverIfLost } from "./focus";
import { goToLate, late, outcome, putLateAway, setOutcome, shownLate, takeHand, until } from "./late";
import { Outcomes } from "./Outcomes";
import { dispositions } from "./store";

export function LateOutcomes() {
  const list = late.value;
  if (!list.length) return null;
  return (
    <section class="lates" aria-label={t("late.list")}>
      {list.map((card) => (card.id === shownLate.value ? <Late key={card.id} card={card} /> : <Folded key={card.id} card={card} />))}
    </section>
  );
}

function Folded({ card }: { card: Card }) {
  return (
    <button class="btn quiet" type="button" onClick={() => goToLate(card.id)}>
      <Icon name={iconOf(card.channel)} /><span class="cut">{t("late.title", { name: whoIs(card) })}</span>
    </button>
  );
}

function Late({ card }: { card: Card }) {
  const form = useRef<HTMLFormElement>(null);
  const busy = useSignal(false);
  const chosen = outcome(card.id);
  useLayoutEffect(() => takeHand(card.id, form.current));
  const finish = async (): Promise<void> => {
    if (!chosen || busy.value) return;
    busy.value = true;
    await wrapUp(card, chosen, notes(card.id).trim(), dispositions.value.find((one) => one.key === chosen)?.name ?? chosen);
    busy.value = false;
    setTimeout(recoverIfLost);
  };
  const hear = (event: KeyboardEvent): void => {
    const digit = /^[1-9]$/.test(event.key) && !isTyping(event.target) ? dispositions.value[Number(event.key) - 1] : undefined;
    if (pressed(event) === "Ctrl+Enter") void finish();
    else if (digit) setOutcome(card.id, digit.key);
    else return;
    // It is meant for this contact, and for none that is open above it.
    event.preventDefault();
    event.stopPropagation();
  };
  const title = t("late.title", { name: whoIs(card) });
  return (
    <form class="late" ref={form} tabIndex={-1} data-late={card.id} aria-label={title} onKeyDown={hear} onSubmit={(event) => event.preventDefault()}>
      <div class="line wrap">
        <State icon="clock" tone="warn">{title}</State>
        <time class="dim small">{t("wrap.left", { clock: clock((until(card) - now.value) / 1000) })}</time>
        <span class="line push">
          <button class="btn quiet" type="button" onClick={() => (putLateAway(card.id), setTimeout(recoverIfLost))}>{t("late.away")}</button>
          <button class="btn" type="button" disabled={!chosen || busy.value} onClick={() => void finish()}>{t("wrap.finish")} <Kbd keys="Ctrl+Enter" /></button>
        </span>
      </div>
      <fieldset>
        <legend class="sr">{t("wrap.outcome")}</legend>
        <Outcomes chosen={chosen} choose={(key) => setOutcome(card.id, key)} />
      </fieldset>
      <label class="sr" for={`late-${card.id}`}>{t("wrap.note")}</label>
      <textarea class="input" id={`late-${card.id}`} data-reply={card.id} rows={2} placeholder={t("wrap.note")} value={notes(card.id)} onInput={(event) => setNotes(card.id, event.currentTarget.value)} />
    </form>
  );
}
