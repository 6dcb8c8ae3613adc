// One key turns what is on screen into a complaint: what it is about, how bad, what is wanted, in whose words.
import { useSignal } from "@preact/signals";
import { toast } from "../announce";
import * as api from "../api";
import { Icon } from "../icons";
import { Dialog, Hint, Kbd } from "../parts/parts";
import { whoIs } from "../who";
import type { Card, Category } from "../wire";
import { t } from "../words";
import { loadPop } from "./opening";
import { kept, keep } from "./keep";
import { categories, thread } from "./store";

interface Draft {
  category: string;
  severity: number;
  remedy: string;
  verbatim: string;
}

/** As much as the desk takes. */
const MOST = 20_000;

/** What the customer said in this contact, in one piece, as long as there is room. */
function theirWords(card: Card): string {
  const theirs = thread(card.id).value.messages.filter((message) => message.author.kind === "customer");
  return (theirs.map((message) => message.text).join("\n\n") || card.preview).slice(0, MOST);
}

function grouped(all: Category[]): { name: string; members: Category[] }[] {
  const parents = new Set(all.map((one) => one.parent).filter(Boolean));
  const nameOf = (code: string | null): string => all.find((one) => one.code === code)?.name ?? "";
  const leaves = all.filter((one) => !parents.has(one.code));
  const groups = Map.groupBy(leaves, (one) => nameOf(one.parent));
  return [...groups].map(([name, members]) => ({ name, members }));
}

export function ComplaintDialog({ card, close }: { card: Card; close: () => void }) {
  const fresh: Draft = { category: "", severity: 2, remedy: "", verbatim: theirWords(card) };
  const name = `complaint:${card.id}`;
  const draft = kept<Draft | null>(name, null).value ?? fresh;
  const change = (changes: Partial<Draft>): void => keep<Draft | null>(name, { ...draft, ...changes }, null);
  const wrong = useSignal<Record<string, string>>({});
  const refused = useSignal("");
  const busy = useSignal(false);
  const said = (field: string): string | undefined => (field in wrong.value ? wrong.value[field] || t("complaint.needed") : undefined);

  const log = async (): Promise<void> => {
    const lacking = (["category", "remedy", "verbatim"] as const).filter((field) => !draft[field].trim());
    wrong.value = Object.fromEntries(lacking.map((field) => [field === "remedy" ? "remedy_sought" : field, t("complaint.needed")]));
    if (lacking.length) return document.getElementById(`complaint-${lacking[0]}`)?.focus();
    busy.value = true;
    refused.value = "";
    try {
      const made = await api.post<{ id: string; number: string }>(
        "/api/v1/complaints",
        {
          customer_id: card.customer.id, interaction_id: card.id, category: draft.category, severity: draft.severity,
          remedy_sought: draft.remedy.trim(), verbatim: draft.verbatim.trim(),
        },
      );
      keep<Draft | null>(name, null, null);
      toast({ text: t("complaint.logged", { number: made.number }), tone: "ok", link: { href: `/complaints/${made.id}`, text: t("complaint.open", { number: made.number }) } });
      void loadPop(card.customer.id, true);
      close();
    } catch (error) {
      refused.value = error instanceof Error ? error.message : t("refused.unknown");
      if (error instanceof api.Problem) wrong.value = error.errors;
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog title={t("complaint.title")} close={close} wide>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), void log())} onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && (event.preventDefault(), void log())}>
        <p class="dim">{t("complaint.who", { name: whoIs(card) })}</p>
        <div class="field">
          <label for="complaint-category">{t("complaint.category")}</label>
          <select class="input" id="complaint-category" autofocus value={draft.category} aria-invalid={"category" in wrong.value} onChange={(event) => change({ category: event.currentTarget.value })}>
            <option value="">{t("complaint.choose")}</option>
            {grouped(categories.value).map((group) =>
              group.name ? (
                <optgroup key={group.name} label={group.name}>{group.members.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}</optgroup>
              ) : (
                group.members.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)
              ),
            )}
          </select>
          <Hint wrong={said("category")} />
        </div>
        <fieldset class="field">
          <legend class="label">{t("complaint.severity")} <span class="dim">{t("complaint.severity_low")}</span></legend>
          <div class="line">
            {[1, 2, 3, 4, 5].map((level) => (
              <label class="btn pick" key={level}>
                <input type="radio" name="severity" value={level} checked={draft.severity === level} onChange={() => change({ severity: level })} />
                {level}
              </label>
            ))}
          </div>
          <Hint wrong={said("severity")} />
        </fieldset>
        <div class="field">
          <label for="complaint-remedy">{t("complaint.remedy")}</label>
          <input class="input" id="complaint-remedy" value={draft.remedy} aria-invalid={"remedy_sought" in wrong.value} aria-describedby="complaint-remedy-hint" onInput={(event) => change({ remedy: event.currentTarget.value })} />
          <Hint wrong={said("remedy_sought")} otherwise={t("complaint.remedy_hint")} id="complaint-remedy-hint" />
        </div>
        <div class="field">
          <label for="complaint-verbatim">{t("complaint.verbatim")}</label>
          <textarea class="input" id="complaint-verbatim" rows={4} lang={card.language || undefined} value={draft.verbatim} aria-invalid={"verbatim" in wrong.value} onInput={(event) => change({ verbatim: event.currentTarget.value })} />
          <Hint wrong={said("verbatim")} />
        </div>
        {refused.value && <p class="alert" data-tone="bad" role="alert"><Icon name="over" /><span>{refused.value}</span></p>}
        <p class="line">
          <button class="btn push" type="button" onClick={close}>{t("cancel")} <Kbd keys="Escape" /></button>
          <button class="btn primary" type="submit" disabled={busy.value}>{t("complaint.log")} <Kbd keys="Ctrl+Enter" /></button>
        </p>
      </form>
    </Dialog>
  );
}
