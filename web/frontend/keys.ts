// Keys. An action may have one; function keys and those with Alt or Ctrl act everywhere. A letter alone acts only
// while the focus is where it belongs: typed anywhere else it is text, whoever it was meant for.
import type { IconName } from "./icons";

export interface Action {
  id: string;
  words: string;
  group: string;
  /** "F2", "Shift+F2", "Alt+E", "Ctrl+K" … */
  keys?: string;
  /** A letter that does the same while the focus is inside of what this selects. */
  letter?: { key: string; within: string };
  icon?: IconName;
  /** Shown in the map of keys, but handled where it happens. */
  elsewhere?: boolean;
  /** Neither in the map nor in the palette: the key only says why it does nothing now. */
  unlisted?: boolean;
  run: () => void;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]");
}

/** Whether a key was pressed inside of what `selector` selects. */
export function isIn(event: KeyboardEvent, selector: string): boolean {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}

/** The name of what was pressed, by place for letters and digits: Alt and a letter types something else on some keyboards. */
export function pressed(event: KeyboardEvent): string {
  const letter = /^(?:Key|Digit)([A-Z0-9])$/.exec(event.code)?.[1];
  let key = event.key;
  if (letter && (event.altKey || event.ctrlKey || event.metaKey)) key = letter;
  else if (key.length === 1) key = key.toUpperCase();
  const shifted = event.shiftKey && (key.length > 1 || letter);
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shifted ? "Shift+" : ""}${key}`;
}

/** Listens for the keys of whatever actions there are at that moment. */
export function listen(actions: () => Action[]): () => void {
  const hear = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const name = pressed(event);
    const plain = !/^(Ctrl\+|Alt\+)/.test(name) && !/F\d+$/.test(name);
    if (plain && name !== "Escape" && isTyping(event.target)) return;
    if (document.querySelector("dialog[open]") && plain) return;
    const short = ({ letter }: Action): boolean => letter?.key === name && isIn(event, letter.within);
    const found = actions().find((action) => !action.elsewhere && (action.keys === name || short(action)));
    if (!found) return;
    event.preventDefault();
    found.run();
  };
  addEventListener("keydown", hear);
  return () => removeEventListener("keydown", hear);
}

const SIGNS: Record<string, string> = { Shift: "⇧", Enter: "↵", Escape: "Esc", ArrowDown: "↓", ArrowUp: "↑" };

/** "Ctrl ↵" for "Ctrl+Enter". */
export function shown(keys: string): string {
  return keys.split("+").map((part) => SIGNS[part] ?? part).join(" ");
}
