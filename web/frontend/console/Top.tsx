// The top bar: my state, my queues, what is due next, and the ways to everything else.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon, iconOf, type IconName } from "../icons";
import { Areas, SignOut } from "../parts/Areas";
import { Kbd, Menu, State, type Choice, type Tone } from "../parts/parts";
import { clock, coarse, due, minute, ms, now, when } from "../time";
import type { QueueFigures } from "../wire";
import { count, t } from "../words";
import { askToNotify, bell, play, setBell } from "./bell";
import { presenceWords, setPresence } from "./acts";
import { dialog, show } from "./opening";
import { cards, figures, me, myQueues, presence, reasons, tasks } from "./store";
import { toast } from "../announce";

export function Top() {
  return (
    <header class="top">
      <h1 class="sr">{t("area.console")}</h1>
      <b class="brand">Careline</b>
      <Areas here="/console" beside />
      <PresenceButton />
      <Queues />
      <NextDue />
      <button class="btn find" type="button" onClick={() => (dialog.value = "palette")}>
        <span class="line dim">
          <Icon name="search" />
          {t("top.search")}
        </span>
        <Kbd keys="Ctrl+K" />
      </button>
      <Sounds />
      <button class="btn quiet only" type="button" aria-label={t("top.map")} title={t("top.map")} onClick={() => (dialog.value = "map")}>
        <Icon name="keys" />
      </button>
      <SignOut />
    </header>
  );
}

const LOOKS: Record<string, { icon: IconName; tone: Tone }> = {
  available: { icon: "done", tone: "ok" },
  not_ready: { icon: "pause", tone: undefined },
  wrap_up: { icon: "clock", tone: "warn" },
  offline: { icon: "offline", tone: undefined },
};

const REASON_ICONS: Record<string, IconName> = { break: "cup", lunch: "cup", meeting: "users", training: "book", coaching: "users", paperwork: "article" };

export function presenceChoices(): Choice[] {
  const { state, reason } = presence.value;
  const ready: Choice = {
    id: "available", words: t("presence.available"), icon: "done", tone: "ok", keys: "Alt+A",
    checked: state === "available", run: () => void setPresence("available"),
  };
  const codes = Object.entries(reasons.value);
  const away = codes.map(([code, words], n): Choice => ({
    id: code, words, icon: REASON_ICONS[code] ?? "pause", keys: n === 0 ? "Alt+B" : undefined,
    checked: state === "not_ready" && reason === code, run: () => void setPresence("not_ready", code),
  }));
  const plain: Choice = { id: "not_ready", words: t("presence.not_ready"), icon: "pause", checked: state === "not_ready" && !reason, run: () => void setPresence("not_ready") };
  return [ready, ...(codes.length ? away : [plain])];
}

function onCall(): number | null {
  const call = Object.values(cards.value).find((card) => card.call && (card.state === "active" || card.state === "on_hold"));
  return call ? ms(call.answered_at ?? call.arrived_at) : null;
}

function PresenceButton() {
  const menu = useSignal(false);
  const { state, reason, since } = presence.value;
  const call = onCall();
  const looks = call !== null && state !== "wrap_up" ? { icon: "phone" as const, tone: "info" as const } : LOOKS[state]!;
  const words = call !== null && state !== "wrap_up" ? t("presence.on_call") : presenceWords(state, reason);
  const held = Object.values(cards.value).filter((card) => card.state === "active" || card.state === "on_hold");
  const live = held.filter((card) => card.channel === "voice" || card.channel === "chat").length;
  const rest = held.length - live;
  const close = (): void => void (menu.value = false);
  const signOut = (): void => document.querySelector<HTMLFormElement>("#sign-out")?.requestSubmit();
  const choices = [...presenceChoices(), { id: "out", words: t("presence.sign_out"), icon: "x" as const, run: signOut }];
  return (
    <span class="anchor">
      <button
        class="btn presence"
        type="button"
        aria-haspopup="menu"
        aria-expanded={menu.value}
        onClick={() => (menu.value = !menu.value)}
      >
        <span class="sr">{t("presence.menu")}: </span>
        <State icon={looks.icon} tone={looks.tone}>{words}</State>
        <span class="dim">
          {live > 0 && `${count("presence.live", live)} · `}
          {rest > 0 && `${count("presence.open", rest)} · `}
          <Since at={call ?? ms(since)} exact={call !== null} />
        </span>
        <Icon name="down" />
      </button>
      {menu.value && <Menu choices={choices} label={t("presence.menu")} close={close} />}
    </span>
  );
}

function Since({ at, exact }: { at: number; exact: boolean }) {
  if (Number.isNaN(at)) return null;
  return <>{exact ? clock((now.value - at) / 1000) : coarse(minute.value - at)}</>;
}

/** Longer than the first is worth a look, longer than the second is too long. */
const LONG_WAITS = [60, 120] as const;

export function waitTone(seconds: number): Tone {
  return seconds >= LONG_WAITS[1] ? "bad" : seconds >= LONG_WAITS[0] ? "warn" : undefined;
}

export function longestNow(queue: QueueFigures): number {
  // The figures come at most once a second and only when they change; the wait goes on meanwhile.
  return (queue.longest_wait_s ?? 0) + Math.max(0, (Date.now() - figures.value.at) / 1000);
}

