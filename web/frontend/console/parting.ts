// A contact leaves my hands: it ends, goes to somebody else, or is put aside. Whichever it is, what is written and has
// not gone out is asked about once.
import { signal } from "@preact/signals";
import type { Card } from "../wire";
import { endNow, send } from "./acts";
import { EMPTY, setDraft, unsent } from "./drafts";
import { boxOf } from "./focus";
import { dialog, show } from "./opening";
import { openCard } from "./store";

export type Way = "end" | "transfer" | "snooze";

interface Parting {
  card: Card;
  way: Way;
  /** Lets go of it; whether the server has done so. */
  go: () => Promise<boolean>;
}

/** What is about to leave, and is asked about. */
export const parting = signal<Parting | null>(null);

/** Lets go of a contact, or asks first; whether it is gone. */
export async function part(card: Card, way: Way, go: () => Promise<boolean>): Promise<boolean> {
  if (card.channel === "voice" || !unsent(card.id)) return go();
  if (openCard.value?.id !== card.id) show({ kind: "interaction", id: card.id });
  parting.value = { card, way, go };
  dialog.value = "unsent";
  return false;
}

export function end(card: Card): void {
  void part(card, "end", () => endNow(card));
}

/** What the server does not take keeps the contact here: it can be sent again from there. */
export async function sendAndPart({ card, go }: Parting): Promise<void> {
  if (await send(card)) await go();
}

/** What is put aside comes back to me if I am there, and finds its draft; what goes to somebody else does not. */
export async function partWithout({ card, way, go }: Parting): Promise<void> {
  if ((await go()) && way === "transfer") setDraft(card.id, EMPTY);
}

export function writeOn({ card }: Parting): void {
  boxOf(card.id)?.focus();
}
