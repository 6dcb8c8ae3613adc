// A call-back for the customer on screen: when by their clock, on which number, for which queue, whose, and what about.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { toast } from "../announce";
import * as api from "../api";
import { Icon } from "../icons";
import { Dialog, Hint, Kbd } from "../parts/parts";
import { minute, moment, ms, serverNow } from "../time";
import { whoIs } from "../who";
import type { PhoneHours } from "../wire";
import { t } from "../words";
import { HERE, instant, momentThere, place, wall } from "../zones";
import { keep, kept } from "./keep";
import { loadPop } from "./opening";
import { figures, me, myQueues, openCard, openTask, pop } from "./store";

interface Draft {
  now: boolean;
  /** As the field has it, by the customer's clock; empty: the next full hour; or UNFINISHED. */
  at: string;
  number: string;
  queue: string;
  mine: boolean;
  about: string;
}

interface Booked {
  due_at: string;
  moved: boolean;
}

const HOUR = 3_600_000;
/** Half of a date, or one that there is not, as the 31st of February on the way to the 3rd: left to whoever types it. */
const UNFINISHED = "?";
const FIELDS = ["at", "number", "queue"] as const;
/** What the server calls the fields. */
const THEIRS: Record<string, string> = { due_at: "at", title: "about", owner_id: "whose" };

function freshDraft(customerId: string): Draft {
  const known = pop(customerId).value;
  const listed = typeof known === "object" ? known.customer.addresses?.find((one) => one.kind === "phone")?.value : undefined;
  const called = openCard.value?.channel === "voice" ? openCard.value.reply_to : undefined;
  const number = openTask.value?.phone || called || listed || "";
  const queue = openCard.value?.queue ?? openTask.value?.queue ?? myQueues.value[0]?.key ?? "";
  return { now: false, at: "", number, queue, mine: false, about: "" };
}

/** From when until when they may be phoned. */
function span(hours: PhoneHours): { from: string; until: string } {
  const [from = "", until = ""] = hours.hours.split("-");
  return { from, until };
}

/** The first full hour, at least one from now, in which they may be phoned; when that is next, if it is later. */
function nextHour(hours: PhoneHours): string {
  const later = Math.ceil((serverNow() + HOUR) / HOUR) * HOUR;
  if (hours.next_at !== null && ms(hours.next_at) > later) return wall(ms(hours.next_at), hours.zone);
  const local = wall(later, hours.zone);
  const { from, until } = span(hours);
  if (local.slice(11) >= from && local.slice(11) < until) return local;
  const day = local.slice(11) < from ? local : new Date(Date.parse(`${local}Z`) + 24 * HOUR).toISOString();
  return `${day.slice(0, 10)}T${from}`;
}

/** When they may be phoned on this number, while the queue is open; undefined while that is asked. */
function useHours(customerId: string, number: string, queue: string): PhoneHours | null | undefined {
  const found = useSignal<PhoneHours | null | undefined>(undefined);
  useEffect(() => {
    let asked = true;
    const asks = new URLSearchParams(queue ? { number, queue } : { number });
    api.get<PhoneHours>(`/api/v1/customers/${customerId}/phone-hours?${asks}`)
      .then((hours) => asked && (found.value = hours))
      .catch(() => asked && (found.value = null));
    return () => void (asked = false);
  }, [customerId, number, queue]);
  return found.value;
}

/** When it is to be; NaN where that is not said. */
function dueOf(draft: Draft, hours: PhoneHours): number {
  return instant(draft.at || nextHour(hours), hours.zone);
}

/** What is wrong with it that needs no server to see. */
function lacks(draft: Draft, due: number): Record<string, string> {
  const found: Record<string, string> = {};
  if (!draft.now && Number.isNaN(due)) found.at = t("callback.needed");
  else if (!draft.now && due < serverNow() - 60_000) found.at = t("callback.past");
  if (!draft.number.trim()) found.number = t("callback.needed");
  if (!draft.queue) found.queue = t("callback.needed");
  return found;
}

