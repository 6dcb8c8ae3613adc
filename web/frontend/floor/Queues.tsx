// Queues as rows. All bars share one scale, so that the ticks of the targets line up.
import type { ComponentChildren } from "preact";
import { Bar, State, type Tone } from "../parts/parts";
import { clock, moment, now } from "../time";
import type { QueueFigures } from "../wire";
import { t } from "../words";
import { chosen, LIMITS, longest, present, queues, totals, type Metric } from "./store";

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function whole(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Under the target is amber; well under it is red. */
export function levelTone(queue: QueueFigures): Tone {
  if (queue.service_level === null || !queue.target) return undefined;
  const short = queue.target.share - queue.service_level;
  return short <= 0.0005 ? undefined : short > 0.05 ? "bad" : "warn";
}

export function longTone(seconds: number): Tone {
  return seconds >= LIMITS.longest[1] ? "bad" : seconds >= LIMITS.longest[0] ? "warn" : undefined;
}

/** A number that opens what is behind it, and says in its title how it is made. */
function Figure({ queue, metric, children, label }: { queue: QueueFigures; metric: Metric; children: ComponentChildren; label: string }) {
  const on = chosen.value?.kind === "queue" && chosen.value.key === queue.key && chosen.value.metric === metric;
  return (
    <button
      class="figure-link"
      type="button"
      aria-pressed={on}
      title={formula(queue, metric)}
      aria-label={label}
      onClick={() => (chosen.value = on ? null : { kind: "queue", key: queue.key, metric })}
    >
      {children}
    </button>
  );
}

export function formula(queue: QueueFigures, metric: Metric): string {
  if (metric === "service_level") return t("formula.service_level", { within: queue.target?.within_s ?? 20 });
  return t(`formula.${metric}`);
}

export function Queues() {
  const sum = totals();
  return (
    <section aria-label={t("floor.queues")} class="scroll">
      <table class="table queues sheet">
        <thead>
          <tr>
            <th scope="col">{t("floor.queue")}</th>
            <th scope="col" class="num">{t("floor.waiting")}</th>
            <th scope="col" class="num">{t("floor.longest")}</th>
            <th scope="col" colSpan={2}>{t("floor.service_level")}</th>
            <th scope="col" class="num">{t("floor.offered")}</th>
            <th scope="col" class="num">{t("floor.answered")}</th>
            <th scope="col" class="num">{t("floor.abandoned")}</th>
            <th scope="col" class="num">{t("floor.available")}</th>
            <th scope="col" class="num">{t("floor.ringing")}</th>
            <th scope="col" class="num">{t("floor.engaged")}</th>
            <th scope="col" class="num">{t("floor.wrap_up")}</th>
            <th scope="col" class="num">{t("floor.not_ready")}</th>
          </tr>
        </thead>
        <tbody>{queues.value.map((queue) => <Row key={queue.key} queue={queue} />)}</tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("floor.all")}</th>
            <td class="num">{sum.waiting}</td>
            <td class="num"><Longest /></td>
            <td class="num">{sum.service_level === null ? "–" : percent(sum.service_level)}</td>
            <td />
            <td class="num">{sum.offered}</td>
            <td class="num">{sum.answered}</td>
            <td class="num">{sum.abandoned}</td>
            {staff().map((n, at) => <td class="num" key={at}>{n}</td>)}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function Longest() {
  now.value;
  const seconds = totals().longest;
  return <>{seconds ? clock(seconds) : "–"}</>;
}

/** People are counted once, whatever number of queues they serve. */
export function staff(): number[] {
  const doing = (activity: string): number => present.value.filter((agent) => agent.activity === activity).length;
  return [doing("available"), doing("ringing"), doing("engaged"), doing("wrap_up"), doing("not_ready")];
}

function Row({ queue }: { queue: QueueFigures }) {
  const name = queue.name ?? queue.key;
  const staffed = queue.staffed ?? { available: 0, engaged: 0, ringing: 0, wrap_up: 0, not_ready: 0 };
  const selected = chosen.value?.kind === "queue" && chosen.value.key === queue.key;
  const numbers: [Metric, number][] = [["offered", queue.offered], ["answered", queue.answered], ["abandoned", queue.abandoned]];
  return (
    <tr class={selected ? "selected" : undefined}>
      <th scope="row">{name}<Closed queue={queue} /></th>
      <td class="num"><Figure queue={queue} metric="waiting" label={`${name}, ${t("floor.waiting")}: ${queue.waiting}`}>{queue.waiting}</Figure></td>
      <td class="num"><Wait queue={queue} /></td>
      <Level queue={queue} />
      {numbers.map(([metric, value]) => (
        <td class="num" key={metric}><Figure queue={queue} metric={metric} label={`${name}, ${t(`floor.${metric}` as "floor.offered")}: ${value}`}>{value}</Figure></td>
      ))}
      {[staffed.available, staffed.ringing, staffed.engaged, staffed.wrap_up, staffed.not_ready].map((n, at) => (
        <td class="num" key={at} title={t("formula.staffed")}>{n}</td>
      ))}
    </tr>
  );
}

/** That a queue is closed, why, and until when if anybody knows. */
function Closed({ queue }: { queue: QueueFigures }) {
  if (queue.open !== false) return null;
  const until = queue.closed_until ? t("floor.closed_until", { when: moment(Date.parse(queue.closed_until)) }) : "";
  return (
    <span class="dim small">
      {" "}<State tone="warn" icon="clock">{t("floor.closed")}</State> {[queue.closed_why, until].filter(Boolean).join(", ")}
    </span>
  );
}

/** A dash where there is no figure, and why. */
function None({ words }: { words: string }) {
  return <span class="dim" title={words}><span aria-hidden="true">–</span><span class="sr">{words}</span></span>;
}

function Wait({ queue }: { queue: QueueFigures }) {
  now.value;
  if (!queue.waiting) return <None words={t("floor.nobody_waits")} />;
  const seconds = longest(queue);
  const tone = longTone(seconds);
  const label = `${queue.name ?? queue.key}, ${t("floor.longest")}: ${clock(seconds)}`;
  return (
    <Figure queue={queue} metric="longest" label={label}>
      {tone ? <State tone={tone} icon={tone === "bad" ? "over" : "clock"}>{clock(seconds)}</State> : clock(seconds)}
    </Figure>
  );
}

function Level({ queue }: { queue: QueueFigures }) {
  const { service_level: level, target } = queue;
  if (level === null) {
    return <td class="goal dim small" colSpan={2}>{t(queue.offered ? "floor.unanswered_yet" : "floor.nothing_yet")}</td>;
  }
  const goal = target?.share ?? 0.8;
  const tone = levelTone(queue);
  const label = t("floor.against", { value: percent(level), goal: whole(goal) });
  return (
    <>
      <td class="num">
        <Figure queue={queue} metric="service_level" label={`${queue.name ?? queue.key}, ${label}`}>
          {tone ? <State tone={tone} icon="alert">{percent(level)}</State> : percent(level)}
        </Figure>
      </td>
      <td class="goal">
        <span class="line">
          <Bar value={level} goal={goal} tone={tone} label={label} />
          {target && <span class="dim small" title={t("floor.target", { share: Math.round(goal * 100), within: target.within_s })}>{Math.round(goal * 100)}/{target.within_s}</span>}
        </span>
      </td>
    </>
  );
}
