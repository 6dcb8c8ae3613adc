/** What the site that carries the widget says about it, by attributes of the script tag. */
export interface Site {
  /** Where the desk answers: the origin that the script came from. */
  server: string;
  /** A language tag; by default the page's own. */
  language: string;
  accent: string;
  on: string;
  theme: string;
  side: string;
  label: string;
  title: string;
  /** The entry point that the chat goes to; `topics` lets the customer choose one. */
  topic: string;
  topics: string;
}

/** What the loader hands to the panel when it is first needed. */
export interface Mounting {
  root: ShadowRoot;
  launcher: HTMLButtonElement;
  site: Site;
}

export interface Panel {
  open(): void;
  close(): void;
}

/** Where the panel's script leaves its way in, so that the loader finds it. */
export interface Careline {
  mount?: (mounting: Mounting) => Promise<Panel>;
  open(): void;
  close(): void;
}

declare global {
  interface Window {
    careline?: Careline;
  }
}

/** The key under which the browser keeps the conversation with one desk. */
export const keptAs = (server: string): string => `careline ${server}`;

/** So much may one message hold; the desk counts the same (docs/limits.md). */
export const MOST_CHARACTERS = 20_000;
