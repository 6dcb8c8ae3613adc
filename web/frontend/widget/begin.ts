// The form before a chat: what it is about, the question, and, if the customer likes, who asks.
import type { Chat } from "./chat";
import { el, icon, put } from "./dom";
import { MOST_CHARACTERS, type Site } from "./site";
import { closing, nearest, type Words } from "./words";

export function beginning(chat: Chat, words: Words, site: Site): { node: HTMLFormElement; update(): void } {
  const question = el("textarea", { id: "q", rows: 4, maxlength: MOST_CHARACTERS, required: true });
  const name = el("input", { id: "nm", autocomplete: "name", maxlength: 200 });
  const email = el("input", { id: "em", type: "email", autocomplete: "email", maxlength: 254 });
  const topics = choices(site.topics);
  const shut = el("p", { class: "note warn", role: "status", hidden: true });
  const node = el(
    "form",
    { class: "cl-form", novalidate: true },
    el(
      "div",
      { class: "cl-body form" },
      shut,
      topics.length ? picker(topics, words) : undefined,
      field(question, words.question),
      field(name, words.name, words.optional),
      field(email, words.email, words.email_why),
      el("p", { class: "small dim" }, words.careful),
    ),
    el("div", { class: "cl-bar" }, el("button", { class: "btn wide" }, words.start)),
  );

  function chosen(): string {
    return String(new FormData(node).get("topic") ?? site.topic);
  }

  /** That nobody reads it now is said before anything is written, for the topic that is chosen. */
  function tellClosed(): void {
    const closed = chat.closedTo(chosen());
    shut.hidden = !closed;
    put(shut, closed ? `${words.closed}. ${closing(closed, words, site.language)}` : "");
  }

  node.addEventListener("change", () => {
    tellClosed();
    chat.chose(chosen());
  });
  question.addEventListener("input", () => chat.drafted(question.value));
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = question.value.trim();
    const address = email.value.trim();
    const fine = [
      complain(question, asked ? "" : words.question_missing),
      complain(email, !address || /^\S+@\S+\.\S+$/.test(address) ? "" : words.email_bad),
    ];
    if (fine.includes(false)) return node.querySelector<HTMLElement>("[aria-invalid]")?.focus();
    const topic = chosen();
    chat.begin({
      text: asked,
      name: name.value.trim() || undefined,
      email: address || undefined,
      topic: topic || undefined,
      page: location.origin + location.pathname,
      language: nearest(site.language),
    });
    question.value = "";
  });

  return {
    node,
    update() {
      if (!question.value && chat.saved.draft) question.value = chat.saved.draft;
      chat.topic = chosen();
      tellClosed();
    },
  };
}

/** `data-topics="billing: My bill; technical: Something is broken"`: queue and words of each. */
function choices(topics: string): [string, string][] {
  return topics
    .split(";")
    .map((one): [string, string] => {
      const [key = "", ...label] = one.split(":");
      return [key.trim(), label.join(":").trim() || key.trim()];
    })
    .filter(([key]) => key);
}

function picker(topics: [string, string][], words: Words): HTMLElement {
  const options = topics.map(([key, label], at) =>
    el("label", {}, el("input", { type: "radio", name: "topic", value: key, checked: at === 0 }), el("span", {}, label)),
  );
  return el("fieldset", {}, el("legend", {}, words.topic), el("div", { class: "pick" }, ...options));
}

function field(control: HTMLElement, label: string, hint?: string): HTMLElement {
  const said = el("label", { for: control.id }, label);
  if (hint) said.append(" ", el("span", { class: "hint" }, hint));
  return el("div", { class: "field" }, said, control);
}

/** Puts an error below its field, or takes it away. Returns whether the field is fine. */
function complain(control: HTMLElement, error: string): boolean {
  const id = `${control.id}-error`;
  control.parentElement!.querySelector(`#${id}`)?.remove();
  control.removeAttribute("aria-invalid");
  control.removeAttribute("aria-describedby");
  if (!error) return true;
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", id);
  control.after(el("p", { class: "err", id }, icon("warn"), el("span", {}, error)));
  return false;
}
