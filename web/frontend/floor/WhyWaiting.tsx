// Why somebody waits: how far the rules have come, and what rules out each agent. Asked again while it is open.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Refused } from "../link";
import { coarse, ms, now } from "../time";
import { count, say, t } from "../words";
import { link } from "./desk";

interface Waiting {
  rule: string;
  position: number;
  ring: number;
  next_ring_at: string | null;
  considered: number;
  excluded: Record<string, number>;
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
  const next = (ms(why.next_ring_at) - now.value) / 1000;
  return (
    <ul class="well flat" role="status">
      <li>{t("floor.why_place", { n: why.position })}</li>
      <li>{t("floor.why_rule", { rule: say("waiting", why.rule) })}</li>
      <li>{why.considered ? count("floor.why_fits", why.considered) : t("floor.why_nobody")}{left.length ? ": " : ""}{left.map(([code, n]) => say("why.excluded", code, { n })).join(", ")}</li>
      {why.ring ? <li>{count("floor.why_ring", why.ring)}</li> : null}
      {next > 0 ? <li>{t("floor.why_next", { span: coarse(next * 1000) })}</li> : null}
    </ul>
  );
}
