// Outcomes that may still be said: the time for wrap-up ran out, the agent is available again, and what was typed
// stays for as long as the server still takes it. Which contacts these are, the snapshot says after a reload.
import { computed, effect, signal } from "@preact/signals";
import { announce } from "../announce";
import { ms, now } from "../time";
import { whoIs } from "../who";
import type { Card } from "../wire";
import { t } from "../words";
import { notes, setNotes } from "./drafts";
import { kept, keep } from "./keep";
import { pane } from "./opening";
import { cards, me, open } from "./store";

const unsaid = signal<Readonly<Record<string, Card>>>({});
/** How long after its end a contact's outcome may be said, in ms. */
const lasts = signal(0);
/** The one whose form is there; the others are a line each. */
const unfolded = signal("");
/** Where the hand was in the form of a contact as its time ran out. */
let hand: { id: string; at: [number, number] | null } | undefined;

const NO_TIME = 1000;

export const outcome = (id: string): string => kept<string>(`outcome:${id}`, "").value;

export function setOutcome(id: string, key: string): void {
  keep(`outcome:${id}`, key, "");
}

const putAway = (id: string): boolean => kept<boolean>(`away:${id}`, false).value;

/** Where no time was given for wrap-up nobody misses an outcome, unless something was written down. */
function isMissed(card: Card): boolean {
  return ms(card.closed_at) - ms(card.ended_at) >= NO_TIME || notes(card.id) !== "" || outcome(card.id) !== "";
}

/** Every contact whose outcome I may still say, the first that closed in front. */
export const sayable = computed<readonly Card[]>(() =>
  Object.values(unsaid.value).filter(isMissed).sort((a, b) => ms(a.closed_at) - ms(b.closed_at)),
);
/** Those that stand on the screen. */
export const late = computed<readonly Card[]>(() => sayable.value.filter((card) => !putAway(card.id)));

export const shownLate = computed<string>(() => (late.value.find((card) => card.id === unfolded.value) ?? late.value.at(-1))?.id ?? "");

export function until(card: Card): number {
  return ms(card.closed_at) + lasts.value;
}

export function takeUnsaid(list: readonly Card[], seconds: number): void {
  lasts.value = seconds * 1000;
  unsaid.value = Object.fromEntries(list.map((card) => [card.id, card]));
}

/** Heard before the card is taken over: what was in my hands may have ended without an outcome, or got one meanwhile. */
export function heard(card: Card): void {
  const { [card.id]: known, ...others } = unsaid.value;
  const open = card.state === "closed" && !card.disposition && card.last_agent_id === me.value?.id;
  const before = cards.value[card.id];
  if (!open && known) unsaid.value = others;
  if (!open || !(known || before) || (before && before.version >= card.version)) return;
  unsaid.value = { ...others, [card.id]: card };
  if (known || !isMissed(card)) return;
  remember(card.id);
  announce(t("late.announce", { name: whoIs(card) }));
}

function remember(id: string): void {
  const here = document.activeElement;
  if (open.value?.id !== id || !here?.closest(".stage .pane:not(.beside)") || here.closest(".offer")) return;
  const writes = here instanceof HTMLTextAreaElement && here.dataset.reply === id;
  hand = { id, at: writes ? [here.selectionStart, here.selectionEnd] : null };
  unfolded.value = id;
}

/** The hand goes on where it was, or goes to where it was sent: once. */
export function takeHand(id: string, form: HTMLElement | null): void {
  if (hand?.id !== id || !form) return;
  const box = hand.at && form.querySelector("textarea");
  (box ?? form).focus();
  if (box && hand.at) box.setSelectionRange(...hand.at);
  hand = undefined;
}

/** Shows the form of one, or of the one that is there, with the focus inside; also one that was put away. */
export function goToLate(id = shownLate.value || sayable.value.at(-1)?.id): void {
  if (!id) return;
  const end = notes(id).length;
  keep(`away:${id}`, false, false);
  hand = { id, at: [end, end] };
  unfolded.value = id;
  pane.value = "talk";
  takeHand(id, document.querySelector<HTMLElement>(`[data-late="${CSS.escape(id)}"]`));
}

/** Off the screen; what was typed is kept as long as it may be said, and the palette brings it back. */
export function putLateAway(id: string): void {
  keep(`away:${id}`, true, false);
}

/** Whose time is over is forgotten, with what was typed. */
effect(() => {
  const over = Object.values(unsaid.value).filter((card) => until(card) <= now.value);
  if (!over.length) return;
  const gone = new Set(over.map((card) => card.id));
  for (const card of over) {
    if (late.peek().includes(card)) announce(t("late.over", { name: whoIs(card) }));
    setNotes(card.id, "");
    setOutcome(card.id, "");
    keep(`away:${card.id}`, false, false);
  }
  unsaid.value = Object.fromEntries(Object.entries(unsaid.peek()).filter(([id]) => !gone.has(id)));
});
