// What is typed into a form and not saved yet is kept on this machine: a closed tab, or a page that could not be sent,
// loses nothing. It is kept for one user and one thing (a text, a snippet, a category), by each page that is open on it
// under a name of its own, so that two tabs never write over each other, and forgotten once it has been saved.

const PREFIX = "careline:typed:";

/** What this tab has sent, until the page that comes has said whether it was taken. */
const SENT = "careline:sent";
/** What is kept of an article that has no id yet. */
const OF_A_NEW_ONE = new RegExp(`^${PREFIX}[^:]+:new:`);

/** Where somebody was writing: the selection, and how far the text was scrolled. */
export type Caret = [from: number, to: number, scrolled: number];

export interface Sent {
  /** Under which it is kept. */
  name: string;
  caret: Caret | null;
  /** Something was typed after it was sent, and is kept in its place. */
  outrun?: true;
}

export interface Kept {
  name: string;
  words: Record<string, string>;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The fields into which something is typed, or of which one is chosen. */
export function fieldsOf(form: HTMLFormElement): Field[] {
  const typed = (one: Element): one is Field => one.matches("textarea[name], select[name], input[name]:not([type]), input[name][type=date], input[name][type=datetime-local]");
  return [...form.elements].filter(typed);
}

function read(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
}

const thingOf = (form: HTMLElement): string => `${PREFIX}${form.dataset.kept!}:`;

/** Whether it is kept of this user and this thing. */
export function isOf(form: HTMLElement, name: string): boolean {
  return name.startsWith(thingOf(form));
}

/** Under which no other page keeps anything. */
export function newName(form: HTMLElement): string {
  return thingOf(form) + crypto.getRandomValues(new Uint32Array(2)).join("-");
}

export function keep(form: HTMLFormElement, name: string): void {
  try {
    localStorage.setItem(name, JSON.stringify(read(form)));
  } catch {
    // Full, or closed to us: the words stand in the form, and leaving the editor asks.
  }
}

/** Keeps what is about to be sent, and where one was writing; what is `outrun` is not what the form holds any more. */
export function keepSent(form: HTMLFormElement, name: string, caret: Caret | null, outrun: boolean): void {
  keep(form, name);
  const sent: Sent = { name, caret, ...(outrun && { outrun }) };
  sessionStorage.setItem(SENT, JSON.stringify(sent));
}

/** Keeps at once what is typed after the sending: the page that comes takes this one's place at any moment. */
export function keepOutrunning(form: HTMLFormElement, name: string): void {
  const sent = sentByTab();
  if (sent?.name !== name) return;
  keep(form, name);
  sessionStorage.setItem(SENT, JSON.stringify({ ...sent, outrun: true }));
}

export function forget(name: string): void {
  localStorage.removeItem(name);
}

/** What was typed here by other pages and is not what the form holds, each once. */
export function keptElsewhere(form: HTMLFormElement, own: string): Kept[] {
  const now = read(form);
  // A note on a change is none.
  const differing = (words: Record<string, string>): string => JSON.stringify(Object.keys(now).map((name) => name !== "note" && (words[name] ?? now[name])));
  const known = new Set([differing(now)]);
  const found: Kept[] = [];
  for (const name of Object.keys(localStorage).sort()) {
    if (name === own || !isOf(form, name)) continue;
    const words = JSON.parse(localStorage.getItem(name)!) as Record<string, string>;
    if (known.has(differing(words))) forget(name);
    else found.push({ name, words });
    known.add(differing(words));
  }
  return found;
}

/**
 * What this tab has sent and was not taken; what was is forgotten, and where one was writing returned. What was typed
 * after the sending stays (`outrun`), and is of the text whose editor or page has come: a new article has become one.
 * A page says only once, as the answer to what this tab sent last, that something was done: one that is loaded again
 * would say it of what was sent since and never arrived.
 */
export function afterSending(text: HTMLElement | null): { caret: Caret | null; refused: Sent | null; outrun: boolean } {
  const sent = sentByTab();
  sessionStorage.removeItem(SENT);
  saysOnce();
  if (!sent || !document.querySelector("main .alert[data-tone=ok]")) return { caret: null, refused: sent, outrun: false };
  if (!sent.outrun) forget(sent.name);
  else if (text && OF_A_NEW_ONE.test(sent.name)) rename(sent.name, newName(text));
  return { caret: sent.caret, refused: null, outrun: sent.outrun ?? false };
}

function saysOnce(): void {
  const here = new URL(location.href);
  if (!here.searchParams.has("said")) return;
  here.searchParams.delete("said");
  history.replaceState(history.state, "", here);
}

/** What is sent by a form that keeps nothing is answered in the place of what was on its way. */
export function endsWithOtherForms(): void {
  const ends = ({ target }: Event): void => {
    if (!(target as HTMLFormElement).dataset.kept) sessionStorage.removeItem(SENT);
  };
  addEventListener("submit", ends, { capture: true });
}

const sentByTab = (): Sent | null => JSON.parse(sessionStorage.getItem(SENT) ?? "null") as Sent | null;

function rename(from: string, to: string): void {
  const words = localStorage.getItem(from);
  forget(from); // there may be no room for both
  if (words) localStorage.setItem(to, words);
}
