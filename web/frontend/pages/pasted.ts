// What a spreadsheet, a word processor or a page puts on the clipboard, as Markdown: tables, headings, lists, links and
// stress. What looks, runs or tracks is left out; it is read in a document that fetches and runs nothing.

import { gridOf } from "./grids";

const LEFT_OUT = "[hidden], script, noscript, template, title, svg, object, iframe, [data-look*='display:none'], [data-look*='display: none'], [data-look*='mso-list:Ignore']";
const BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, ul, ol, li, table, blockquote, pre, section, article, main, header, footer, figure, dl, dt, dd";
const SAYS_MORE = "table, h1, h2, h3, h4, h5, h6, li, a[href], b, strong, i, em, code, del, s, strike, sup, sub, p ~ p, [data-look*='font-weight']";
/** What becomes lines, rows and cells: of more than that an article shows the rest as plain words, and a browser stands still. */
const PARTS = /<(?:tr|td|th|p|div|h[1-6]|li|table|blockquote|pre|section|article|figure|d[ldt])\b/gi;
const MOST_PARTS = 20_000;
/** Characters of HTML that are taken apart: at a megabyte in a tenth of a second. */
const MOST_HTML = 20_000_000;
const STRESS: Record<string, string> = { B: "**", STRONG: "**", I: "*", EM: "*", DEL: "~~", S: "~~", STRIKE: "~~" };
/** Figures and signs that stand above and below the line: Markdown knows no marks for them. */
const HIGH_AND_LOW: Record<string, string> = { SUP: "0⁰1¹2²3³4⁴5⁵6⁶7⁷8⁸9⁹+⁺-⁻−⁻=⁼(⁽)⁾nⁿiⁱ", SUB: "0₀1₁2₂3₃4₄5₅6₆7₇8₈9₉+₊-₋−₋=₌(₍)₎" };

export interface Pasted {
  markdown: string;
  /** It stands by itself, with empty lines around it. */
  apart: boolean;
  /** So many pictures did not come along. */
  pictures: number;
}

/** More than an article can hold; the message says how much. */
export class TooLarge extends Error {}

const many = (count: number, of: string): TooLarge => new TooLarge(`${count.toLocaleString("en")} ${of}`);

/**
 * Null where the plain words say as much: one cell, one line, lines out of an editor of code. Throws `TooLarge` before
 * anything is made of what is.
 */
