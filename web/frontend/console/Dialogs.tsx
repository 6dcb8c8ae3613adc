// The dialogs: transfer, bring back later, complaint, call back, palette, keys.
import { useSignal } from "@preact/signals";
import { Icon } from "../icons";
import type { Action } from "../keys";
import { KeyMap, Palette } from "../parts/Palette";
import { Dialog, Kbd } from "../parts/parts";
import { serverNow } from "../time";
import { whoIs } from "../who";
import type { Card } from "../wire";
import { say, t } from "../words";
import { CallbackDialog } from "./CallbackDialog";
import { CancelCallback } from "./Promised";
import { ComplaintDialog } from "./ComplaintDialog";
import { snooze, transfer } from "./acts";
import { notes, setNotes } from "./drafts";
import { dialog, shownCustomer } from "./opening";
import { part } from "./parting";
import { PartingDialog } from "./PartingDialog";
import { agents, figures, me, openCard } from "./store";

export function Dialogs({ actions, everything }: { actions: Action[]; everything: Action[] }) {
  const close = (): void => void (dialog.value = null);
  const card = openCard.value;
  switch (dialog.value) {
    case "palette":
      return <Palette actions={everything} close={close} />;
    case "map":
      return <KeyMap actions={actions} close={close} />;
    case "transfer":
      return card && <TransferDialog card={card} close={close} />;
    case "snooze":
      return card && <SnoozeDialog card={card} close={close} />;
    case "unsent":
      return <PartingDialog close={close} />;
    case "complaint":
      return card && <ComplaintDialog card={card} close={close} />;
    case "callback":
      return shownCustomer() ? <CallbackDialog customerId={shownCustomer()} close={close} /> : null;
    case "uncall":
      return <CancelCallback close={close} />;
    default:
      return null;
  }
}

interface Target {
  id: string;
  name: string;
  hint: string;
  to: { queue: string } | { agent: string };
}

function targets(card: Card): Target[] {
  const queues = figures.value.queues.filter((queue) => queue.key !== card.queue).map((queue): Target => ({
    id: `queue-${queue.key}`,
    name: queue.name ?? queue.key,
    hint: t("transfer.queue_line", { n: queue.waiting, available: queue.staffed?.available ?? 0 }),
    to: { queue: queue.key },
  }));
  const order = ["available", "ringing", "engaged", "wrap_up", "not_ready"];
  const people = Object.values(agents.value)
    .filter((agent) => agent.id !== me.value?.id && agent.activity !== "offline" && agent.state !== "offline")
    .sort((a, b) => order.indexOf(a.activity) - order.indexOf(b.activity) || a.name.localeCompare(b.name))
    .map((agent): Target => ({
      id: `agent-${agent.id}`,
      name: agent.name,
      hint: agent.activity === "engaged" || agent.activity === "ringing" ? say("activity", agent.activity) : say("presence", agent.activity),
      to: { agent: agent.id },
    }));
  return [...queues, ...people];
}

function TransferDialog({ card, close }: { card: Card; close: () => void }) {
  const query = useSignal("");
  const at = useSignal(0);
  // What was noted on a call goes along; what is noted here is kept as that is, until it went along.
  const note = notes(card.id);
  const busy = useSignal(false);
  const found = targets(card).filter((target) => target.name.toLowerCase().includes(query.value.toLowerCase().trim()));
  const chosen = found[Math.min(at.value, found.length - 1)];
  const go = async (): Promise<void> => {
    if (!chosen || busy.value) return;
    busy.value = true;
    if (await part(card, "transfer", () => transfer(card, chosen.to, notes(card.id).trim(), chosen.name))) close();
    busy.value = false;
  };
  const hear = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) at.value = (Math.min(at.value, found.length - 1) + step + found.length) % found.length;
    else if (event.key === "Enter") void go();
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("transfer.title", { name: whoIs(card) })} close={close}>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), void go())} onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && void go()}>
        <div class="field">
          <label for="transfer-to">{t("transfer.to")}</label>
          <input
            class="input"
            id="transfer-to"
            autofocus
            role="combobox"
            aria-expanded="true"
            aria-controls="transfer-list"
            aria-activedescendant={chosen?.id}
            placeholder={t("transfer.find")}
            value={query.value}
            onInput={(event) => {
              query.value = event.currentTarget.value;
              at.value = 0;
            }}
            onKeyDown={hear}
          />
          <div class="options short" role="listbox" id="transfer-list" aria-label={t("transfer.to")}>
            {found.map((target, n) => (
              <div key={target.id} id={target.id} role="option" aria-selected={target === chosen} onClick={() => (at.value = n)}>
                <Icon name={"queue" in target.to ? "queue" : "user"} />
                <span class="cut">{target.name}</span>
                <span class="dim push small">{target.hint}</span>
              </div>
            ))}
            {!found.length && <p class="dim">{t("transfer.none")}</p>}
          </div>
        </div>
        <div class="field">
          <label for="transfer-note">{t("transfer.note")}</label>
          <textarea class="input" id="transfer-note" rows={2} value={note} onInput={(event) => setNotes(card.id, event.currentTarget.value)} />
        </div>
        <p class="line">
          <button class="btn push" type="button" onClick={close}>{t("cancel")} <Kbd keys="Escape" /></button>
          <button class="btn primary" type="submit" disabled={!chosen || busy.value}>{t("transfer.do")} <Kbd keys="Ctrl+Enter" /></button>
        </p>
      </form>
    </Dialog>
  );
}

function SnoozeDialog({ card, close }: { card: Card; close: () => void }) {
  const at = (days: number, hour: number): Date => {
    const date = new Date(serverNow());
    date.setDate(date.getDate() + days);
    date.setHours(hour, 0, 0, 0);
    return date;
  };
  const toMonday = ((8 - new Date(serverNow()).getDay()) % 7) || 7;
  const choices = [
    { id: "hour", words: t("snooze.hour"), until: new Date(serverNow() + 3_600_000) },
    { id: "three", words: t("snooze.three"), until: new Date(serverNow() + 3 * 3_600_000) },
    { id: "tomorrow", words: t("snooze.tomorrow"), until: at(1, 9) },
    { id: "monday", words: t("snooze.monday"), until: at(toMonday, 9) },
  ];
  return (
    <Dialog title={t("snooze.title")} close={close}>
      <div class="stack">
        {choices.map((choice) => (
          <button key={choice.id} class="btn" type="button" onClick={() => (close(), void part(card, "snooze", () => snooze(card, choice.until)))}>{choice.words}</button>
        ))}
      </div>
    </Dialog>
  );
}
