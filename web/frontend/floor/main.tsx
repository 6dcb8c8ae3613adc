// The supervisor's floor: what is wrong first, then queues, then people; the panel explains a number.
import "./words";
import { render } from "preact";
import { Announcements } from "../announce";
import { Icon } from "../icons";
import { listen, type Action } from "../keys";
import { Areas, SignOut, ways } from "../parts/Areas";
import { Connection } from "../parts/Connection";
import { Kbd } from "../parts/parts";
import { now, startClock, today } from "../time";
import { t } from "../words";
import { Agents } from "./Agents";
import { Alerts } from "./Alerts";
import { dialog, link, listenToServer, showWall, stateWords, wall } from "./desk";
import { Dialogs } from "./Dialogs";
import { Queues } from "./Queues";
import { Side } from "./Side";
import { chosen, chosenAgent, present, queues } from "./store";
import { Wall } from "./Wall";

function Floor() {
  if (wall.value) return <><Wall /><Announcements /></>;
  return (
    <div class="desk floor">
      <Top />
      <main>
        <Connection link={link} back="/floor" />
        <h1 class="sr">{t("floor.title")}</h1>
        <Alerts />
        <Queues />
        <Agents />
      </main>
      <Side />
      <OnTop />
      <Announcements />
    </div>
  );
}

function OnTop() {
  const shown = dialog.value;
  return <Dialogs actions={shown === "map" ? actions() : []} everything={shown === "palette" ? everything() : []} />;
}

function Top() {
  return (
    <header class="top">
      <b class="brand">Careline</b>
      <Areas here="/floor" />
      <span class="push dim wide"><Clock /></span>
      <button class="btn quiet" type="button" title={t("floor.wallboard")} onClick={() => showWall(true)}><Icon name="expand" /><span class="wide">{t("floor.wallboard")}</span> <Kbd keys="Alt+W" /></button>
      <button class="btn find" type="button" onClick={() => (dialog.value = "palette")}>
        <span class="line dim"><Icon name="search" />{t("top.search")}</span><Kbd keys="Ctrl+K" />
      </button>
      <span class="state wide"><Icon name="user" />{document.body.dataset.name}</span>
      <SignOut />
    </header>
  );
}

const LIVE = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

function Clock() {
  return <>{t("floor.live", { when: `${today(now.value)}, ${LIVE.format(now.value)}` })}</>;
}

/** A letter alone is a key only among the agents: whoever types elsewhere does not act on anybody. */
const amongAgents = (key: string): Action["letter"] => ({ key, within: ".agents" });

function actions(): Action[] {
  const group = t("floor.group");
  const general = t("group.general");
  const withAgent = (run: () => void) => (): void => void (chosenAgent.value && run());
  const talks = (): boolean => chosenAgent.value?.on.some((work) => work.interaction_id) ?? false;
  return [
    { id: "wall", words: t("floor.keys_wall"), group, keys: "Alt+W", letter: amongAgents("W"), icon: "expand", run: () => showWall(!wall.value) },
    { id: "state", words: t("floor.keys_state"), group, keys: "Alt+S", letter: amongAgents("S"), icon: "pause", run: withAgent(() => (dialog.value = "state")) },
    { id: "whisper", words: t("floor.keys_whisper"), group, keys: "Alt+H", letter: amongAgents("H"), icon: "whisper", run: withAgent(() => talks() && (dialog.value = "whisper")) },
    { id: "assign", words: t("floor.keys_assign"), group, keys: "Alt+R", letter: amongAgents("R"), icon: "transfer", run: withAgent(() => (dialog.value = "assign")) },
    { id: "palette", words: t("palette.title"), group: general, keys: "Ctrl+K", icon: "search", run: () => (dialog.value = "palette") },
    { id: "map", words: t("map.title"), group: general, keys: "Alt+M", letter: amongAgents("?"), icon: "keys", run: () => (dialog.value = "map") },
    { id: "escape", words: t("key.escape"), group: general, keys: "Escape", icon: "x", run: () => (wall.value ? showWall(false) : (chosen.value = null)) },
  ];
}

function everything(): Action[] {
  const agents = present.value.map((agent): Action => ({
    id: `agent-${agent.id}`, words: agent.name, group: stateWords(agent), icon: "user", run: () => (chosen.value = { kind: "agent", id: agent.id }),
  }));
  const rows = queues.value.map((queue): Action => ({
    id: `queue-${queue.key}`, words: queue.name ?? queue.key, group: t("floor.queue"), icon: "queue", run: () => (chosen.value = { kind: "queue", key: queue.key, metric: "waiting" }),
  }));
  const agentOnly = new Set(["state", "whisper", "assign"]);
  const usable = actions().filter((action) => action.id !== "palette" && action.id !== "escape" && (chosenAgent.value || !agentOnly.has(action.id)));
  return [...usable, ...rows, ...agents, ...ways("/floor")];
}

document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && wall.value) showWall(false);
});
startClock();
listen(actions);
render(<Floor />, document.querySelector("#app")!);
listenToServer();
