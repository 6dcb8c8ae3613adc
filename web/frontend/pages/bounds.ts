// What is pasted or dropped and is more than its field holds is refused before the browser takes it in: ten megabytes
// would keep it busy for half a minute, and what a field cuts off nobody sees go.
import { notice } from "./notices";

type Field = HTMLInputElement | HTMLTextAreaElement;

const said = (size: number): string => size.toLocaleString("en");

/** Why `field`, which holds `most` characters, does not take these words in place of what is selected; empty if it does. */
export function whyTooLong(field: Field, words: DataTransfer | null, most: number): string {
  return whyNoRoom(field, words?.getData("text/plain").length ?? 0, most);
}

/** The same of so many characters. */
export function whyNoRoom(field: Field, size: number, most: number): string {
  const left = most - field.value.length + (field.selectionEnd ?? 0) - (field.selectionStart ?? 0);
  if (size <= left || !size) return "";
  const bound = size > most ? `at most ${said(most)} fit here` : `there is room for ${said(Math.max(0, left))} of ${said(most)}`;
  return `Not pasted: ${said(size)} characters; ${bound}.`;
}

/** Says so at the top of the form, for each field of it that has a bound of its own. */
export function boundsPasting(form: HTMLFormElement): void {
  for (const kind of ["paste", "drop"] as const) {
    form.addEventListener(kind, (event) => {
      const field = event.target;
      if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) || field.maxLength < 0) return;
      const words = event instanceof ClipboardEvent ? event.clipboardData : (event as DragEvent).dataTransfer;
      const why = whyTooLong(field, words, field.maxLength);
      form.querySelector(".alert[data-unpasted]")?.remove();
      if (!why) return;
      event.preventDefault();
      notice(form, "bad", `${field.labels?.[0]?.textContent ?? field.name}: ${why}`).dataset.unpasted = "";
    });
  }
}
