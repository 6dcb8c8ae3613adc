// Why somebody waits: how far the rules have come, and what rules out each agent. Asked again while it is open.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Refused } from "../link";
import { clock, coarse, ms, now } from "../time";
import { count, say, t } from "../words";
import { link } from "./desk";
import { whole } from "./Queues";

interface Waiting {
  rule: string;
  position: number;
  ring: number;
  next_ring_at: string | null;
  considered: number;
  excluded: Record<string, number>;
  wait_s: [number, number] | null;
  estimates: { count: number; coverage: number; bias_s: number; off_s: number } | null;
}

const AGAIN_MS = 5_000;

export function WhyWaiting({ id, state }: { id: string; state: string }) {
  const told = useSignal<Waiting | null>(null);
  const gone = useSignal(false);
  useEffect(() => {
    const ask = (): void =>
      void link
        .call<Waiting>("work.explain", { work_item_id: id })
        .then((found) => ((told.value = found), (gone.value = false)))
        .catch((error: unknown) => (gone.value = error instanceof Refused));
    ask();
    const timer = setInterval(ask, AGAIN_MS);
    return () => clearInterval(timer);
  }, [id, state]);
  if (gone.value) return <p class="dim" role="status">{t("floor.why_gone")}</p>;
  if (!told.value) return <span class="skel" role="status" />;
  const why = told.value;
  const left = Object.entries(why.excluded);
  const past = why.estimates;
  const next = (ms(why.next_ring_at) - now.value) / 1000;
  return (
    <ul class="well flat" role="status">
      <li>{t("floor.why_place", { n: why.position })}</li>
      <li>{t("floor.why_rule", { rule: say("waiting", why.rule) })}</li>
      <li>{why.considered ? count("floor.why_fits", why.considered) : t("floor.why_nobody")}{left.length ? ": " : ""}{left.map(([code, n]) => say("why.excluded", code, { n })).join(", ")}</li>
      {why.ring ? <li>{count("floor.why_ring", why.ring)}</li> : null}
      <li>{why.wait_s ? t("floor.why_wait", { low: clock(why.wait_s[0]), high: clock(why.wait_s[1]) }) : t("floor.why_unknown")}</li>
      {past && <li class="dim">{t("floor.why_record", { n: past.count, share: whole(past.coverage), span: clock(past.off_s) })}</li>}
      {next > 0 ? <li>{t("floor.why_next", { span: coarse(next * 1000) })}</li> : null}
    </ul>
  );
}
