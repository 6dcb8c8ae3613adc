// Work that is no conversation: a call-back, a promise, a step of a complaint or of its recovery.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import * as api from "../api";
import { Icon, iconOf } from "../icons";
import { isIn, isTyping, pressed } from "../keys";
import { Kbd, State, Time } from "../parts/parts";
import { due, exact, minute, ms } from "../time";
import { whoIs } from "../who";
import type { WorkItem } from "../wire";
import { say, t } from "../words";
import { complete, handBack } from "./acts";
import { CallButton } from "./calling";
import { notes, setNotes } from "./drafts";
import { pop, queueName } from "./store";

const NUMBER = /\b[A-Z]{1,4}-\d{4}-\d{3,}\b/;

interface Outcomes {
  outcomes: string[];
  evidence: boolean;
}

export function TaskPane({ item }: { item: WorkItem }) {
  const possible = useOutcomes(item.id);
  const { outcomes, evidence: money } = possible.value ?? { outcomes: [], evidence: false };
  const chosen = useSignal("");
  const busy = useSignal(false);
  const note = notes(item.id);
  // Asked again when it matters: a quick hand is ahead of what was drawn last.
  const ready = (): boolean => chosen.value !== "" && !busy.value && (!money || notes(item.id).trim() !== "");
  const finish = async (): Promise<void> => {
    if (!ready()) return;
    busy.value = true;
    await complete(item, chosen.value, notes(item.id).trim());
    busy.value = false;
  };
  useLayoutEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (document.querySelector("dialog[open]")) return;
      const digit = /^[1-9]$/.test(event.key) && isIn(event, ".pane") && !isTyping(event.target) ? outcomes[Number(event.key) - 1] : undefined;
      if (pressed(event) === "Ctrl+Enter") void finish();
      else if (digit) chosen.value = digit;
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  });
  const at = ms(item.due_at);
  const soon = Number.isNaN(at) ? null : due(at, minute.value);
  return (
    <>
      <header class="head line">
        <Icon name={iconOf(null, item.kind)} />
        <h2 class="cut">{item.title}</h2>
        {soon && <State tone={soon.tone} icon={soon.icon}><Time at={at}>{soon.words}</Time></State>}
      </header>
      <form class="form" onSubmit={(event) => event.preventDefault()}>
        <dl class="facts full">
          <dt>{t("task.customer")}</dt><dd>{whoIs(item)}</dd>
          <Reach item={item} />
          {soon && <><dt>{t("task.due")}</dt><dd>{exact(at)}</dd></>}
          <dt>{t("task.queue")}</dt><dd>{say("kind", item.kind)} · {queueName(item.queue)}</dd>
          {item.note && <><dt>{t("task.note_given")}</dt><dd class="pre">{item.note}</dd></>}
          <ComplaintLink item={item} />
        </dl>
        <fieldset class="full">
          <legend>{t("task.outcome")} <span class="dim">{t("wrap.needed")}</span></legend>
          <p class="line wrap">
            {possible.value === null && <button class="btn" type="button" onClick={() => void possible.ask()}>{t("stage.again")}</button>}
            {outcomes.map((outcome, n) => (
              <button key={outcome} class="btn big" type="button" aria-pressed={chosen.value === outcome} onClick={() => (chosen.value = outcome)}>
                {say("outcome", outcome)} <Kbd keys={String(n + 1)} />
              </button>
            ))}
          </p>
        </fieldset>
        <div class="field full">
          <label for={`task-${item.id}`}>{money ? t("task.evidence") : t("task.note")}</label>
          <textarea class="input" id={`task-${item.id}`} data-reply={item.id} rows={3} value={note} onInput={(event) => setNotes(item.id, event.currentTarget.value)} />
          {money && <p class="hint">{t("task.evidence_hint")}</p>}
        </div>
        <p class="full line">
          <button class="btn push" type="button" onClick={() => void handBack(item)}>{t("task.hand_back")}</button>
          <button class="btn primary" type="button" disabled={!ready()} onClick={() => void finish()}>
            {t("task.finish")} <Kbd keys="Ctrl+Enter" />
          </button>
        </p>
      </form>
    </>
  );
}

/** What may come of it, as the server knows it; null when that could not be asked. */
function useOutcomes(id: string): { value: Outcomes | null | undefined; ask: () => Promise<void> } {
  const found = useSignal<Outcomes | null | undefined>(undefined);
  const ask = async (): Promise<void> => {
    found.value = await api.get<Outcomes>(`/api/v1/work-items/${id}/outcomes`).catch(() => null);
  };
  useEffect(() => void ask(), [id]);
  return { value: found.value, ask };
}

function Reach({ item }: { item: WorkItem }) {
  const known = item.customer ? pop(item.customer.id).value : null;
  const listed = typeof known === "object" ? known?.customer.addresses?.find((one) => one.kind === "phone")?.value : undefined;
  const phone = item.phone ?? listed;
  return (
    <>
      <dt>{t("task.number")}</dt>
      <dd class="line wrap">{phone ? <><a href={`tel:${phone}`}>{phone}</a><CallButton number={phone} /></> : <span class="dim">{t("task.no_number")}</span>}</dd>
    </>
  );
}

function ComplaintLink({ item }: { item: WorkItem }) {
  const number = NUMBER.exec(item.title)?.[0] ?? "";
  const id = useSignal(item.complaint_id ?? (item.kind === "complaint_step" ? (item.reference ?? "") : ""));
  useEffect(() => {
    if (id.value || !number) return;
    api.get<{ items: { id: string }[] }>(`/api/v1/complaints?number=${encodeURIComponent(number)}`)
      .then((found) => (id.value = found.items[0]?.id ?? ""))
      .catch(() => undefined);
  }, [item.id]);
  if (!id.value) return null;
  return (
    <>
      <dt>{t("task.complaint")}</dt>
      <dd><a href={`/complaints/${id.value}`} target="_blank">{number || t("task.open_complaint")}</a></dd>
    </>
  );
}
