// The one script tag of a site: a button in a shadow root of its own. The panel, with everything that
// talks to the desk, is fetched when the button is pressed, or when a conversation is going on already.
import css from "./loader.css";
import { keptAs, type Panel, type Site } from "./site";

declare const WIDGET_PANEL: string;

const WORDS: Record<string, [help: string, instead: string]> = {
  en: ["Help", "Chat cannot be reached. Write to us"],
  de: ["Hilfe", "Chat nicht erreichbar. Schreiben Sie uns"],
  fr: ["Aide", "Chat injoignable. Écrivez-nous"],
  es: ["Ayuda", "El chat no responde. Escríbanos"],
  zh: ["帮助", "聊天暂时无法连接，请给我们留言"],
  "zh-hant": ["說明", "聊天暫時無法連線，請留言給我們"],
};

function words(language: string): [string, string] {
  const tag = language.toLowerCase();
  if (/^zh[-_](?!.*hans).*(hant|tw|hk|mo)/.test(tag)) return WORDS["zh-hant"]!;
  const found = tag.split(/[-_]/)[0]!;
  return WORDS[Object.hasOwn(WORDS, found) ? found : "en"]!;
}

function begin(script: HTMLScriptElement): void {
  const given = script.dataset;
  const site: Site = {
    server: new URL(script.src).origin,
    language: given.language || document.documentElement.lang || navigator.language || "en",
    accent: given.accent ?? "",
    on: given.on ?? "",
    theme: given.theme ?? "",
    side: given.side ?? "",
    label: given.label ?? "",
    title: given.title ?? "",
    topic: given.topic ?? "",
    topics: given.topics ?? "",
  };
  const [help, instead] = words(site.language);

  const host = document.createElement("careline-widget");
  host.lang = site.language;
  if (site.theme) host.dataset.theme = site.theme;
  if (site.side) host.dataset.side = site.side;
  for (const [name, value] of [["--w-accent", site.accent], ["--w-on", site.on]] as const) {
    if (CSS.supports("color", value)) host.style.setProperty(name, value);
  }
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const launcher = document.createElement("button");
  launcher.type = "button";
  launcher.className = "cl-open";
  launcher.setAttribute("aria-haspopup", "dialog");
  launcher.setAttribute("aria-expanded", "false");
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(icon.namespaceURI, "path");
  path.setAttribute("d", "M4 5h16v11H9l-5 4z");
  icon.append(path);
  const label = document.createElement("span");
  label.textContent = site.label || help;
  launcher.append(icon, label);
  root.append(launcher);

  let panel: Promise<Panel> | undefined;
  let tries = 0;

  function fetched(): Promise<Panel> {
    return (panel ??= new Promise<Panel>((done, failed) => {
      const tag = document.createElement("script");
      // A browser remembers of an address that its module did not come.
      tag.src = `${site.server}/static/${WIDGET_PANEL}${tries++ ? `?${tries}` : ""}`;
      tag.type = "module";
      tag.onload = () => (window.careline?.mount ? done(window.careline.mount({ root, launcher, site })) : failed());
      tag.onerror = failed;
      document.head.append(tag);
    }));
  }

  /** The panel did not come: the contact form does the same without it. */
  function point(): void {
    panel = undefined;
    launcher.removeAttribute("aria-busy");
    if (root.querySelector("a")) return;
    const link = document.createElement("a");
    link.className = "cl-instead";
    link.href = `${site.server}/contact`;
    link.textContent = instead;
    root.append(link);
    link.focus();
  }

  function open(): void {
    launcher.setAttribute("aria-busy", "true");
    fetched().then((ready) => {
      launcher.removeAttribute("aria-busy");
      root.querySelector("a.cl-instead")?.remove();
      ready.open();
    }, point);
  }

  window.careline = { open, close: () => void panel?.then((ready) => ready.close()) };
  launcher.addEventListener("click", open);
  document.body.append(host);
  if (goingOn(site.server)) fetched().catch(() => (panel = undefined));
}

/** Whether a conversation was left here, so that what comes in meanwhile is shown. */
function goingOn(server: string): boolean {
  try {
    return /"phase":"(waiting|talking)"/.test(localStorage.getItem(keptAs(server)) ?? "");
  } catch {
    return false;
  }
}

const script = (document.currentScript ??
  document.querySelector('script[src$="/widget.js"]')) as HTMLScriptElement | null;
if (script && !window.careline) {
  if (document.body) begin(script);
  else addEventListener("DOMContentLoaded", () => begin(script), { once: true });
}
