// The words of the staff screens, in English. Every other language is a catalogue over the same keys.
import { conversation } from "./words/conversation";
import { customer } from "./words/customer";
import { everywhere } from "./words/everywhere";
import type { floor } from "./words/floor";
import { why } from "./words/why";
import { work } from "./words/work";

const common = { ...everywhere, ...work, ...conversation, ...customer, ...why };
const english: Record<string, string> = { ...common };

export type Word = keyof typeof common | keyof typeof floor;
type Values = Record<string, string | number>;

let catalogue: Partial<Record<Word, string>> = {};

/** Adds the English words of a screen that has some of its own. */
export function learn(words: Record<string, string>): void {
  Object.assign(english, words);
}

/** Puts a language over the English words. */
export function useCatalogue(words: Partial<Record<Word, string>>): void {
  catalogue = words;
}

function fill(text: string, values?: Values): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole)) : text;
}

export function t(key: Word, values?: Values): string {
  return fill(catalogue[key] ?? english[key] ?? key, values);
}

/** For keys made of codes that may be unknown here: the code itself, readable, when no word is. */
export function say(prefix: string, code: string, values?: Values): string {
  const key = `${prefix}.${code}` as Word;
  const text = catalogue[key] ?? english[key];
  return text === undefined ? capital(code.replaceAll("_", " ")) : fill(text, values);
}

const plurals = new Intl.PluralRules(document.documentElement.lang || "en");

/** The form of a word that goes with `n`. */
export function count(key: string, n: number, values?: Values): string {
  const form = plurals.select(n) === "one" ? "one" : "other";
  return t(`${key}_${form}` as Word, { n, ...values });
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const languages = new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" });

/** "German" for "de"; the code itself where nobody knows it. */
export function language(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}