function tell(booked: Booked, hours: PhoneHours): void {
  const due = ms(booked.due_at);
  const said = { when: momentThere(due, hours.zone, serverNow()), place: place(hours.zone), ...span(hours) };
  if (booked.moved) toast({ text: t(hours.others ? "callback.moved_others" : "callback.moved", said), tone: "warn" });
  else toast({ text: t(due <= serverNow() ? "callback.booked_now" : "callback.booked", said), tone: "ok" });
}

export function CallbackDialog({ customerId, close }: { customerId: string; close: () => void }) {
  const name = `callback:${customerId}`;
  // Asked for anew each time: a quick hand is ahead of what was drawn last.
  const typed = (): Draft => kept<Draft | null>(name, null).value ?? freshDraft(customerId);
  const draft = typed();
  const change = (changes: Partial<Draft>): void => keep<Draft | null>(name, { ...typed(), ...changes }, null);
  const number = useSignal(draft.number); // what was typed last and left
  const hours = useHours(customerId, number.value, draft.queue);
  const wrong = useSignal<Record<string, string>>({});
  const refused = useSignal("");
  const busy = useSignal(false);
  const at = draft.at || (hours ? nextHour(hours) : "");
  const show = (errors: Record<string, string>): void => {
    wrong.value = errors;
    const first = FIELDS.find((field) => field in errors);
    if (first) document.getElementById(`callback-${first}`)?.focus();
  };
  const book = async (): Promise<void> => {
    if (busy.value || !hours) return;
    const said = typed();
    const due = dueOf(said, hours);
    show(lacks(said, due));
    refused.value = "";
    if (Object.keys(wrong.value).length) return;
    busy.value = true;
    try {
      const when = said.now ? {} : { due_at: new Date(due).toISOString() };
      const what = { customer_id: customerId, queue: said.queue, number: said.number.trim(), title: said.about.trim() };
      tell(await api.post<Booked>("/api/v1/callbacks", { ...what, ...when, owner_id: said.mine ? me.value?.id : null }), hours);
      keep<Draft | null>(name, null, null);
      void loadPop(customerId, true);
      close();
    } catch (error) {
      explain(error);
    } finally {
      busy.value = false;
    }
  };
  const explain = (error: unknown): void => {
    const errors = error instanceof api.Problem ? error.errors : {};
    if (error instanceof api.Problem && error.code === "conflict") {
      void loadPop(customerId, true);
      return show({ queue: t("callback.already") });
    }
    show(Object.fromEntries(Object.entries(errors).map(([field, words]) => [THEIRS[field] ?? field, words])));
    if (!Object.keys(errors).length) refused.value = error instanceof Error ? error.message : t("refused.unknown");
  };
  const who = whoIs(openCard.value ?? openTask.value ?? {});
  const bad = wrong.value;
  return (
    <Dialog title={t("callback.title", { name: who })} close={close} wide>
      <form class="stack" noValidate onSubmit={(event) => (event.preventDefault(), void book())} onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && (event.preventDefault(), void book())}>
        <fieldset class="field">
          <legend class="label">{t("callback.when")}</legend>
          <div class="line wrap">
            <Pick name="callback-when" words={t("callback.at")} chosen={!draft.now} focus run={() => change({ now: false })} />
            <Pick name="callback-when" words={t("callback.now")} chosen={draft.now} run={() => change({ now: true })} />
          </div>
        </fieldset>
        {draft.now ? (
          <p class="hint dim small" id="callback-line">{hours && inLine(hours)}</p>
        ) : (
          <div class="field">
            <label for="callback-at">{t("callback.at_label")}</label>
            <input class="input short" id="callback-at" type="datetime-local" value={draft.at === UNFINISHED ? undefined : at} min={hours ? wall(minute.value, hours.zone) : undefined} aria-invalid={"at" in bad} aria-describedby="callback-at-hint" onChange={({ currentTarget: field }) => change({ at: field.validity.badInput ? UNFINISHED : field.value })} />
            <Hint wrong={bad.at} id="callback-at-hint" otherwise={hours === null ? t("refused.unknown") : hours && <Clocks hours={hours} due={dueOf(draft, hours)} />} />
          </div>
        )}
        <div class="line pair">
          <div class="field">
            <label for="callback-number">{t("callback.number")}</label>
            <input class="input" id="callback-number" type="tel" autocomplete="off" value={draft.number} aria-invalid={"number" in bad} aria-describedby="callback-number-hint" onInput={(event) => change({ number: event.currentTarget.value })} onChange={(event) => (number.value = event.currentTarget.value.trim())} />
            <Hint wrong={bad.number} id="callback-number-hint" />
          </div>
          <div class="field">
            <label for="callback-queue">{t("callback.queue")}</label>
            <select class="input" id="callback-queue" value={draft.queue} aria-invalid={"queue" in bad} aria-describedby="callback-queue-hint" onChange={(event) => change({ queue: event.currentTarget.value })}>
              {figures.value.queues.map((queue) => <option key={queue.key} value={queue.key}>{queue.name ?? queue.key}</option>)}
            </select>
            <Hint wrong={bad.queue} id="callback-queue-hint" />
          </div>
        </div>
        <fieldset class="field">
          <legend class="label">{t("callback.whose")}</legend>
          <div class="line wrap">
            <Pick name="callback-whose" words={t("callback.anybody")} chosen={!draft.mine} run={() => change({ mine: false })} />
            <Pick name="callback-whose" words={t("callback.mine")} chosen={draft.mine} run={() => change({ mine: true })} />
          </div>
          <Hint wrong={bad.whose} />
        </fieldset>
        <div class="field">
          <label for="callback-about">{t("callback.about")}</label>
          <input class="input" id="callback-about" maxLength={300} autocomplete="off" value={draft.about} aria-invalid={"about" in bad} aria-describedby="callback-about-hint" onInput={(event) => change({ about: event.currentTarget.value })} />
          <Hint wrong={bad.about} otherwise={t("callback.about_hint")} id="callback-about-hint" />
        </div>
        {refused.value && <p class="alert" data-tone="bad" role="alert"><Icon name="over" /><span>{refused.value}</span></p>}
        <p class="line">
          <button class="btn push" type="button" onClick={close}>{t("cancel")} <Kbd keys="Escape" /></button>
          <button class="btn primary" type="submit" disabled={busy.value || !hours}>{t("callback.do")} <Kbd keys="Ctrl+Enter" /></button>
        </p>
      </form>
    </Dialog>
  );
}

