// The words of the panel: a visitor fetches those of their language alone; and how places, waits and times read in it.
import type { SAID } from "./said";

export type Words = Record<keyof typeof SAID, string>;

/** `said:de` is one column of the table in `said.ts`. */
const COLUMNS: Record<string, () => Promise<{ default: Words }>> = {
  en: () => import("said:en"),
  de: () => import("said:de"),
  fr: () => import("said:fr"),
  es: () => import("said:es"),
  "zh-Hans": () => import("said:zh-Hans"),
  "zh-Hant": () => import("said:zh-Hant"),
};

/** The language of ours that comes nearest to a tag such as `de-AT` or `zh-TW`. */
export function nearest(language: string): string {
  const tag = language.toLowerCase();
  if (/^zh\b|^zh_/.test(tag)) return /hant|tw|hk|mo/.test(tag) && !/hans/.test(tag) ? "zh-Hant" : "zh-Hans";
  const found = tag.split(/[-_]/)[0]!;
  return Object.hasOwn(COLUMNS, found) ? found : "en";
}

/**
 * In which variety of the page's language days and times are written: the one that the page names (`en-GB`, `de-AT`), else
 * the one in which this browser likes to read it.
 */
export function variety(language: string): string {
  const ours = nearest(language);
  const same = (tag: string): boolean => nearest(tag) === ours && tag.slice(0, 2).toLowerCase() === ours.slice(0, 2);
  const page = language.replaceAll("_", "-");
  const wished = page.includes("-") ? [page, ...navigator.languages] : navigator.languages;
  return wished.find((tag) => same(tag) && isKnown(tag)) ?? ours;
}

function isKnown(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false; // not even a tag
  }
}

/** Raises what `import` raises where they cannot be fetched. */
export async function wordsIn(language: string): Promise<Words> {
  return (await COLUMNS[nearest(language)]!()).default;
}

/** `say(words.typing, "Ada")`: a sentence with its gaps filled. */
export const say = (sentence: string, value: string | number): string => sentence.replace("{0}", () => String(value));

/** A place in the queue: 3rd, 3., 3e, 3.º, 第 3 位. */
export function place(number: number, language: string): string {
  switch (nearest(language)) {
    case "de":
      return `${number}.`;
    case "fr":
      return number === 1 ? "1er" : `${number}e`;
    case "es":
      return `${number}.º`;
    case "en": {
      const endings: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };
      return number + endings[new Intl.PluralRules("en", { type: "ordinal" }).select(number)]!;
    }
    default:
      return `第 ${number} 位`;
  }
}

/** A wait as a range of whole minutes; a point where both ends are the same. */
export function range([low, high]: [number, number], words: Words): string {
  const from = Math.floor(low / 60);
  const to = Math.ceil(high / 60);
  if (to <= 1) return words.soon;
  return say(words.minutes, from >= to ? to : `${Math.max(from, 1)}–${to}`);
}

/** What a customer is told of a queue that is closed: why, if we say so, until when, and that nothing is lost. */
export function closing({ told, until }: { told: string; until: string | null }, words: Words, language: string): string {
  const opens = until ? say(words.opens, openingTime(until, language)) : "";
  return [told && ended(told), opens, words.kept_for].filter(Boolean).join(" ");
}

/** A day and a time on the reader's own clock. */
function openingTime(until: string, language: string): string {
  const form: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(variety(language), form).format(new Date(until));
}

const ended = (sentence: string): string => (/[.!?。！？]$/.test(sentence) ? sentence : `${sentence}.`);
