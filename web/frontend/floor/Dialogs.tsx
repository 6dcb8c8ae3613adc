// Acting on the floor: change a state, whisper a note, assign or move a contact.
import { useSignal } from "@preact/signals";
import { Icon, iconOf } from "../icons";
import type { Action } from "../keys";
import { KeyMap, Palette } from "../parts/Palette";
import { Dialog, Kbd } from "../parts/parts";
import { whoIs } from "../who";
import type { Agent, Card, PresenceState } from "../wire";
import { say, t } from "../words";
import { assign, dialog, move, reasonWords, setState, stateWords, whisper } from "./desk";
import { picked } from "./Side";
import { chosenAgent, contacts, present, queueName, queues, reasons, withWhom } from "./store";

export function Dialogs({ actions, everything }: { actions: Action[]; everything: Action[] }) {
  const close = (): void => {
    dialog.value = null;
    picked.id = "";
  };
  const agent = chosenAgent.value;
  switch (dialog.value) {
    case "palette":
      return <Palette actions={everything} close={close} />;
    case "map":
      return <KeyMap actions={actions} close={close} />;
    case "state":
      return agent && <StateDialog agent={agent} close={close} />;
    case "whisper":
      return agent && <WhisperDialog agent={agent} close={close} />;
    case "assign":
      return <AssignDialog agent={picked.id ? null : agent} close={close} />;
    default:
      return null;
  }
}

function StateDialog({ agent, close }: { agent: Agent; close: () => void }) {
  const codes = Object.keys(reasons.value);
  const states: [PresenceState, string][] = [["available", ""], ...(codes.length ? codes : [""]).map((code): [PresenceState, string] => ["not_ready", code]), ["offline", ""]];
  return (
    <Dialog title={`${agent.name}: ${stateWords(agent)}`} close={close}>
      <div class="stack">
        {states.map(([state, reason]) => (
          <button key={state + reason} class="btn" type="button" onClick={() => (close(), void setState(agent, state, reason))}>{reasonWords(state, reason)}</button>
        ))}
      </div>
    </Dialog>
  );
}

function cardsOf(agent: Agent): Card[] {
  return agent.on.map((work) => contacts.value[work.interaction_id ?? ""]).filter((card): card is Card => card !== undefined);
}

function nameOf(card: Card): string {
  return `${whoIs(card)}, ${say("channel", card.channel)}, ${queueName(card.queue)}`;
}

function WhisperDialog({ agent, close }: { agent: Agent; close: () => void }) {
  const text = useSignal("");
  const held = agent.on.filter((work) => work.interaction_id);
  const about = useSignal(held[0]?.interaction_id ?? "");
  const send = async (): Promise<void> => {
    if (text.value.trim() && about.value && (await whisper(agent, about.value, text.value.trim()))) close();
  };
  return (
    <Dialog title={`${t("floor.whisper")}: ${agent.name}`} close={close}>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), void send())} onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && void send()}>
        {held.length > 1 && (
          <div class="field">
            <label for="whisper-about">{t("floor.contact")}</label>
            <select class="input" id="whisper-about" value={about.value} onChange={(event) => (about.value = event.currentTarget.value)}>
              {held.map((work) => <option key={work.interaction_id} value={work.interaction_id!}>{withWhom(work)}</option>)}
            </select>
          </div>
        )}
        <div class="field">
          <label for="whisper-text">{t("floor.whisper_label", { name: agent.name })}</label>
          <textarea class="input" id="whisper-text" rows={3} autofocus value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
        </div>
        <p class="line"><button class="btn primary push" type="submit" disabled={!text.value.trim() || !about.value}>{t("floor.whisper_do")} <Kbd keys="Ctrl+Enter" /></button></p>
      </form>
    </Dialog>
  );
}

/** With an agent: which contact goes to them, or where theirs goes. From a queue's row: who takes it. */
function AssignDialog({ agent, close }: { agent: Agent | null; close: () => void }) {
  const waiting = Object.values(contacts.value).filter((card) => card.state === "queued" || card.state === "offered");
  const list = picked.id ? Object.values(contacts.value).filter((card) => card.id === picked.id) : [...(agent ? cardsOf(agent) : []), ...waiting];
  const contact = useSignal(list[0]?.id ?? "");
  const mine = agent ? cardsOf(agent).some((card) => card.id === contact.value) : false;
  const people = present.value.filter((one) => !(mine && one.id === agent?.id));
  const to = useSignal(agent && !mine ? `agent:${agent.id}` : `agent:${people[0]?.id ?? ""}`);
  const go = async (): Promise<void> => {
    const [kind, id] = to.value.split(/:(.*)/s) as [string, string];
    const target = present.value.find((one) => one.id === id);
    const done = kind === "queue" ? await move(contact.value, id) : target && (await assign(contact.value, target));
    if (done) close();
  };
  if (!list.length) return <Dialog title={t("floor.assign")} close={close}><p class="dim">{t("floor.nothing_to_assign")}</p></Dialog>;
  return (
    <Dialog title={t("floor.assign")} close={close}>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), void go())}>
        <div class="field">
          <label for="assign-what">{t("floor.contact")}</label>
          <select class="input" id="assign-what" value={contact.value} onChange={(event) => (contact.value = event.currentTarget.value)}>
            {list.map((card) => <option key={card.id} value={card.id}>{nameOf(card)}</option>)}
          </select>
        </div>
        <div class="field">
          <label for="assign-to">{t("floor.assign_to")}</label>
          <select class="input" id="assign-to" autofocus value={to.value} onChange={(event) => (to.value = event.currentTarget.value)}>
            <optgroup label={t("transfer.agents")}>{people.map((one) => <option key={one.id} value={`agent:${one.id}`}>{one.name}, {stateWords(one).toLowerCase()}</option>)}</optgroup>
            <optgroup label={t("floor.move_to")}>{queues.value.map((queue) => <option key={queue.key} value={`queue:${queue.key}`}>{queue.name ?? queue.key}</option>)}</optgroup>
          </select>
        </div>
        <p class="line">
          <Icon name={iconOf(contacts.value[contact.value]?.channel)} />
          <span class="dim">{contacts.value[contact.value]?.preview}</span>
          <button class="btn primary push" type="submit" disabled={!contact.value}>{to.value.startsWith("queue:") ? t("floor.move") : t("floor.assign")}</button>
        </p>
      </form>
    </Dialog>
  );
}
