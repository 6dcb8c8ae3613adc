// What the console does: hears the server, asks it for things, and says so when it cannot.
import { signal } from "@preact/signals";
import { announce, toast } from "../announce";
import * as api from "../api";
import { Link, Lost, Refused } from "../link";
import { ms, serverNow, when } from "../time";
import type { Card, ConsoleSnapshot, Message, Offer, Pop, PresenceState, QueueFigures, WorkItem } from "../wire";
import { say, t, type Word } from "../words";
import { likelyAbout } from "./about";
import { ring, silence } from "./bell";
import { setDraft, setNotes } from "./drafts";
import { arrived, Outbox } from "./outbox";
import * as store from "./store";

export type Shown = "palette" | "map" | "transfer" | "complaint" | "snooze" | null;

/** The dialog that is on top. */
export const dialog = signal<Shown>(null);
/** On a small screen: which of the three panes is there. */
export const pane = signal<"work" | "talk" | "customer">("work");
/** Offers that this tab has answered: their buttons rest until the server has spoken. */
export const answering = signal<string | null>(null);

export const link = new Link("/console", hear, whenUp);
export const outbox = new Outbox(link, loadThread);

// Hearing

interface Events {
  snapshot: ConsoleSnapshot;
  offer: Offer;
  "offer.ended": { offer_id: string; outcome: string };
  "interaction.changed": { interaction: Card };
  "work_item.changed": { work_item: WorkItem };
  "message.new": { seq: number; interaction_id: string; message: Message };
  "message.typing": { interaction_id: string; author?: { kind?: string } };
  "presence.changed": Parameters<typeof store.takePresence>[0];
  "queues.changed": { queues: QueueFigures[] };
  notice: { kind: string; text: string };
}

const HEAR: { [E in keyof Events]: (data: Events[E]) => void } = {
  snapshot: (data) => {
    const first = !store.ready.value;
    store.takeSnapshot(data);
    if (first) reopen();
    reload();
    ringIfOffered();
  },
  offer: (data) => {
    store.takeOffer(data);
    offered(data);
  },
  "offer.ended": ({ offer_id, outcome }) => {
    const ended = store.endOffer(offer_id);
    ringIfOffered();
    const name = ended && (ended.customer.name || t("pop.unknown"));
    if (name && outcome === "timed_out") toast({ text: t("offer.timed_out", { name }), tone: "warn" });
    if (name && outcome === "withdrawn") toast({ text: t("offer.withdrawn", { name }) });
    if (outcome === "accepted") openAccepted(ended);
    answering.value = null;
  },
  "interaction.changed": ({ interaction }) => {
    store.putCard(interaction);
    ringIfOffered();
    openAccepted();
  },
  "work_item.changed": ({ work_item }) => {
    store.putTask(work_item);
    openAccepted();
  },
  "message.new": ({ seq, interaction_id, message }) => {
    store.putMessage(interaction_id, message, seq);
    arrived(message);
    if (message.author.kind === "customer" && store.open.value?.id === interaction_id) announce(`${message.author.name || store.cards.value[interaction_id]?.customer.name || t("pop.unknown")}: ${message.text}`);
  },
  "message.typing": ({ interaction_id, author }) => {
    if (author?.kind && author.kind !== "customer") return;
    const into = store.thread(interaction_id);
    into.value = { ...into.value, typing: serverNow() + 5000 };
  },
  "presence.changed": (data) => store.takePresence(data),
  "queues.changed": ({ queues }) => store.takeFigures(queues),
  notice: ({ text }) => toast({ text }),
};

function hear(event: string, data: unknown): void {
  (HEAR as Record<string, ((data: unknown) => void) | undefined>)[event]?.(data);
}

function whenUp(): void {
  void outbox.flush();
}

/** After a snapshot nothing that was read before is sure to be whole: what is open is read again. */
function reload(): void {
  const open = store.open.value;
  if (open && open.kind !== "task") void loadThread(open.id);
  for (const id of store.knownPops()) store.forgetPop(id);
  const customer = shownCustomer();
  if (customer) void loadPop(customer);
}

// Offers

let ringing = "";
/** What was accepted here and is to be opened as soon as its card comes. */
let accepted = "";

function offered(offer: Offer): void {
  ringIfOffered();
  const seconds = Math.max(0, Math.round((ms(offer.expires_at) - serverNow()) / 1000));
  const channel = channelWord(offer);
  const name = offer.customer.name || t("pop.unknown");
  announce(t("offer.announce", { channel, name, queue: store.queueName(offer.work_item.queue), about: likelyAbout(offer), seconds }), true);
}

