// The screen on the wall: read from six metres, without names.
import { Icon, type IconName } from "../icons";
import { Bar, State } from "../parts/parts";
import { clock, minute, now, timeOf, today } from "../time";
import type { QueueFigures } from "../wire";
import { t } from "../words";
import { Alerts } from "./Alerts";
import { levelTone, longTone, percent, staff, whole } from "./Queues";
import { longest, organization, queues, totals } from "./store";

export function Wall() {
  const sum = totals();
  const [available, ringing, engaged, wrapUp, notReady] = staff() as [number, number, number, number, number];
  return (
    <main class="wall">
      <header class="line"><h1>{organization.value || t("floor.title")}</h1><span class="push">{today(minute.value)}</span><b>{timeOf(minute.value)}</b></header>
      <Alerts wall />
      <div>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t("floor.queue")}</th><th scope="col" class="num">{t("floor.waiting")}</th><th scope="col" class="num">{t("floor.longest")}</th>
              <th scope="col" class="num">{t("floor.service_level_today")}</th><th scope="col" class="goal"><span class="sr">{t("floor.service_level")}</span></th>
              <th scope="col" class="num">{t("floor.answered")}</th><th scope="col" class="num">{t("floor.abandoned")}</th><th scope="col" class="num">{t("floor.available")}</th>
            </tr>
          </thead>
          <tbody>{queues.value.map((queue) => <Row key={queue.key} queue={queue} />)}</tbody>
        </table>
      </div>
      <dl class="totals">
        <Total words={t("floor.waiting")} value={sum.waiting} />
        <Total words={t("floor.service_level_today")} value={sum.service_level === null ? "–" : percent(sum.service_level)} />
        <Total words={t("floor.available")} value={available} icon="done" />
        <Total words={t("floor.ringing")} value={ringing} icon="ring" />
        <Total words={t("floor.engaged")} value={engaged} icon="phone" />
        <Total words={t("floor.wrap_up")} value={wrapUp} icon="clock" />
        <Total words={t("floor.not_ready")} value={notReady} icon="pause" />
      </dl>
      <p class="dim foot">{t("floor.wall_foot")}</p>
    </main>
  );
}

function Total({ words, value, icon }: { words: string; value: string | number; icon?: IconName }) {
  return <div><dt>{icon && <Icon name={icon} />}{words}</dt><dd>{value}</dd></div>;
}

function Row({ queue }: { queue: QueueFigures }) {
  now.value;
  const seconds = longest(queue);
  const long = longTone(seconds);
  const level = queue.service_level;
  const tone = levelTone(queue);
  const goal = queue.target?.share ?? 0.8;
  return (
    <tr>
      <th scope="row">{queue.name ?? queue.key}</th>
      <td class="num">{queue.waiting}</td>
      <td class="num">{!queue.waiting ? "–" : long ? <State tone={long} icon={long === "bad" ? "over" : "clock"}>{clock(seconds)}</State> : clock(seconds)}</td>
      <td class="num">{level === null ? <span class="dim">–</span> : tone ? <State tone={tone} icon="alert">{percent(level)}</State> : percent(level)}</td>
      <td class="goal">{level !== null && <Bar value={level} goal={goal} tone={tone} label={t("floor.against", { value: percent(level), goal: whole(goal) })} />}</td>
      <td class="num">{queue.answered}</td>
      <td class="num">{queue.abandoned}</td>
      <td class="num">{queue.staffed?.available ?? 0}</td>
    </tr>
  );
}
