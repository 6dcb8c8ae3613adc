// Why somebody waits: how far the rules have come, and what rules out each agent; while it rings, at whom and why
// there. Asked again when what it goes by has changed, and when the next step of the wait comes.
import { effect, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Refused } from "../link";
import { ByName, Explained, type Ringing, type Waiting } from "../parts/Explained";
import { ms, serverNow } from "../time";
import { t } from "../words";
import { asking } from "./anew";
import { link } from "./desk";
import { goneBy } from "./store";

/** A step is asked for once it has surely come; one further away than a timer can wait comes with another answer. */
const SURELY_MS = 200;
const MOST_MS = 86_400_000;

type Told = Waiting | Ringing;

export function WhyWaiting({ id, queue, state }: { id: string; queue: string | null; state: string }) {
  const told = useSignal<Told | null>(null);
  const gone = useSignal(false);
  /** Which agents are asked about by name: none until somebody wants to know. */
  const part = useSignal<string | null>(null);
  const wanted = part.value;
  useEffect(() => {
    let step: ReturnType<typeof setTimeout> | undefined;
    const take = (found: Told): void => {
      if (wanted !== part.value) return;
      told.value = found;
      gone.value = false;
      clearTimeout(step);
      const next = found.state === "waiting" ? ms(found.next_ring_at) - serverNow() + SURELY_MS : NaN;
      if (next > 0 && next < MOST_MS) step = setTimeout(again.stir, next);
    };
    const about = { work_item_id: id, ...(wanted === null ? {} : { agent: wanted }) };
    const again = asking(() =>
      link.call<Told>("work.explain", about).then(
        (found) => (take(found), true),
        (error: unknown) => (gone.value = error instanceof Refused),
      ),
    );
    let seen: readonly unknown[] = [];
    const forget = effect(() => {
      const fresh = goneBy(queue);
      const same = fresh.length === seen.length && fresh.every((one, at) => one === seen[at]);
      seen = fresh;
      if (!same) again.stir();
    });
    return () => {
      forget();
      again.stop();
      clearTimeout(step);
    };
  }, [id, queue, state, wanted]);
  if (gone.value) return <p class="dim" role="status">{t("floor.why_gone")}</p>;
  if (!told.value) return <span class="skel" role="status" />;
  const why = told.value;
  return (
    <>
      <div role="status"><ul class="well flat"><Explained why={why} /></ul></div>
      {why.state === "waiting" && <ByName agents={why.agents} ask={(text) => (part.value = text)} />}
    </>
  );
}
