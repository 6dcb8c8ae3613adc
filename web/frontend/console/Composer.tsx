// Where agents write: a reply or an internal note, with canned replies behind a slash and files. What is typed is
// kept from the first letter on.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { announce } from "../announce";
import * as api from "../api";
import { Icon } from "../icons";
import { Kbd } from "../parts/parts";
import { whoIs } from "../who";
import type { Attachment, CannedReply, Card } from "../wire";
import { count, t } from "../words";
import { send as sendDraft, typing } from "./acts";
import { ArticleSearch } from "./Articles";
import { searching } from "./suggested";
import { DraftButton, DraftNotes } from "./Drafting";
import { draft, setDraft } from "./drafts";
import { canned, me } from "./store";
import { Files } from "./Thread";

/** A slash at the start of a word, and what is typed behind it, up to the caret. */
const SLASH = /(?:^|\s)\/(\S*)$/;
const SHOWN = 6;

export function Composer({ card }: { card: Card }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const uploading = useSignal<string[]>([]);
  const wrong = useSignal("");
  const slash = useSignal<string | null>(null);
  const at = useSignal(0);
  const { text, internal, attachments } = draft(card.id);
  const name = whoIs(card);
  const replies = slash.value === null ? [] : matching(canned.value, slash.value, card.language || card.customer.language).slice(0, SHOWN);

  useLayoutEffect(() => fitHeight(box.current), [text]);
  useEffect(() => void (slash.value = null), [card.id]);

  const write = (value: string): void => {
    setDraft(card.id, { text: value });
    const caret = box.current?.selectionEnd ?? value.length;
    const found = internal ? null : SLASH.exec(value.slice(0, caret));
    slash.value = found ? found[1]! : null;
    at.value = 0;
    if (!internal && value.trim()) typing(card.id);
  };
  const insert = (reply: CannedReply): void => {
    const area = box.current!;
    const caret = area.selectionEnd;
    const begin = caret - (slash.value ?? "").length - 1;
    const words = fillIn(reply.text, card);
    setDraft(card.id, { text: text.slice(0, begin) + words + text.slice(caret) });
    slash.value = null;
    announce(reply.title);
    requestAnimationFrame(() => {
      area.focus();
      area.setSelectionRange(begin + words.length, begin + words.length);
    });
  };
  const send = (): void => {
    if ((!text.trim() && !attachments.length) || uploading.value.length) return;
    void sendDraft(card);
    box.current?.focus();
  };
  const attach = async (files: Iterable<File>): Promise<void> => {
    for (const file of files) {
      uploading.value = [...uploading.value, file.name];
      wrong.value = "";
      try {
        const made = await api.upload<Attachment>("/api/v1/attachments", file);
        setDraft(card.id, { attachments: [...draft(card.id).attachments, made] });
      } catch (error) {
        wrong.value = t("composer.upload_failed", { name: file.name, reason: error instanceof Error ? error.message : "" });
      }
      uploading.value = uploading.value.filter((one) => one !== file.name);
    }
  };
  const hear = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return void (event.preventDefault(), send());
    if (slash.value === null || !replies.length) {
      if (slash.value !== null && event.key === "Escape") return void (event.preventDefault(), event.stopPropagation(), (slash.value = null));
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at.value = (at.value + step + replies.length) % replies.length;
    else if (event.key === "Enter" || event.key === "Tab") insert(replies[at.value]!);
    else if (event.key === "Escape") slash.value = null;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const mode = (note: boolean): void => {
    setDraft(card.id, { internal: note });
    box.current?.focus();
  };
  const open = slash.value !== null;
  return (
    <div
      class={`composer${internal ? " noting" : ""}`}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void attach(event.dataTransfer?.files ?? []);
      }}
    >
      <div class="line">
        <button class="btn quiet" type="button" aria-pressed={!internal} onClick={() => mode(false)}>{t("composer.reply")}</button>
        <button class="btn quiet" type="button" aria-pressed={internal} data-tone="warn" onClick={() => mode(true)}>
          <Icon name="lock" />{t("composer.note")}
        </button>
        <span class="dim small cut">{internal ? t("composer.only_staff") : card.channel === "email" && card.reply_to ? t("composer.to_from", { name, address: card.reply_to }) : ""}</span>
        {text && <span class="push state dim small"><Icon name="check" />{t("composer.saved")}</span>}
      </div>
      <textarea
        ref={box}
        class={`text${card.channel === "email" ? " tall" : ""}`}
        rows={card.channel === "email" ? 6 : 2}
        data-reply={card.id}
        aria-label={internal ? t("composer.note_label", { name }) : t("composer.reply_to", { name })}
        aria-autocomplete={internal ? undefined : "list"}
        aria-controls={open ? `canned-${card.id}` : undefined}
        aria-activedescendant={open && replies.length ? `canned-${card.id}-${replies[at.value]?.key}` : undefined}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={hear}
        onPaste={(event) => {
          const files = [...(event.clipboardData?.files ?? [])];
          if (files.length) void (event.preventDefault(), attach(files));
        }}
      />
      {searching.value === card.id && <ArticleSearch card={card} close={(back) => {
        searching.value = "";
        if (back) box.current?.focus();
      }} />}
      {open && <CannedMenu id={`canned-${card.id}`} replies={replies} at={at.value} query={slash.value!} pick={insert} />}
      <div class="line">
        <button
          class="btn quiet"
          type="button"
          disabled={internal}
          onClick={() => {
            const area = box.current!;
            area.focus();
            area.setRangeText(area.value && !/\s$/.test(area.value) ? " /" : "/", area.value.length, area.value.length, "end");
            write(area.value);
          }}
        >
          <Icon name="slash" />{t("composer.canned")} <Kbd keys="/" />
        </button>
        <button class="btn quiet" type="button" aria-haspopup="listbox" aria-expanded={searching.value === card.id} onClick={() => (searching.value = card.id)}>
          <Icon name="article" />{t("composer.article")} <Kbd keys="Alt+L" />
        </button>
        <DraftButton card={card} />
        <button class="btn quiet only" type="button" aria-label={t("composer.attach")} title={t("composer.attach")} onClick={() => picker.current?.click()}>
          <Icon name="clip" />
        </button>
        <input ref={picker} type="file" multiple hidden onChange={(event) => {
          void attach([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }} />
        <Files files={attachments} remove={(id) => setDraft(card.id, { attachments: attachments.filter((file) => file.id !== id) })} />
        {uploading.value.map((file) => <span class="chip" role="status" key={file}>{t("composer.uploading", { name: file })}</span>)}
        {wrong.value && <span class="state" data-tone="bad" role="alert"><Icon name="over" />{wrong.value}</span>}
        {card.channel === "sms" && !internal && text && <span class="dim small">{smsLength(text)}</span>}
        <button class="btn primary push" type="button" disabled={!text.trim() && !attachments.length} onClick={send}>
          {internal ? t("composer.add_note") : t("composer.send")} <Kbd keys="Ctrl+Enter" />
        </button>
      </div>
      <DraftNotes card={card} />
    </div>
  );
}

function CannedMenu({ id, replies, at, query, pick }: { id: string; replies: CannedReply[]; at: number; query: string; pick: (reply: CannedReply) => void }) {
  return (
    <div class="menu slash" role="listbox" id={id} aria-label={t("composer.canned_all")}>
      <p class="dim small">{replies.length ? (query ? t("composer.canned_for", { query }) : t("composer.canned_all")) : t("composer.canned_none")}</p>
      {replies.map((reply, n) => (
        <div key={reply.key} id={`${id}-${reply.key}`} role="option" aria-selected={n === at} onMouseDown={(event) => (event.preventDefault(), pick(reply))}>
          <Icon name="article" />
          <span class="cut"><b>/{reply.key}</b> <span class="dim" lang={reply.language}>{reply.title}</span></span>
          {n === at && <span class="push"><Kbd keys="Enter" /></span>}
        </div>
      ))}
    </div>
  );
}

/** Those whose key or title holds the query: in the customer's language; failing that, in any. */
function matching(replies: CannedReply[], query: string, language: string): CannedReply[] {
  const base = (code: string): string => code.split("-")[0]!.toLowerCase();
  const spoken = language || "en";
  const word = query.toLowerCase();
  const rank = (reply: CannedReply): number => {
    const key = reply.key.toLowerCase();
    return key.startsWith(word) ? 0 : key.includes(word) || reply.title.toLowerCase().includes(word) ? 1 : 2;
  };
  const found = replies.filter((reply) => rank(reply) < 2).sort((a, b) => rank(a) - rank(b) || a.key.localeCompare(b.key));
  const exact = found.filter((reply) => reply.language === spoken);
  const near = exact.length ? exact : found.filter((reply) => base(reply.language) === base(spoken));
  return near.length ? near : found;
}

/** The placeholders that a canned reply may have; no other braces mean anything. */
function fillIn(text: string, card: Card): string {
  const values: Record<string, string> = {
    name: card.customer.name, customer: card.customer.name, agent: me.value?.name ?? "", subject: card.subject,
  };
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, key: string) => values[key] || (key in values ? "" : whole));
}

function fitHeight(area: HTMLTextAreaElement | null): void {
  if (!area) return;
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, window.innerHeight * 0.4)}px`;
}

const GSM = /^[\n\r !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ€^{}\\[\]~|]*$/;

/** How many SMS a text makes, and how much room the last one has. */
function smsLength(text: string): string {
  const [alone, each] = GSM.test(text) ? [160, 153] : [70, 67];
  const parts = text.length <= alone ? 1 : Math.ceil(text.length / each);
  const left = parts === 1 ? alone - text.length : parts * each - text.length;
  return count("composer.sms", parts, { left });
}
