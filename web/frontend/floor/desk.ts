// What the floor hears and does.
import { signal } from "@preact/signals";
import { announce, toast } from "../announce";
import { Link, Lost, Refused } from "../link";
import type { Agent, Alert, Card, FloorSnapshot, PresenceState, QueueFigures } from "../wire";
import { count, say, t, type Word } from "../words";
import * as store from "./store";

export type Shown = "palette" | "map" | "state" | "whisper" | "assign" | null;

export const dialog = signal<Shown>(null);
export const wall = signal(location.hash === "#wall");

const HEAR: Record<string, (data: never) => void> = {
  snapshot: (data: FloorSnapshot) => store.takeSnapshot(data),
  "queues.changed": (data: { queues: QueueFigures[] }) => store.takeFigures(data.queues),
  "agents.changed": (data: { agents: Agent[] }) => store.takeAgents(data.agents),
  "interaction.changed": (data: { interaction: Card }) => store.takeContact(data.interaction),
  alert: (data: Alert) => {
    store.takeAlert(data);
    announce(data.text, true);
  },
  alerts: (data: { alerts: Alert[] }) => store.takeAlerts(data.alerts),
  notice: (data: { text: string }) => toast({ text: data.text }),
};

export const link = new Link("/floor");

/** Connects, and goes on hearing. */
export function listenToServer(): void {
  link.open((event, data) => HEAR[event]?.(data as never), () => undefined);
}

async function act(event: string, data: object, done: string | ((answer: { kept?: boolean }) => string)): Promise<boolean> {
  try {
    const answer = await link.call<{ kept?: boolean }>(event, data);
    toast({ text: typeof done === "string" ? done : done(answer), tone: "ok" });
    return true;
  } catch (error) {
    if (error instanceof Lost) toast({ text: t("link.lost"), tone: "warn" });
    else if (error instanceof Refused) toast({ text: t("refused", { reason: error.message || t("refused.unknown") }), tone: "bad" });
    else throw error;
    return false;
  }
}

export function stateWords(agent: Agent): string {
  if (store.isAway(agent)) return `${reasonWords(agent.state, agent.reason)}, ${holdsWords(agent)}`;
  if (agent.activity === "engaged" || agent.activity === "ringing") return say("activity", agent.activity);
  return [reasonWords(agent.activity, agent.reason), holdsWords(agent)].filter(Boolean).join(", ");
}

/** What somebody who is away still has in hand; empty for everybody else. */
export function holdsWords(agent: Agent): string {
  if (store.isAway(agent)) return inHandWords(agent);
  if (!agent.on.length || !["offline", "not_ready"].includes(agent.activity)) return "";
  return count(agent.on.every((work) => work.channel === "email") ? "floor.holds_mails" : "floor.holds", agent.on.length);
}

/** "2 chats, 1 mail" */
function inHandWords(agent: Agent): string {
  const counts = new Map<string, number>();
  for (const { channel } of agent.on) {
    const key = ["voice", "chat", "email"].includes(channel) ? channel : "other";
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, n]) => count(`floor.in_hand_${key}`, n)).join(", ");
}

export function reasonWords(state: string, reason: string): string {
  if (state !== "not_ready" || !reason) return t(`presence.${state}` as Word);
  return reason === "missed_offer" ? t("presence.missed") : (store.reasons.value[reason] ?? say("presence", reason));
}

export function setState(agent: Agent, state: PresenceState, reason: string): Promise<boolean> {
  const words = reasonWords(state, reason);
  return act("agent.presence.set", { agent_id: agent.id, state, reason }, t("floor.state_set", { name: agent.name, state: words.toLowerCase() }));
}

export function assign(interactionId: string, agent: Agent): Promise<boolean> {
  const done = ({ kept }: { kept?: boolean }): string => t(kept ? "floor.kept" : "floor.assigned", { name: agent.name });
  return act("interaction.assign", { interaction_id: interactionId, agent_id: agent.id }, done);
}

export function move(interactionId: string, queue: string): Promise<boolean> {
  return act("interaction.move", { interaction_id: interactionId, queue }, t("floor.moved", { name: store.queueName(queue) }));
}

export function whisper(agent: Agent, interactionId: string, text: string): Promise<boolean> {
  return act("message.whisper", { interaction_id: interactionId, text, client_id: crypto.randomUUID() }, t("floor.whispered", { name: agent.name }));
}

/** Seen to, on every floor. */
export async function dismiss(alert: Alert): Promise<void> {
  if (await act("alert.dismiss", { alert_id: alert.id }, t("floor.dismissed"))) store.forget(alert);
}

export function showWall(on: boolean): void {
  wall.value = on;
  history.replaceState(null, "", on ? "#wall" : location.pathname);
  if (on) void document.documentElement.requestFullscreen?.().catch(() => undefined);
  else if (document.fullscreenElement) void document.exitFullscreen();
}
