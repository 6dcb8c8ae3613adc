// What calls for attention, worked out from the figures, and what the server says.
import { Icon } from "../icons";
import { clock, coarse, now } from "../time";
import { t } from "../words";
import { boundsTone } from "./Agents";
import { dismiss, stateWords } from "./desk";
import { levelTone, percent, whole } from "./Queues";
import { chosen, counted, LIMITS, longest, present, queues, since, told, type Chosen } from "./store";

interface Call {
  key: string;
  tone: "bad" | "warn";
  words: string;
  more: string;
  chosen?: Chosen;
  /** Each of those whom it is about. */
  people?: string[];
  dismiss?: () => void;
}

const MOST = 4;
/** So many contacts make a share worth an alarm. */
const ENOUGH = 10;

function fromQueues(): Call[] {
  return queues.value.flatMap((queue): Call[] => {
    const name = queue.name ?? queue.key;
    const seconds = longest(queue);
    const calls: Call[] = [];
    if (seconds >= LIMITS.longest[1]) {
      calls.push({ key: `wait-${queue.key}`, tone: "bad", words: t("floor.waits", { name, span: clock(seconds) }), more: t("floor.limit", { span: clock(LIMITS.longest[1]) }), chosen: { kind: "queue", key: queue.key, metric: "longest" } });
    }
    const tone = levelTone(queue);
    if (tone && queue.target && queue.service_level !== null && counted(queue) >= ENOUGH) {
      calls.push({ key: `level-${queue.key}`, tone: tone === "bad" ? "bad" : "warn", words: t("floor.under", { name, value: percent(queue.service_level) }), more: t("floor.under_target", { goal: whole(queue.target.share) }), chosen: { kind: "queue", key: queue.key, metric: "service_level" } });
    }
    return calls;
  });
}

function fromAgents(): Call[] {
  return present.value
    .filter((agent) => boundsTone(agent, now.value) === "bad")
    .map((agent) => ({
      key: `agent-${agent.id}`,
      tone: "bad" as const,
      words: agent.name,
      more: `${stateWords(agent).toLowerCase()} ${coarse(now.value - since(agent))}`,
      chosen: { kind: "agent", id: agent.id },
    }));
}

/** What the server says besides; a service level that stands there from today's figures is not said twice. */
function fromServer(known: Call[]): Call[] {
  const shown = new Set(known.map((call) => call.key));
  return told.value.filter((alert) => alert.kind !== "service_level" || !shown.has(`level-${alert.queue}`)).map((alert) => ({
    key: `told-${alert.id}`,
    tone: alert.tone ?? "warn",
    words: alert.text,
    more: "",
    chosen: alert.agent_id ? { kind: "agent", id: alert.agent_id } : alert.queue ? { kind: "queue", key: alert.queue, metric: alert.kind === "service_level" ? "service_level" : "waiting" } : undefined,
    people: alert.people?.map((one) => one.text),
    dismiss: () => void dismiss(alert),
  }));
}

/** Red before amber; agents' names stay off the wall. */
export function alerts(wall = false): Call[] {
  now.value;
  const known = fromQueues();
  const all = wall ? known : [...known, ...fromAgents(), ...fromServer(known)];
  return all.sort((a, b) => Number(a.tone === "warn") - Number(b.tone === "warn")).slice(0, MOST);
}

export function Alerts({ wall }: { wall?: boolean }) {
  const list = alerts(wall);
  if (!list.length) return <span hidden={!wall} />;
  return (
    <ul class="alerts" aria-label={t("floor.alerts")}>
      {list.map((call) => (
        <li class="alert" data-tone={call.tone} key={call.key}>
          <Icon name={call.tone === "bad" ? "over" : "alert"} />
          <span><b>{call.words}</b>{call.more && `, ${call.more}`}</span>
          {call.people && <details><summary>{t("floor.who_was")}</summary><ul class="flat">{call.people.map((text) => <li key={text}>{text}</li>)}</ul></details>}
          {!wall && call.chosen && <button class="btn push" type="button" onClick={() => (chosen.value = call.chosen!)}>{call.chosen.kind === "queue" ? t("floor.see") : t("floor.show")}</button>}
          {!wall && call.dismiss && <button class="btn quiet only" type="button" aria-label={t("close")} onClick={call.dismiss}><Icon name="x" /></button>}
        </li>
      ))}
    </ul>
  );
}
