// Messages on their way. Each has a client_id made here, so that sending again after a lost answer is still one
// message. What the server refuses stays with its reason until the agent retries or edits it.
import { computed } from "@preact/signals";
import { Lost, Refused, type Link } from "../link";
import type { Attachment, Message } from "../wire";
import { t } from "../words";
import { heldIn, type Held } from "./given";
import { keep, kept } from "./keep";

export interface Outgoing {
  client_id: string;
  interaction_id: string;
  text: string;
  internal: boolean;
  attachments: Attachment[];
  /** The articles that a reply holds. */
  articles: Held[];
  at: string;
  /** Why the server did not take it; empty while it is on its way. */
  refused: string;
}

const NONE: Outgoing[] = [];
const box = kept<Outgoing[]>("outbox", NONE);
const sending = new Set<string>();

export const outgoing = computed(() => box.value);

export function outgoingTo(interactionId: string): Outgoing[] {
  return box.value.filter((one) => one.interaction_id === interactionId);
}

function put(items: Outgoing[]): void {
  keep("outbox", items.length ? items : NONE, NONE);
}

function change(clientId: string, changes: Partial<Outgoing>): void {
  put(box.value.map((one) => (one.client_id === clientId ? { ...one, ...changes } : one)));
}

export function takeBack(clientId: string): Outgoing | undefined {
  const found = box.value.find((one) => one.client_id === clientId);
  put(box.value.filter((one) => one.client_id !== clientId));
  return found;
}

/** The message has come back from the server: it is no longer ours to keep. */
export function arrived(message: Message): void {
  if (message.client_id && box.value.some((one) => one.client_id === message.client_id)) takeBack(message.client_id);
}

export class Outbox {
  /** `lookAgain` reads a conversation anew, when the server took a message but its word of it does not come. */
  constructor(private readonly link: Link, private readonly lookAgain: (interactionId: string) => Promise<void>) {}

  /** Whether the server has taken it; what it has not taken is kept here. */
  send(message: Omit<Outgoing, "client_id" | "at" | "refused" | "articles">): Promise<boolean> {
    const articles = message.internal ? [] : heldIn(message.interaction_id, message.text);
    const made = { ...message, articles, client_id: crypto.randomUUID(), at: new Date().toISOString(), refused: "" };
    put([...box.value, made]);
    return this.deliver(made);
  }

  retry(clientId: string): void {
    change(clientId, { refused: "" });
    const found = box.value.find((one) => one.client_id === clientId);
    if (found) void this.deliver(found);
  }

  /** After a gap: what was not acknowledged goes out again, in its order. */
  async flush(): Promise<void> {
    for (const one of box.value) if (!one.refused) await this.deliver(one);
  }

  private async deliver(one: Outgoing): Promise<boolean> {
    if (sending.has(one.client_id)) return false;
    sending.add(one.client_id);
    try {
      const { client_id, interaction_id, text, internal, articles } = one;
      const attachments = one.attachments.map(({ id }) => ({ id }));
      await this.link.call("message.send", { interaction_id, client_id, text, internal, attachments, articles });
      setTimeout(() => void this.settle(one), 4000);
      return true;
    } catch (error) {
      if (error instanceof Refused) change(one.client_id, { refused: error.message || t("refused.unknown") });
      else if (!(error instanceof Lost)) throw error;
      return false;
    } finally {
      sending.delete(one.client_id);
    }
  }

  private async settle(one: Outgoing): Promise<void> {
    if (!box.value.some((known) => known.client_id === one.client_id)) return;
    await this.lookAgain(one.interaction_id);
    takeBack(one.client_id);
  }
}
