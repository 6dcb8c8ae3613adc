// The messages on screen. Each has one element for as long as it is shown, changed in place: a screen
// reader is told of what is new, and only of that.
import type { Chat } from "./chat";
import { el, icon, linked, type Shape } from "./dom";
import type { Message, Unsent } from "./kept";
import { variety, type Words } from "./words";

interface Line {
  node: HTMLElement;
  text: string;
  meta?: HTMLElement;
  mark?: string;
}

export interface Log {
  node: HTMLElement;
  update(): void;
}

export function log(chat: Chat, words: Words, language: string): Log {
  const node = el("div", { class: "cl-log", role: "log", "aria-label": words.messages, "aria-relevant": "additions" });
  const lines = new Map<string, Line>();
  const clock = new Intl.DateTimeFormat(variety(language), { hour: "2-digit", minute: "2-digit" });
  const calendar = new Intl.DateTimeFormat(variety(language), { weekday: "long", day: "numeric", month: "long" });

  function line(key: string, kind: string, text: string, name: string): Line {
    const found = lines.get(key);
    if (found && found.text === text) return found;
    const mine = kind === "customer";
    const aside = kind === "system";
    const made: Line = { node: el("div", { class: mine ? "msg me" : aside ? "msg aside" : "msg" }), text };
    if (mine) made.node.append(el("span", { class: "vh" }, `${words.you}: `));
    else if (!aside) made.node.append(el("div", { class: "who" }, name || (kind === "bot" ? words.bot : words.team)));
    made.node.append(el("p", { dir: "auto" }, ...linked(text)));
    if (!aside) made.node.append((made.meta = el("div", { class: "meta" })));
    found?.node.replaceWith(made.node);
    lines.set(key, made);
    return made;
  }

  function mark(one: Line, time: string, shape?: Shape, word = "", again?: () => void): void {
    const mark = `${time} ${word}`;
    if (!one.meta || one.mark === mark) return;
    one.mark = mark;
    one.meta.classList.toggle("bad", Boolean(again));
    one.meta.replaceChildren(el("span", {}, time));
    if (shape) one.meta.append(icon(shape));
    if (word) one.meta.append(el("span", {}, word));
    if (again) one.meta.append(el("button", { class: "link", type: "button", onclick: again }, words.retry));
  }

  function day(at: Date): Line {
    const text = calendar.format(at);
    const key = `day ${text}`;
    const found = lines.get(key);
    if (found) return found;
    const made = { node: el("p", { class: "day" }, text), text };
    lines.set(key, made);
    return made;
  }

  function said(message: Message): Line {
    const mine = message.author.kind === "customer";
    const one = line(message.client_id || message.id, message.author.kind, message.text, message.author.name);
    const [shape, word] = mine ? delivery(message.delivery, words) : [];
    mark(one, clock.format(new Date(message.sent_at)), shape, word);
    return one;
  }

  function waits(unsent: Unsent): Line {
    const one = line(unsent.client_id, "customer", unsent.text, "");
    if (unsent.refused) mark(one, "", "warn", words.refused, () => chat.again(unsent.client_id));
    else mark(one, "", "clock", chat.connected && !chat.slowed ? words.sending : words.unsent);
    return one;
  }

  function update(): void {
    const shown: Line[] = [];
    let last = "";
    for (const message of chat.saved.messages) {
      const at = day(new Date(message.sent_at));
      if (at.text !== last) shown.push(at);
      last = at.text;
      shown.push(said(message));
    }
    shown.push(...chat.unsent.map(waits));
    const keep = new Set(shown);
    for (const [key, one] of lines) if (!keep.has(one)) (one.node.remove(), lines.delete(key));
    shown.forEach((one, at) => {
      if (node.children[at] !== one.node) node.insertBefore(one.node, node.children[at] ?? null);
    });
  }

  return { node, update };
}

function delivery(state: string | undefined, words: Words): [Shape, string] {
  if (state === "read") return ["read", words.read];
  if (state === "delivered") return ["sent", words.delivered];
  return ["sent", words.sent];
}
