// What was put into a reply of articles, and what of it the reply still holds when it goes out.
import { keep, kept } from "./keep";

/** What the server gives of an article for a reply: by its words and its address it is known again. */
export interface Words {
  text: string;
  words: string;
  address: string;
}

export interface Held {
  text_id: string;
  how: "inserted" | "linked";
}

type Given = Pick<Words, "words" | "address"> & { text_id: string };

const NONE: Given[] = [];
/** As many as can be named with a reply. */
const MOST = 10;
/** So many of its characters in a row, of a script without spaces, are an article's words and nobody else's. */
const RUN = 24;
const DENSE_RUN = 10;
const DENSE = /[\u3040-\u30ff\u3400-\u9fff]/;

const name = (interactionId: string): string => `given:${interactionId}`;

/** Remembered beside the draft for as long as there is one contact: what is cut may be put back. */
export function given(interaction_id: string, text_id: string, { words, address }: Words): void {
  const before = kept(name(interaction_id), NONE).peek();
  keep(name(interaction_id), [...before, { text_id, words, address }].slice(-MOST), NONE);
}

/** The contact is over, or somebody else's. */
export function forgetGiven(interactionId: string): void {
  keep(name(interactionId), NONE, NONE);
}

/** The articles that a reply holds: the words of one, if only a few in a row, else the way to it. */
export function heldIn(interaction_id: string, text: string): Held[] {
  const says = squeezed(text);
  const held = new Map<string, Held>();
  for (const one of kept(name(interaction_id), NONE).peek()) {
    const how = holds(says, squeezed(one.words)) ? "inserted" : one.address && says.includes(one.address) ? "linked" : null;
    if (how) held.set(`${one.text_id} ${how}`, { text_id: one.text_id, how });
  }
  return [...held.values()];
}

function holds(says: string, words: string): boolean {
  const run = DENSE.test(words) ? DENSE_RUN : RUN;
  if (words.length <= run) return words !== "" && says.includes(words);
  for (let at = 0; at + run <= words.length; at++) if (says.includes(words.slice(at, at + run))) return true;
  return false;
}

const squeezed = (text: string): string => text.replace(/\s+/g, " ").trim();
