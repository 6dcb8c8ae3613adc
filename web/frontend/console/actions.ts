// Everything that can be done now, with its key. The palette, the key map and the keyboard read the same list.
import { toast } from "../announce";
import { iconOf } from "../icons";
import type { Action } from "../keys";
import { ways } from "../parts/Areas";
import { whoIs } from "../who";
import type { Card } from "../wire";
import { say, t } from "../words";
import { hold, setPresence } from "./acts";
import { KEYED, onlyRead, searching, suggested, use } from "./suggested";
import { walkFirst } from "./guide";
import { callOpen, numberToCall } from "./calling";
import { accept, decline } from "./offers";
import { dialog, pane, show, shownCustomer } from "./opening";
import { uncallActions } from "./Promised";
import { end } from "./parting";
import { draftable, haveDrafted } from "./Drafting";
import { setDraft, draft } from "./drafts";
import { boxOf } from "./focus";
import { goToLate, sayable } from "./late";
import { isCard, listed, offer, offerInPop, open, openCard, openTask, reasons } from "./store";

/** Where letters alone are keys: a letter that is typed anywhere else is text. */
const inList = (key: string): Action["letter"] => ({ key, within: ".work" });

function focusOn(id: string): void {
  boxOf(id)?.focus();
}

function offerActions(): Action[] {
  const ringing = offer.value;
  const group = t("group.offer");
  return [
    { id: "accept", words: t("offer.accept"), group, keys: "F2", icon: "done", run: () => ringing && void accept(ringing) },
    { id: "decline", words: t("offer.decline"), group, keys: "Shift+F2", icon: "x", run: () => ringing && void decline(ringing) },
  ];
}

function itemActions(): Action[] {
  const card = openCard.value;
  const group = t("group.item");
  const on = (run: () => void) => (): void => void (card && run());
  return [
    { id: "reply", words: t("key.reply"), group, keys: "Alt+W", letter: inList("R"), icon: "chat", run: () => open.value && focusOn(open.value.id) },
    { id: "note", words: t("composer.note"), group, keys: "Alt+N", icon: "lock", run: on(() => (setDraft(card!.id, { internal: !draft(card!.id).internal }), focusOn(card!.id))) },
    { id: "complaint", words: t("complaint.title"), group, keys: "Alt+C", icon: "complaint", run: on(() => (dialog.value = "complaint")) },
    { id: "transfer", words: t("stage.transfer"), group, keys: "Alt+T", icon: "transfer", run: on(() => card!.state !== "wrap_up" && (dialog.value = "transfer")) },
    { id: "snooze", words: t("stage.snooze"), group, keys: "Alt+S", icon: "snooze", run: on(() => card!.channel !== "voice" && card!.state !== "wrap_up" && (dialog.value = "snooze")) },
    { id: "hold", words: t("call.hold_do"), group, keys: "F8", icon: "pause", run: on(() => card!.channel === "voice" && hold(card!)) },
    { id: "call", words: t("call.dial_open"), group, keys: "Alt+P", icon: "phone", run: callOpen },
    { id: "callback", words: t("callback.book"), group, keys: "Alt+R", icon: "later", run: () => shownCustomer() && (dialog.value = "callback") },
    { id: "article", words: t("article.search"), group: t("group.write"), keys: "Alt+L", icon: "article", run: besideOpen(searchFor) },
    ...articleActions(),
    ...draftActions(),
    { id: "guide", words: t("key.guide"), group: t("group.write"), keys: "Alt+Q", icon: "guide", run: besideOpen((one) => walkFirst(one.id)) },
    { id: "end", words: t("stage.end"), group, keys: "Alt+E", icon: "x", run: on(() => card!.state !== "wrap_up" && end(card!)) },
    { id: "late", words: t("key.late"), group, keys: "Alt+O", icon: "clock", run: () => goToLate() },
    { id: "send", words: t("key.send"), group: t("group.write"), keys: "Ctrl+Enter", icon: "send", elsewhere: true, run: () => undefined },
    { id: "slash", words: t("key.slash"), group: t("group.write"), keys: "/", icon: "slash", elsewhere: true, run: () => undefined },
    { id: "digits", words: t("key.digits"), group: t("group.write"), keys: "1…9", icon: "done", elsewhere: true, run: () => undefined },
  ];
}

/**
 * What an article does is done in the open conversation, and seen beside it: who is being offered gives way there. Where
 * no conversation is open, that is said.
 */
const besideOpen = (run: (card: Card) => void) => (): void => {
  const card = openCard.value;
  if (!card) return toast({ text: t("article.none_open"), tone: "warn" });
  offerInPop.value = false;
  run(card);
};

function searchFor(card: Card): void {
  if (card.state !== "wrap_up" && boxOf(card.id)) searching.value = card.id;
  else toast({ text: t("article.no_reply"), tone: "warn" });
}

function draftActions(): Action[] {
  const card = openCard.value;
  const what = card && draftable(card);
  return what ? [{ id: "draft", words: t(`model.${what}`), group: t("group.write"), keys: "Alt+G", icon: "draft", run: () => void haveDrafted(card) }] : [];
}

