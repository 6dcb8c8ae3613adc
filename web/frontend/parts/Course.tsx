// Where a contact or other work was and to whom it was offered, in order; beside each wait and each offer, why. Of a
// call also where its flow led the caller, and why.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../api";
import { clock, moment, ms } from "../time";
import type { Why } from "../wire";
import { say, t } from "../words";
import { ByName, Choice, Explained, rulesWords, type Ringing, type Waiting } from "./Explained";
import { Time } from "./parts";

interface Segment {
  id: string;
  /** Of a contact, where it was; other work has waits alone. */
  kind?: string;
  queue: string;
  from_at: string;
  to_at: string | null;
}

interface Made {
  id: string;
  agent_id: string;
  agent_name: string;
  made_at: string;
  outcome: string | null;
  why: Why;
}

/** A fork of a call flow. */
interface Fork {
  node: string;
  edge: string;
  to: string;
  because: string;
  at: string;
}

type Step = { at: number; wait?: Segment; offer?: Made; fork?: Fork };

/** Of what the course is: contacts and other work are two resources. */
type Of = "interactions" | "work-items";

async function steps(of: Of, id: string): Promise<Step[]> {
  const path = `/api/v1/${of}/${id}`;
  const isContact = of === "interactions";
  const [segments, made, led] = await Promise.all([
    api.all<Segment>(`${path}/${isContact ? "segments" : "waits"}`),
    api.all<Made>(`${path}/offers`),
    isContact ? api.get<{ forks: Fork[] }>(`${path}/flow`) : { forks: [] },
  ]);
  const waits = segments.filter((one) => (one.kind ?? "queue") === "queue").map((wait): Step => ({ at: ms(wait.from_at), wait }));
  const forks = led.forks.map((fork): Step => ({ at: ms(fork.at), fork }));
  return [...forks, ...waits, ...made.map((offer): Step => ({ at: ms(offer.made_at), offer }))].sort((a, b) => a.at - b.at);
}

/** The same, read when it is opened. */
export function Courses({ id, queueName }: { id: string; queueName: (key: string) => string }) {
  const opened = useSignal(false);
  return (
    <details class="course" onToggle={(event) => event.target === event.currentTarget && event.currentTarget.open && (opened.value = true)}>
      <summary>{t("course.title")}</summary>
      {opened.value && <Course id={id} queueName={queueName} />}
    </details>
  );
}

export function Course({ of = "interactions", id, queueName }: { of?: Of; id: string; queueName: (key: string) => string }) {
  const found = useSignal<Step[] | null>(null);
  const failed = useSignal(false);
  useEffect(() => void steps(of, id).then((list) => (found.value = list), () => (failed.value = true)), [id]);
  if (failed.value) return <p class="dim" role="status">{t("course.failed")}</p>;
  if (!found.value) return <span class="skel" role="status" />;
  if (!found.value.length) return <p class="dim">{t("course.none")}</p>;
  return <ul class="flat stack">{found.value.map((step, place) => <li key={step.wait?.id ?? step.offer?.id ?? place}>{step.wait ? <Wait of={of} id={id} wait={step.wait} name={queueName(step.wait.queue)} /> : step.offer ? <Offered made={step.offer} /> : <Led fork={step.fork!} />}</li>)}</ul>;
}

function Led({ fork }: { fork: Fork }) {
  const { node, edge, to, because: why } = fork;
  return <><Time at={ms(fork.at)}>{moment(ms(fork.at))}</Time> {edge ? t("course.led", { node, edge, to, why }) : t("course.led_anew", { to, why })}</>;
}

function Offered({ made }: { made: Made }) {
  const outcome = made.outcome ? say("offered", made.outcome) : t("course.rings");
  return (
    <details>
      <summary><Time at={ms(made.made_at)}>{moment(ms(made.made_at))}</Time> {t("course.offered", { name: made.agent_name, outcome })} · {t("course.why")}</summary>
      <ul class="well flat">
        <Choice why={made.why} agentId={made.agent_id} />
        {made.why.rules && <li class="dim">{rulesWords(made.why.rules)}</li>}
      </ul>
    </details>
  );
}

function Wait({ of, id, wait, name }: { of: Of; id: string; wait: Segment; name: string }) {
  const since = ms(wait.from_at);
  const until = wait.to_at ? ms(wait.to_at) : Date.now();
  const seconds = Math.max(0, Math.ceil((until - since) / 1000) - 1);
  const after = useSignal(seconds);
  const part = useSignal("");
  const opened = useSignal(false);
  const told = useSignal<Waiting | Ringing | null>(null);
  const refused = useSignal("");
  const [at, wanted, isOpen] = [after.value, part.value, opened.value];
  useEffect(() => {
    if (!isOpen) return;
    let current = true;
    const instant = encodeURIComponent(new Date(since + at * 1000).toISOString());
    const asked = wanted ? `&agent=${encodeURIComponent(wanted)}` : "";
    const timer = setTimeout(() => {
      api.get<Waiting | Ringing>(`/api/v1/${of}/${id}/why?at=${instant}${asked}`).then(
        (found) => current && ((told.value = found), (refused.value = "")),
        (error: unknown) => current && (refused.value = error instanceof Error ? error.message : t("refused.unknown")),
      );
    }, 150);
    return () => ((current = false), clearTimeout(timer));
  }, [isOpen, at, wanted]);
  const why = told.value;
  const moved = t("course.after", { span: clock(at) });
  return (
    <details onToggle={(event) => (opened.value = event.currentTarget.open)}>
      <summary><Time at={since}>{moment(since)}</Time> {t("course.waited", { queue: name, span: clock((until - since) / 1000) })} · {t("course.why")}</summary>
      <label class="line">
        <span class="dim small">{moved}</span>
        <input type="range" min={0} max={seconds} value={at} aria-label={t("course.instant")} aria-valuetext={moved} onInput={(event) => (after.value = Number(event.currentTarget.value))} />
      </label>
      {refused.value ? <p class="dim" role="status">{refused.value}</p> : why ? <div role="status"><ul class="well flat"><Explained why={why} /></ul></div> : <span class="skel" role="status" />}
      {why?.state === "waiting" && why.agents && <ByName agents={why.agents} ask={(text) => (part.value = text)} />}
    </details>
  );
}