export function pastedFrom(html: string): Pasted | null {
  if (html.length > MOST_HTML) throw many(html.length, "characters with all their looks");
  const parts = html.match(PARTS)?.length ?? 0;
  if (parts > MOST_PARTS) throw many(parts, "rows, cells and paragraphs");
  // Looks are read, never applied: the page's policy would complain of each.
  const unapplied = html.replace(/(<\/?)style\b/gi, "$1template").replace(/(<[^<>]*\s)style\s*=/gi, "$1data-look=");
  const { body } = new DOMParser().parseFromString(unapplied, "text/html");
  if (body.firstElementChild?.matches("pre, div[data-look*='white-space: pre;']")) return null;
  nest(body);
  const pictures = body.querySelectorAll("img").length;
  for (const part of body.querySelectorAll(LEFT_OUT)) part.remove();
  const tooWide = [...body.querySelectorAll("table")].some((table) => !isInCell(table) && !gridOf(table));
  if (tooWide || body.querySelectorAll("td, th").length === 1 || !body.querySelector(SAYS_MORE)) return null;
  const markdown = blocks(body).join("\n\n");
  return markdown ? { markdown, apart: /\n|^(#|- |\d+\. |\| |```)/.test(markdown), pictures } : null;
}

/** Lists of Word are paragraphs that say by their looks how deep they stand, and begin with a mark of their own. */
function nest(body: HTMLElement): void {
  for (const p of body.querySelectorAll("p[data-look*='mso-list:']")) {
    const tag = /^\s*\w+[.)]/.test(p.querySelector("[data-look*='mso-list:Ignore']")?.textContent ?? "") ? "ol" : "ul";
    const ours = (last?: Element | null): Element | null => (last?.matches("[data-made]") ? last : null);
    const made = (): Element => {
      const list = document.createElement(tag);
      list.dataset.made = "";
      return list;
    };
    let deeper = Number(/level(\d)/.exec(p.getAttribute("data-look")!)?.[1] ?? 1);
    const before = ours(p.previousElementSibling);
    const goesOn = deeper > 1 || before?.matches(tag); // steps behind points are a list of their own
    let list = (goesOn ? before : null) ?? p.parentElement!.insertBefore(made(), p);
    for (; deeper > 1 && list.lastElementChild; deeper--)
      list = ours(list.lastElementChild.lastElementChild) ?? list.lastElementChild.appendChild(made());
    list.appendChild(document.createElement("li")).append(...p.childNodes);
    p.remove();
  }
}

/** What stands within `part`, each block by itself. */
function blocks(part: Element): string[] {
  const found: string[] = [];
  let words = "";
  const end = (): void => {
    // What would begin something else at the start of a line.
    words = tidy(words).replace(/^(#{1,6}|[+-]|[-=]+|\d+[.)])(?=\s|$)|^>/gm, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`);
    if (words) found.push(words);
    words = "";
  };
  for (const one of part.childNodes) {
    if (one instanceof Element && (one.matches(BLOCKS) || one.querySelector(BLOCKS))) {
      end();
      found.push(...block(one));
    } else words += inline(one);
  }
  end();
  return found;
}

function block(part: Element): string[] {
  const level = /^H([1-6])$/.exec(part.tagName)?.[1];
  if (level) {
    const words = blocks(part).join(" ").replaceAll("**", "").replace(/\s*\n/g, " ");
    return words ? [`${"#".repeat(Number(level))} ${words}`] : [];
  }
  if (part.tagName === "PRE" && isInCell(part)) return part.textContent!.split("\n").map(code).filter(Boolean);
  if (part.tagName === "PRE") return [`\`\`\`\n${part.textContent!.replace(/^\n+|\s+$/g, "")}\n\`\`\``];
  if (part instanceof HTMLTableElement) {
    const [only, ...others] = cellsOf(part);
    const over = part.caption ? blocks(part.caption) : [];
    if (only && !others.length) return [...over, ...blocks(only)]; // it lays out a page
    return [...over, ...(isInCell(part) ? lines(part) : table(part))];
  }
  return part.matches("ul, ol") ? list(part) : blocks(part);
}

function list(of: Element): string[] {
  let number = Number(of.getAttribute("start")) || 1;
  const lines = [...of.children].map((item) => {
    const mark = of.tagName === "OL" ? `${number}. ` : "- ";
    const deeper = " ".repeat(mark.length);
    // Some put a list beside the item that it belongs to.
    if (item.matches("ul, ol")) return list(item).join("\n").replace(/^(?=.)/gm, deeper);
    number++;
    const said = blocks(item).reduce((before, next) => `${before}${/^(- |\d+\. )/.test(next) ? "\n" : "\n\n"}${next}`, "").trim();
    return said && mark + said.replace(/\n(?=.)/g, `\n${deeper}`);
  });
  return [lines.filter(Boolean).join("\n")].filter(Boolean);
}

function cellsOf(table: HTMLTableElement): HTMLTableCellElement[] {
  return [...table.rows].flatMap((row) => [...row.cells]);
}

function isInCell(part: Element): boolean {
  const around = part.parentElement!.closest("table");
  return around !== null && (cellsOf(around).length > 1 || isInCell(around));
}

/** A table within a cell, its own cells apart by commas. */
function lines(of: HTMLTableElement): string[] {
  return [...of.rows].map((row) => [...row.cells].map((cell) => blocks(cell).join(" ")).filter(Boolean).join(", "));
}

/** The first row heads the columns: Markdown knows no table without. */
function table(of: HTMLTableElement): string[] {
  const said = (cell?: HTMLTableCellElement): string => (cell ? blocks(cell).join("\n").replaceAll("|", "\\|").replace(/ *\n+/g, "<br>") : "");
  const rows = (gridOf(of) ?? []).map((row) => row.map(said));
  const full = rows.filter((row) => row.some(Boolean));
  const width = Math.max(0, ...full.map((row) => row.findLastIndex(Boolean) + 1));
  const lines = full.map((row) => `| ${Array.from({ length: width }, (_, at) => row[at] ?? "").join(" | ")} |`);
  if (width) lines.splice(0, 1, lines[0]!.replaceAll("**", ""), `|${" --- |".repeat(width)}`);
  return width ? [lines.join("\n")] : [];
}

function inline(part: Node): string {
  if (part instanceof Text) return escaped(part.data.replace(/\s+/g, " "));
  if (!(part instanceof HTMLElement)) return part instanceof Element ? (part.textContent ?? "") : "";
  if (part.tagName === "BR") return "\n";
  if (part.tagName === "CODE") return code(part.textContent!);
  const said = [...part.childNodes].map(inline).join("");
  if (part.tagName in HIGH_AND_LOW) return shifted(said, HIGH_AND_LOW[part.tagName]!);
  const address = part.tagName === "A" ? straight((part.getAttribute("href") ?? "").trim()) : "";
  if (/^(https?:\/\/|mailto:|tel:)/i.test(address)) return around(said, "[", `](${address.replace(/[()\s<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)})`);
  const weight = /font-weight:\s*(\w+)/.exec(part.dataset.look ?? "")?.[1];
  const mark = weight ? (/^(bold|[6-9]00)$/.test(weight) ? "**" : "") : STRESS[part.tagName];
  return mark ? around(said, mark, mark) : said;
}

/** As it is typed, between as many ticks as it has none of. */
function code(said: string): string {
  const ticks = "`".repeat(Math.max(0, ...(said.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  const gap = /^`|`$/.test(said) ? " " : "";
  return said.trim() && ticks + gap + said.replace(/\s/g, " ") + gap + ticks;
}

/** With each sign as the one that follows it in `pairs`, if all have one. */
function shifted(said: string, pairs: string): string {
  const signs = [...said].map((sign) => pairs[pairs.indexOf(sign) + 1]);
  return [...said].every((sign) => pairs.indexOf(sign) % 2 === 0) ? signs.join("") : said;
}

/** Where a link leads that goes by way of what counts who follows it. */
function straight(address: string): string {
  const { hostname, pathname, searchParams } = URL.canParse(address) ? new URL(address) : new URL("about:blank");
  const by = hostname === "www.google.com" && pathname === "/url" ? "q" : hostname.endsWith(".safelinks.protection.outlook.com") ? "url" : "";
  const to = searchParams.get(by) ?? "";
  return /^https?:\/\//i.test(to) ? to : address;
}

/** Marks close up to words: Markdown knows none that have spaces inside, or full stops before what goes on. */
function around(said: string, before: string, after: string): string {
  const [, begin, words, end] = /^([\s"'“”‘’「」『』（）]*)([^]*?)([\s"'“”‘’「」『』（）:：,，.。、;；!！?？…]*)$/.exec(said)!;
  return words ? begin + before + words + after + end : said;
}

function escaped(words: string): string {
  return words.replace(/[\\`*[\]]|<(?=[\w/!?])|~(?=~)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)/g, "\\$&");
}

/** Lines without spaces at their ends, of which each but the last says that it breaks; runs of stress are one. */
function tidy(words: string): string {
  return words.replace(/\*\*( ?)\*\*/g, "$1").replace(/ {2,}/g, " ").trim().replace(/ ?\n ?/g, "  \n");
}
