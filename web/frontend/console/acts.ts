// What an agent asks of the server, and what is said when it does not do it.
import { announce, toast } from "../announce";
import { Link, Lost, Refused } from "../link";
import { serverNow, when } from "../time";
import type { Card, PresenceState, WorkItem } from "../wire";
import { say, t, type Word } from "../words";
import { draft, setDraft, setNotes } from "./drafts";
import { forgetGiven } from "./given";
import { keep } from "./keep";
import { loadThread } from "./opening";
import { Outbox } from "./outbox";
import * as store from "./store";

export const link = new Link("/console");
export const outbox = new Outbox(link, loadThread);

/** Asks the server to do something; says why when it was not done. */
export async function act(event: string, data: object): Promise<boolean> {
  return (await ask(event, data)) !== null;
}

/** The same, with what the server answers; null when it was not done. */
export async function ask<T extends object>(event: string, data: object): Promise<T | null> {
  try {
    return await link.call<T>(event, data);
  } catch (error) {
    if (error instanceof Lost) toast({ text: t("link.lost"), tone: "warn" });
    else if (error instanceof Refused) toast({ text: t("refused", { reason: error.message || t("refused.unknown") }), tone: "bad" });
    else throw error;
    return null;
  }
}

export async function setPresence(state: PresenceState, reason = ""): Promise<void> {
  const before = store.presence.value;
  // Shown at once; taken back when the server does not agree.
  store.presence.value = { state, reason, since: new Date(serverNow()).toISOString() };
  if (await act("presence.set", reason ? { state, reason } : { state })) announce(presenceWords(state, reason));
  else store.presence.value = before;
}

export function presenceWords(state: string, reason: string): string {
  if (state === "not_ready" && reason) {
    return reason === "missed_offer" || reason === "missed" ? t("presence.missed") : (store.reasons.value[reason] ?? say("presence", reason));
  }
  return t(`presence.${state}` as Word);
}

export function hold(card: Card): void {
  const held = card.call?.state === "hold" || card.state === "on_hold";
  void act(held ? "interaction.unhold" : "interaction.hold", { interaction_id: card.id });
}

export function endNow(card: Card): Promise<boolean> {
  return act("interaction.end", { interaction_id: card.id });
}

/** Sends what is written, and clears the composer. Whether the server has taken it. */
export function send(card: Card): Promise<boolean> {
  const { text, internal, attachments } = draft(card.id);
  setDraft(card.id, { text: "", internal: false, attachments: [] });
  return outbox.send({ interaction_id: card.id, text: text.trim(), internal, attachments });
}

export async function transfer(card: Card, to: { queue: string } | { agent: string }, note: string, name: string): Promise<boolean> {
  const done = await act("interaction.transfer", { interaction_id: card.id, to, mode: "blind", note });
  if (done) toast({ text: t("transfer.done", { name }), tone: "ok" });
  if (done) {
    setNotes(card.id, "");
    forgetGiven(card.id);
  }
  return done;
}

export async function snooze(card: Card, until: Date): Promise<boolean> {
  const done = await act("interaction.snooze", { interaction_id: card.id, until: until.toISOString() });
  if (done) toast({ text: t("snooze.done", { when: when(until.getTime()) }), tone: "ok" });
  return done;
}

export async function wrapUp(card: Card, disposition: string, note: string, words: string): Promise<void> {
  if (!(await act("interaction.wrap_up", { interaction_id: card.id, disposition, note }))) return;
  setNotes(card.id, "");
  forgetGiven(card.id);
  keep(`outcome:${card.id}`, "", "");
  setDraft(card.id, { text: "", internal: false, attachments: [] });
  toast({ text: t("wrap.done", { outcome: words }), tone: "ok" });
}

export async function complete(item: WorkItem, outcome: string, note: string): Promise<void> {
  if (!(await act("work.complete", { work_item_id: item.id, outcome, note }))) return;
  setNotes(item.id, "");
  toast({ text: t("task.done", { title: item.title }), tone: "ok" });
}

export async function handBack(item: WorkItem): Promise<void> {
  if (await act("work.hand_back", { work_item_id: item.id })) toast({ text: t("task.handed_back") });
}

let typedAt = 0;

export function typing(interactionId: string): void {
  if (Date.now() - typedAt < 3000) return;
  typedAt = Date.now();
  link.mention("message.typing", { interaction_id: interactionId });
}
