// What the floor knows: queues, agents, the contacts on them, and what calls for attention.
import { computed, signal } from "@preact/signals";
import { setServerClock } from "../time";
import { whoIs } from "../who";
import type { Agent, Alert, Card, FloorSnapshot, QueueFigures } from "../wire";

export type Metric = "waiting" | "longest" | "service_level" | "offered" | "answered" | "abandoned" | "staffed";
export type Chosen = { kind: "queue"; key: string; metric: Metric } | { kind: "agent"; id: string } | null;

/** Staying longer is worth a look, then too long, in seconds. */
export const LIMITS = {
  longest: [60, 120],
  wrap_up: [180, 600],
  not_ready: [1200, 2400],
  engaged: [1800, 3600],
} as const;

const OPEN = new Set(["queued", "offered", "active", "on_hold", "wrap_up"]);

export const ready = signal(false);
export const organization = signal("");
export const queues = signal<QueueFigures[]>([]);
/** When the figures came, by this machine's clock: waits grow from there. */
export const figuresAt = signal(0);
export const agents = signal<Readonly<Record<string, Agent>>>({});
export const contacts = signal<Readonly<Record<string, Card>>>({});
export const told = signal<Alert[]>([]);
export const reasons = signal<Record<string, string>>({});
export const chosen = signal<Chosen>(null);
export const only = signal<string | null>(null);

export function takeSnapshot(data: FloorSnapshot): void {
  if (data.now) setServerClock(data.now);
  organization.value = data.organization ?? "";
  queues.value = data.queues;
  figuresAt.value = Date.now();
  agents.value = Object.fromEntries(data.agents.map((agent) => [agent.id, asRead(agent)]));
  contacts.value = Object.fromEntries((data.interactions ?? []).map((card) => [card.id, card]));
  reasons.value = data.not_ready_reasons ?? {};
  takeAlerts(data.alerts ?? []);
  ready.value = true;
}

export function takeFigures(changed: QueueFigures[]): void {
  const fresh = new Map(changed.map((queue) => [queue.key, queue]));
  const known = queues.value.map((queue) => ({ ...queue, ...fresh.get(queue.key) }));
  const others = changed.filter((queue) => !known.some((one) => one.key === queue.key));
  queues.value = [...known, ...others];
  figuresAt.value = Date.now();
}

const LETTERS = new Set<string>(["email", "letter"]);

/** Who is offline reads as gone, whatever they still hold; who is not ready is not at work on a letter that lies open. */
function asRead(agent: Agent): Agent {
  const written = agent.on.every((work) => LETTERS.has(work.channel));
  const away = agent.state === "offline" || (agent.state === "not_ready" && written);
  return away && agent.activity === "engaged" ? { ...agent, activity: agent.state as Agent["activity"] } : agent;
}

export function takeAgents(changed: Agent[]): void {
  const fresh = changed.filter((agent) => (agents.value[agent.id]?.version ?? -1) <= (agent.version ?? 0));
  agents.value = { ...agents.value, ...Object.fromEntries(fresh.map((agent) => [agent.id, asRead(agent)])) };
}

export function takeContact(card: Card): void {
  const known = contacts.value[card.id];
  if (known && card.version < known.version) return;
  const { [card.id]: _, ...others } = contacts.value;
  contacts.value = OPEN.has(card.state) ? { ...others, [card.id]: card } : others;
}

/** What the server says stands: an alert is over when it does not hold any more, or somebody has seen to it. */
export function takeAlerts(standing: Alert[]): void {
  told.value = standing;
}

export function takeAlert(alert: Alert): void {
  told.value = [...told.value.filter((one) => one.id !== alert.id), alert];
}

/** Gone at once here; the server tells every floor. */
export function forget(alert: Alert): void {
  told.value = told.value.filter((one) => one.id !== alert.id);
}

export function queueName(key: string | null | undefined): string {
  return queues.value.find((queue) => queue.key === key)?.name ?? key ?? "";
}

/** What a wait in a queue goes by, as far as a floor hears of it: agents, who else is there, and how much of other
 * work. Each is another value once it has changed; all are, with a snapshot: it comes when the rules are changed. */
export function goneBy(key: string | null): readonly unknown[] {
  const queue = queues.value.find((one) => one.key === key);
  const others = Object.values(contacts.value).filter((card) => card.queue === key);
  return [agents.value, queue?.waiting, queue?.other_work, queue?.open, ...others];
}

export function longest(queue: QueueFigures): number {
  return queue.waiting ? (queue.longest_wait_s ?? 0) + (Date.now() - figuresAt.value) / 1000 : 0;
}

export const chosenAgent = computed<Agent | null>(() => (chosen.value?.kind === "agent" ? (agents.value[chosen.value.id] ?? null) : null));

/** Who is signed in, or has left with work in hand. */
export const present = computed(() => Object.values(agents.value).filter((agent) => agent.activity !== "offline" || agent.on.length > 0));

/** Since when an agent is at what they do: with work in hand its beginning, with an offer since it rings. */
export function since(agent: Agent): number {
  const work = agent.activity === "engaged" ? agent.on[0]?.since : agent.activity === "ringing" ? agent.rings_since : undefined;
  return Date.parse(work ?? agent.since);
}

/** On a break, with somebody in a chat or on the line all the same: on contact, and not there for more. */
export function isAway(agent: Agent): boolean {
  return agent.activity === "engaged" && agent.state === "not_ready";
}

/** Since when an agent is in the state that is written on their tile. */
export function shownSince(agent: Agent): number {
  return isAway(agent) ? Date.parse(agent.since) : since(agent);
}

export interface Totals {
  waiting: number;
  longest: number;
  offered: number;
  answered: number;
  abandoned: number;
  service_level: number | null;
}

/** How many contacts a queue's service level is made of; who waits beyond the target is missed already. */
export function counted(queue: QueueFigures): number {
  return queue.answered + queue.abandoned - (queue.short_abandoned ?? 0) + (queue.overdue ?? 0);
}

/** All queues together; the service level weighs each by what counts in it. */
export function totals(): Totals {
  const sum = (of: (queue: QueueFigures) => number): number => queues.value.reduce((total, queue) => total + of(queue), 0);
  const whole = sum(counted);
  return {
    waiting: sum((queue) => queue.waiting),
    longest: Math.max(0, ...queues.value.map(longest)),
    offered: sum((queue) => queue.offered),
    answered: sum((queue) => queue.answered),
    abandoned: sum((queue) => queue.abandoned),
    service_level: whole ? sum((queue) => counted(queue) * (queue.service_level ?? 0)) / whole : null,
  };
}

/** Whom an agent is with: their contact's card knows more than the agent's own. */
export function withWhom(work: Agent["on"][number]): string {
  return whoIs(contacts.value[work.interaction_id ?? ""] ?? work);
}
