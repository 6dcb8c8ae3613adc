// Drafts by a language model: a button that says what it sends, and a mark on what it wrote. Without a model, neither.
import { signal } from "@preact/signals";
import { announce, toast } from "../announce";
import * as api from "../api";
import { Icon } from "../icons";
import { Kbd } from "../parts/parts";
import type { Card, ModelDraft } from "../wire";
import { count, t, type Word } from "../words";
import { draft, type Drafted, notedBy, notes, setDraft, setNotedBy, setNotes } from "./drafts";
import { boxOf } from "./focus";
import { cards, model } from "./store";

type What = "reply" | "summary";

/** The server gives up after half a minute. */
const WITHIN_MS = 40_000;
/** The contacts for which a draft is under way. */
const busy = signal<ReadonlySet<string>>(new Set());

/** What can be drafted for a contact now: a reply while it is written with, a note after it. */
export function draftable(card: Card): What | null {
  if (!model.value) return null;
  if (card.state === "wrap_up") return card.channel !== "voice" && model.value.may_read === "conversations" ? "summary" : null;
  return card.channel !== "voice" && !draft(card.id).internal ? "reply" : null;
}

/** Has it drafted. What comes stands behind what was typed, whatever is open by then. */
export async function haveDrafted(card: Card): Promise<void> {
  const what = draftable(card);
  if (!what || busy.value.has(card.id)) return;
  busy.value = new Set([...busy.value, card.id]);
  announce(t("model.busy"));
  try {
    const { text, ...by } = await api.post<ModelDraft>(`/api/v1/interactions/${card.id}/drafts`, { what }, {}, WITHIN_MS);
    if (!cards.value[card.id]) return; // somebody else has it by now, or it is over: nothing of it stays on this machine
    take(card.id, what, text, by);
    announce(t("model.drafted", { model: by.model }));
  } catch (error) {
    const reason = error instanceof api.Problem ? error.message : t("link.lost");
    toast({ text: t("refused", { reason }), tone: "warn" });
  } finally {
    busy.value = new Set([...busy.value].filter((id) => id !== card.id));
  }
}

function take(id: string, what: What, text: string, by: Drafted): void {
  const typed = what === "reply" ? draft(id).text : notes(id);
  const both = typed.trim() ? `${typed.trimEnd()}\n\n${text}` : text;
  if (what === "reply") setDraft(id, { text: both, by });
  else {
    setNotes(id, both);
    setNotedBy(id, by);
  }
  requestAnimationFrame(() => boxOf(id)?.focus());
}

export function DraftButton({ card }: { card: Card }) {
  const what = draftable(card);
  const under = busy.value.has(card.id);
  if (!what) return null;
  return (
    <button class="btn quiet" type="button" aria-describedby={`sends-${card.id}`} aria-disabled={under} onClick={() => void haveDrafted(card)}>
      <Icon name="draft" />{t(under ? "model.busy" : `model.${what}`)} <Kbd keys="Alt+G" />
    </button>
  );
}

/** What is sent where, and of what stands there already, whose it is. */
export function DraftNotes({ card }: { card: Card }) {
  const what = draftable(card);
  if (!model.value || !what) return null;
  const { name, host, may_read } = model.value;
  const by = what === "reply" ? draft(card.id).by : notedBy(card.id);
  return (
    <div class="drafting small">
      {by && <Mark what={what} by={by} />}
      <p class="dim" id={`sends-${card.id}`}>{t(`model.${what}_sends_${may_read}` as Word, { model: name, host })}</p>
    </div>
  );
}

function Mark({ what, by }: { what: What; by: Drafted }) {
  const articles = by.sources.filter((one) => one.kind === "article");
  return (
    <p class="state" data-tone="warn">
      <Icon name="draft" />
      <span>
        {what === "summary" ? count("model.by_summary", by.sources.length, { model: by.model }) : t("model.by_reply", { model: by.model })}
        {what === "reply" && articles.map((one, n) => (
          <span key={one.id}>{n > 0 && ","} <a href={`/knowledge/${one.id}?language=${one.language}`} target="_blank" rel="noopener" lang={one.language}>{one.title}</a></span>
        ))}
        {what === "reply" && `. ${t("model.check")}`}
        {by.left_out && ` ${t("model.left_out")}`}
        {by.unsourced.length > 0 && (
          <> <strong>{t("model.unsourced")}</strong> {by.unsourced.map((words) => `“${words}”`).join(" · ")}</>
        )}
      </span>
    </p>
  );
}
