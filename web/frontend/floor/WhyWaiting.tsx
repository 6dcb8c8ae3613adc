// Why somebody waits: how far the rules have come, and what rules out each agent; while it rings, at whom and why
// there. Asked again while it is open.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Refused } from "../link";
import { clock, ms, now, span } from "../time";
import type { Why } from "../wire";
import { count, say, t } from "../words";
import { whyThem } from "./chosen";
import { link } from "./desk";
import { whole } from "./Queues";

interface Ringing {
  state: "offered";
  declines: number;
  rings: { agent_id: string; name: string; made_at: string; expires_at: string }[];
  why: Why;
}

interface Waiting {
  state: "waiting";
  declines: number;
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
  const told = useSignal<Waiting | Ringing | null>(null);
  const gone = useSignal(false);
  useEffect(() => {
    const ask = (): void =>
      void link
        .call<Waiting | Ringing>("work.explain", { work_item_id: id })
        .then((found) => ((told.value = found), (gone.value = false)))
        .catch((error: unknown) => (gone.value = error instanceof Refused));
    ask();
    const timer = setInterval(ask, AGAIN_MS);
    return () => clearInterval(timer);
  }, [id, state]);
  if (gone.value) return <p class="dim" role="status">{t("floor.why_gone")}</p>;
  if (!told.value) return <span class="skel" role="status" />;
  const why = told.value;
  return (
    <ul class="well flat" role="status">
      {why.state === "offered" ? <Rings why={why} /> : <Waits why={why} />}
      {why.declines ? <li>{count("floor.why_vain", why.declines)}</li> : null}
    </ul>
  );
}

/** What rules agents out, after who could take it. */
function among(fits: string, excluded: Record<string, number> = {}): string {
  const left = Object.entries(excluded).map(([code, n]) => say("why.excluded", code, { n }));
  return left.length ? `${fits}: ${left.join(", ")}` : fits;
}

function Rings({ why: { rings, why } }: { why: Ringing }) {
  const [first] = rings;
  if (!first) return null;
  const names = rings.map((ring) => ring.name).join(", ");
  const since = (now.value - ms(first.made_at)) / 1000;
  const left = (ms(first.expires_at) - now.value) / 1000;
  const all = Object.values(why.excluded ?? {}).reduce((sum, n) => sum + n, why.considered ?? 0);
  const words = whyThem(why, first.agent_id);
  return (
    <>
      <li>{t("floor.why_rings", { names, since: clock(since), left: clock(left) })}</li>
      {words && <li>{t("floor.why_chosen", { why: words })}</li>}
      {why.considered ? <li>{among(count("offer.fit", why.considered, { all }), why.excluded)}</li> : null}
    </>
  );
}

function Waits({ why }: { why: Waiting }) {
  const past = why.estimates;
  const next = ms(why.next_ring_at) - now.value;
  return (
    <>
      <li>{t("floor.why_place", { n: why.position })}</li>
      <li>{t("floor.why_rule", { rule: say("waiting", why.rule) })}</li>
      <li>{among(why.considered ? count("floor.why_fits", why.considered) : t("floor.why_nobody"), why.excluded)}</li>
      {why.ring ? <li>{count("floor.why_ring", why.ring)}</li> : null}
      <li>{why.wait_s ? t("floor.why_wait", { low: clock(why.wait_s[0]), high: clock(why.wait_s[1]) }) : t("floor.why_unknown")}</li>
      {past && <li class="dim">{t("floor.why_record", { n: past.count, share: whole(past.coverage), span: clock(past.off_s) })}</li>}
      {next > 0 ? <li>{t("floor.why_next", { span: span(next) })}</li> : null}
    </>
  );
}
