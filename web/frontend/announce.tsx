// Words for those who do not see the screen change, and toasts for those who do.
import { signal } from "@preact/signals";
import { Icon, type IconName } from "./icons";
import { t } from "./words";

const polite = signal("");
const urgent = signal("");

let pending: ReturnType<typeof setTimeout> | undefined;

/** Tells a screen reader. Urgent words interrupt; only an offer may. */
export function announce(text: string, urgently = false): void {
  const region = urgently ? urgent : polite;
  // The same words twice are announced twice: the region is emptied in between.
  region.value = "";
  const said = setTimeout(() => (region.value = text), 50);
  if (!urgently) return;
  clearTimeout(pending);
  pending = said;
}

/** What was urgent no longer holds: nobody is to find it, or to hear it now. */
export function takeBackUrgent(): void {
  clearTimeout(pending);
  urgent.value = "";
}

export interface Toast {
  text: string;
  tone?: "ok" | "warn" | "bad";
  link?: { href: string; text: string };
}

const STAYS = 6000;
const toasts = signal<(Toast & { id: number })[]>([]);
let next = 0;

export function toast(one: Toast): void {
  const id = next++;
  toasts.value = [...toasts.value.slice(-2), { ...one, id }];
  announce(one.text);
  setTimeout(() => (toasts.value = toasts.value.filter((known) => known.id !== id)), one.link ? 2 * STAYS : STAYS);
}

const ICONS: Record<string, IconName> = { ok: "done", warn: "alert", bad: "over" };

export function Announcements() {
  return (
    <>
      <div class="sr" aria-live="polite">{polite.value}</div>
      <div class="sr" aria-live="assertive">{urgent.value}</div>
      <section class="toasts" aria-label={t("toasts")}>
        {toasts.value.map((one) => (
          <div class="toast" key={one.id}>
            {one.tone && <Icon name={ICONS[one.tone]!} />}
            <span>{one.text}</span>
            {one.link && <a class="btn" href={one.link.href} target="_blank">{one.link.text}</a>}
          </div>
        ))}
      </section>
    </>
  );
}
