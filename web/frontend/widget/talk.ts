// The conversation on screen: where it stands, what was said, the composer, and the end with its rating.
import type { Chat } from "./chat";
import { el, icon, put } from "./dom";
import { log } from "./log";
import { MOST_CHARACTERS, type Site } from "./site";
import { closing, place, range, say, type Words } from "./words";

export interface View {
  node: HTMLElement;
  update(): void;
  focus(): void;
}

export function talking(chat: Chat, words: Words, site: Site): View {
  const messages = log(chat, words, site.language);
  const leaving = leave(chat, words);
  const standing = queue(chat, words, site, leaving.ask);
  const trouble = el("div", { class: "note warn", role: "status" });
  const typing = el("p", { class: "typing", role: "status" });
  const after = afterwards(chat, words);
  const choice = answered(chat, words, () => composer.focus());
  const body = el("div", { class: "cl-body", tabindex: 0, role: "region", "aria-label": words.messages },
    standing.above, messages.node, choice.node, standing.below, typing, after.node);
  const composer = writing(chat, words);
  const node = el("div", { class: "cl-form" }, trouble, body, composer.node, leaving.node);
  let known = 0;
  let told = "";

  function update(): void {
    // Whoever reads further up stays there; whoever is at the end follows it.
    const atEnd = body.scrollHeight - body.scrollTop - body.clientHeight < 80;
    messages.update();
    standing.update();
    after.update();
    choice.update();
    const ended = chat.saved.phase === "ended";
    composer.node.hidden = ended;
    leaving.node.hidden = ended;
    composer.update();
    leaving.update();
    const lost = chat.lost && (!ended || chat.unsent.length > 0);
    const wrong = lost ? words.offline : chat.slowed ? words.slowed : "";
    trouble.hidden = !wrong;
    // Said once: a screen reader would repeat what is put there again.
    if (wrong !== told) trouble.replaceChildren(...(lost ? [el("b", {}, wrong), ` ${words.nothing_lost}`] : [wrong]));
    told = wrong;
    put(typing, chat.typing ? say(words.typing, chat.saved.agent || words.team) : "");
    const count = chat.saved.messages.length + chat.unsent.length;
    if (atEnd || known === 0 || count !== known) body.scrollTop = body.scrollHeight;
    known = count;
  }

  return { node, update, focus: () => (chat.saved.phase === "ended" ? after.focus() : composer.focus()) };
}

/** After an answer of the assistant: it was the answer, or a person is wanted. Both are said as words of the customer's. */
function answered(chat: Chat, words: Words, then: () => void): { node: HTMLElement; update(): void } {
  const choices = [words.bot_yes, words.bot_ask].map((text) =>
    el("button", { class: "btn plain", type: "button", onclick: () => (chat.choose(text), then()) }, text));
  const node = el("div", { class: "row" }, ...choices);
  return {
    node,
    update() {
      node.hidden = !chat.saved.bot || chat.unsent.length > 0 || chat.saved.messages.at(-1)?.author.kind !== "bot";
    },
  };
}

/** What a waiting customer wants to know: the place, the likely wait, what may help meanwhile, and that it may be enough. */
function queue(chat: Chat, words: Words, site: Site, ends: () => void): { above: HTMLElement; below: HTMLElement; update(): void } {
  const number = el("b", { class: "num" });
  const wait = el("b", { class: "num" });
  const left = el("div", {}, number, el("span", {}, words.in_queue));
  const right = el("div", {}, wait, el("span", {}, words.likely));
  const line = el("div", { class: "place", role: "status" }, left, right);
  const shut = el("p", { class: "note warn", role: "status", hidden: true });
  const list = el("ul", { class: "list" });
  const above = el("div", {}, shut, line);
  const enough = el("button", { class: "link", type: "button", onclick: ends }, words.may_end);
  const articles = el("div", {}, el("p", { class: "small-h" }, words.meanwhile), list, enough);
  const write = el("a", { class: "btn plain wide", href: `${site.server}/contact`, target: "_blank", rel: "noopener" },
    icon("mail"), words.write_us);
  const below = el("div", { class: "alt" }, articles, el("p", { class: "small-h" }, words.rather), write);
  let shown: unknown;

  function update(): void {
    const { phase, place: at, wait: range_s, closed } = chat.saved;
    line.hidden = phase !== "waiting" || !(at || range_s);
    shut.hidden = phase !== "waiting" || !closed;
    put(shut, closed ? `${words.closed}. ${closing(closed, words, site.language)}` : "");
    above.hidden = line.hidden && shut.hidden;
    below.hidden = phase !== "waiting" || chat.saved.bot;
    left.hidden = !at;
    right.hidden = !range_s;
    if (at) put(number, place(at, site.language));
    if (range_s) put(wait, range(range_s, words));
    articles.hidden = !chat.suggestions.length;
    if (shown === chat.suggestions) return;
    shown = chat.suggestions;
    list.replaceChildren(...chat.suggestions.map(({ title, slug, question }) =>
      el("li", {}, el("a", { href: `${site.server}/help/a/${encodeURIComponent(slug)}?question=${encodeURIComponent(question)}`, target: "_blank", rel: "noopener" },
        icon("book"), el("span", {}, title)))));
  }

  return { above, below, update };
}

