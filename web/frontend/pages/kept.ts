// What is typed into the editor of an article and not saved yet is kept on this machine: a closed tab, or a page that
// could not be sent, loses nothing. It is kept for one user and one text, and forgotten once it has been saved.

const PREFIX = "careline:article:";
const FIELDS = ["title", "summary", "body", "note"] as const;

/** What this tab has sent, until the page that comes has said whether it was taken. */
const SENT = "careline:article-sent";

/** Where somebody was writing: the selection, and how far the text was scrolled. */
export type Caret = [from: number, to: number, scrolled: number];

function read(form: HTMLFormElement): Record<string, string> {
  const said = new FormData(form);
  // A form sends other ends of lines than its boxes hold.
  return Object.fromEntries(FIELDS.map((name) => [name, String(said.get(name) ?? "").replaceAll("\r\n", "\n")]));
}

const nameOf = (form: HTMLFormElement): string => PREFIX + form.dataset.kept!;

export function keep(form: HTMLFormElement): void {
  try {
    localStorage.setItem(nameOf(form), JSON.stringify(read(form)));
  } catch {
    // Full, or closed to us: the words stand in the form, and leaving the page asks.
  }
}

/** Keeps what is about to be sent, and where one was writing. */
export function keepSent(form: HTMLFormElement, caret: Caret | null): void {
  keep(form);
  sessionStorage.setItem(SENT, JSON.stringify({ name: nameOf(form), caret }));
}

export function forget(form: HTMLFormElement): void {
  localStorage.removeItem(nameOf(form));
}

/** What was typed and is not what the form holds; null if nothing was. */
export function kept(form: HTMLFormElement): Record<string, string> | null {
  const found = JSON.parse(localStorage.getItem(nameOf(form)) ?? "null") as Record<string, string> | null;
  const now = read(form);
  const differs = found && (["title", "summary", "body"] as const).some((name) => found[name] !== now[name]);
  if (found && !differs) forget(form);
  return differs ? found : null;
}

/** Forgets what this tab has sent, once the page that came says that it was taken; returns where one was writing. */
export function forgetSent(): Caret | null {
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "null") as { name: string; caret: Caret | null } | null;
  sessionStorage.removeItem(SENT);
  if (!sent || !document.querySelector("main .alert[data-tone=ok]")) return null;
  localStorage.removeItem(sent.name);
  return sent.caret;
}
