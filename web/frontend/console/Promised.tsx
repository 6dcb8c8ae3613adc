// The open call-backs of a customer, in the screen pop: when, for which queue, whose, how often tried; and taking one back.
import { signal, useSignal } from "@preact/signals";
import { toast } from "../announce";
import * as api from "../api";
import { Icon } from "../icons";
import type { Action } from "../keys";
import { Dialog, Kbd, State, Time } from "../parts/parts";
import { minute, ms } from "../time";
import type { PromisedCall } from "../wire";
import { count, say, t } from "../words";
import { momentThere, place } from "../zones";
import { dialog, loadPop, shownCustomer } from "./opening";
import { me, open, pop, queueName } from "./store";

/** The one about which the dialog asks. */
const asked = signal<PromisedCall | null>(null);

function askToCancel(call: PromisedCall): void {
  asked.value = call;
  dialog.value = "uncall";
}

/** Whether it can still be taken back: the customer is not being rung. What is made by hand is ended by whoever has it. */
function waits(call: PromisedCall): boolean {
  return call.state !== "dialling" && !call.by_hand;
}

function dueWords(call: PromisedCall): string {
  const due = ms(call.due_at);
  if (due <= minute.value) return t("callback.due_now");
  const when = momentThere(due, call.zone, minute.value);
  return t(call.attempts ? "callback.due_again" : "callback.due", { when, place: place(call.zone) });
}

function whose(call: PromisedCall): string {
  if (!call.owner) return t("callback.anybodys");
  return call.owner.id === me.value?.id ? t("callback.yours") : t("callback.of", { name: call.owner.name });
}

export function PromisedCalls({ list, cancels }: { list: PromisedCall[]; cancels?: boolean }) {
  // What I have in hand myself is what is open.
  const others = list.filter((call) => call.id !== open.value?.id);
  if (!others.length) return null;
  return (
    <section aria-label={count("callback.list", others.length)}>
      <h3>{count("callback.list", others.length)} <span class="dim">{others.length}</span></h3>
      <div class="stack">{others.map((call) => <Promised key={call.id} call={call} cancels={cancels} />)}</div>
    </section>
  );
}

function Promised({ call, cancels }: { call: PromisedCall; cancels?: boolean }) {
  const tried = call.attempts ? count("callback.attempts", call.attempts) : "";
  const queue = queueName(call.queue);
  return (
    <div class="due promised" data-tone="info">
      <p class="line wrap">
        <Icon name="later" /><b><Time at={ms(call.due_at)}>{dueWords(call)}</Time></b>
        {call.state !== "waiting" && !(call.by_hand && call.state === "dialling") && <State tone="warn" icon="ring" class="push">{say("callback", `state_${call.state}`)}</State>}
      </p>
      <span class="dim small">{[queue, whose(call), tried, call.by_hand ? t("callback.by_hand") : call.number].filter(Boolean).join(" · ")}</span>
      {cancels && waits(call) && (
        <button class="btn act" type="button" aria-label={t("callback.cancel_named", { queue })} onClick={() => askToCancel(call)}>{t("callback.cancel")}</button>
      )}
    </div>
  );
}

/** For the palette: each that can be taken back. */
export function uncallActions(): Action[] {
  const known = shownCustomer() ? pop(shownCustomer()).value : null;
  const list = known && typeof known === "object" ? known.callbacks : [];
  return list.filter(waits).map((call): Action => ({
    id: `uncall-${call.id}`, words: t("callback.cancel_named", { queue: queueName(call.queue) }), group: t("group.item"), icon: "x", run: () => askToCancel(call),
  }));
}

/** Asks once, and says what came of it. */
export function CancelCallback({ close }: { close: () => void }) {
  const call = asked.value;
  const why = useSignal("");
  const refused = useSignal("");
  const busy = useSignal(false);
  if (!call) return null;
  const customerId = shownCustomer();
  const cancel = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    try {
      await api.post(`/api/v1/callbacks/${call.id}/cancel`, { note: why.value.trim() });
      toast({ text: t("callback.cancelled"), tone: "ok" });
      close();
    } catch (error) {
      refused.value = error instanceof Error ? error.message : t("refused.unknown");
    } finally {
      busy.value = false;
      void loadPop(customerId, true);
    }
  };
  const said = { number: call.number, queue: queueName(call.queue), when: momentThere(ms(call.due_at), call.zone, minute.value), place: place(call.zone) };
  return (
    <Dialog title={t("callback.cancel_title")} close={close}>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), void cancel())}>
        <p>{t("callback.cancel_words", said)}</p>
        <div class="field">
          <label for="uncall-why">{t("callback.cancel_why")}</label>
          <input class="input" id="uncall-why" autofocus maxLength={4000} autocomplete="off" value={why.value} onInput={(event) => (why.value = event.currentTarget.value)} />
        </div>
        {refused.value && <p class="alert" data-tone="bad" role="alert"><Icon name="over" /><span>{refused.value}</span></p>}
        <p class="line">
          <button class="btn push" type="button" onClick={close}>{t("callback.cancel_keep")} <Kbd keys="Escape" /></button>
          <button class="btn danger" type="submit" disabled={busy.value}>{t("callback.cancel_do")} <Kbd keys="Enter" /></button>
        </p>
      </form>
    </Dialog>
  );
}
