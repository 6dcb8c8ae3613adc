// What the console knows. Filled by a snapshot, kept by cards: a newer card replaces the older one whole,
// an older one is dropped, so that replays, two tabs and a reconnection end in the same picture.
import { computed, signal, type Signal } from "@preact/signals";
import { setServerClock } from "../time";
import type {
  Agent, CannedReply, Card, Category, ConsoleSnapshot, Customer, Disposition, Me, Message, Model, Offer, Pop, Presence,
  QueueFigures, Step, WorkItem,
} from "../wire";

export interface Thread {
  messages: Message[];
  state: "unknown" | "loading" | "known" | "failed";
  /** Until when the customer is typing, by the server's clock. */
  typing: number;
  /** Of a call that is past: what its caller did in the call flow. */
  way: Step[];
}

export type Open = { kind: "interaction" | "task" | "past"; id: string } | null;

export interface Figures {
  queues: QueueFigures[];
  at: number;
}

const MINE = new Set(["active", "on_hold", "wrap_up", "snoozed"]);

export const ready = signal(false);
export const me = signal<Me | null>(null);
export const presence = signal<Presence>({ state: "offline", reason: "", since: new Date().toISOString() });
export const cards = signal<Readonly<Record<string, Card>>>({});
export const tasks = signal<Readonly<Record<string, WorkItem>>>({});
export const offers = signal<readonly Offer[]>([]);
export const figures = signal<Figures>({ queues: [], at: 0 });
export const agents = signal<Readonly<Record<string, Agent>>>({});
export const reasons = signal<Record<string, string>>({});
export const dispositions = signal<Disposition[]>([]);
export const canned = signal<CannedReply[]>([]);
export const model = signal<Model | null>(null);
export const categories = signal<Category[]>([]);
export const skills = signal<Record<string, string>>({});
export const open = signal<Open>(null);
/** Whether the screen pop shows who is being offered (else: the customer of what is open). */
export const offerInPop = signal(true);

const threads = new Map<string, Signal<Thread>>();
const pops = new Map<string, Signal<Pop | "loading" | "failed">>();
const messageSeqs = new Map<string, number>();

export function thread(id: string): Signal<Thread> {
  let found = threads.get(id);
  if (!found) threads.set(id, (found = signal<Thread>({ messages: [], state: "unknown", typing: 0, way: [] })));
  return found;
}

export function pop(customerId: string): Signal<Pop | "loading" | "failed"> {
  let found = pops.get(customerId);
  if (!found) pops.set(customerId, (found = signal<Pop | "loading" | "failed">("loading")));
  return found;
}

export function forgetPop(customerId: string): void {
  pops.delete(customerId);
}

export function knownPops(): string[] {
  return [...pops.keys()];
}

export function queueName(key: string | null | undefined): string {
  return figures.value.queues.find((queue) => queue.key === key)?.name ?? key ?? "";
}

function isMine(card: Card): boolean {
  return card.agent?.id === me.value?.id && MINE.has(card.state);
}

// Cards

export function putCard(card: Card): void {
  const known = cards.value[card.id];
  if (known && card.version < known.version) return;
  const { [card.id]: _, ...others } = cards.value;
  cards.value = isMine(card) ? { ...others, [card.id]: card } : others;
  if (isMine(card)) offers.value = offers.value.filter((offer) => offer.interaction?.id !== card.id);
  else {
    const way = card.call?.way ?? [];  // it is shown as a past contact from now on, whose card is not kept
    if (way.length) thread(card.id).value = { ...thread(card.id).value, way };
    leave(card.id);
  }
}

export function putTask(item: WorkItem): void {
  const known = tasks.value[item.id];
  if (item.kind === "interaction" || (known?.version ?? -1) > (item.version ?? 0)) return;
  const { [item.id]: _, ...others } = tasks.value;
  const mine = item.agent_id === me.value?.id && item.state === "active";
  tasks.value = mine ? { ...others, [item.id]: item } : others;
  if (!mine) leave(item.id);
}

/** What was open and is no longer mine is closed; its place in the thread cache may be reused. */
function leave(id: string): void {
  if (open.value?.id === id && open.value.kind !== "past") open.value = null;
}

export function putMessage(interactionId: string, message: Message, seq = 0): void {
  if (seq && seq < (messageSeqs.get(message.id) ?? 0)) return;
  messageSeqs.set(message.id, seq);
  const into = thread(interactionId);
  const others = into.value.messages.filter((known) => known.id !== message.id);
  const typing = message.author.kind === "customer" ? 0 : into.value.typing;
  into.value = { ...into.value, typing, messages: inOrder([...others, message]) };
}

export function putMessages(interactionId: string, messages: Message[]): void {
  const into = thread(interactionId);
  const found = new Set(messages.map((message) => message.id));
  // What arrived while the list was under way is newer than the list.
  const meanwhile = into.value.messages.filter((known) => !found.has(known.id));
  into.value = { ...into.value, state: "known", messages: inOrder([...meanwhile, ...messages]) };
}