function Pick({ name, words, chosen, focus, run }: { name: string; words: string; chosen: boolean; focus?: boolean; run: () => void }) {
  return (
    <label class="btn pick">
      <input type="radio" name={name} autofocus={focus && chosen} checked={chosen} onChange={run} />
      {words}
    </label>
  );
}

/** What time it is there, when they may be phoned, and what the time that was chosen is here. */
function Clocks({ hours, due }: { hours: PhoneHours; due: number }) {
  const said = { now: momentThere(minute.value, hours.zone, minute.value), place: place(hours.zone), ...span(hours) };
  const elsewhere = !Number.isNaN(due) && wall(due, hours.zone) !== wall(due, HERE);
  return (
    <>
      {t(`callback.there_${hours.known_by}`, said)} {hours.hours && t("callback.hours", said)}
      {hours.others && <> {t("callback.others")}</>}
      {elsewhere && <> <b>{t("callback.here", { when: moment(due) })}</b></>}
    </>
  );
}

function inLine(hours: PhoneHours): string {
  const now = minute.value;
  if (hours.next_at === null) return t("callback.line_never", { why: hours.why_never ?? "" });
  if (ms(hours.next_at) <= serverNow()) return t("callback.line");
  return t("callback.line_later", { now: momentThere(now, hours.zone, now), when: momentThere(ms(hours.next_at), hours.zone, now) });
}
