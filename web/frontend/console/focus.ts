// Where the hand is. What is typed goes to what is on the screen: never to nobody, and never to somebody else because
// the focus was lost on the way.
import { isTyping } from "../keys";
import * as store from "./store";

/** What is to have the focus as soon as it is on the screen. */
let wanted = "";
/** What the stage showed last, and where in the list that stood. */
let shown: { id: string; after: boolean } | undefined;
let place = 0;

export function want(id: string): void {
  wanted = id;
}

export function boxOf(id: string): HTMLTextAreaElement | null {
  return document.querySelector<HTMLTextAreaElement>(`[data-reply="${CSS.escape(id)}"]`);
}

/** Whether a text is being written that is not for `id`: nothing may be put over it. */
export function writes(id: string): boolean {
  if (document.querySelector("dialog[open]")) return true;
  const here = document.activeElement;
  if (!(here instanceof HTMLTextAreaElement || here instanceof HTMLInputElement) || !isTyping(here)) return false;
  return here.value.trim() !== "" && here.dataset.catches !== id && here.dataset.reply !== id;
}

/** After the stage was drawn: the focus goes to what was wanted, and is never left on nothing. */
export function settle(): void {
  const open = store.open.value;
  const card = store.openCard.value;
  const now = open ? { id: open.id, after: card?.state === "wrap_up" } : { id: "", after: false };
  const before = shown;
  shown = now;
  if (open) place = Math.max(0, store.listed.value.findIndex((item) => item.id === open.id));
  if (wanted && open?.id === wanted) {
    wanted = "";
    return enter(open.id);
  }
  if (!before || (before.id === now.id && before.after === now.after)) return;
  const ended = before.id === now.id && now.after;
  if (isNowhere() || (ended && !writes(now.id) && document.activeElement?.closest(".work, .pane:not(.beside)"))) recover();
}

function isNowhere(): boolean {
  return !document.activeElement || document.activeElement === document.body;
}

/** Gives the focus to what is open, else to the next in the list, if nothing has it. */
export function recover(): void {
  const open = store.open.value;
  if (open) enter(open.id);
  else toList();
}

export function recoverIfLost(): void {
  if (isNowhere()) recover();
}

/** Into the reply box; of a call to its first control, of other work to its pane. */
function enter(id: string): void {
  const card = store.cards.value[id];
  const pane = document.querySelector<HTMLElement>(".stage .pane:not(.beside)");
  const calls = card?.channel === "voice" && card.state !== "wrap_up";
  const writesTo = card && card.channel !== "voice" && card.state !== "wrap_up";
  const box = boxOf(id);
  // What was typed on the way to a call or a task stands in its notes: it goes on there.
  const typed = card?.state !== "wrap_up" && box?.value;
  const first = calls ? pane?.querySelector<HTMLElement>(".call button:enabled:not(.danger)") : null;
  focusFirst(writesTo || typed ? box : null, first, pane);
}

function toList(): void {
  const items = store.listed.value;
  const next = items[Math.min(place, items.length - 1)];
  const row = next && document.querySelector<HTMLElement>(`.work [data-item="${CSS.escape(next.id)}"]`);
  focusFirst(row, document.querySelector<HTMLElement>(".work"), document.querySelector<HTMLElement>(".stage .pane"));
}

/** The first that there is and that takes it: on a small screen not everything is shown. */
function focusFirst(...candidates: (HTMLElement | null | undefined)[]): void {
  for (const one of candidates) {
    one?.focus();
    if (!one || document.activeElement !== one) continue;
    if (one instanceof HTMLTextAreaElement) one.setSelectionRange(one.value.length, one.value.length);
    return;
  }
}
