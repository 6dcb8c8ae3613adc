// What is typed into the editor of an article and not saved yet is kept on this machine: a closed tab, or a page that
// could not be sent, loses nothing. It is kept for one user and one text, by each page that is open on it under a name
// of its own, so that two tabs never write over each other, and forgotten once it has been saved.

const PREFIX = "careline:article:";
const FIELDS = ["title", "summary", "body", "note"] as const;

/** What this tab has sent, until the page that comes has said whether it was taken. */
const SENT = "careline:article-sent";

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

function read(form: HTMLFormElement): Record<string, string> {
  const said = new FormData(form);
  // A form sends other ends of lines than its boxes hold.
  return Object.fromEntries(FIELDS.map((name) => [name, String(said.get(name) ?? "").replaceAll("\r\n", "\n")]));
}

const textOf = (form: HTMLFormElement): string => `${PREFIX}${form.dataset.kept!}:`;

/** Whether it is kept of this user and this text. */
export function isOf(form: HTMLFormElement, name: string): boolean {
  return name.startsWith(textOf(form));
}

/** Under which no other page keeps anything. */
export function newName(form: HTMLFormElement): string {
  return textOf(form) + crypto.getRandomValues(new Uint32Array(2)).join("-");
}

export function keep(form: HTMLFormElement, name: string): void {
  try {
    localStorage.setItem(name, JSON.stringify(read(form)));
  } catch {
    // Full, or closed to us: the words stand in the form, and leaving the page asks.
  }
}

/** Keeps what is about to be sent, and where one was writing. */
export function keepSent(form: HTMLFormElement, name: string, caret: Caret | null): void {
  keep(form, name);
  const sent: Sent = { name, caret };
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
  const differing = (words: Record<string, string>): string => JSON.stringify(["title", "summary", "body"].map((name) => words[name]));
  const known = new Set([differing(read(form))]);
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
 * after the sending stays, and is of the text whose editor has come: a new article has become one.
 */
export function afterSending(form: HTMLFormElement | null): { caret: Caret | null; refused: Sent | null } {
  const sent = sentByTab();
  sessionStorage.removeItem(SENT);
  if (!sent || !document.querySelector("main .alert[data-tone=ok]")) return { caret: null, refused: sent };
  if (!sent.outrun) forget(sent.name);
  else if (form && !isOf(form, sent.name)) rename(sent.name, newName(form));
  return { caret: sent.caret, refused: null };
}

const sentByTab = (): Sent | null => JSON.parse(sessionStorage.getItem(SENT) ?? "null") as Sent | null;

function rename(from: string, to: string): void {
  const words = localStorage.getItem(from);
  forget(from); // there may be no room for both
  if (words) localStorage.setItem(to, words);
}
