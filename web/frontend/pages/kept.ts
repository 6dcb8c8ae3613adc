// What is typed into the editor of an article and not saved yet is kept on this machine: a closed tab, or a page that
// could not be sent, loses nothing. It is kept for one user and one text, and forgotten once it has been saved.

const PREFIX = "careline:article:";
const FIELDS = ["title", "summary", "body", "note"] as const;

interface Kept {
  words: Record<string, string>;
  /** The form was sent with it; whether it was taken the next page says. */
  sent: boolean;
}

function read(form: HTMLFormElement): Record<string, string> {
  const said = new FormData(form);
  // A form sends other ends of lines than its boxes hold.
  return Object.fromEntries(FIELDS.map((name) => [name, String(said.get(name) ?? "").replaceAll("\r\n", "\n")]));
}

const nameOf = (form: HTMLFormElement): string => PREFIX + form.dataset.kept!;

function stored(name: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

export function keep(form: HTMLFormElement, sent = false): void {
  try {
    localStorage.setItem(nameOf(form), JSON.stringify({ words: read(form), sent } satisfies Kept));
  } catch {
    // Full, or closed to us: the words stand in the form, and leaving the page asks.
  }
}

export function forget(form: HTMLFormElement): void {
  localStorage.removeItem(nameOf(form));
}

/** What was typed and is not what the form holds; null if nothing was. */
export function kept(form: HTMLFormElement): Record<string, string> | null {
  const found = stored(nameOf(form))?.words;
  const now = read(form);
  const differs = found && (["title", "summary", "body"] as const).some((name) => found[name] !== now[name]);
  if (found && !differs) forget(form);
  return differs ? found : null;
}

/** What was sent has been taken once a page says so. */
export function forgetSaved(): void {
  if (!document.querySelector("main .alert[data-tone=ok]")) return;
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX) && stored(name)?.sent) localStorage.removeItem(name);
  }
}
