// Pictures and papers on their way into a text: each comes where it was put, whatever is typed meanwhile.
// Where that is, is remembered through edits; the text itself holds nothing of it, so none is saved or kept half.
import { Problem, upload } from "../api";
import type { Coming } from "./sending";

interface Place {
  name: string;
  from: number;
  to: number;
  /** What it takes the place of, if that still stands there. */
  instead: string;
}

interface Arriving extends Coming {
  /** Uploads them, one after the other, to `path`. */
  add: (files: File[], path: string) => Promise<void>;
}

/** `put` writes over what stands from `from` to `to`, and returns where that ends then; `say` tells what became of each. */
export function arriving(body: HTMLTextAreaElement, put: (markdown: string, from: number, to: number) => number, say: (words: string) => void): Arriving {
  let coming: Place[] = [];
  let before = body.value;
  let failed = "";
  let composing = false;
  let last: Promise<void> = Promise.resolve();

  const follow = (): void => {
    for (const place of coming) [place.from, place.to] = [moved(place.from, before, body.value), moved(place.to, before, body.value)];
    before = body.value;
  };
  body.addEventListener("input", follow);
  body.addEventListener("compositionstart", () => (composing = true));
  body.addEventListener("compositionend", () => (composing = false));
  // A word that is being put together in signs would break.
  const rests = async (): Promise<void> => {
    while (composing) await new Promise((resolve) => body.addEventListener("compositionend", () => setTimeout(resolve), { once: true }));
  };

  /** Who writes on stays where they are; who stayed where it was put goes on behind it. */
  const land = (place: Place, markdown: string): void => {
    follow();
    coming = coming.filter((one) => one !== place);
    const { from } = place;
    const to = body.value.slice(from, place.to) === place.instead ? place.to : from;
    const { selectionStart, selectionEnd, scrollTop } = body;
    const writes = document.activeElement;
    const others = coming.map((one) => [one, one.from, one.to] as const);
    const end = put(markdown, from, to);
    // What was put at the same place later comes behind it.
    const after = (at: number): number => (at < from ? at : at <= to ? end : at + end - to);
    for (const [one, begins, ends] of others) [one.from, one.to] = [after(begins), after(ends)];
    body.setSelectionRange(after(selectionStart), after(selectionEnd));
    body.scrollTop = scrollTop;
    if (writes instanceof HTMLElement && writes !== body) writes.focus();
    before = body.value;
  };
  const one = async (file: File, place: Place, path: string): Promise<void> => {
    say(uploading(file.name));
    try {
      const { markdown } = await upload<{ markdown: string }>(path, file);
      await rests();
      land(place, markdown);
      say(`${file.name} is in the text`);
    } catch (error) {
      coming = coming.filter((other) => other !== place);
      const why = error instanceof Problem ? Object.values(error.errors)[0] || error.message : "there is no connection";
      failed = `${file.name} was not added: ${why}`;
      say(failed);
    }
  };
  return {
    add: (files, path) => {
      follow();
      const [from, end] = [body.selectionStart, body.selectionEnd];
      // The first takes the place of what is selected, the others come behind it.
      const places = files.map((file, at) => ({ name: file.name, from: at ? end : from, to: end, instead: at ? "" : body.value.slice(from, end) }));
      coming.push(...places);
      say(uploading(coming[0]!.name));
      for (const [at, file] of files.entries()) last = last.then(() => one(file, places[at]!, path));
      return last;
    },
    waitsFor: () => coming[0]?.name ?? "",
    settled: async () => {
      failed = "";
      while (coming.length) await last;
      return failed;
    },
  };
}

const uploading = (name: string): string => `Uploading ${name}: it comes where you put it`;

/** Where in `after` that is which stood at `at` in `before`; what is typed right there comes behind it. */
function moved(at: number, before: string, after: string): number {
  const most = Math.min(before.length, after.length);
  let same = 0;
  while (same < Math.min(at, most) && before[same] === after[same]) same++;
  if (same === at) return at;
  let behind = 0;
  while (behind < most - same && before[before.length - 1 - behind] === after[after.length - 1 - behind]) behind++;
  return at < before.length - behind ? same : at + after.length - before.length;
}
