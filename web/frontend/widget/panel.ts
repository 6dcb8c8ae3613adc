// The panel of the widget: fetched when a customer first wants it, shown beside its button.
import { beginning } from "./begin";
import { Chat } from "./chat";
import { el, icon, put } from "./dom";
import css from "./panel.css";
import type { Mounting, Panel } from "./site";
import { talking } from "./talk";
import { nearest, say, wordsIn, type Words } from "./words";

/** Below this width the panel fills the screen and nothing behind it can be reached. */
const PHONE = "(max-width: 31.99rem)";

async function mount({ root, launcher, site }: Mounting): Promise<Panel> {
  const words = await wordsIn(site.language);
  const chat = new Chat(site.server);
  (root.host as HTMLElement).lang = nearest(site.language);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, styles()];

  const title = el("h2", { id: "cl-title" });
  const close = el("button", { class: "icon-btn", type: "button", "aria-label": words.close, onclick: () => shut() }, icon("close"));
  const head = el("div", { class: "cl-head" }, el("div", {}, title, close));
  const news = el("p", { class: "vh", role: "status" });
  const begin = beginning(chat, words, site);
  const talk = talking(chat, words, site);
  const panel = el("section",
    { class: "cl-panel", role: "dialog", "aria-labelledby": "cl-title", tabindex: -1, hidden: true },
    head, news, begin.node, talk.node);
  const badge = el("span", { class: "cl-badge", hidden: true });
  launcher.append(badge);
  root.append(panel);

  let phase = chat.saved.phase;
  let wasLost = false;

  function update(): void {
    const { phase: now, unread } = chat.saved;
    const fresh = now === "new";
    const hadFocus = panel.contains(root.activeElement);
    begin.node.hidden = !fresh;
    talk.node.hidden = fresh;
    begin.update();
    talk.update();
    heading(title, chat, words, site.title);
    badge.hidden = !unread || !panel.hidden;
    put(badge, String(unread));
    launcher.title = badge.hidden ? "" : say(words.unread, unread);
    if (wasLost && !chat.lost && chat.connected) put(news, words.again_there);
    else if (chat.lost) put(news, "");
    wasLost = chat.lost;
    if (now !== phase) {
      phase = now;
      if (hadFocus && !panel.contains(visible(root.activeElement))) focus();
    }
  }

  function focus(): void {
    if (chat.saved.phase === "new") begin.node.querySelector<HTMLElement>("input, textarea")?.focus();
    else talk.focus();
  }

  function show(take: boolean): void {
    panel.hidden = false;
    launcher.setAttribute("aria-expanded", "true");
    launcher.classList.add("open");
    panel.toggleAttribute("aria-modal", false);
    if (matchMedia(PHONE).matches) panel.setAttribute("aria-modal", "true");
    chat.connect();
    chat.opened(true);
    if (take) focus();
    else if (panel.hasAttribute("aria-modal")) panel.focus();
  }

  function shut(): void {
    panel.hidden = true;
    launcher.setAttribute("aria-expanded", "false");
    launcher.classList.remove("open");
    chat.opened(false);
    chat.rest();
    launcher.focus();
  }

  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut();
    else if (event.key === "Tab" && panel.getAttribute("aria-modal")) stay(event, panel, root);
    // A page with keys of its own must not take what is written here for them.
    event.stopPropagation();
  });
  document.addEventListener("visibilitychange", () => chat.seen());

  chat.attach(update, () => !panel.hidden && document.visibilityState === "visible");
  update();
  if (chat.running || chat.unsent.length) chat.connect();
  // The panel is where it was, without a keyboard on the screen; on a phone only after a reload: it would hide another page.
  if (chat.running && chat.saved.open && (reloaded() || !matchMedia(PHONE).matches)) show(false);

  return { open: () => show(true), close: shut };
}

/** Whether this is the page that was there before, and not another one of the site. */
function reloaded(): boolean {
  const [here] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return here?.type === "reload";
}

/** The title says who is there, the line below it how things stand. */
function heading(node: HTMLElement, chat: Chat, words: Words, own: string): void {
  const { phase, agent, held } = chat.saved;
  let [title, below] = [own || words.hello, chat.closedTo(chat.topic) ? words.closed : first(chat, words)];
  if (phase === "waiting" && !(chat.slowed && chat.starting())) [title, below] = waits(chat, words);
  if (phase === "talking") [title, below] = [agent || words.team, held ? words.held : words.here];
  if (phase === "ended") [title, below] = [words.ended, agent];
  if (chat.lost) below = words.lost;
  if (node.textContent !== title + below) node.replaceChildren(title, el("small", {}, below));
}

/** In line, at a place that stays; or in none, because it is closed. */
function waits(chat: Chat, words: Words): [string, string] {
  const { place, wait, closed } = chat.saved;
  if (chat.saved.bot) return [words.bot, words.bot_first];
  if (closed || (chat.starting() && chat.closedTo(chat.topic))) return [words.closed, words.answered_then];
  return [words.queued, place === 0 && !wait ? words.person : words.stay];
}

/** Who answers who begins now. */
const first = (chat: Chat, words: Words): string => (chat.answersFirst ? words.bot_first : words.person);

/** Where the panel fills the screen, Tab goes round inside it. */
function stay(event: KeyboardEvent, panel: HTMLElement, root: ShadowRoot): void {
  const stops = [...panel.querySelectorAll<HTMLElement>("a, button, input, textarea, [tabindex='0']")].filter(
    (one) => one.offsetParent !== null || one.getClientRects().length > 0,
  );
  const [first, last] = [stops[0], stops.at(-1)];
  const leaving = root.activeElement === (event.shiftKey ? first : last) || root.activeElement === panel;
  if (!leaving) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}

const visible = (node: Element | null): Element | null => (node && node.getClientRects().length ? node : null);

/** Our sheet: the tokens on the host, and rem as the reader's own text size, whatever the site made of it. */
function styles(): CSSStyleSheet {
  const probe = el("span");
  probe.style.cssText = "font-size: medium; position: absolute; visibility: hidden";
  document.body.append(probe);
  const size = parseFloat(getComputedStyle(probe).fontSize) || 16;
  probe.remove();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    css
      .replace(/:root(\[[^\]]*\]|:lang\([^)]*\))?/g, (_, only?: string) => (only ? `:host(${only})` : ":host"))
      .replace(/(\d*\.?\d+)rem\b/g, (_, number: string) => `${Number(number) * size}px`),
  );
  return sheet;
}

if (window.careline) window.careline.mount = mount;