function ringIfOffered(): void {
  const offer = store.offer.value;
  if (!offer) {
    ringing = "";
    silence();
  } else if (offer.offer_id !== ringing) {
    ringing = offer.offer_id;
    const channel = offer.interaction?.channel ?? "task";
    ring(channel, t("offer.label", { channel: channelWord(offer), name: offer.customer.name || t("pop.unknown") }), likelyAbout(offer));
  }
}

export function channelWord(offer: Offer): string {
  return offer.interaction ? say("channel", offer.interaction.channel) : say("kind", offer.work_item.kind);
}

export async function accept(offer: Offer): Promise<void> {
  answering.value = offer.offer_id;
  const id = offer.interaction?.id ?? offer.work_item.id;
  accepted = id;
  const done = await act("offer.accept", { offer_id: offer.offer_id });
  if (!done) accepted = "";
  else store.endOffer(offer.offer_id);
  answering.value = null;
  ringIfOffered();
  openAccepted();
}

export async function decline(offer: Offer): Promise<void> {
  answering.value = offer.offer_id;
  if (await act("offer.decline", { offer_id: offer.offer_id })) store.endOffer(offer.offer_id);
  answering.value = null;
  ringIfOffered();
}

function openAccepted(ended?: Offer): void {
  const id = accepted || (ended && !store.open.value ? (ended.interaction?.id ?? ended.work_item.id) : "");
  if (!id) return;
  if (id in store.cards.value) show({ kind: "interaction", id });
  else if (id in store.tasks.value) show({ kind: "task", id });
  else return;
  if (id === accepted) accepted = "";
}

// Opening

const OPEN = "careline:open";

export function show(what: store.Open): void {
  store.open.value = what;
  sessionStorage.setItem(OPEN, JSON.stringify(what));
  pane.value = what ? "talk" : "work";
  if (!what) return;
  const customer = shownCustomer();
  if (customer) void loadPop(customer);
  if (what.kind === "task") return;
  const known = store.thread(what.id).value.state;
  if (known === "unknown" || known === "failed") void loadThread(what.id);
}

/** After a reload the tab shows again what it showed, if that is still mine. */
function reopen(): void {
  const what = JSON.parse(sessionStorage.getItem(OPEN) ?? "null") as store.Open;
  if (what && (what.id in store.cards.value || what.id in store.tasks.value)) show(what);
}

export function shownCustomer(): string {
  return store.openCard.value?.customer.id ?? store.openTask.value?.customer?.id ?? "";
}

export async function loadThread(id: string): Promise<void> {
  const into = store.thread(id);
  if (into.value.state !== "known") into.value = { ...into.value, state: "loading" };
  try {
    const messages = await api.all<Message>(`/api/v1/interactions/${id}/messages`);
    store.putMessages(id, messages);
    for (const message of messages) arrived(message);
  } catch {
    if (into.value.state !== "known") into.value = { ...into.value, state: "failed" };
  }
}

const looking = new Set<string>();

export async function loadPop(customerId: string, again = false): Promise<void> {
  const into = store.pop(customerId);
  if (looking.has(customerId) || (typeof into.value === "object" && !again)) return;
  looking.add(customerId);
  try {
    into.value = await api.get<Pop>(`/api/v1/customers/${customerId}/pop`);
  } catch {
    if (typeof into.value !== "object") into.value = "failed";
  } finally {
    looking.delete(customerId);
  }
}

// Acting

/** Asks the server to do something; says why when it was not done. */
export async function act(event: string, data: object): Promise<boolean> {
  try {
    await link.call(event, data);
    return true;
  } catch (error) {
    if (error instanceof Lost) toast({ text: t("link.lost"), tone: "warn" });
    else if (error instanceof Refused) toast({ text: t("refused", { reason: error.message || t("refused.unknown") }), tone: "bad" });
    else throw error;
    return false;
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

export function end(card: Card): void {
  void act("interaction.end", { interaction_id: card.id });
}

export async function transfer(card: Card, to: { queue: string } | { agent: string }, note: string, name: string): Promise<boolean> {
  const done = await act("interaction.transfer", { interaction_id: card.id, to, mode: "blind", note });
  if (done) toast({ text: t("transfer.done", { name }), tone: "ok" });
  return done;
}

export async function snooze(card: Card, until: Date): Promise<void> {
  const done = await act("interaction.snooze", { interaction_id: card.id, until: until.toISOString() });
  if (done) toast({ text: t("snooze.done", { when: when(until.getTime()) }), tone: "ok" });
}

export async function wrapUp(card: Card, disposition: string, note: string, words: string): Promise<void> {
  if (!(await act("interaction.wrap_up", { interaction_id: card.id, disposition, note }))) return;
  setNotes(card.id, "");
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
