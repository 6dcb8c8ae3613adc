// Why the router chose an agent, as somebody else reads it.
import type { Why } from "../wire";
import { capital, language, say, t } from "../words";

/** One of the router's reasons; null where the rule says it already. */
function reason(code: string): string | null {
  const [what, about = "", level = ""] = code.split(":");
  switch (what) {
    case "speaks":
      return t("chosen.speaks", { language: language(about) });
    case "level":
      return t("why.level", { skill: capital(about), level });
    case "ring":
      return t("chosen.ring", { n: about });
    case "guest":
    case "interrupts":
      return t(`chosen.${what}`);
    default:
      return null;
  }
}

/** Leads by idle time where all have something in hand. */
const NOBODY_IDLE = "longest_since_last";

/** The rule that chose, then what speaks for this agent. */
export function whyThem(why: Why, agentId: string | undefined): string {
  const theirs = why.best?.find((one) => one.agent === agentId);
  const reasons = (theirs?.reasons ?? []).map(reason).filter((words) => words !== null);
  const rule = theirs?.reasons.includes(NOBODY_IDLE) ? NOBODY_IDLE : why.rule;
  return [why.rule ? say("chosen", rule!) : "", ...reasons].filter(Boolean).join(" · ");
}