/** As many queues as there is room for, each with its figures; the others behind one button. */
function Queues() {
  const list = useRef<HTMLUListElement>(null);
  const shown = useSignal(Infinity);
  const queues = myQueues.value;
  useLayoutEffect(() => {
    const box = list.current!;
    // What does not fit has wrapped to where nobody sees it.
    const look = (): void => void (shown.value = [...box.children].filter((item) => (item as HTMLElement).offsetTop < box.offsetTop + box.clientHeight).length);
    const watch = new ResizeObserver(look);
    for (const one of [box, ...box.children]) watch.observe(one);
    look();
    return () => watch.disconnect();
  }, [queues.map((queue) => queue.key).join()]);
  return (
    <>
      <ul class="mine" aria-label={t("top.queues")} ref={list}>
        {queues.map((queue) => <QueueNow key={queue.key} queue={queue} />)}
      </ul>
      <MoreQueues queues={queues.slice(shown.value)} />
    </>
  );
}

/** It keeps its room when it is not needed: it must not be what takes a queue's. */
function MoreQueues({ queues }: { queues: QueueFigures[] }) {
  const menu = useSignal(false);
  now.value; // as in each of them
  const tones = queues.map(queueTone);
  const tone = (["bad", "warn"] as const).find((one) => tones.includes(one));
  const choices = queues.map((queue): Choice => ({ id: queue.key, words: queue.name ?? queue.key, hint: queueFigures(queue), run: () => undefined }));
  return (
    <span class="anchor more" data-none={!queues.length || undefined}>
      <button
        class="btn quiet"
        type="button"
        aria-haspopup="menu"
        aria-expanded={menu.value}
        aria-label={`+${queues.length}: ${count("top.more", queues.length)}`}
        title={queues.map((queue) => `${queue.name ?? queue.key} ${queueFigures(queue)}`).join("\n")}
        onClick={() => (menu.value = !menu.value)}
      >
        <State tone={tone} icon={toneIcon(tone)}>+{queues.length}</State>
      </button>
      {menu.value && <Menu choices={choices} label={t("top.queues")} close={() => (menu.value = false)} />}
    </span>
  );
}

function queueTone(queue: QueueFigures): Tone {
  return queue.waiting ? waitTone(longestNow(queue)) : undefined;
}

function toneIcon(tone: Tone): IconName | undefined {
  return tone === "bad" ? "over" : tone === "warn" ? "clock" : undefined;
}

function queueFigures(queue: QueueFigures): string {
  return queue.waiting ? `${queue.waiting} · ${clock(longestNow(queue))}` : "0";
}

function QueueNow({ queue }: { queue: QueueFigures }) {
  now.value; // the longest wait grows by itself
  const name = queue.name ?? queue.key;
  if (!queue.waiting) return <li><span class="dim">{name}</span> <span>0</span></li>;
  const tone = queueTone(queue);
  const title = t("top.queue", { name, waiting: queue.waiting, longest: clock(longestNow(queue)), available: queue.staffed?.available ?? 0 });
  return (
    <li title={title}>
      <span class="dim">{name}</span>{" "}
      <State tone={tone} icon={toneIcon(tone)} class="plain">
        {queueFigures(queue)}
      </State>
    </li>
  );
}

function NextDue() {
  const dated = Object.values(tasks.value).filter((item) => item.due_at).sort((a, b) => ms(a.due_at) - ms(b.due_at));
  if (!dated.length) return <span class="push" />;
  const over = dated.filter((item) => ms(item.due_at) < minute.value).length;
  const next = dated.find((item) => ms(item.due_at) >= minute.value) ?? dated[0]!;
  const soon = due(ms(next.due_at), minute.value);
  const at = t("top.next", { when: when(ms(next.due_at)) });
  const who = next.customer?.name || next.title;
  const soonest = ms(next.due_at) >= minute.value;
  return (
    <button class="next push" type="button" title={soonest ? `${at} ${who}` : undefined} onClick={() => show({ kind: "task", id: next.id })}>
      <span class="line">
        {over > 0 && <State tone="bad" icon="over">{t("top.overdue", { n: over })}</State>}
        {soonest && <span>{at}</span>}
        {soonest && soon.tone && <State tone={soon.tone} icon={soon.icon}>{soon.words}</State>}
      </span>
      {soonest && <span class="cut">{who}</span>}
    </button>
  );
}

function Sounds() {
  const menu = useSignal(false);
  const close = (): void => void (menu.value = false);
  const notify = async (): Promise<void> => {
    if (bell.value.notify) return setBell({ notify: false });
    if (await askToNotify()) setBell({ notify: true });
    else toast({ text: t("sounds.blocked"), tone: "warn" });
  };
  const choices: Choice[] = [
    { id: "sound", words: t("sounds.sound"), icon: "sound", checked: bell.value.sound, run: () => setBell({ sound: !bell.value.sound }) },
    { id: "notify", words: t("sounds.notify"), icon: "bell", checked: bell.value.notify, run: () => void notify() },
    { id: "try", words: t("sounds.try"), icon: iconOf("voice"), run: () => ["voice", "chat", "sms", "email"].forEach((channel, n) => setTimeout(() => play(channel), n * 900)) },
  ];
  return (
    <span class="anchor end">
      <button
        class="btn quiet only"
        type="button"
        aria-haspopup="menu"
        aria-expanded={menu.value}
        aria-label={t("top.sounds")}
        title={`${me.value?.name ?? ""}: ${t("top.sounds")}`}
        onClick={() => (menu.value = !menu.value)}
      >
        <Icon name={bell.value.sound ? "sound" : "mute"} />
      </button>
      {menu.value && <Menu choices={choices} label={t("top.sounds")} close={close} />}
    </span>
  );
}
