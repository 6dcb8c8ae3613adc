// Time as people read it: counted near now, dated when far, exact on hover.
import { computed, signal } from "@preact/signals";
import { t } from "./words";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The server's clock minus this machine's: two clocks must not give one offer two lengths. */
let offset = 0;

/** The server's time in ms, moving on each second. */
export const now = signal(Date.now());
/** The same, moving on each minute: for what does not show seconds. */
export const minute = computed(() => Math.floor(now.value / MINUTE) * MINUTE);

export function serverNow(): number {
  return Date.now() + offset;
}

/** Takes over the server's clock from a moment that it just named. */
export function setServerClock(iso: string): void {
  const apart = Date.parse(iso) - Date.now();
  // Below two seconds it is the way over the network, not the clock.
  offset = Math.abs(apart) < 2 * SECOND ? 0 : apart;
  now.value = serverNow();
}

/** Starts the second hand; returns what stops it. */
export function startClock(): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const tick = (): void => {
    now.value = serverNow();
    timer = setTimeout(tick, SECOND - (serverNow() % SECOND) + 5);
  };
  tick();
  return () => clearTimeout(timer);
}

export function ms(iso: string | null | undefined): number {
  return iso ? Date.parse(iso) : NaN;
}

/** 42 → 0:42, 725 → 12:05, 3900 → 1:05:00. */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const pad = (n: number): string => String(n).padStart(2, "0");
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  return h ? `${h}:${pad(m)}:${pad(s % 60)}` : `${m}:${pad(s % 60)}`;
}

/** Seconds while they matter, then minutes, hours, days. */
export function span(length: number): string {
  if (length < 10 * MINUTE) return clock(length / SECOND);
  return coarse(length);
}

/** Minutes, hours or days; never seconds. */
export function coarse(length: number): string {
  if (length < MINUTE) return t("time.moment");
  if (length < HOUR) return t("time.min", { n: Math.floor(length / MINUTE) });
  if (length < DAY) {
    const minutes = Math.floor((length % HOUR) / MINUTE);
    const hours = Math.floor(length / HOUR);
    return minutes ? t("time.h_min", { h: hours, m: minutes }) : t("time.h", { n: hours });
  }
  return t("time.d", { n: Math.floor(length / DAY) });
}

const locale = document.documentElement.lang || undefined;
const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, options);
const TIME = format({ hour: "2-digit", minute: "2-digit" });
const NEAR = format({ weekday: "short", day: "numeric", month: "short" });
const FAR = format({ day: "numeric", month: "short", year: "numeric" });
const EXACT = format({ weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
const NOW = format({ weekday: "short", day: "numeric", month: "short" });

export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** 14:25 */
export function timeOf(at: number): string {
  return TIME.format(at);
}

/** Thu 19 Nov, or 19 Nov 2025 when that is long ago. */
export function dateOf(at: number): string {
  return (Math.abs(at - serverNow()) < 300 * DAY ? NEAR : FAR).format(at).replace(",", "");
}

/** The same two by the clock of a zone. */
export function timeIn(at: number, timeZone: string): string {
  return format({ hour: "2-digit", minute: "2-digit", timeZone }).format(at);
}

export function dateIn(at: number, timeZone: string): string {
  return format({ weekday: "short", day: "numeric", month: "short", timeZone }).format(at).replace(",", "");
}

export function today(at: number): string {
  return NOW.format(at).replace(",", "");
}

/** The time today, the date on other days. */
export function when(at: number): string {
  return sameDay(at, serverNow()) ? timeOf(at) : dateOf(at);
}

/** The time today, date and time on other days. */
export function moment(at: number): string {
  return sameDay(at, serverNow()) ? timeOf(at) : `${dateOf(at)} ${timeOf(at)}`;
}

export function exact(at: number): string {
  return Number.isNaN(at) ? "" : EXACT.format(at);
}

export interface Due {
  tone?: "warn" | "bad";
  icon: "clock" | "over";
  words: string;
}

/** How a deadline reads now: amber within the hour, red when it has passed. */
export function due(at: number, from: number): Due {
  const left = at - from;
  if (left < 0) return { tone: "bad", icon: "over", words: t("due.over", { span: coarse(-left) }) };
  if (left < HOUR) return { tone: "warn", icon: "clock", words: coarse(left) };
  return { icon: "clock", words: moment(at) };
}
