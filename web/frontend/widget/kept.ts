// What the browser keeps of one conversation, so that a reload or a lost connection loses nothing.
// Texts that are not sent yet lie under keys of their own: two tabs cannot overwrite each other's.
import { keptAs } from "./site";

export type Phase = "new" | "waiting" | "talking" | "ended";

export interface Message {
  id: string;
  client_id?: string;
  author: { kind: string; name: string };
  text: string;
  sent_at: string;
  delivery?: string;
}

export interface Unsent {
  client_id: string;
  at: number;
  text: string;
  /** The words stood on a button. */
  chosen?: boolean;
  /** Set where the text begins a chat. */
  start?: { name?: string; email?: string; topic?: string; page: string; language: string };
  /** The desk refused it: it waits for the customer's word. */
  refused?: boolean;
}

/** A queue that is closed: why, where customers are told, and until when, if anybody knows. */
export interface Closed {
  told: string;
  until: string | null;
}

export interface Saved {
  visitor: string;
  seq: number;
  phase: Phase;
  /** What was said up to here belongs to conversations that were left. */
  since: string;
  agent: string;
  place: number;
  wait: [number, number] | null;
  held: boolean;
  /** Nobody is asked yet: the automatic assistant answers. */
  bot: boolean;
  /** Whoever waits there is in no line: what was written is answered when it opens again. */
  closed: Closed | null;
  messages: Message[];
  unread: number;
  draft: string;
  open: boolean;
  survey: boolean;
  rated: number;
}

export const NOTHING: Saved = {
  visitor: "", seq: 0, phase: "new", since: "", agent: "", place: 0, wait: null, held: false, bot: false, closed: null,
  messages: [], unread: 0, draft: "", open: false, survey: false, rated: 0,
};

/** So many messages survive a reload without asking the desk. */
const MOST_KEPT = 200;

export class Kept {
  private readonly key: string;
  private readonly store: Storage;

  constructor(server: string) {
    this.key = keptAs(server);
    this.store = storage();
  }

  load(): Saved {
    try {
      return { ...NOTHING, ...(JSON.parse(this.store.getItem(this.key) ?? "{}") as Partial<Saved>) };
    } catch {
      return { ...NOTHING };
    }
  }

  save(saved: Saved): void {
    this.write(this.key, JSON.stringify({ ...saved, messages: saved.messages.slice(-MOST_KEPT) }));
  }

  /** What waits to be sent, in the order in which it was written, whichever tab it was written in. */
  unsent(): Unsent[] {
    const found: Unsent[] = [];
    for (let at = 0; at < this.store.length; at++) {
      const key = this.store.key(at) ?? "";
      if (!key.startsWith(`${this.key} `)) continue;
      try {
        found.push(JSON.parse(this.store.getItem(key) ?? "") as Unsent);
      } catch {
        this.store.removeItem(key);
      }
    }
    return found.sort((one, other) => one.at - other.at);
  }

  hold(unsent: Unsent): void {
    this.write(`${this.key} ${unsent.client_id}`, JSON.stringify(unsent));
  }

  release(client_id: string): void {
    this.store.removeItem(`${this.key} ${client_id}`);
  }

  /** Calls back when another tab of this site changed what is kept. */
  watch(changed: () => void): void {
    addEventListener("storage", (event) => {
      if (event.key?.startsWith(this.key)) changed();
    });
  }

  private write(key: string, value: string): void {
    try {
      this.store.setItem(key, value);
    } catch {
      // Full: what is on screen stays, and the desk has everything that was sent.
    }
  }
}

/** The site's storage, or one that lasts as long as the page where the browser forbids it. */
function storage(): Storage {
  try {
    localStorage.setItem("careline?", "");
    localStorage.removeItem("careline?");
    return localStorage;
  } catch {
    const held = new Map<string, string>();
    return {
      get length() {
        return held.size;
      },
      key: (at) => [...held.keys()][at] ?? null,
      getItem: (key) => held.get(key) ?? null,
      setItem: (key, value) => void held.set(key, value),
      removeItem: (key) => void held.delete(key),
      clear: () => held.clear(),
    };
  }
}
