// The offer. It lies over the oldest messages and takes no focus: it interrupts the eye, never the hand.
import { iconOf } from "../icons";
import { among, rulesWords } from "../parts/Explained";
import { Kbd, State } from "../parts/parts";
import { ms, now, span } from "../time";
import { whoIs } from "../who";
import type { Offer } from "../wire";
import { t } from "../words";
import { aboutParts, fit, whyMe } from "./about";
import { accept, answering, channelWord, decline } from "./offers";
import { offers, queueName } from "./store";

const firstSeen = new Map<string, number>();

/** How long the offer lasts in all, for the share of the ring that is left. */
function whole(offer: Offer): number {
  if (offer.made_at) return ms(offer.expires_at) - ms(offer.made_at);
  if (!firstSeen.has(offer.offer_id)) firstSeen.set(offer.offer_id, Math.max(ms(offer.expires_at) - now.peek(), 1));
  return firstSeen.get(offer.offer_id)!;
}

export function OfferPanel({ offer }: { offer: Offer }) {
  const name = whoIs(offer);
  const channel = channelWord(offer);
  const phone = offer.interaction?.channel === "voice";
  const waitedFrom = ms(offer.interaction?.queued_at ?? offer.interaction?.arrived_at);
  const { complaint, text } = aboutParts(offer);
  const busy = answering.value === offer.offer_id;
  const others = offers.value.length - 1;
  return (
    <section class="offer" aria-label={t("offer.label", { channel, name })}>
      <div class="line">
        <Ring offer={offer} />
        <div class="cut">
          <div class="who cut">{name}</div>
          <div class="line">
            <State tone="info" icon={phone ? "ring" : iconOf(offer.interaction?.channel, offer.interaction ? undefined : offer.work_item.kind)}>
              {channel} · {queueName(offer.work_item.queue)}
            </State>
            {!Number.isNaN(waitedFrom) && <span class="dim cut">{t("offer.waited", { span: span(now.value - waitedFrom) })}</span>}
            {others > 0 && <span class="chip">{t("offer.more", { n: others })}</span>}
          </div>
        </div>
        <span class="push line act">
          <button class="btn big" type="button" disabled={busy} onClick={() => void decline(offer)}>
            {t("offer.decline")} <Kbd keys="Shift+F2" />
          </button>
          <button class="btn big primary" type="button" disabled={busy} onClick={() => void accept(offer)}>
            {t("offer.accept")} <Kbd keys="F2" />
          </button>
        </span>
      </div>
      <dl class="facts">
        <dt>{t("offer.about")}</dt>
        <dd class="few">{complaint && <b>{complaint} </b>}{text || (complaint ? "" : t("offer.unknown"))}</dd>
        <WhyLine offer={offer} />
      </dl>
    </section>
  );
}

function WhyLine({ offer }: { offer: Offer }) {
  const words = whyMe(offer.why ?? {});
  const fits = fit(offer.why ?? {});
  const rules = offer.why?.rules;
  if (!words) return null;
  return (
    <>
      <dt>{t("offer.why")}</dt>
      <dd>
        {words}. {fits && <span class="dim">{among(fits, offer.why.excluded)}</span>}
        {rules && <span class="dim" title={rulesWords(rules)}> · {t("offer.rules", { version: rules.version })}</span>}
      </dd>
    </>
  );
}

function Ring({ offer }: { offer: Offer }) {
  const left = Math.max(0, ms(offer.expires_at) - now.value);
  const seconds = Math.ceil(left / 1000);
  const share = Math.min(1, left / whole(offer));
  return (
    <span class="ring" role="timer" aria-label={t("offer.seconds_left", { n: seconds })} data-tone={seconds <= 5 ? "bad" : undefined} style={{ "--left": share }}>
      <svg viewBox="0 0 44 44" aria-hidden="true">
        <circle class="track" cx="22" cy="22" r="20" />
        <circle class="left" cx="22" cy="22" r="20" pathLength={100} />
      </svg>
      {seconds}
    </span>
  );
}

