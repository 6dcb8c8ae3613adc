// The middle: the conversation that is open, whatever its channel and its state.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Icon, iconOf } from "../icons";
import { Kbd, Running } from "../parts/parts";
import { ms } from "../time";
import type { Card } from "../wire";
import { say, t } from "../words";
import { CallPane } from "./CallPane";
import { Composer } from "./Composer";
import { dialog, end } from "./desk";
import { OfferPanel } from "./OfferPanel";
import { offer, queueName } from "./store";
import { Thread } from "./Thread";
import { markSeen } from "./WorkList";
import { WrapUp } from "./WrapUp";

export function Conversation({ card }: { card: Card }) {
  useEffect(() => {
    const look = (): void => void (document.visibilityState === "visible" && markSeen(card));
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [card.id, card.last_message_at]);
  const name = card.customer.name || card.reply_to || t("pop.unknown");
  const label = t("stage.with", { channel: say("channel", card.channel), name });
  if (card.state === "wrap_up") return <Framed label={label}><WrapUp card={card} key={card.id} /></Framed>;
  if (card.channel === "voice") return <Framed label={label}><CallPane card={card} key={card.id} /></Framed>;
  return (
    <Framed label={label}>
      <Head card={card} name={name} />
      <Thread id={card.id} card={card} live />
      <Composer card={card} key={card.id} />
    </Framed>
  );
}

/** A pane over which an offer may lie. */
export function Framed({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <section class="pane" aria-label={label}>
      {offer.value && <OfferPanel offer={offer.value} key={offer.value.offer_id} />}
      {children}
    </section>
  );
}

function Head({ card, name }: { card: Card; name: string }) {
  const mail = card.channel === "email";
  return (
    <header class="head line">
      <Icon name={iconOf(card.channel)} />
      <h2 class="cut">{mail ? card.subject || name : name}</h2>
      <span class="dim cut about">
        {mail ? name : say("channel", card.channel)} · {queueName(card.queue)}
        {!mail && <> · <Running at={ms(card.answered_at ?? card.arrived_at)} /></>}
      </span>
      <span class="push line">
        <button class="btn quiet first" type="button" title={t("complaint.title")} onClick={() => (dialog.value = "complaint")}>
          <Icon name="complaint" /><span>{t("stage.complaint")}</span>
        </button>
        <button class="btn quiet" type="button" onClick={() => (dialog.value = "transfer")}>
          <Icon name="transfer" /><span>{t("stage.transfer")}</span>
        </button>
        <button class="btn quiet" type="button" onClick={() => (dialog.value = "snooze")}>
          <Icon name="snooze" /><span>{t("stage.snooze")}</span>
        </button>
        <button class="btn keep" type="button" onClick={() => end(card)}>
          {mail ? t("stage.close") : t("stage.end")} <Kbd keys="Alt+E" />
        </button>
      </span>
    </header>
  );
}
