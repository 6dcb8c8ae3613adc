// What a caller chose, heard and was sent before an agent had them, in the order in which it happened.
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../icons";
import { Time } from "../parts/parts";
import { ms, timeOf } from "../time";
import type { Step } from "../wire";
import { t } from "../words";
import { Ticks } from "./Ticks";

const ICONS: Record<Step["did"], IconName> = {
  chose: "keys",
  missed: "keys",
  silent: "mute",
  said: "mic",
  heard: "sound",
  sent: "sms",
  asked: "user",
  solved: "done",
};

/** In plain words, without how far a text has come. */
export function inWords({ did, key, name, title, words }: Step): string {
  switch (did) {
    case "chose": return t("way.chose", { key, name });
    case "missed": return t("way.missed", { key });
    case "said": return t("way.said", { words });
    case "heard": return t("way.heard", { title });
    case "sent": return t("way.sent", { title });
    default: return t(`way.${did}`);
  }
}

/** The same on one line, for a list of contacts; what did not arrive is said. */
export function onOneLine(way: Step[]): string {
  const failed = ({ delivery }: Step): boolean => delivery === "failed" || delivery === "bounced";
  return way.map((step) => (failed(step) ? t("way.not_arrived", { what: inWords(step) }) : inWords(step))).join(" · ");
}

/** One step; an article that the caller knows now is opened by its title. */
export function OneStep({ step }: { step: Step }) {
  const words = inWords(step);
  return (
    <>
      <span>{step.article_id ? <Opened words={words} step={step} /> : words}</span>
      {step.delivery && <> <Ticks delivery={step.delivery} reason={step.delivery_reason} /></>}
    </>
  );
}

function Opened({ words, step }: { words: string; step: Step }): ComponentChildren {
  const [before, after = ""] = words.split(step.title);
  return <>{before}<a href={`/knowledge/${step.article_id}`} target="_blank" rel="noopener">{step.title}</a>{after}</>;
}

export function Way({ way }: { way: Step[] }) {
  return (
    <section>
      <h3>{t("call.so_far")}</h3>
      <ol class="tl way">
        {way.map((step, n) => (
          <li key={n}>
            <Icon name={ICONS[step.did]} />
            <span><OneStep step={step} /></span>
            <Time class="dim small" at={ms(step.at)}>{timeOf(ms(step.at))}</Time>
          </li>
        ))}
      </ol>
    </section>
  );
}
