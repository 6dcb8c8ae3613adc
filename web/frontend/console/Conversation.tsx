// The middle: the conversation that is open, whatever its channel and its state.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Icon, iconOf } from "../icons";
import { Kbd, Running, State } from "../parts/parts";
import { ms, now, span } from "../time";
import { whoIs } from "../who";
import type { Card } from "../wire";
import { say, t } from "../words";
import { CallPane } from "./CallPane";
import { Composer } from "./Composer";
import { dialog, loadThread, show } from "./opening";
import { OfferPanel } from "./OfferPanel";
import { end } from "./parting";
import { offer, queueName, thread, waitsSince } from "./store";
import { Thread } from "./Thread";
import { LONG, markSeen } from "./WorkList";
import { WrapUp } from "./WrapUp";

/** What is on the screen has been seen. */
function useSeen(card: Card): void {
  useEffect(() => {
    const look = (): void => void (document.visibilityState === "visible" && markSeen(card));
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [card.id, card.last_message_at]);
}

/** A second conversation beside the open one, where the screen is wide enough. */
export function Beside({ card }: { card: Card }) {
  useSeen(card);
  useEffect(() => {
    if (thread(card.id).peek().state === "unknown") void loadThread(card.id);
  }, [card.id]);
  const name = whoIs(card);
  const waits = waitsSince(card);
  return (
    <section class="pane beside" aria-label={t("stage.with", { channel: say("channel", card.channel), name })}>
      <header class="head line">
        <Icon name={iconOf(card.channel)} />
        <h2 class="cut">{name}</h2>
        <span class="dim cut about">{say("channel", card.channel)} · {queueName(card.queue)}</span>
        {waits !== null && <Waits since={waits} />}
        <span class="push line">
          <button class="btn quiet" type="button" onClick={() => show({ kind: "interaction", id: card.id })}><Icon name="right" /><span>{t("call.open")}</span></button>
          <button class="btn" type="button" onClick={() => end(card)}>{t("stage.end")}</button>
        </span>
      </header>
      <Thread id={card.id} card={card} live />
      <Composer card={card} key={card.id} />
    </section>
  );
}

function Waits({ since }: { since: number }) {
  const length = now.value - since;
  const long = length > LONG.live;
  return <State tone={long ? "warn" : undefined} icon={long ? "clock" : undefined}>{t("work.waits", { span: span(length) })}</State>;
}

export function Conversation({ card }: { card: Card }) {
  useSeen(card);
  const name = whoIs(card);
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
    <section class="pane" aria-label={label} tabIndex={-1}>
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
