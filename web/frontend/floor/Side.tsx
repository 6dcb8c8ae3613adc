// The panel on the right explains what was chosen: a number by its formula and rows, an agent by what they do.
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import * as api from "../api";
import { Icon, iconOf } from "../icons";
import { Course } from "../parts/Course";
import { State, Time } from "../parts/parts";
import { clock, coarse, ms, now, timeOf } from "../time";
import { whoIs } from "../who";
import type { Agent, Card, QueueFigures } from "../wire";
import { language, say, t } from "../words";
import { dialog, stateWords } from "./desk";
import { formula, levelTone, longTone, percent, whole } from "./Queues";
import { OtherWork } from "./OtherWork";
import { WhyWaiting } from "./WhyWaiting";
import { chosen, chosenAgent, contacts, longest, queueName, queues, shownSince, withWhom, type Metric } from "./store";

export function Side() {
  const what = chosen.value;
  const queue = what?.kind === "queue" ? queues.value.find((one) => one.key === what.key) : undefined;
  const agent = chosenAgent.value;
  return (
    <aside class="side" aria-label={t("floor.side_empty")} tabIndex={0}>
      {queue && what?.kind === "queue" ? (
        <Behind queue={queue} metric={what.metric} key={queue.key + what.metric} />
      ) : agent ? (
        <Who agent={agent} />
      ) : (
        <div class="empty"><h2>{t("floor.side_empty")}</h2><p>{t("floor.side_hint")}</p></div>
      )}
    </aside>
  );
}

function Close() {
  return (
    <button class="btn quiet only push" type="button" aria-label={t("close")} onClick={() => (chosen.value = null)}>
      <Icon name="x" />
    </button>
  );
}

const TITLES = { waiting: "floor.waiting", longest: "floor.longest", service_level: "floor.service_level_today", offered: "floor.offered", answered: "floor.answered", abandoned: "floor.abandoned", staffed: "floor.agents" } as const;

function Behind({ queue, metric }: { queue: QueueFigures; metric: Metric }) {
  const live = metric === "waiting" || metric === "longest";
  return (
    <>
      <header class="line">
        <h2>{t(TITLES[metric], { n: "" })}, {queue.name ?? queue.key}</h2>
        <Close />
      </header>
      <p class="line wrap"><Value queue={queue} metric={metric} /></p>
      <div class="well">
        <p>{metric === "service_level" ? <code>{formula(queue, metric)}</code> : formula(queue, metric)}</p>
        {metric === "service_level" && <p class="dim">{t("formula.service_level_words")}</p>}
      </div>
      {live ? <Waiting queue={queue} /> : <Today queue={queue} metric={metric} />}
      {live && <OtherWork queue={queue} />}
    </>
  );
}

function Value({ queue, metric }: { queue: QueueFigures; metric: Metric }) {
  now.value;
  if (metric === "longest") {
    const seconds = longest(queue);
    const tone = longTone(seconds);
    return <><b class="figure">{queue.waiting ? clock(seconds) : "–"}</b>{tone && <State tone={tone} icon={tone === "bad" ? "over" : "clock"}>{t("floor.limit", { span: clock(120) })}</State>}</>;
  }
  if (metric !== "service_level") return <b class="figure">{metric === "staffed" ? "" : queue[metric]}</b>;
  const { service_level: level, target } = queue;
  if (level === null) return <b class="figure">–</b>;
  const goal = target?.share ?? 0.8;
  const apart = Math.abs((level - goal) * 100).toFixed(1);
  const tone = levelTone(queue);
  return (
    <>
      <b class="figure">{percent(level)}</b>
      <State tone={tone} icon={tone ? "alert" : "done"}>{t(level < goal ? "floor.points_under" : "floor.points_over", { n: apart, goal: whole(goal) })}</State>
    </>
  );
}

