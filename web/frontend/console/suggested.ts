// Articles beside a conversation: what fits what the customer wrote, and what goes from them into the reply. The server
// says what may be told to a customer, and gives the words.
import { effect, signal, type Signal } from "@preact/signals";
import { announce, toast } from "../announce";
import type { Article, ReadOut } from "../wire";
import { t } from "../words";
import { act, ask, link } from "./acts";
import { draft, setDraft } from "./drafts";
import { boxOf } from "./focus";
import { given, type Words } from "./given";
import { offer, open, openCard } from "./store";

/** The first of the suggested articles have a key each. */
export const KEYED = 5;
/** So long after the customer's last word. */
const CALM_MS = 700;

/** The interaction over whose composer an article is being searched. */
export const searching = signal("");

const known = new Map<string, Signal<Article[]>>();
let timer = 0;

export function suggested(id: string): Signal<Article[]> {
  let found = known.get(id);
  if (!found) known.set(id, (found = signal<Article[]>([])));
  return found;
}

const heard = new Map<string, Signal<ReadOut[]>>();

/** What was read out in a contact, by whomever: it stays marked for whoever has the contact. */
export function readOut(id: string): Signal<ReadOut[]> {
  let found = heard.get(id);
  if (!found) heard.set(id, (found = signal<ReadOut[]>([])));
  return found;
}

/** What was noted here while the list came is in it or not: it was read out all the same. */
export function noteReadOut(id: string, ...more: ReadOut[]): void {
  const all = readOut(id);
  all.value = [...all.peek(), ...more.filter((one) => !all.peek().some((known) => known.text_id === one.text_id))];
}

async function load(id: string): Promise<void> {
  const said = await link.call<{ articles: Article[]; read_out: ReadOut[] }>("article.suggest", { interaction_id: id }).catch(() => null);
  if (!said) return void looked.delete(id);
  suggested(id).value = said.articles;
  noteReadOut(id, ...said.read_out);
}

/** The customer wrote: what fits now is asked for once they pause, or when it is opened. */
export function wrote(id: string): void {
  if (open.peek()?.id !== id) return void looked.delete(id);
  clearTimeout(timer);
  timer = window.setTimeout(() => void load(id), CALM_MS);
}

/** What is opened, and what is offered, is looked up once; what its customer writes then, anew. */
const looked = new Set<string>();
effect(() => {
  for (const id of [openCard.value?.id, offer.value?.interaction?.id]) {
    if (!id || looked.has(id)) continue;
    looked.add(id);
    void load(id);
  }
});

/** What the words find; null where nobody answered. */
export async function search(interaction_id: string, q: string): Promise<Article[] | null> {
  return (await link.call<{ articles: Article[] }>("article.search", { interaction_id, q }).catch(() => null))?.articles ?? null;
}

export const pageOf = (article: ReadOut): string => `/knowledge/${article.id}?language=${article.language}`;

/** Whether an article may be read and not be told in this contact; why, in words. */
export const onlyRead = (article: Article): boolean => article.internal || article.uncertain;
export const whyOnlyRead = (article: Article): string => t(article.internal ? "article.internal_only" : "article.uncertain_only");

/** Opens what is only read, and says why it goes into no reply. */
export function read(article: Article): void {
  window.open(pageOf(article), "_blank");
  toast({ text: whyOnlyRead(article), tone: "warn" });
}

/** Puts the words of an article, or the way to it, where the cursor is in the reply; what is only read is opened. */
export async function use(interaction_id: string, article: Article, how: "inserted" | "linked" | "read_out"): Promise<void> {
  if (onlyRead(article)) return read(article);
  const about = { interaction_id, text_id: article.text_id };
  if (how === "read_out") {
    if (!(await act("article.read_out", about))) return;
    noteReadOut(interaction_id, article);
  } else {
    const said = await ask<Words>("article.words", { ...about, how });
    if (!said) return;
    putIn(interaction_id, article, said);
  }
  announce(t(`article.${how}`, { title: article.title }));
}

/** Puts the words of an article where the cursor is in the reply. */
export function putIn(interaction_id: string, article: Article, said: Words): void {
  const box = boxOf(interaction_id);
  if (!box) return;
  const { text } = draft(interaction_id);
  const words = said.text;
  given(interaction_id, article.text_id, said);
  const begin = Math.min(box.selectionStart, text.length);
  const before = text.slice(0, begin) && !/\s$/.test(text.slice(0, begin)) ? " " : "";
  const end = begin + before.length + words.length;
  setDraft(interaction_id, { text: text.slice(0, begin) + before + words + text.slice(Math.max(begin, box.selectionEnd)) });
  requestAnimationFrame(() => {
    box.focus();
    box.setSelectionRange(end, end);
  });
}