function writing(chat: Chat, words: Words): { node: HTMLElement; update(): void; focus(): void } {
  const label = el("label", { class: "vh", for: "m" });
  const text = el("textarea", { id: "m", rows: 1, maxlength: MOST_CHARACTERS, enterkeyhint: "send" });
  const button = el("button", { class: "icon-btn go", "aria-label": words.send }, icon("send"));
  const node = el("form", { class: "cl-foot" }, label, text, button);
  text.value = chat.saved.draft;

  function fit(): void {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight + 2, 140)}px`;
  }

  node.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = text.value.trim();
    text.focus();
    if (!said) return;
    text.value = "";
    fit();
    chat.send(said);
  });
  text.addEventListener("input", () => {
    fit();
    chat.drafted(text.value);
  });
  text.addEventListener("keydown", (event) => {
    // Enter that ends a composition (Chinese input) is not a wish to send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    node.requestSubmit();
  });

  return {
    node,
    update() {
      const wanted = chat.saved.phase === "waiting" ? words.add : words.write;
      put(label, wanted);
      text.placeholder = wanted;
    },
    focus: () => text.focus(),
  };
}

/** Ending asks once. */
function leave(chat: Chat, words: Words): { node: HTMLElement; update(): void; ask(): void } {
  const end = el("button", { class: "link", type: "button" }, words.end);
  const yes = el("button", { class: "btn plain", type: "button" }, words.end);
  const no = el("button", { class: "btn", type: "button" }, words.go_on);
  const sure = el("div", { class: "cl-sure", role: "group", "aria-label": words.sure, hidden: true },
    el("p", {}, words.sure), el("div", { class: "row" }, no, yes));
  const node = el("div", { class: "cl-end" }, end, sure);

  function asks(asking: boolean): void {
    sure.hidden = !asking;
    end.hidden = asking;
    (asking ? no : end).focus();
  }

  end.addEventListener("click", () => asks(true));
  no.addEventListener("click", () => asks(false));
  yes.addEventListener("click", () => void chat.end().then((done) => asks(!done)));
  return {
    node,
    ask: () => asks(true),
    update() {
      end.disabled = !chat.connected;
      if (!chat.running) (sure.hidden = true), (end.hidden = false);
    },
  };
}

/** After the end: one tap of a rating where the desk asks for it, and the way to begin anew. */
function afterwards(chat: Chat, words: Words): { node: HTMLElement; update(): void; focus(): void } {
  const kept = el("p", { class: "note warn" }, words.goes_along);
  const anew = el("button", { class: "btn plain wide", type: "button", onclick: () => chat.renew() }, words.anew);
  const taps = [1, 2, 3, 4, 5].map((value) =>
    el("button", { type: "button", "aria-label": tap(value, words), onclick: () => void chat.rate(value) }, String(value)),
  );
  const scale = el("div", { class: "rate" }, el("p", { class: "strong", id: "rate" }, words.rate),
    el("div", { class: "scale", role: "group", "aria-labelledby": "rate" }, ...taps),
    el("div", { class: "ends", "aria-hidden": "true" }, el("span", {}, `1 ${words.low}`), el("span", {}, `5 ${words.high}`)));
  const thanks = el("p", { class: "state ok", role: "status" });
  const node = el("div", { class: "cl-after" }, el("p", { class: "day" }, words.ended_text), kept, scale, thanks, anew);

  return {
    node,
    update() {
      const { phase, survey, rated } = chat.saved;
      node.hidden = phase !== "ended";
      kept.hidden = !chat.unsent.length;
      scale.hidden = !survey || rated > 0;
      thanks.hidden = !rated;
      if (rated) put(thanks, say(words.rated, rated));
    },
    focus: () => anew.focus(),
  };
}

const tap = (value: number, words: Words): string =>
  value === 1 ? `1 ${words.low}` : value === 5 ? `5 ${words.high}` : String(value);
