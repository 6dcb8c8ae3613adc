// What this machine keeps for one user: drafts, messages on their way, what was read, the ways of the bell.
// A tab that writes tells the others.
import { signal, type Signal } from "@preact/signals";

const user = document.body.dataset.user ?? "";
const prefix = `careline:${user}:`;
const heard = new Map<string, (raw: string | null) => void>();

addEventListener("storage", (event) => {
  if (event.key?.startsWith(prefix)) heard.get(event.key.slice(prefix.length))?.(event.newValue);
});

function read<T>(raw: string | null, otherwise: T): T {
  if (raw === null) return otherwise;
  try {
    return JSON.parse(raw) as T;
  } catch {
    return otherwise;
  }
}

const known = new Map<string, Signal<unknown>>();

/** A value that survives a reload and is the same in every tab. `null` is not stored. */
export function kept<T>(name: string, otherwise: T): Signal<T> {
  const found = known.get(name) as Signal<T> | undefined;
  if (found) return found;
  const value = signal<T>(read(localStorage.getItem(prefix + name), otherwise));
  heard.set(name, (raw) => (value.value = read(raw, otherwise)));
  known.set(name, value as Signal<unknown>);
  return value;
}

export function keep<T>(name: string, value: T, otherwise: T): void {
  kept(name, otherwise).value = value;
  try {
    if (value === otherwise || value === null) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // The store is full or closed to us: the value lives as long as the page.
  }
}
