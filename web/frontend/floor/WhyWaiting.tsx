// Why somebody waits: how far the rules have come, and what rules out each agent; while it rings, at whom and why
// there. Asked again while it is open.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Refused } from "../link";
import { ByName, Explained, type Ringing, type Waiting } from "../parts/Explained";
import { t } from "../words";
import { link } from "./desk";

const AGAIN_MS = 5_000;

export function WhyWaiting({ id, state }: { id: string; state: string }) {
  const told = useSignal<Waiting | Ringing | null>(null);
  const gone = useSignal(false);
  /** Which agents are asked about by name: none until somebody wants to know. */
  const part = useSignal<string | null>(null);
  const wanted = part.value;
  useEffect(() => {
    const ask = (): void =>
      void link
        .call<Waiting | Ringing>("work.explain", { work_item_id: id, ...(wanted === null ? {} : { agent: wanted }) })
        .then((found) => wanted === part.value && ((told.value = found), (gone.value = false)))
        .catch((error: unknown) => (gone.value = error instanceof Refused));
    ask();
    const timer = setInterval(ask, AGAIN_MS);
    return () => clearInterval(timer);
  }, [id, state, wanted]);
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
