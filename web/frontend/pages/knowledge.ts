// The editor of articles, which is a plain form and does without this: marks by button and key, the preview beside,
// tables and words pasted as Markdown, pictures and papers pasted or dropped, and what was typed kept on this machine until it has been saved.
import { Problem, post } from "../api";
import { pressed } from "../keys";
import { arriving } from "./arriving";
import { boundsPasting, whyNoRoom, whyTooLong } from "./bounds";
import { keeping } from "./keeping";
import { afterSending, endsWithOtherForms, isOf, type Sent } from "./kept";
import { notice } from "./notices";
import { pastedFrom, TooLarge, type Pasted } from "./pasted";
import { sendsSafely } from "./sending";

const form = document.querySelector<HTMLFormElement>("#article");
const page = document.querySelector<HTMLElement>("article[data-kept]");
const sent = afterSending(form ?? page);
endsWithOtherForms();
const isRefused = sent.refused !== null && document.querySelector("main [role=alert]") !== null;
const body = document.querySelector<HTMLTextAreaElement>("#body");
if (form && body) edit(form, body, sent);
if (page && sent.outrun) notice(page.parentElement!, "warn", "What you typed after that is kept on this machine: the editor offers it.");
for (const plain of document.querySelectorAll<HTMLFormElement>("form[data-safely]")) {
  const { refused } = sent;
  const isKept = plain.dataset.kept !== undefined;
  sendsSafely(plain, isKept ? keeping(plain, { refused, again: isRefused && isOf(plain, refused!.name) }) : undefined);
  boundsPasting(plain);
}

interface Mark {
  before: string;
  after?: string;
  /** Stands where nothing is selected. */
  empty?: string;
  /** Put in by itself, with what is selected. */
  block?: (words: string) => string;
  /** Put before each line of what is selected. */
  line?: (n: number) => string;
}

const GUIDE = `\`\`\`guide
? start: What do you see?
  - It is dark -> power
  - It blinks -> restart

? power: Does another device work in this socket?
  - Yes -> repair
  - No -> socket

= restart: Switch it off, wait for ten minutes, and switch it on again.
= socket: The socket has no current. Look at the fuse.
= repair: It wants a repair. Write to us, and we send a label.
\`\`\`
`;

const MARKS: Record<string, Mark> = {
  strong: { before: "**", after: "**", empty: "strong" },
  emphasis: { before: "*", after: "*", empty: "emphasis" },
  link: { before: "[", after: "](https://)", empty: "words" },
  heading: { before: "", line: () => "## " },
  list: { before: "", line: () => "- " },
  steps: { before: "", line: (n) => `${n + 1}. ` },
  note: { before: "", line: (n) => (n ? "> " : "> [!NOTE]\n> ") },
  guide: { before: "", block: () => GUIDE },
  table: { before: "", block: (words) => `| ${words || "Heading"} |  |\n| --- | --- |\n|  |  |` },
};
const KEYS: Record<string, string> = { "Ctrl+B": "strong", "Ctrl+I": "emphasis", "Ctrl+K": "link" };
/** The last row of a table, after which nothing stands on its line. */
const AFTER_ROW = /(^|\n)\|[^\n]*\|[ \t]*\n?$/;