function inOrder(messages: Message[]): Message[] {
  return messages.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

// Events

export function takeSnapshot(data: ConsoleSnapshot): void {
  if (data.now) setServerClock(data.now);
  me.value = data.me;
  presence.value = data.presence;
  cards.value = Object.fromEntries(data.interactions.filter(isMine).map((card) => [card.id, card]));
  tasks.value = Object.fromEntries((data.work_items ?? []).map((item) => [item.id, item]));
  offers.value = data.offers;
  takeFigures(data.queues);
  agents.value = Object.fromEntries((data.agents ?? []).map((agent) => [agent.id, agent]));
  reasons.value = data.not_ready_reasons ?? {};
  dispositions.value = data.dispositions ?? [];
  canned.value = data.canned_replies ?? [];
  model.value = data.model ?? null;
  categories.value = data.categories ?? [];
  skills.value = data.skills ?? {};
  const shown = open.value;
  if (shown && shown.kind !== "past" && !(shown.id in cards.value) && !(shown.id in tasks.value)) open.value = null;
  ready.value = true;
}

export function takeOffer(offer: Offer): void {
  offers.value = [...offers.value.filter((known) => known.offer_id !== offer.offer_id), offer];
  offerInPop.value = true;
}

/** Takes an offer off the screen; returns it if it was there. */
export function endOffer(offerId: string): Offer | undefined {
  const ended = offers.value.find((offer) => offer.offer_id === offerId);
  if (ended) offers.value = offers.value.filter((offer) => offer.offer_id !== offerId);
  return ended;
}

export function takeFigures(queues: QueueFigures[]): void {
  const known = Object.fromEntries(figures.value.queues.map((queue) => [queue.key, queue]));
  // Names and targets come with the snapshot; the figures of each second leave them out.
  for (const queue of queues) known[queue.key] = { ...known[queue.key], ...queue };
  figures.value = { queues: Object.values(known), at: Date.now() };
}

interface PresenceChange extends Presence {
  agent_id: string;
  activity?: Agent["activity"];
  load?: Agent["load"];
}

export function takePresence(change: PresenceChange): void {
  const { agent_id, ...rest } = change;
  if (agent_id === me.value?.id) presence.value = { state: rest.state, reason: rest.reason, since: rest.since };
  const known = agents.value[agent_id];
  if (known) agents.value = { ...agents.value, [agent_id]: { ...known, ...rest } };
}

// What is read off it

export const offer = computed<Offer | null>(() => offers.value[0] ?? null);
export const openCard = computed<Card | null>(() => (open.value ? (cards.value[open.value.id] ?? null) : null));
export const openTask = computed<WorkItem | null>(() => (open.value ? (tasks.value[open.value.id] ?? null) : null));

/** The queues that I serve; all of them where that is not said. */
export const myQueues = computed<QueueFigures[]>(() => {
  const mine = me.value && agents.value[me.value.id]?.queues;
  return mine?.length ? figures.value.queues.filter((queue) => mine.includes(queue.key)) : figures.value.queues;
});

/** Since when the customer waits for us, in ms; null when it is our customer's turn. */
export function waitsSince(card: Card): number | null {
  if (card.channel === "voice" || card.state === "wrap_up") return null;
  if (card.last_author && card.last_author !== "customer") return null;
  return Date.parse(card.last_message_at ?? card.arrived_at);
}

export interface Group {
  key: "phone" | "wrap_up" | "live" | "mail" | "due" | "later";
  items: (Card | WorkItem)[];
}

export function isCard(item: Card | WorkItem): item is Card {
  return "arrived_at" in item;
}

const LIVE = new Set(["chat", "sms", "message"]);

function groupOf(card: Card): Group["key"] {
  if (card.state === "snoozed") return "later";
  if (card.state === "wrap_up") return "wrap_up";
  if (card.channel === "voice") return "phone";
  return LIVE.has(card.channel) || card.channel !== "email" ? "live" : "mail";
}

function byWait(a: Card, b: Card): number {
  const never = Number.MAX_SAFE_INTEGER;
  return (waitsSince(a) ?? never) - (waitsSince(b) ?? never) || Date.parse(a.arrived_at) - Date.parse(b.arrived_at);
}

/** The one list: calls first, then who waits longest, then what is due. */
export const groups = computed<Group[]>(() => {
  const all = Object.values(cards.value).sort(byWait);
  const of = (key: Group["key"]): Group => ({ key, items: all.filter((card) => groupOf(card) === key) });
  const far = Number.MAX_SAFE_INTEGER;
  const todo = Object.values(tasks.value).sort((a, b) => (Date.parse(a.due_at ?? "") || far) - (Date.parse(b.due_at ?? "") || far));
  const made = [of("phone"), of("wrap_up"), of("live"), of("mail"), { key: "due" as const, items: todo }, of("later")];
  return made.filter((group) => group.items.length);
});

export const listed = computed<(Card | WorkItem)[]>(() => groups.value.flatMap((group) => group.items));

const wide = matchMedia("(width >= 100rem)");
const isWide = signal(wide.matches);
wide.addEventListener("change", () => (isWide.value = wide.matches));
let lastBeside = "";
let lastOpen = "";

/** On a wide screen: the live conversation that stands beside the open one. It stays until it ends or is opened. */
export const beside = computed<Card | null>(() => {
  const shown = openCard.value;
  if (!isWide.value || !shown || shown.channel === "voice" || shown.state !== "active") return null;
  const live = groups.value.find((group) => group.key === "live")?.items.filter(isCard) ?? [];
  const others = live.filter((card) => card.id !== shown.id);
  if (lastBeside === shown.id) lastBeside = lastOpen;
  const found = others.find((card) => card.id === lastBeside) ?? others[0] ?? null;
  lastBeside = found?.id ?? "";
  lastOpen = shown.id;
  return found;
});

export function customerOf(item: Card | WorkItem | Offer): Customer {
  return { tier: "", language: "", certainty: "new", ...item.customer, id: item.customer?.id ?? "", name: item.customer?.name ?? "" };
}
