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

/** The rule that chose, then what speaks for this agent. */
export function whyThem(why: Why, agentId: string | undefined): string {
  const theirs = why.best?.find((one) => one.agent === agentId);
  const reasons = (theirs?.reasons ?? []).map(reason).filter((words) => words !== null);
  return [why.rule ? say("chosen", why.rule) : "", ...reasons].filter(Boolean).join(" · ");
}
