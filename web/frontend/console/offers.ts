// Offers: rung, announced, answered; what was accepted is opened as soon as it is there.
import { signal } from "@preact/signals";
import { announce } from "../announce";
import { ms, serverNow } from "../time";
import { whoIs } from "../who";
import type { Card, Offer } from "../wire";
import { say, t } from "../words";
import { likelyAbout } from "./about";
import { act } from "./acts";
import { ring, silence } from "./bell";
import { show } from "./opening";
import * as store from "./store";

/** The offer that this tab has just answered: its buttons rest until the server has spoken. */
export const answering = signal<string | null>(null);

let ringing = "";
/** What was accepted, or called, here and is to be opened as soon as its card comes. */
let accepted = "";

export function offered(offer: Offer): void {
  ringIfOffered();
  const seconds = Math.max(0, Math.round((ms(offer.expires_at) - serverNow()) / 1000));
  const channel = channelWord(offer);
  const name = whoIs(offer);
  announce(t("offer.announce", { channel, name, queue: store.queueName(offer.work_item.queue), about: likelyAbout(offer), seconds }), true);
}

export function ringIfOffered(): void {
  const offer = store.offer.value;
  if (!offer) {
    ringing = "";
    silence();
  } else if (offer.offer_id !== ringing) {
    ringing = offer.offer_id;
    const channel = offer.interaction?.channel ?? "task";
    ring(channel, t("offer.label", { channel: channelWord(offer), name: whoIs(offer) }), likelyAbout(offer));
  }
}

export function channelWord(offer: Offer): string {
  return offer.interaction ? say("channel", offer.interaction.channel) : say("kind", offer.work_item.kind);
}

export async function accept(offer: Offer): Promise<void> {
  answering.value = offer.offer_id;
  const id = offer.interaction?.id ?? offer.work_item.id;
  accepted = id;
  const done = await act("offer.accept", { offer_id: offer.offer_id });
  if (!done) accepted = "";
  else store.endOffer(offer.offer_id);
  answering.value = null;
  ringIfOffered();
  openAccepted();
}

export async function decline(offer: Offer): Promise<void> {
  answering.value = offer.offer_id;
  if (await act("offer.decline", { offer_id: offer.offer_id })) store.endOffer(offer.offer_id);
  answering.value = null;
  ringIfOffered();
}

/** Opens a contact of mine as soon as its card comes. */
export function openWhenThere(id: string): void {
  accepted = id;
  openAccepted();
}

/** A call that has just been begun for me, as a call-back that I accepted is, unless I look at something else. */
export function openDialled(card: Card): void {
  if (card.direction === "out" && card.call?.state === "connecting" && (accepted || !store.open.value)) openWhenThere(card.id);
}

export function openAccepted(ended?: Offer): void {
  const id = accepted || (ended && !store.open.value ? (ended.interaction?.id ?? ended.work_item.id) : "");
  if (!id) return;
  if (id in store.cards.value) show({ kind: "interaction", id });
  else if (id in store.tasks.value) show({ kind: "task", id });
  else return;
  if (id === accepted) accepted = "";
}