function edit(form: HTMLFormElement, body: HTMLTextAreaElement, { caret, refused }: { caret: Sent["caret"]; refused: Sent | null }): void {
  const said = document.querySelector<HTMLElement>("#said")!;
  const shown = document.querySelector<HTMLElement>("#preview")!;
  const tools = form.querySelector<HTMLElement>(".tools")!;
  const language = form.querySelector<HTMLInputElement>("#language");
  const most = Number(form.dataset.most);
  let turn = 0;

  tools.hidden = false;
  shown.parentElement!.hidden = false;
  shown.closest(".beside")!.classList.add("both");

  const look = async (): Promise<void> => {
    const mine = ++turn;
    if (body.value.length > most) return void (said.textContent = "No preview: the text is too long to be saved.");
    try {
      const { html } = await post<{ html: string }>("/knowledge/preview", { body: body.value, language: body.lang || language?.value || "en" });
      // What the desk has made safe, and the page's policy runs nothing in it.
      if (mine === turn) shown.innerHTML = html;
    } catch (error) {
      if (mine === turn) said.textContent = error instanceof Problem ? error.message : "No preview: no connection. What you typed is kept.";
    }
  };
  const kept = keeping(form, {
    refused,
    again: form.querySelector("[role=alert]") !== null,
    calm: () => void look(),
    taken: () => body.focus(),
  });
  if (caret) {
    body.focus();
    body.setSelectionRange(caret[0], caret[1]);
    body.scrollTop = caret[2];
  }
  // The browser's own ways of typing, so that its undo takes it back. As HTML, which a text box takes for its words
  // alone, thousands of lines take a moment; as text they take half a minute. Not every browser does the first.
  const put = (text: string, from: number, to: number): void => {
    const means = body.value.slice(0, from) + text + body.value.slice(to);
    const before = body.value;
    body.focus();
    for (const [how, what] of [["insertHTML", text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")], ["insertText", text]] as const) {
      body.setSelectionRange(from, to);
      if (document.execCommand(how, false, what) && body.value === means) break;
      if (body.value !== before) document.execCommand("undo");
    }
    if (body.value !== means) body.value = means;
    body.setSelectionRange(from + text.length, from + text.length);
    kept.typed();
  };
  /** In place of what is selected; `apart` with an empty line before and behind. */
  const place = (text: string, apart: boolean): void => {
    const { selectionStart: from, selectionEnd: to } = body;
    const before = body.value.slice(0, from);
    const gap = (there: number): string => "\n".repeat(Math.max(0, 2 - there));
    if (apart) text = (before.trim() && gap(/\n*$/.exec(before)![0].length)) + text + gap(/^\n*/.exec(body.value.slice(to))![0].length);
    put(text, from, to);
  };
  const mark = (name: string): void => {
    const how = MARKS[name];
    if (!how) return;
    let { selectionStart: from, selectionEnd: to } = body;
    if (how.block) return place(how.block(body.value.slice(from, to)), true);
    if (how.line) {
      from = body.value.lastIndexOf("\n", from - 1) + 1;
      const lines = body.value.slice(from, to).split("\n");
      return put(lines.map((line, n) => how.line!(n) + line).join("\n"), from, to);
    }
    const words = body.value.slice(from, to) || how.empty || "";
    put(how.before + words + (how.after ?? ""), from, to);
    body.setSelectionRange(from + how.before.length, from + how.before.length + words.length);
  };
  /** Pictures and papers: a row of a table goes on to the end of its line. */
  const pictures = arriving(body, (markdown, from, to) => {
    const size = body.value.length;
    body.setSelectionRange(from, to);
    const endsLine = /^[ \t]*(\n|$)/.test(body.value.slice(to));
    place(markdown, endsLine && AFTER_ROW.test(body.value.slice(0, from)));
    return body.value.length - size + to;
  }, (words) => (said.textContent = words));
  const add = (files: File[]): void => {
    const { files: path } = form.dataset;
    if (path) void pictures.add(files, path);
    else said.textContent = "Save once, then add pictures and papers.";
  };

  tools.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-mark]") : null;
    if (button) mark(button.dataset.mark!);
  });
  body.addEventListener("paste", (event) => {
    const refuse = (why: string): void => {
      event.preventDefault();
      said.textContent = `${why} Attach it as a file.`;
    };
    const why = (said.textContent = whyTooLong(body, event.clipboardData, most));
    if (why) return refuse(why);
    const files = [...(event.clipboardData?.files ?? [])];
    const fences = body.value.slice(0, body.selectionStart).match(/^(```|~~~)/gm)?.length ?? 0;
    // Between fences lines stay as they are. A spreadsheet brings a picture of its cells along, which nobody means.
    let pasted: Pasted | null = null;
    try {
      pasted = fences % 2 ? null : pastedFrom(event.clipboardData?.getData("text/html") ?? "");
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      return refuse(`Not pasted: ${error.message} are too large for an article.`);
    }
    if (!pasted && !files.length) return;
    event.preventDefault();
    if (!pasted) return add(files);
    const over = whyNoRoom(body, pasted.markdown.length, most);
    if (over) return refuse(over);
    place(pasted.markdown, pasted.apart);
    if (pasted.pictures) said.textContent = "Pictures did not come along: copy and paste each by itself.";
  });
  body.addEventListener("dragover", (event) => {
    event.preventDefault();
    body.classList.add("over");
  });
  for (const name of ["dragleave", "drop"]) body.addEventListener(name, () => body.classList.remove("over"));
  body.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    const why = (said.textContent = whyTooLong(body, event.dataTransfer, most));
    if (why) return event.preventDefault();
    if (files.length) (event.preventDefault(), add(files));
  });
  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const key = pressed(event);
    const name = event.target === body ? KEYS[key] : undefined;
    if (!name && key !== "Ctrl+S") return;
    event.preventDefault();
    if (name) mark(name);
    else form.requestSubmit(form.querySelector<HTMLButtonElement>("button[name=then][value='']"));
  });
  boundsPasting(form);
  sendsSafely(form, {
    ...kept,
    leave: (outrun) => kept.leave(outrun, document.activeElement === body ? [body.selectionStart, body.selectionEnd, body.scrollTop] : null),
  }, body, {
    waitsFor: pictures.waitsFor,
    settled: () => {
      said.textContent = `It is saved once ${pictures.waitsFor()} is in the text`;
      return pictures.settled();
    },
  });
  addEventListener("beforeunload", (event) => {
    if (kept.changed() || pictures.waitsFor()) event.preventDefault();
  });
}
