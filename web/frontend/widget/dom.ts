// Elements, made in one breath. Text goes in as text: nothing here reads markup.

type Given = Record<string, string | number | boolean | EventListener | undefined>;

/** An element with attributes (`onclick` and the like are listened to) and children. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  given: Given = {},
  ...children: (Node | string | undefined)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== undefined && value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

const SHAPES = {
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-7-6 15-3-6zM11 14l9-9",
  sent: "M5 12.5l4.5 4.5L19 7.5",
  read: "M2.5 12.5l4 4L15 8M10.5 15.5l1 1L20 8",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.5l3 2",
  warn: "M12 4l9 16H3zM12 10v4.5M12 17v.2",
  mail: "M3.5 6h17v12h-17zM4 7l8 6 8-6",
  book: "M5 4.5h6a2 2 0 0 1 2 2v13a2 2 0 0 0-2-2H5zM21 4.5h-6a2 2 0 0 0-2 2v13a2 2 0 0 1 2-2h6z",
};

export type Shape = keyof typeof SHAPES;

const SVG = "http://www.w3.org/2000/svg";

export function icon(shape: Shape): SVGElement {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", "i");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[shape]);
  made.append(path);
  return made;
}

/** Changes a text only where it differs, so that a screen reader is not told the same again. */
export function put(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A text with its web addresses as links; everything else stays what was written. */
export function linked(text: string): (Node | string)[] {
  return text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/).map((part, at) =>
    at % 2 ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, part) : part,
  );
}
