// A guide beside a conversation: the agent asks what it asks, chooses what the customer says, and tells where it led.
import { batch, signal } from "@preact/signals";
import { announce, toast } from "../announce";
import type { Article, Card, Step } from "../wire";
import { t } from "../words";
import { act, ask, outbox } from "./acts";
import { notes, setNotes } from "./drafts";
import { boxOf } from "./focus";
import type { Words } from "./given";
import { pane } from "./opening";
import { offerInPop, openCard } from "./store";
import { noteReadOut, putIn, suggested } from "./suggested";

export interface Walk {
  interaction_id: string;
  article: Article;
  revision: number;
  guides: Step[][];
  /** Which of them is walked, and the number of each choice, from 0. */
  guide: number;
  way: number[];
  /** The answer to which the way led was read out. */
  heard?: boolean;
}

/** The guide that is open, beside whose conversation. */
export const walking = signal<Walk | null>(null);

/** The guide that was asked for and is not there yet: what is pressed meanwhile is for it, and not for the reply. */
export const coming = signal<{ interaction_id: string; article: Article } | null>(null);

/** Whether a guide stands beside the open conversation, or comes there: who is offered then does not take its place. */
export function isWalked(): boolean {
  const id = openCard.peek()?.id;
  return id !== undefined && (walking.peek() ?? coming.peek())?.interaction_id === id;
}

let shown: Walk | null = null;

/** Whether the agent did this just now: only then the focus goes there, and never out of a reply that is being written. */
export function isNew(walk: Walk): boolean {
  const before = shown;
  shown = walk;
  return before !== walk;
}

export async function openGuide(interaction_id: string, article: Article): Promise<void> {
  const mine = { interaction_id, article };
  turnTo();
  coming.value = mine;
  const said = await ask<{ revision: number; guides: Step[][] }>("article.guide", { text_id: article.text_id });
  if (coming.peek() !== mine) return;
  if (!said) return leave(interaction_id);
  batch(() => {
    coming.value = null;
    walking.value = { ...mine, revision: said.revision, guides: said.guides, guide: 0, way: [] };
  });
}

/** The pop shows whose conversation is open; the hand is out of every text, also while there is nothing to see yet. */
function turnTo(): void {
  offerInPop.value = false;
  pane.value = "customer";
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** Back to the reply. */
export function leave(interaction_id: string): void {
  coming.value = null;
  pane.value = "talk";
  boxOf(interaction_id)?.focus();
}

/** The guide of the first suggested article that has one; one that is open beside this conversation keeps its place. Says where there is none. */
export function walkFirst(interaction_id: string): void {
  const one = suggested(interaction_id).peek().find((article) => article.guided);
  const here = walking.peek();
  if (here?.interaction_id === interaction_id) {
    turnTo();
    walking.value = { ...here };
  } else if (one) void openGuide(interaction_id, one);
  else {
    turnTo(); // who walks by keys types on: that must not be sent to the customer
    toast({ text: t("guide.none"), tone: "warn" });
  }
}

/** The steps from the first to where the way is now. */
export function steps(walk: Walk): Step[] {
  const all = walk.guides[walk.guide]!;
  const found = [all[0]!];
  for (const n of walk.way) found.push(all.find((step) => step.name === found.at(-1)!.choices[n]!.to)!);
  return found;
}

const go = (walk: Walk, way: number[]): void => {
  walking.value = { ...walk, way, heard: false };
  announce(steps(walking.value).at(-1)!.says);
};

export function choose(walk: Walk, n: number): void {
  if (steps(walk).at(-1)!.choices[n]) go(walk, [...walk.way, n]);
}

export const goBack = (walk: Walk): void => go(walk, walk.way.slice(0, -1));
export const startAgain = (walk: Walk): void => go(walk, []);
export const another = (walk: Walk): void => go({ ...walk, guide: (walk.guide + 1) % walk.guides.length }, []);

export function closeGuide(walk: Walk): void {
  walking.value = null;
  leave(walk.interaction_id);
}

/** The answer goes into the reply; on a call it is noted as read out. */
export async function tell(walk: Walk, card: Card): Promise<void> {
  const walked = { guide: walk.guide + 1, revision: walk.revision, way: walk.way.map((n) => n + 1) };
  const about = { interaction_id: card.id, text_id: walk.article.text_id, walked };
  if (card.channel === "voice") {
    if (!(await act("article.read_out", about))) return;
    announce(t("article.read_out", { title: walk.article.title }));
    noteReadOut(card.id, walk.article);
    if (walking.peek() === walk) walking.value = { ...walk, heard: true };
    return;
  }
  const said = await ask<Words>("article.words", { ...about, how: "inserted" });
  if (!said) return;
  announce(t("article.inserted", { title: walk.article.title }));
  closeGuide(walk);
  putIn(card.id, walk.article, said);
}

/** The way that was taken, for colleagues: as a note in the conversation, on a call in the notes of it. */
export function noteWay(walk: Walk, card: Card): void {
  const taken = steps(walk);
  const way = taken.map((step, n) => (step.choices[walk.way[n] ?? -1] ? `${line(step)} → ${step.choices[walk.way[n]!]!.says}` : line(step)));
  const text = t("guide.noted_words", { title: walk.article.title, way: way.join("; ") }).replace(/([.。!?！？])\.$/, "$1");
  if (card.channel === "voice") setNotes(card.id, [notes(card.id).trimEnd(), text].filter(Boolean).join("\n"));
  else void outbox.send({ interaction_id: card.id, text, internal: true, attachments: [] });
  announce(t(card.channel === "voice" ? "guide.noted_call" : "guide.noted"));
}

const line = (step: Step): string => step.says.split("\n")[0]!;
