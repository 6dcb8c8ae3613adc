// The search field of the help centre shows what is found while one types: a list box below the field. Without this the
// form leads to the page of results, as Enter does here too where no line is chosen. Who does not see the list is told
// how much was found, once they pause; where nothing can be looked up, everybody is, and no former answer stays open.

interface Hit { title: string; title_marks: [number, number][]; href: string }

interface Found { hits: Hit[]; said: string }

const WAIT_MS = 150;
/** What was found is said so long after it is shown: not at each letter. */
const SAY_MS = 700;

/** `text` with what was asked for marked, as nodes. */
function marked(text: string, ranges: [number, number][]): Node[] {
  const letters = Array.from(text);
  const nodes: Node[] = [];
  let at = 0;
  for (const [begin, end] of ranges) {
    const mark = document.createElement("mark");
    mark.textContent = letters.slice(begin, end).join("");
    nodes.push(document.createTextNode(letters.slice(at, begin).join("")), mark);
    at = end;
  }
  nodes.push(document.createTextNode(letters.slice(at).join("")));
  return nodes;
}

function begin(form: HTMLFormElement, field: HTMLInputElement): void {
  const list = document.createElement("div");
  list.className = "results typed";
  list.id = "typed";
  list.role = "listbox";
  list.ariaLabel = field.labels?.[0]?.textContent ?? "";
  list.hidden = true;
  form.append(list);
  const told = document.createElement("p");
  told.role = "status";
  told.className = "vh";
  form.after(told);
  field.role = "combobox";
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  let chosen = -1;
  let due: ReturnType<typeof setTimeout> | undefined;
  let asked: AbortController | undefined;
  let saying: ReturnType<typeof setTimeout> | undefined;

  const lines = (): HTMLAnchorElement[] => Array.from(list.children) as HTMLAnchorElement[];
  const close = (): void => {
    list.hidden = true;
    choose(-1);
    field.ariaExpanded = "false";
  };
  /** Says it to who hears the page; `seen`: to everybody. */
  const say = (words: string, seen = false): void => {
    clearTimeout(saying);
    told.className = seen ? "small typed-not" : "vh";
    told.textContent = words;
  };
  /** What is found after this opens nothing again. */
  const leave = (): void => {
    clearTimeout(due);
    asked?.abort();
    say("");
    close();
  };
  const choose = (to: number): void => {
    chosen = to;
    for (const [place, one] of Array.from(list.children).entries()) one.setAttribute("aria-selected", String(place === to));
    const one = list.children[to];
    if (one) one.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", one?.id ?? "");
  };
  /** The line that somebody has chosen stays chosen, wherever it stands now; at its place if it is not found any more. */
  const show = (hits: Hit[]): void => {
    const kept = list.children[chosen] as HTMLAnchorElement | undefined;
    const before = chosen;
    list.replaceChildren(...hits.map((hit) => {
      const link = document.createElement("a");
      link.href = hit.href;
      link.role = "option";
      link.tabIndex = -1;
      link.append(...marked(hit.title, hit.title_marks));
      return link;
    }));
    if (kept && !lines().some((line) => line.pathname === kept.pathname)) list.insertBefore(kept, list.children[before] ?? null);
    for (const [place, line] of lines().entries()) line.id = `typed-${place}`;
    if (!list.children.length) return close();
    list.hidden = false;
    field.ariaExpanded = "true";
    choose(kept ? lines().findIndex((line) => line.pathname === kept.pathname) : -1);
  };
  const ask = async (): Promise<void> => {
    const words = field.value.trim();
    if (!words) return leave();
    const mine = new AbortController();
    asked = mine;
    const address = new URL(form.dataset.typed ?? "/help/suggest", location.href);
    address.searchParams.set("q", words);
    try {
      const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const { hits, said } = (await answer.json()) as Found;
      show(hits);
      say("");
      saying = setTimeout(() => say(said), SAY_MS);
    } catch {
      if (mine.signal.aborted) return;
      // The form still leads to the results.
      close();
      list.replaceChildren();
      say(form.dataset.not ?? "", true);
    }
  };

  /** What answers words that stand here no more is not shown: the list changes once, when these are answered. */
  const soon = (): void => {
    clearTimeout(due);
    clearTimeout(saying);
    asked?.abort();
    choose(-1);
    due = setTimeout(() => void ask(), WAIT_MS);
  };

  close();
  field.addEventListener("input", (event) => {
    if ((event as InputEvent).isComposing) clearTimeout(due);
    else soon();
  });
  field.addEventListener("compositionend", soon);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown") choose(chosen < last ? chosen + 1 : 0);
    else if (event.key === "ArrowUp") choose(chosen > 0 ? chosen - 1 : last);
    else if (event.key === "Escape") leave();
    else if (event.key === "Enter" && chosen >= 0) (list.children[chosen] as HTMLAnchorElement).click();
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) leave();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}

/** Marks the section that one is reading in the list of sections. */
function follow(nav: HTMLElement): void {
  const links = new Map<Element, HTMLAnchorElement>();
  for (const link of nav.querySelectorAll<HTMLAnchorElement>("a[href^='#']")) {
    const part = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (part) links.set(part, link);
  }
  const mark = (): void => {
    let here: Element | undefined;
    for (const part of links.keys()) if (!here || part.getBoundingClientRect().top < innerHeight / 3) here = part;
    for (const [part, link] of links) {
      if (part === here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-typed]")) {
  const field = form.querySelector<HTMLInputElement>("input[type=search]");
  if (field) begin(form, field);
}

const sections = document.querySelector<HTMLElement>(".toc-a");
if (sections) follow(sections);

export {};