function Waiting({ queue }: { queue: QueueFigures }) {
  const rows = Object.values(contacts.value)
    .filter((card) => card.queue === queue.key && (card.state === "queued" || card.state === "offered"))
    .sort((a, b) => ms(a.queued_at ?? a.arrived_at) - ms(b.queued_at ?? b.arrived_at));
  const asked = useSignal("");
  if (!rows.length) return <p class="dim">{t("floor.no_rows")}</p>;
  return (
    <>
      <h3>{t("floor.rows")} <span class="dim">{rows.length}</span></h3>
      <table class="table">
        <thead><tr><th scope="col">{t("floor.customer")}</th><th scope="col" class="num">{t("floor.waited")}</th><th scope="col"><span class="sr">{t("floor.assign")}</span></th></tr></thead>
        <tbody>
          {rows.map((card) => {
            const open = asked.value === card.id;
            const label = t("floor.why", { name: whoIs(card) });
            return (
              <Fragment key={card.id}>
                <tr>
                  <td><span class="line"><Icon name={iconOf(card.channel)} /><span class="sr">{say("channel", card.channel)}</span><span class="cut">{whoIs(card)}</span></span></td>
                  <td class="num"><button class="btn quiet" type="button" aria-expanded={open} title={label} onClick={() => (asked.value = open ? "" : card.id)}><Wait at={ms(card.queued_at ?? card.arrived_at)} /><span class="sr">{label}</span><Icon name="down" /></button></td>
                  <td class="num"><button class="btn" type="button" onClick={() => pick(card)}>{t("floor.assign")}</button></td>
                </tr>
                {open && <tr><td colSpan={3}><WhyWaiting id={card.id} queue={card.queue} state={card.state} /></td></tr>}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

function Wait({ at }: { at: number }) {
  const seconds = (now.value - at) / 1000;
  return <Time at={at}>{seconds < 3600 ? clock(seconds) : coarse(seconds * 1000)}</Time>;
}

/** The contact that the assign dialog is about, when it was chosen from a queue. */
export const picked = { id: "" };

function pick(card: Card): void {
  picked.id = card.id;
  dialog.value = "assign";
}

const KEEPS: Partial<Record<Metric, (card: Card) => boolean>> = {
  answered: (card) => card.answered_at !== null,
  abandoned: (card) => card.state === "abandoned",
};

function Today({ queue, metric }: { queue: QueueFigures; metric: Metric }) {
  const rows = useSignal<Card[] | null>(null);
  const failed = useSignal(false);
  const asked = useSignal("");
  useEffect(() => {
    const midnight = new Date();
    midnight.setHours(0, 0, 0, 0);
    const path = `/api/v1/interactions?queue=${encodeURIComponent(queue.key)}&arrived_from=${encodeURIComponent(midnight.toISOString())}`;
    api.all<Card>(path, 1).then((found) => (rows.value = found)).catch(() => (failed.value = true));
  }, [queue.key, metric]);
  if (failed.value) return <p><State tone="bad" icon="over">{t("floor.rows_failed")}</State></p>;
  if (!rows.value) return <div class="stack" role="status"><span class="skel" /><span class="skel" /><span class="skel" /></div>;
  const shown = rows.value.filter(KEEPS[metric] ?? (() => true)).slice(0, 60);
  if (!shown.length) return <p class="dim">{t("floor.nothing_yet")}</p>;
  return (
    <table class="table">
      <thead><tr><th scope="col">{t("floor.arrived")}</th><th scope="col">{t("floor.customer")}</th><th scope="col" class="num">{t("floor.waited")}</th><th scope="col">{t("floor.state")}</th></tr></thead>
      <tbody>
        {shown.map((card) => {
          const from = ms(card.queued_at ?? card.arrived_at);
          const until = ms(card.answered_at ?? card.ended_at);
          const open = asked.value === card.id;
          const waited = Number.isNaN(until) ? "–" : clock((until - from) / 1000);
          return (
            <Fragment key={card.id}>
              <tr>
                <td><Time at={ms(card.arrived_at)}>{timeOf(ms(card.arrived_at))}</Time></td>
                <td>{whoIs(card)}</td>
                <td class="num"><button class="btn quiet" type="button" aria-expanded={open} title={t("course.title")} onClick={() => (asked.value = open ? "" : card.id)}>{waited}<span class="sr">{t("course.title")}</span><Icon name="down" /></button></td>
                <td>{say("state", card.state)}</td>
              </tr>
              {open && <tr><td colSpan={4}><Course id={card.id} queueName={queueName} /></td></tr>}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

function Who({ agent }: { agent: Agent }) {
  return (
    <>
      <header class="line"><h2>{agent.name}</h2><Close /></header>
      <p><Lasting agent={agent} /></p>
      <p class="line wrap">
        <button class="btn" type="button" onClick={() => (dialog.value = "state")}><Icon name="pause" />{t("floor.set_state")} <kbd aria-hidden="true">S</kbd></button>
        <button class="btn" type="button" disabled={!agent.on.some((work) => work.interaction_id)} onClick={() => (dialog.value = "whisper")}><Icon name="whisper" />{t("floor.whisper")} <kbd aria-hidden="true">H</kbd></button>
        <button class="btn" type="button" onClick={() => ((picked.id = ""), (dialog.value = "assign"))}><Icon name="transfer" />{t("floor.assign")} <kbd aria-hidden="true">R</kbd></button>
      </p>
      <h3>{t("floor.on")} <span class="dim">{agent.on.length || ""}</span></h3>
      {!agent.on.length && <p class="dim">{t("floor.on_nothing")}</p>}
      <ul class="tl flat">
        {agent.on.map((work) => (
          <li key={work.interaction_id ?? work.work_item_id}>
            <Icon name={iconOf(work.channel)} />
            <span class="cut">{withWhom(work)}</span>
            <span class="dim small"><Wait at={ms(work.since)} /></span>
          </li>
        ))}
      </ul>
      <dl class="facts">
        <dt>{t("floor.serves")}</dt><dd>{agent.queues.map(queueName).join(", ")}</dd>
        {agent.languages?.length ? <><dt>{t("floor.languages")}</dt><dd>{agent.languages.map(language).join(", ")}</dd></> : null}
        {agent.skills && Object.keys(agent.skills).length ? <><dt>{t("floor.skills")}</dt><dd>{Object.entries(agent.skills).map(([skill, level]) => `${skill} ${level}`).join(", ")}</dd></> : null}
      </dl>
    </>
  );
}

function Lasting({ agent }: { agent: Agent }) {
  return <>{t("floor.state_since", { state: stateWords(agent), span: clock((now.value - shownSince(agent)) / 1000) })}</>;
}
