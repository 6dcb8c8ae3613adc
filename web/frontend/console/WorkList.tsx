// The one list: what rings, what I hold on every channel, what is due. The longest wait stands first.
import { Icon, iconOf } from "../icons";
import { Running, State, Time, type Tone } from "../parts/parts";
import { due, minute, ms, now, span, when } from "../time";
import { whoIs } from "../who";
import type { Card, Offer, WorkItem } from "../wire";
import { say, t, type Word } from "../words";
import { aboutParts } from "./about";
import { channelWord } from "./offers";
import { isAlone, show } from "./opening";
import { kept, keep } from "./keep";
import { groups, isCard, offers, offerInPop, open, queueName, waitsSince } from "./store";

/** After so long a customer in a live channel waits too long; in mail nobody counts minutes. */
export const LONG = { live: 3 * 60_000, mail: 4 * 3_600_000 };

const TITLES: Record<string, Word> = { phone: "work.phone", wrap_up: "work.wrap_up", live: "work.live", mail: "work.mail", due: "work.due", later: "work.later" };

export function WorkList() {
  const empty = !groups.value.length && !offers.value.length;
  return (
    <div class="work" role={isAlone("work") ? "main" : "navigation"} aria-label={t("work.title")} tabIndex={-1}>
      <div class="head line">
        <b>{t("work.title")}</b>
        <span class="dim small push">{t("work.order")}</span>
      </div>
      {offers.value.length > 0 && (
        <section>
          <h2>{t("work.ringing")} <span>{offers.value.length}</span></h2>
          <ul>{offers.value.map((offer) => <Ringing key={offer.offer_id} offer={offer} />)}</ul>
        </section>
      )}
      {groups.value.map((group) => (
        <section key={group.key}>
          <h2>{t(TITLES[group.key]!)} <span>{group.items.length}</span></h2>
          <ul>{group.items.map((item) => (isCard(item) ? <CardRow key={item.id} card={item} /> : <TaskRow key={item.id} item={item} />))}</ul>
        </section>
      ))}
      {empty && (
        <div class="empty">
          <h2>{t("work.empty")}</h2>
          <p>{t("work.empty_hint")}</p>
        </div>
      )}
    </div>
  );
}

function Ringing({ offer }: { offer: Offer }) {
  const left = Math.max(0, Math.ceil((ms(offer.expires_at) - now.value) / 1000));
  const { complaint, text } = aboutParts(offer);
  return (
    <li>
      <button class="row ringing" type="button" onClick={() => (offerInPop.value = true)}>
        <Icon name={offer.interaction?.channel === "voice" ? "ring" : iconOf(offer.interaction?.channel, offer.interaction ? undefined : offer.work_item.kind)} />
        <span class="who cut"><span class="sr">{channelWord(offer)}: </span>{whoIs(offer)}</span>
        <State tone="info" class="when">{t("offer.seconds", { n: left })}</State>
        <span class="what cut">{[queueName(offer.work_item.queue), complaint || text].filter(Boolean).join(" · ")}</span>
      </button>
    </li>
  );
}

const seen = (id: string) => kept<string>(`seen:${id}`, "");

/** Marks what there is of a conversation as read by this agent. */
export function markSeen(card: Card): void {
  if (card.last_message_at && seen(card.id).peek() !== card.last_message_at) keep(`seen:${card.id}`, card.last_message_at, "");
}

export function unreadOf(card: Card): number {
  if (!card.unread || card.state === "wrap_up") return 0;
  return seen(card.id).value === card.last_message_at ? 0 : card.unread;
}

function CardRow({ card }: { card: Card }) {
  const unread = unreadOf(card);
  const name = whoIs(card);
  const what = card.state === "wrap_up" ? t("work.outcome_needed") : card.channel === "voice" ? queueName(card.queue) : whatIn(card);
  return (
    <li>
      <button
        class={`row${unread ? " unread" : ""}`}
        type="button"
        data-item={card.id}
        aria-current={open.value?.id === card.id ? "true" : undefined}
        onClick={() => show({ kind: "interaction", id: card.id })}
      >
        <Icon name={iconOf(card.channel)} />
        <span class="who cut"><span class="sr">{say("channel", card.channel)}: </span>{name}</span>
        <CardTime card={card} />
        <span class="what cut">{what}</span>
        {unread > 0 && <span class="count" role="img" aria-label={t("work.unread", { n: unread })}>{unread}</span>}
      </button>
    </li>
  );
}

function whatIn(card: Card): string {
  return card.channel === "email" ? card.subject || card.preview : card.preview || card.subject;
}

function CardTime({ card }: { card: Card }) {
  if (card.state === "snoozed") return <State icon="snooze" class="when">{t("state.snoozed")}</State>;
  if (card.state === "wrap_up") {
    const until = ms(card.wrap_up_until);
    if (Number.isNaN(until)) return <State tone="warn" icon="clock" class="when">{t("wrap.title")}</State>;
    const left = Math.max(0, until - now.value);
    return <State tone="warn" icon="clock" class="when">{t("work.left", { span: span(left) })}</State>;
  }
  if (card.channel === "voice") {
    const held = card.call?.state === "hold";
    return <State tone={held ? "warn" : "info"} icon={held ? "pause" : undefined} class="when"><Running at={ms(card.answered_at ?? card.arrived_at)} /></State>;
  }
  const since = waitsSince(card);
  if (since === null) {
    return <State class="when"><Time at={ms(card.last_message_at)}>{card.last_message_at ? when(ms(card.last_message_at)) : ""}</Time></State>;
  }
  const length = (card.channel === "email" ? minute.value : now.value) - since;
  const tone: Tone = length > (card.channel === "email" ? LONG.mail : LONG.live) ? "warn" : undefined;
  return <State tone={tone} icon={tone && "clock"} class="when"><Time at={since}>{t("work.waits", { span: span(length) })}</Time></State>;
}

function TaskRow({ item }: { item: WorkItem }) {
  const at = ms(item.due_at);
  const soon = Number.isNaN(at) ? null : due(at, minute.value);
  return (
    <li>
      <button
        class="row"
        type="button"
        data-item={item.id}
        aria-current={open.value?.id === item.id ? "true" : undefined}
        onClick={() => show({ kind: "task", id: item.id })}
      >
        <Icon name={iconOf(null, item.kind)} />
        <span class="who cut"><span class="sr">{say("kind", item.kind)}: </span>{item.customer?.name || item.title}</span>
        {soon && <State tone={soon.tone} icon={soon.icon} class="when"><Time at={at}>{soon.tone ? soon.words : when(at)}</Time></State>}
        <span class="what cut">{item.title}</span>
      </button>
    </li>
  );
}

