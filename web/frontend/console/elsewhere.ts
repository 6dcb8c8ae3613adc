// Messages in conversations that nobody looks at just now: who sees the list sees them there, who does not hears of them.
import { announce } from "../announce";
import { whoIs } from "../who";
import { t } from "../words";
import * as store from "./store";

/** What comes within this time is told as one. */
const TOGETHER = 1000;

const fresh = new Set<string>();

/** A customer has written in a contact of mine; what is in sight by the time of telling has its own log. */
export function wroteElsewhere(id: string): void {
  if (!(id in store.cards.value) || isInSight(id)) return;
  if (!fresh.size) setTimeout(tell, TOGETHER);
  fresh.add(id);
}

function tell(): void {
  const unseen = [...fresh].filter((id) => id in store.cards.value && !isInSight(id));
  fresh.clear();
  const names = new Set(unseen.map((id) => whoIs(store.cards.value[id]!)));
  if (names.size) announce(t("stage.new_from", { names: [...names].join(", ") }));
}

function isInSight(id: string): boolean {
  return store.open.value?.id === id || store.beside.value?.id === id;
}
