// What the console hears.
import { announce, toast } from "../announce";
import { serverNow } from "../time";
import { whoIs } from "../who";
import type { Card, ConsoleSnapshot, Message, Offer, QueueFigures, WorkItem } from "../wire";
import { t } from "../words";
import { link, outbox } from "./acts";
import { wrote } from "./suggested";
import { wroteElsewhere } from "./elsewhere";
import { isWalked } from "./guide";
import { heard, takeUnsaid } from "./late";
import { answering, offered, openAccepted, openDialled, ringIfOffered } from "./offers";
import { loadPop, reload, reopen } from "./opening";
import { arrived } from "./outbox";
import * as store from "./store";

interface Events {
  snapshot: ConsoleSnapshot;
  offer: Offer;
  "offer.ended": { offer_id: string; outcome: string };
  "interaction.changed": { interaction: Card };
  "work_item.changed": { work_item: WorkItem };
  "message.new": { seq: number; interaction_id: string; message: Message };
  "message.typing": { interaction_id: string; author?: { kind?: string } };
  "presence.changed": Parameters<typeof store.takePresence>[0];
  "queues.changed": { queues: QueueFigures[] };
  notice: { kind: string; text: string };
}

const HEAR: { [E in keyof Events]: (data: Events[E]) => void } = {
  snapshot: (data) => {
    const first = !store.ready.value;
    store.takeSnapshot(data);
    takeUnsaid(data.unsaid ?? [], data.unsaid_for_s ?? 0);
    if (first) reopen();
    else reload();
    ringIfOffered();
  },
  offer: (data) => {
    store.takeOffer(data);
    if (isWalked()) store.offerInPop.value = false;
    offered(data);
  },
  "offer.ended": ({ offer_id, outcome }) => {
    const ended = store.endOffer(offer_id);
    ringIfOffered();
    const name = ended && whoIs(ended);
    if (name && outcome === "timed_out") toast({ text: t("offer.timed_out", { name }), tone: "warn" });
    if (name && outcome === "withdrawn") toast({ text: t("offer.withdrawn", { name }) });
    if (outcome === "accepted") openAccepted(ended);
    answering.value = null;
  },
  "interaction.changed": ({ interaction }) => {
    const before = store.cards.value[interaction.id];
    const fresh = before === undefined;
    heard(interaction);
    store.putCard(interaction);
    ringIfOffered();
    if (fresh && interaction.id in store.cards.value) openDialled(interaction);
    if (fresh || before.answered_at !== interaction.answered_at) lookAgain(interaction);
    openAccepted();
  },
  "work_item.changed": ({ work_item }) => {
    store.putTask(work_item);
    openAccepted();
  },
  "message.new": ({ seq, interaction_id, message }) => {
    const fresh = !store.thread(interaction_id).value.messages.some((known) => known.id === message.id);
    store.putMessage(interaction_id, message, seq);
    arrived(message);
    if (message.author.kind !== "customer" || !fresh) return;
    wrote(interaction_id);
    if (store.open.value?.id === interaction_id) announce(`${message.author.name || whoIs(store.cards.value[interaction_id] ?? {})}: ${message.text}`);
    else wroteElsewhere(interaction_id);
  },
  "message.typing": ({ interaction_id, author }) => {
    if (author?.kind && author.kind !== "customer") return;
    const into = store.thread(interaction_id);
    into.value = { ...into.value, typing: serverNow() + 5000 };
  },
  "presence.changed": (data) => store.takePresence(data),
  "queues.changed": ({ queues }) => store.takeFigures(queues),
  notice: ({ text }) => toast({ text }),
};

/** Who comes back, or answers, may be somebody of whom something else is known by now than when they were here last. */
function lookAgain(card: Card): void {
  if (card.id in store.cards.value && store.knownPops().includes(card.customer.id)) void loadPop(card.customer.id, true);
}

/** A gap shorter than this heals unnoticed. */
const WORTH_SAYING = 2000;

/** Connects, and goes on hearing. */
export function listenToServer(): void {
  link.open(
    (event, data) => (HEAR as Record<string, ((data: unknown) => void) | undefined>)[event]?.(data),
    (gap) => {
      if (gap > WORTH_SAYING) toast({ text: t("link.back"), tone: "ok" });
      void outbox.flush();
    },
  );
}
