// How far something of ours has come: never further than the other side said.
import type { IconName } from "../icons";
import { State, type Tone } from "../parts/parts";
import type { Delivery } from "../wire";
import { say, t } from "../words";

const TICKS: Record<Delivery, { icon: IconName; tone?: Tone }> = {
  queued: { icon: "clock" },
  handed_over: { icon: "check" },
  delivered: { icon: "check" },
  read: { icon: "done" },
  failed: { icon: "over", tone: "bad" },
  bounced: { icon: "over", tone: "bad" },
};

export function Ticks({ delivery, reason }: { delivery: Delivery; reason: string }) {
  const look = TICKS[delivery] ?? { icon: "clock" };
  const words = say("delivery", delivery);
  return <State icon={look.icon} tone={look.tone}>{reason && delivery !== "queued" ? t("delivery.reason", { state: words, reason }) : words}</State>;
}
