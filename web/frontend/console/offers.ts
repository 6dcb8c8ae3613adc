// Offers: rung, announced, answered; what was accepted is opened as soon as it is there.
import { signal } from "@preact/signals";
import { announce, takeBackUrgent, toast } from "../announce";
import { ms, serverNow } from "../time";
import { whoIs } from "../who";
import type { Card, Offer } from "../wire";
import { say, t } from "../words";
import { likelyAbout } from "./about";
import { act, outbox } from "./acts";
import { ring, silence } from "./bell";
import { draft, setDraft } from "./drafts";
import { recoverIfLost, want, writes } from "./focus";
import { show } from "./opening";
import * as store from "./store";

/** The offer that this tab has just answered: its buttons rest until the server has spoken. */
export const answering = signal<string | null>(null);

/** The offer that was accepted and whose conversation is not there yet. */
export const reaching = signal<Offer | null>(null);

let ringing = "";
/** The offer of which a screen reader was told last. */
let told = "";
/** What was accepted, or called, here and is to be opened as soon as its card comes. */
let accepted = "";
/** What was said to it meanwhile. */
let toSay: string[] = [];

export function offered(offer: Offer): void {
  ringIfOffered();
  const seconds = Math.max(0, Math.round((ms(offer.expires_at) - serverNow()) / 1000));
  const channel = channelWord(offer);
  const name = whoIs(offer);
  told = offer.offer_id;
  announce(t("offer.announce", { channel, name, queue: store.queueName(offer.work_item.queue), about: likelyAbout(offer), seconds }), true);
}

export function ringIfOffered(): void {
  const offer = store.offer.value;
  // Keys that answer nothing any more are not left standing.
  if (told && !store.offers.value.some((one) => one.offer_id === told)) {
    told = "";
    takeBackUrgent();
  }
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

/** The id of what an offer is about. */
export function reached(offer: Offer): string {
  return offer.interaction?.id ?? offer.work_item.id;
}

/** Accepts, and opens it with the focus inside; not over a text that is being written at this moment. */
export async function accept(offer: Offer): Promise<void> {
  if (answering.value === offer.offer_id) return;
  answering.value = offer.offer_id;
  const id = reached(offer);
  const before = document.activeElement;
  const opens = !writes(id);
  if (opens) {
    accepted = id;
    reaching.value = offer;
  }
  const done = await act("offer.accept", { offer_id: offer.offer_id });
  if (done) store.endOffer(offer.offer_id);
  else if (opens) comesNot(id, before);
  answering.value = null;
  ringIfOffered();
  if (done && !opens) waitsInList(offer);
  openAccepted();
}

/** It is not mine after all: what was typed stays as its draft, and the hand goes back to where it was. */
function comesNot(id: string, before: Element | null): void {
  if (accepted === id) accepted = "";
  if (reaching.value && reached(reaching.value) === id) reaching.value = null;
  if (toSay.length) setDraft(id, { text: [...toSay, draft(id).text].filter(Boolean).join("\n") });
  toSay = [];
  setTimeout(() => {
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    recoverIfLost();
  });
}

function waitsInList(offer: Offer): void {
  toast({ text: t("offer.in_list", { name: whoIs(offer) }), tone: "ok" });
}

/** What is typed so far for `id` is said as soon as it is there. */
export function sayOnArrival(id: string): void {
  const text = draft(id).text.trim();
  if (!text) return;
  toSay.push(text);
  setDraft(id, { text: "" });
}

export async function decline(offer: Offer): Promise<void> {
  answering.value = offer.offer_id;
  if (await act("offer.decline", { offer_id: offer.offer_id })) store.endOffer(offer.offer_id);
  answering.value = null;
  ringIfOffered();
  setTimeout(recoverIfLost);
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
  if (!id || !(id in store.cards.value || id in store.tasks.value)) return;
  const coming = reaching.value;
  const mine = id === accepted;
  if (mine) accepted = "";
  if (coming && mine) reaching.value = null;
  // Whoever began to write elsewhere meanwhile goes on there.
  if (coming && mine && writes(id)) waitsInList(coming);
  else {
    if (mine) want(id);
    show({ kind: id in store.cards.value ? "interaction" : "task", id });
  }
  for (const text of mine ? toSay : []) outbox.send({ interaction_id: id, text, internal: false, attachments: [] });
  if (mine) toSay = [];
}
