// Drafts: what is being written to whom. They survive a reload, a lost connection and another tab.
import type { Attachment, ModelDraft } from "../wire";
import { keep, kept } from "./keep";

export interface Draft {
  text: string;
  internal: boolean;
  attachments: Attachment[];
  /** The language model that has written of it, as long as there is anything. */
  by?: Drafted;
}

export type Drafted = Omit<ModelDraft, "text">;

export const EMPTY: Draft = { text: "", internal: false, attachments: [] };

const name = (id: string): string => `draft:${id}`;

export function draft(id: string): Draft {
  return kept<Draft>(name(id), EMPTY).value;
}

export function setDraft(id: string, changes: Partial<Draft>): void {
  const made = { ...draft(id), ...changes };
  if (!made.text) delete made.by;
  const empty = !made.text && !made.internal && !made.attachments.length;
  keep(name(id), empty ? EMPTY : made, EMPTY);
}

/** Whether something is written that has not gone out. */
export function unsent(id: string): boolean {
  const { text, attachments } = draft(id);
  return text.trim() !== "" || attachments.length > 0;
}

/** Notes taken during a contact, for its wrap-up. */
export function notes(id: string): string {
  return kept<string>(`notes:${id}`, "").value;
}

export function setNotes(id: string, text: string): void {
  keep(`notes:${id}`, text, "");
  if (!text) setNotedBy(id, null);
}

/** The language model that has written of the notes. */
export function notedBy(id: string): Drafted | null {
  return kept<Drafted | null>(`noted:${id}`, null).value;
}

export function setNotedBy(id: string, by: Drafted | null): void {
  keep(`noted:${id}`, by, null);
}
