// What is open, and what is read for it: the conversation and the screen pop.
import { effect, signal } from "@preact/signals";
import * as api from "../api";
import type { Card, Message, Pop } from "../wire";
import { arrived } from "./outbox";
import * as store from "./store";

export type Shown = "palette" | "map" | "transfer" | "complaint" | "snooze" | "callback" | "uncall" | "unsent" | null;

/** The dialog that is on top. */
export const dialog = signal<Shown>(null);
/** On a small screen: which of the three panes is there. */
export const pane = signal<"work" | "talk" | "customer">("work");
// At once, before anything is drawn anew: the focus can only go to what is shown.
effect(() => void (document.body.dataset.pane = pane.value));

const small = matchMedia("(width < 60rem)");
const isSmall = signal(small.matches);
small.addEventListener("change", () => (isSmall.value = small.matches));

/** Whether a pane beside the conversation stands alone, and so is what the screen is about. */
export function isAlone(beside: "work" | "customer"): boolean {
  return isSmall.value && pane.value === beside;
}

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
export function reopen(): void {
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
    const past = !(id in store.cards.value);  // of a contact that is mine the card says it, and stays up to date
    const [messages, card] = await Promise.all([
      api.all<Message>(`/api/v1/interactions/${id}/messages`),
      past ? api.get<Card>(`/api/v1/interactions/${id}`) : undefined,
    ]);
    store.putMessages(id, messages);
    into.value = { ...into.value, way: card?.call?.way ?? [] };
    for (const message of messages) arrived(message);
  } catch {
    if (into.value.state !== "known") into.value = { ...into.value, state: "failed" };
  }
}

/** Which are being looked up; one that was forgotten meanwhile is looked up again. */
const looking = new Set<ReturnType<typeof store.pop>>();

export async function loadPop(customerId: string, again = false): Promise<void> {
  const into = store.pop(customerId);
  if (looking.has(into) || (typeof into.value === "object" && !again)) return;
  looking.add(into);
  try {
    into.value = await api.get<Pop>(`/api/v1/customers/${customerId}/pop`);
  } catch {
    if (typeof into.value !== "object") into.value = "failed";
  } finally {
    looking.delete(into);
  }
}

/** After a snapshot nothing that was read before is sure to be whole: what is open is read again. */
export function reload(): void {
  const open = store.open.value;
  if (open && open.kind !== "task") void loadThread(open.id);
  for (const id of store.knownPops()) store.forgetPop(id);
  const customer = shownCustomer();
  if (customer) void loadPop(customer);
}
