// Why somebody waits or waited: how far the rules had come, which they were, and what ruled out each agent.
import { useSignal } from "@preact/signals";
import { clock, moment, ms, now, span } from "../time";
import type { RulesInForce, Why } from "../wire";
import { count, say, t } from "../words";
import { whyThem } from "./chosen";

interface Told {
  declines: number;
  rules: RulesInForce | null;
  /** When it was so; now, where nothing is said. */
  at?: string | null;
  whole?: boolean | null;
}

export interface Ringing extends Told {
  state: "offered";
  rings: { agent_id: string; name: string; made_at: string; expires_at: string }[];
  why: Why;
}

export interface Waiting extends Told {
  state: "waiting";
  rule: string;
  position: number;
  ring: number;
  next_ring_at: string | null;
  considered: number;
  excluded: Record<string, number>;
  wait_s?: [number, number] | null;
  estimates?: { count: number; coverage: number; bias_s: number; off_s: number } | null;
  agents?: Named | null;
}

export interface Named {
  named: { agent_id: string; name: string; reason: string | null }[];
  more: number;
}

export function Explained({ why }: { why: Waiting | Ringing }) {
  return (
    <>
      {why.state === "offered" ? <Rings why={why} /> : <Waits why={why} />}
      {why.declines ? <li>{count("floor.why_vain", why.declines)}</li> : null}
      {why.rules && <li class="dim">{rulesWords(why.rules)}{why.whole === false && ` ${t("why.not_whole")}`}</li>}
    </>
  );
}

export function rulesWords({ version, at, who }: RulesInForce): string {
  return t("why.rules", { version, when: moment(ms(at)), who });
}

/** What rules agents out, after who could take it. */
export function among(fits: string, excluded: Record<string, number> = {}): string {
  const left = Object.entries(excluded).map(([code, n]) => say("why.excluded", code, { n }));
  return left.length ? `${fits}: ${left.join(", ")}` : fits;
}

function Rings({ why: { rings, why, at } }: { why: Ringing }) {
  const [first] = rings;
  if (!first) return null;
  const instant = at ? ms(at) : now.value;
  const since = (instant - ms(first.made_at)) / 1000;
  const left = (ms(first.expires_at) - instant) / 1000;
  return (
    <>
      <li>{t("floor.why_rings", { names: rings.map((ring) => ring.name).join(", "), since: clock(since), left: clock(left) })}</li>
      <Choice why={why} agentId={first.agent_id} />
    </>
  );
}

/** Why an offer went to this agent, and who was left out by what. */
export function Choice({ why, agentId }: { why: Why; agentId: string }) {
  const words = whyThem(why, agentId);
  const all = Object.values(why.excluded ?? {}).reduce((sum, n) => sum + n, why.considered ?? 0);
  return (
    <>
      {words && <li>{t("floor.why_chosen", { why: words })}</li>}
      {why.considered ? <li>{among(count("offer.fit", why.considered, { all }), why.excluded)}</li> : null}
    </>
  );
}

function Waits({ why }: { why: Waiting }) {
  const past = why.estimates;
  const instant = why.at ? ms(why.at) : now.value;
  const next = ms(why.next_ring_at) - instant;
  return (
    <>
      <li>{t("floor.why_place", { n: why.position })}</li>
      <li>{t("floor.why_rule", { rule: say("waiting", why.rule) })}</li>
      <li>{among(why.considered ? count("floor.why_fits", why.considered) : t("floor.why_nobody"), why.excluded)}</li>
      {why.ring ? <li>{count("floor.why_ring", why.ring)}</li> : null}
      {why.at ? null : <li>{why.wait_s ? t("floor.why_wait", { low: clock(why.wait_s[0]), high: clock(why.wait_s[1]) }) : t("floor.why_unknown")}</li>}
      {past && <li class="dim">{t("floor.why_record", { n: past.count, share: `${Math.round(past.coverage * 100)} %`, span: clock(past.off_s) })}</li>}
      {next > 0 ? <li>{t("floor.why_next", { span: span(next) })}</li> : null}
    </>
  );
}

/** What rules out each agent: who is nearest first, the others by a part of their name. `ask` is told what is looked for. */
export function ByName({ agents, ask }: { agents: Named | null | undefined; ask: (part: string) => void }) {
  const part = useSignal("");
  return (
    <details onToggle={(event) => event.currentTarget.open && ask(part.value)}>
      <summary>{t("why.by_name")}</summary>
      <label class="line">
        <span class="sr">{t("why.find")}</span>
        <input class="input" type="search" placeholder={t("why.find")} value={part.value} onInput={(event) => ask((part.value = event.currentTarget.value))} />
      </label>
      {agents && (
        <ul class="flat">
          {agents.named.map((one) => <li key={one.agent_id}><b>{one.name}</b> <span class="dim">{one.reason ? say("ruled", one.reason) : t("why.could")}</span></li>)}
          {agents.more > 0 && <li class="dim">{t("why.more", { n: agents.more })}</li>}
          {!agents.named.length && <li class="dim">{t("why.none")}</li>}
        </ul>
      )}
    </details>
  );
}
