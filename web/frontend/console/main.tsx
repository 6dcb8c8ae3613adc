// The agent console: work on the left, the conversation in the middle, the customer on the right.
import { render } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { Announcements } from "../announce";
import { Icon } from "../icons";
import { listen } from "../keys";
import { Connection } from "../parts/Connection";
import { Courses } from "../parts/Course";
import { Kbd } from "../parts/parts";
import { startClock } from "../time";
import { whoIs } from "../who";
import type { Card } from "../wire";
import { t } from "../words";
import { actions, everything } from "./actions";
import { Catcher } from "./Catcher";
import { Beside, Conversation, Framed } from "./Conversation";
import { link, setPresence } from "./acts";
import { settle } from "./focus";
import { dialog, pane, show } from "./opening";
import { Dialogs } from "./Dialogs";
import { listenToServer } from "./hearing";
import { late } from "./late";
import { LateOutcomes } from "./LateOutcomes";
import { PopPane } from "./PopPane";
import { beside, cards, isCard, listed, offer, offers, open, openCard, openTask, presence, queueName, ready, reasons, waitsSince } from "./store";
import { TaskPane } from "./TaskPane";
import { Thread } from "./Thread";
import { Top } from "./Top";
import { unreadOf, WorkList } from "./WorkList";

function Console() {
  return (
    <>
      <Top />
      <WorkList />
      <main class="stage">
        <h2 class="sr">{t("stage.title")}</h2>
        <Connection link={link} back="/console" />
        <div class="panes"><Stage /></div>
        <LateOutcomes />
      </main>
      <PopPane />
      <Thumb />
      <Catcher />
      <OnTop />
      <Announcements />
      <Title />
    </>
  );
}

function OnTop() {
  const shown = dialog.value;
  return <Dialogs actions={shown === "map" ? actions().filter((action) => !action.unlisted) : []} everything={shown === "palette" ? everything() : []} />;
}

/** The title of the tab says what waits. */
function Title() {
  const unread = Object.values(cards.value).reduce((sum, card) => sum + unreadOf(card), 0);
  const waiting = offers.value.length ? `☎ ${whoIs(offers.value[0]!)} · ` : unread ? `(${unread}) ` : "";
  useEffect(() => void (document.title = waiting + t("app.title")), [waiting]);
  return null;
}

function Stage() {
  useLayoutEffect(settle);
  const shown = open.value;
  if (shown?.kind === "past") return <Past id={shown.id} key={shown.id} />;
  const card = openCard.value;
  const other = beside.value;
  if (card) return <><Conversation card={card} />{other && <Beside card={other} />}</>;
  const task = openTask.value;
  if (task) return <Framed label={task.title}><TaskPane item={task} key={task.id} /></Framed>;
  return <Idle />;
}

function Past({ id }: { id: string }) {
  return (
    <Framed label={t("stage.past")}>
      <header class="head line">
        <Icon name="clock" />
        <h2 class="cut">{t("stage.past")}</h2>
        <button class="btn push keep" type="button" onClick={() => show(null)}>{t("stage.back")} <Kbd keys="Escape" /></button>
      </header>
      <Courses id={id} queueName={queueName} />
      <Thread id={id} live={false} />
    </Framed>
  );
}

function oldest(): Card | undefined {
  return listed.value.filter(isCard).find((card) => card.state === "active" && waitsSince(card) !== null);
}

function Idle() {
  // What an offer would cover is not there: half a button is worse than none.
  if (offer.value) return <Framed label={t("stage.title")}>{null}</Framed>;
  const free = presence.value.state === "available";
  const waiting = oldest();
  const name = waiting ? whoIs(waiting) : "";
  return (
    <Framed label={t("idle.available")}>
      <div class="empty center">
        {!ready.value ? (
          <div class="stack waits" role="status" aria-label={t("link.starting")}><span class="skel" /><span class="skel" /><span class="skel" /></div>
        ) : (
          <>
            <h2>{free ? t("idle.available") : t("idle.not_ready")}</h2>
            <p>{free ? t("idle.available_hint") : `${t("idle.not_ready_hint")} ${t("idle.offline_hint")}`} {waiting && t("idle.oldest", { name })}</p>
            <p class="line wrap">
              {!free && <button class="btn primary" type="button" onClick={() => void setPresence("available")}>{t("idle.go")} <Kbd keys="Alt+A" /></button>}
              {waiting && <button class={`btn${free ? " primary" : ""}`} type="button" onClick={() => show({ kind: "interaction", id: waiting.id })}>{t("idle.open", { name })} <Kbd keys="Alt+J" /></button>}
              {free && <button class="btn" type="button" onClick={() => void setPresence("not_ready", Object.keys(reasons.value)[0] ?? "")}><Icon name="cup" />{t("idle.break")} <Kbd keys="Alt+B" /></button>}
            </p>
          </>
        )}
      </div>
    </Framed>
  );
}

function Thumb() {
  const part = (name: typeof pane.value, icon: "queue" | "chat" | "user", words: string, n = 0) => (
    <button class="btn quiet" type="button" aria-current={pane.value === name ? "page" : undefined} onClick={() => (pane.value = name)}>
      <Icon name={icon} />{words} {n > 0 && <span class="count">{n}</span>}
    </button>
  );
  return (
    <nav class="thumb" aria-label={t("thumb.parts")}>
      {part("work", "queue", t("thumb.work"), listed.value.length + offers.value.length)}
      {part("talk", "chat", t("thumb.talk"), late.value.length)}
      {part("customer", "user", t("thumb.customer"))}
    </nav>
  );
}

startClock();
listen(actions);
render(<Console />, document.querySelector("#app")!);
listenToServer();
