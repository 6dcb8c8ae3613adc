// Agents as tiles: who is out of bounds first, then by what they do; a tile keeps its place within its group.
import { Icon, iconOf, type IconName } from "../icons";
import { State, type Tone } from "../parts/parts";
import { clock, coarse, now } from "../time";
import type { Agent } from "../wire";
import { say, t } from "../words";
import { dialog, holdsWords, reasonWords, stateWords } from "./desk";
import { chosen, chosenAgent, LIMITS, only, present, queueName, ready, shownSince, since, withWhom } from "./store";

const ORDER = ["ringing", "available", "wrap_up", "not_ready", "engaged", "offline"];
const ICONS: Record<string, IconName> = { available: "done", ringing: "ring", wrap_up: "clock", not_ready: "pause", engaged: "phone", offline: "x" };

/** How bad it is that someone is at something for so long; only known activities have a limit. */
export function boundsTone(agent: Agent, at: number): Tone {
  const limits = (LIMITS as Record<string, readonly [number, number]>)[agent.activity];
  if (agent.activity === "not_ready" && agent.reason === "missed_offer") return "warn";
  if (!limits || (agent.activity === "engaged" && agent.on[0]?.channel !== "voice")) return undefined;
  const seconds = (at - since(agent)) / 1000;
  return seconds >= limits[1] ? "bad" : seconds >= limits[0] ? "warn" : undefined;
}

const RANK: Record<string, number> = { bad: 0, warn: 1 };

function sorted(agents: Agent[], at: number): Agent[] {
  const group = (agent: Agent): number => {
    const bounds = boundsTone(agent, at);
    return bounds ? RANK[bounds]! : 2 + ORDER.indexOf(agent.activity);
  };
  return [...agents].sort((a, b) => group(a) - group(b) || a.name.localeCompare(b.name));
}

/** What a filter above the tiles counts: the channel for who is engaged, else the activity. */
function doing(agent: Agent): string {
  return agent.activity === "engaged" ? (agent.on[0]?.channel ?? "engaged") : agent.activity;
}

function filters(): { key: string; n: number }[] {
  const counts = new Map<string, number>();
  for (const agent of present.value) counts.set(doing(agent), (counts.get(doing(agent)) ?? 0) + 1);
  const first = ["available", "ringing", "voice", "chat", "sms", "email"];
  const place = (key: string): number => (first.indexOf(key) + 1 || 50) + (["wrap_up", "not_ready", "offline"].indexOf(key) + 1) * 50;
  return [...counts].map(([key, n]) => ({ key, n })).sort((a, b) => place(a.key) - place(b.key));
}

function wordOf(key: string): string {
  return ["available", "wrap_up", "not_ready", "offline"].includes(key) ? say("presence", key) : ["ringing", "engaged"].includes(key) ? say("activity", key) : say("channel", key);
}

export function Agents() {
  now.value;
  const shown = sorted(present.value, now.value).filter((agent) => !only.value || doing(agent) === only.value);
  return (
    <section aria-label={t("floor.agents", { n: present.value.length })} class="agents">
      <div class="line wrap">
        <h2 class="sr">{t("floor.agents", { n: present.value.length })}</h2>
        {filters().map(({ key, n }) => (
          <button key={key} class="btn quiet" type="button" aria-pressed={only.value === key} onClick={() => (only.value = only.value === key ? null : key)}>
            <Icon name={ICONS[key] ?? iconOf(key)} />{wordOf(key)} {n}
          </button>
        ))}
        <Acts />
      </div>
      {ready.value && !shown.length ? (
        <div class="empty"><h3>{t("floor.no_agents")}</h3><p>{t("floor.no_agents_hint")}</p></div>
      ) : (
        <ul class="grid">{shown.map((agent) => <li key={agent.id}><Tile agent={agent} /></li>)}</ul>
      )}
    </section>
  );
}

function Tile({ agent }: { agent: Agent }) {
  const seconds = (now.value - shownSince(agent)) / 1000;
  const bounds = boundsTone(agent, now.value);
  const tone: Tone = bounds ?? (agent.activity === "ringing" ? "info" : undefined);
  const work = agent.on[0];
  const holds = holdsWords(agent);
  const works = agent.activity === "engaged" && !holds;
  const what = works && work ? say("channel", work.channel) : holds ? reasonWords(agent.state, agent.reason) : stateWords(agent);
  const icon = works && work ? iconOf(work.channel) : ICONS[holds ? agent.state : agent.activity]!;
  const on = chosen.value?.kind === "agent" && chosen.value.id === agent.id;
  const customer = work && withWhom(work);
  return (
    <button class="tile" type="button" data-tone={tone} aria-pressed={on} title={holds ? stateWords(agent) : undefined} onClick={() => (chosen.value = on ? null : { kind: "agent", id: agent.id })}>
      <b class="cut">{agent.name}</b>
      <time>{seconds < 3600 ? clock(seconds) : coarse(seconds * 1000)}</time>
      <State tone={tone ? undefined : agent.activity === "available" ? "ok" : undefined} icon={icon}>{what}{works && agent.on.length > 1 && ` ×${agent.on.length}`}</State>
      <span class="dim cut">{holds ? holds : works ? customer : agent.queues.length > 2 ? t("floor.n_queues", { n: agent.queues.length }) : agent.queues.map(queueName).join(", ")}</span>
    </button>
  );
}

/** What can be done with the chosen agent. */
function Acts() {
  const agent = chosenAgent.value;
  if (!agent) return null;
  const act = (what: "state" | "whisper" | "assign", icon: IconName, words: string, key: string, possible = true) => (
    <button class="btn only" type="button" aria-label={`${words}, ${key}`} title={`${words}, ${key}`} disabled={!possible} onClick={() => (dialog.value = what)}>
      <Icon name={icon} /><span>{words}</span>
    </button>
  );
  const talks = agent.on.some((work) => work.interaction_id);
  return (
    <span class="push line">
      <b>{agent.name}</b>
      <span class="line acts">
        {act("whisper", "whisper", t("floor.whisper"), "Alt H", talks)}
        {act("assign", "transfer", t("floor.assign"), "Alt R")}
        {act("state", "pause", t("floor.set_state"), "Alt S")}
      </span>
    </span>
  );
}