/** One key for each suggested article that may be told to the customer; a key that has none says so. */
function articleActions(): Action[] {
  const card = openCard.value;
  const how = card?.channel === "voice" ? "read_out" : "inserted";
  const list = card && card.state !== "wrap_up" ? suggested(card.id).value : [];
  const group = t("group.write");
  const none = Array.from({ length: card || offer.value ? KEYED : 0 }, (_, n): Action => ({
    id: `article-${n}`, words: "", group, keys: `Alt+${n + 1}`, unlisted: true, run: besideOpen(() => toast({ text: t("article.no_key"), tone: "warn" })),
  }));
  const found = list.slice(0, KEYED).flatMap((one, n): Action[] => {
    const words = t(onlyRead(one) ? "article.do_open" : `article.do_${how}`, { title: one.title });
    const first: Action = { id: `article-${n}`, words, group, keys: `Alt+${n + 1}`, icon: onlyRead(one) ? "lock" : "article", run: besideOpen((into) => void use(into.id, one, how)) };
    if (onlyRead(one) || how === "read_out") return [first];
    return [first, { id: `link-${n}`, words: t("article.do_linked", { title: one.title }), group, keys: `Alt+Shift+${n + 1}`, icon: "article", run: besideOpen((into) => void use(into.id, one, "linked")) }];
  });
  return [...found, ...none.slice(Math.min(list.length, KEYED))];
}

function meActions(): Action[] {
  const group = t("group.me");
  const codes = Object.entries(reasons.value);
  const away = codes.length ? codes : [["", t("presence.not_ready")] as const];
  return [
    { id: "available", words: t("presence.available"), group, keys: "Alt+A", icon: "done", run: () => void setPresence("available") },
    ...away.map(([code, words], n): Action => ({
      id: `away-${code}`, words, group, keys: n === 0 ? "Alt+B" : undefined, icon: "pause", run: () => void setPresence("not_ready", code),
    })),
  ];
}

function step(by: number): void {
  const items = listed.value;
  if (!items.length) return;
  const row = document.activeElement?.closest<HTMLElement>(".work [data-item]")?.dataset.item;
  const inHand = open.value?.id;
  const at = items.findIndex((item) => item.id === inHand);
  // Where nothing is open, the row that has the focus comes first.
  const near = items.find((item) => at < 0 && item.id === row);
  const next = near ?? items[at < 0 ? (by > 0 ? 0 : items.length - 1) : (at + by + items.length) % items.length]!;
  show({ kind: isCard(next) ? "interaction" : "task", id: next.id });
  if (document.activeElement?.closest(".work")) document.querySelector<HTMLElement>(`.work [data-item="${CSS.escape(next.id)}"]`)?.focus();
}

function generalActions(): Action[] {
  const list = t("group.list");
  const general = t("group.general");
  return [
    { id: "next", words: t("key.next"), group: list, keys: "Alt+J", letter: inList("J"), icon: "down", run: () => step(1) },
    { id: "previous", words: t("key.previous"), group: list, keys: "Alt+K", letter: inList("K"), icon: "right", run: () => step(-1) },
    { id: "palette", words: t("palette.title"), group: general, keys: "Ctrl+K", icon: "search", run: () => (dialog.value = dialog.value === "palette" ? null : "palette") },
    { id: "map", words: t("map.title"), group: general, keys: "Alt+M", letter: inList("?"), icon: "keys", run: () => (dialog.value = "map") },
    { id: "escape", words: t("key.escape"), group: general, keys: "Escape", icon: "x", run: back },
  ];
}

/** Esc: the pop of the offer gives way to the open conversation, then a past contact to what was open before. */
function back(): void {
  if (offer.value && offerInPop.value) offerInPop.value = false;
  else if (open.value?.kind === "past") show(null);
  else pane.value = "work";
}

/** What has a key, for the keyboard and the map. */
export function actions(): Action[] {
  return [...offerActions(), ...meActions(), ...itemActions(), ...generalActions()].filter((action) => action.keys);
}

/** What the palette offers: what can be done now, whom to go to, and other pages. */
export function everything(): Action[] {
  const card = openCard.value;
  const usable = new Set(["palette", "escape"]);
  const needsCard = new Set(["note", "complaint", "transfer", "snooze", "hold", "end", "article", "guide"]);
  const doable = [...offerActions(), ...itemActions(), ...meActions(), ...generalActions()].filter((action) => {
    if (action.id === "late" || usable.has(action.id) || action.elsewhere || action.unlisted) return false;
    if (action.id === "accept" || action.id === "decline") return offer.value !== null;
    if (action.id === "hold" && card?.channel !== "voice") return false;
    if (action.id === "call") return numberToCall() !== undefined;
    if (action.id === "callback") return shownCustomer() !== "";
    if (action.id === "snooze" && card?.channel === "voice") return false;
    if (action.id === "reply") return card !== null || openTask.value !== null;
    return !needsCard.has(action.id) || card !== null;
  });
  return [...doable, ...lateActions(), ...uncallActions(), ...goTo(), ...ways("/console")];
}

/** For the palette: each outcome that may still be said, also one that was put away. */
function lateActions(): Action[] {
  return sayable.value.map((card): Action => ({
    id: `late-${card.id}`, words: t("late.title", { name: whoIs(card) }), group: t("group.item"), icon: "clock", run: () => goToLate(card.id),
  }));
}

function goTo(): Action[] {
  return listed.value.map((item): Action => ({
    id: `item-${item.id}`,
    words: whoIs(item) + (isCard(item) ? ` · ${item.subject || item.preview}` : ` · ${item.title}`),
    group: isCard(item) ? say("channel", item.channel) : say("kind", item.kind),
    icon: isCard(item) ? iconOf(item.channel) : iconOf(null, item.kind),
    run: () => show({ kind: isCard(item) ? "interaction" : "task", id: item.id }),
  }));
}
