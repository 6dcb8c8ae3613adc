// Call-backs, promises, tasks and steps of complaints of a queue, the newest first: why each waits, or waited.
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import * as api from "../api";
import { Icon } from "../icons";
import { Course } from "../parts/Course";
import { State } from "../parts/parts";
import { whoIs } from "../who";
import type { QueueFigures, WorkItem } from "../wire";
import { say, t } from "../words";
import { queueName } from "./store";
import { WhyWaiting } from "./WhyWaiting";

const MOST = 60;
const IN_LINE = ["waiting", "offered"];

export function OtherWork({ queue }: { queue: QueueFigures }) {
  const rows = useSignal<WorkItem[] | null>(null);
  const failed = useSignal(false);
  const asked = useSignal("");
  useEffect(() => {
    let current = true;
    api.all<WorkItem>(`/api/v1/work-items?queue=${encodeURIComponent(queue.key)}`, 1).then(
      (found) => current && ((rows.value = found.slice(0, MOST)), (failed.value = false)),
      () => current && (failed.value = true),
    );
    return () => void (current = false);
  }, [queue.key, queue.other_work]);
  if (failed.value) return <p><State tone="bad" icon="over">{t("floor.rows_failed")}</State></p>;
  if (!rows.value?.length) return null;
  return (
    <>
      <h3>{t("floor.other_work")} <span class="dim">{t("floor.other_waits", { n: queue.other_work ?? 0 })}</span></h3>
      <table class="table">
        <thead><tr><th scope="col">{t("floor.what")}</th><th scope="col">{t("floor.customer")}</th><th scope="col">{t("floor.state")}</th></tr></thead>
        <tbody>
          {rows.value.map((work) => {
            const open = asked.value === work.id;
            const title = work.title || say("kind", work.kind);
            return (
              <Fragment key={work.id}>
                <tr>
                  <td><button class="btn quiet" type="button" aria-expanded={open} title={t("course.title")} onClick={() => (asked.value = open ? "" : work.id)}><span class="cut">{title}</span><span class="sr">, {t("course.title")}</span><Icon name="down" /></button></td>
                  <td>{whoIs(work)}</td>
                  <td>{say("work", work.state ?? "")}</td>
                </tr>
                {open && <tr><td colSpan={3}>{IN_LINE.includes(work.state ?? "") && <WhyWaiting id={work.id} queue={queue.key} state={work.state ?? ""} />}<Course of="work-items" id={work.id} queueName={queueName} /></td></tr>}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
