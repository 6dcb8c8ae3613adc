// What an offer is likely about, and why it came to this agent, in words.
import type { Offer, Why } from "../wire";
import { capital, count, language, say, t } from "../words";
import { me, skills } from "./store";

/** One line: an open complaint first, then what the customer wrote, then what the work is. */
export function likelyAbout(offer: Offer): string {
  const { complaint, text } = aboutParts(offer);
  return [complaint, text].filter(Boolean).join(" ") || t("offer.unknown");
}

export function aboutParts(offer: Offer): { complaint: string; text: string } {
  const own = offer.work_item.complaint_id;
  // Work on a complaint is about that one, also when it is closed, and not about what else is open.
  const open = offer.complaints?.find((one) => !own || one.id === own);
  const complaint = open ? t("offer.complaint", { number: open.number, title: open.title.toLowerCase() }) : "";
  if (!offer.interaction) return { complaint: open && offer.work_item.title.includes(open.number) ? "" : complaint, text: offer.work_item.title };
  const { subject, preview } = offer.interaction;
  const text = subject && preview && !preview.startsWith(subject) ? `${subject}: ${preview}` : preview || subject;
  return { complaint, text };
}

const LANGUAGE = /^speaks:(.+)$/;
const RING = /^ring:(\d+)$/;
const LEVEL = /^level:([^:]+):(\d+)$/;

function reason(code: string): string | null {
  const spoken = LANGUAGE.exec(code);
  if (spoken) return t("why.speaks", { language: language(spoken[1]!) });
  const level = LEVEL.exec(code);
  if (level) return t("why.level", { skill: skills.value[level[1]!] ?? capital(level[1]!), level: level[2]! });
  const ring = RING.exec(code);
  if (ring) return t("why.ring", { n: ring[1]! });
  // What the rule looks at is said by the rule.
  return code === "guest" || code === "interrupts" ? say("why", code) : null;
}

/** Why me: the rule that chose, then what I have that the work asks for. */
export function whyMe(why: Why): string {
  const mine = why.best?.find((one) => one.agent === me.value?.id) ?? why.best?.[0];
  const rule = why.rule ? say("why", mine?.reasons.includes("longest_since_last") ? "longest_since_last" : why.rule) : "";
  const reasons = (mine?.reasons ?? []).map(reason).filter((words): words is string => words !== null);
  return [rule, ...reasons].filter(Boolean).join(" · ");
}

export function fit(why: Why): string {
  const left = Object.values(why.excluded ?? {}).reduce((sum, n) => sum + n, 0);
  const fits = why.considered ?? 0;
  return fits ? count("offer.fit", fits, { all: fits + left }) : "";
}
