// Times by the clock of somebody who is elsewhere.
import { dateIn, timeIn } from "./time";

/** The zone of this machine. */
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const MINUTE = 60_000;
const walls = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of `zone` show, as a field for date and time takes it: 2026-11-27T10:00. */
export function wall(at: number, zone: string): string {
  let clock = walls.get(zone);
  if (!clock) {
    const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
    walls.set(zone, (clock = new Intl.DateTimeFormat("sv-SE", { ...parts, hourCycle: "h23", timeZone: zone })));
  }
  return clock.format(at).replace(" ", "T").padStart(16, "0");
}

/** When the clocks of `zone` show `local`; an hour later for an hour that they leave out. NaN if that is no time. */
export function instant(local: string, zone: string): number {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return NaN;
  const ahead = (at: number): number => Date.parse(`${wall(at, zone)}Z`) - Math.floor(at / MINUTE) * MINUTE;
  const near = asUtc - ahead(asUtc);
  if (Number.isNaN(near)) return NaN;
  const found = asUtc - ahead(near);
  return wall(found, zone) === local ? found : Math.max(near, found);
}

/** Madrid, of Europe/Madrid. */
export function place(zone: string): string {
  return (zone.split("/").pop() ?? zone).replaceAll("_", " ");
}

/** Fri 27 Nov 10:00, by the clock of `zone`; the time alone for today there. */
export function momentThere(at: number, zone: string, from: number): string {
  const today = wall(at, zone).slice(0, 10) === wall(from, zone).slice(0, 10);
  return today ? timeIn(at, zone) : `${dateIn(at, zone)} ${timeIn(at, zone)}`;
}
