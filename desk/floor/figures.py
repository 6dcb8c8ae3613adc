"""desk/floor/figures.py: the figures of each queue, now and today so far, kept up event by event.

    waiting, longest_wait_s        visits open now; who rings at an agent still waits
    offered, answered, abandoned   visits that began today with a new or reopened contact, by *arrival*
    short_abandoned                of the abandoned, those who waited <= 5 s
    overdue                        of the offered, those who wait still, longer than T (and than 5 s)
    service_level                  V5: answered within T / (answered + abandoned - short + overdue); short is <= 5 s
    service_level_strict           V2: answered within T / (answered + abandoned + overdue)
    staffed                        agents who serve the queue, by what they do
    open, closed_why, closed_until whether its hours are open, else why not, and until when if anybody knows

Whoever is overdue is missed already, whatever becomes of it, and who waits and is in time still is not counted yet.
Today is the day of the site's zone. A ratio over nothing is None. The same events twice, or events that the starting
point already held, change nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any
from zoneinfo import ZoneInfo

from desk.floor.visits import ABANDONED, ANSWERED, COUNTED, FROM_ITS_PLACE, LEFT, SHORT_MS, Rules, Tally, Visit
from desk.kernel.events import (
    Event,
    InteractionAbandoned,
    InteractionAnswered,
    InteractionLeftQueue,
    InteractionQueued,
    Logged,
    WorkItemChanged,
    WorkItemQueued,
)
from desk.organization.days import start_of_day
from desk.organization.openings import Opening
from desk.tables import to_ms
from routing.presence import Activity, Presence

#: The definition that stands beside the figures.
DEFINITION = "V5, short abandons <= 5 s left out, who waits beyond the target is missed; by arrival"
#: The recent past that is shown beside the whole day.
LATELY = timedelta(minutes=15)

#: Channels on which nobody is kept waiting at the other end.
_LETTERS = frozenset({"email", "letter"})


@dataclass(kw_only=True)
class Figures:
    """The floor in numbers. `fold` tells it what happened, `put_agents` what agents do, `queues` asks.

    Tallies are kept up visit by visit, so that asking costs the same on a quiet morning and at the
    end of a day with a hundred thousand contacts. They are counted afresh when the day, the rules or
    the clock have jumped.
    """

    zone: ZoneInfo
    rules: dict[str, Rules]
    visits: dict[str, Visit] = field(default_factory=dict)  # the latest of each contact, today's and open ones
    ended: list[Visit] = field(default_factory=list)  # today's earlier visits of contacts that came back
    work: dict[str, str] = field(default_factory=dict)  # other work that waits: item -> queue
    agents: dict[str, tuple[frozenset[str], str]] = field(default_factory=dict)  # -> queues, activity
    day: datetime | None = None
    _open: dict[str, Visit] = field(default_factory=dict, compare=False)
    _today: dict[str, Tally] = field(default_factory=dict, compare=False)
    _lately: dict[str, Tally] = field(default_factory=dict, compare=False)
    #: A heap of what `_lately` counts, by beginning.
    _recent: list[tuple[int, int, Visit]] = field(default_factory=list, compare=False)
    _lately_ms: int = field(default=0, compare=False)
    #: By which rules the tallies were counted; None: they are to be counted afresh.
    _counted_by: dict[str, Rules] | None = field(default=None, compare=False)

    def fold(self, logged: Logged) -> None:
        """Takes in what happened."""
        event, at_ms = logged.event, to_ms(logged.at)
        match event:
            case InteractionQueued():
                self._queued(event, at_ms)
            case InteractionAnswered() | InteractionAbandoned() | InteractionLeftQueue():
                self._closed(event, at_ms)
            case WorkItemQueued():
                self.work[event.id] = event.queue
            case WorkItemChanged():
                self.work.pop(event.id, None)

    def put_agents(self, cards: Iterable[Mapping[str, Any]]) -> None:
        """Takes in what these agents serve and do, as their cards say."""
        for card in cards:
            self.agents[card["id"]] = (frozenset(card["queues"]), _reads_as(card))

    def keep_agents(self, known: Collection[str]) -> None:
        """Forgets agents who are no more."""
        self.agents = {id: agent for id, agent in self.agents.items() if id in known}

    def queues(self, now: datetime) -> list[dict[str, Any]]:
        """Every queue's figures at `now`, as `queues.changed` has them."""
        self._turn_day(now)
        self._look_back(to_ms(now - LATELY))
        now_ms = to_ms(now)
        today, lately = self._with_overdue(self._today, now_ms), self._with_overdue(self._lately, now_ms)
        waiting: dict[str, list[int]] = {key: [] for key in self.rules}
        for visit in self._open.values():
            if visit.queue in waiting:
                waiting[visit.queue].append(visit.began_ms)
        staffed = self._staffed()
        other = list(self.work.values())
        return [
            {
                "key": key,
                "name": rules.name,
                "waiting": len(waiting[key]),
                "longest_wait_s": max(0, now_ms - min(waiting[key])) // 1000 if waiting[key] else 0,
                **today[key].as_dict(),
                "target": {"within_s": rules.target_s, "share": rules.target_share},
                "last_15_min": lately[key].as_dict(),
                "other_work": other.count(key),
                "staffed": staffed[key],
                **_hours(rules.keeps.at(now)),
            }
            for key, rules in self.rules.items()
        ]

    @property
    def _day_ms(self) -> int:
        return to_ms(self.day) if self.day else 0

    def _queued(self, event: InteractionQueued, at_ms: int) -> None:
        known = self.visits.get(event.id)
        began_ms = event.placed_ms if event.entry in FROM_ITS_PLACE else at_ms
        if known is not None:
            told = (known.queue, known.entry, known.began_ms) == (event.queue, event.entry, began_ms)
            if told or began_ms < known.began_ms:
                return
            if known.outcome:
                self.ended.append(known)
            else:  # moved before anybody said how it ended: it never was
                self._count(known, -1)
                self._counted_by = None
        visit = Visit(queue=event.queue, entry=event.entry, began_ms=began_ms)
        self.visits[event.id] = self._open[event.id] = visit
        self._count(visit, 1)
        self._note(visit)

    def _closed(self, event: Event, at_ms: int) -> None:
        assert isinstance(event, InteractionAnswered | InteractionAbandoned | InteractionLeftQueue)
        visit = self.visits.get(event.id)
        if visit is None or visit.outcome or visit.queue != event.queue or visit.began_ms > at_ms:
            return
        outcomes = {InteractionAnswered: ANSWERED, InteractionAbandoned: ABANDONED}
        self._count(visit, -1)
        visit.outcome = outcomes.get(type(event), LEFT)
        visit.wait_ms = event.wait_ms
        self._count(visit, 1)
        self._open.pop(event.id, None)

    def _count(self, visit: Visit, times: int) -> None:
        """Adds a visit to the tallies that it belongs to as it stands, or takes it away."""
        rules = self.rules.get(visit.queue)
        if rules is None or visit.entry not in COUNTED or visit.began_ms < self._day_ms:
            return
        if self._counted_by is not self.rules:
            return  # everything is counted afresh before anybody sees it
        self._today[visit.queue].count(visit, rules.target_s * 1000, times)
        if visit.began_ms > self._lately_ms:
            self._lately[visit.queue].count(visit, rules.target_s * 1000, times)

    def _with_overdue(self, tallies: Mapping[str, Tally], now_ms: int) -> dict[str, Tally]:
        """The same tallies with those who have waited beyond the target by now: time alone makes them so."""
        since_ms = self._lately_ms if tallies is self._lately else self._day_ms - 1
        overdue = Counter(
            visit.queue
            for visit in self._open.values()
            if visit.queue in tallies
            and visit.entry in COUNTED
            and visit.began_ms > max(since_ms, self._day_ms - 1)
            and now_ms - visit.began_ms > max(SHORT_MS, self.rules[visit.queue].target_s * 1000)
        )
        return {key: replace(tally, overdue=overdue[key]) for key, tally in tallies.items()}

    def _note(self, visit: Visit) -> None:
        """Remembers that a visit is to leave the recent past."""
        if visit.began_ms > self._lately_ms:
            heappush(self._recent, (visit.began_ms, id(visit), visit))

    def _look_back(self, lately_ms: int) -> None:
        """The recent past begins at `lately_ms` now."""
        if self._counted_by is not self.rules or lately_ms < self._lately_ms:
            self._count_afresh(lately_ms)
        while self._recent and self._recent[0][0] <= lately_ms:
            visit = heappop(self._recent)[2]
            rules = self.rules.get(visit.queue)
            if rules is not None and visit.entry in COUNTED and visit.began_ms >= self._day_ms:
                self._lately[visit.queue].count(visit, rules.target_s * 1000, -1)
        self._lately_ms = lately_ms

    def _count_afresh(self, lately_ms: int) -> None:
        self._counted_by, self._lately_ms, self._recent = self.rules, lately_ms, []
        self._today = {key: Tally() for key in self.rules}
        self._lately = {key: Tally() for key in self.rules}
        self._open = {id: visit for id, visit in self.visits.items() if not visit.outcome}
        for visit in (*self.visits.values(), *self.ended):
            self._count(visit, 1)
            self._note(visit)

    def _turn_day(self, now: datetime) -> None:
        """At midnight of the site what ended before is dropped; who still waits stays."""
        midnight = start_of_day(now, self.zone)
        if midnight == self.day:
            return
        self.day = midnight
        since_ms = to_ms(midnight)
        self.visits = {
            id: visit for id, visit in self.visits.items() if not visit.outcome or visit.began_ms >= since_ms
        }
        self.ended = [visit for visit in self.ended if visit.began_ms >= since_ms]
        self._counted_by = None

    def _staffed(self) -> dict[str, dict[str, int]]:
        counts = {key: {str(activity): 0 for activity in Activity} for key in self.rules}
        for serves, activity in self.agents.values():
            for key in serves:
                if key in counts and activity in counts[key]:
                    counts[key][activity] += 1
        return counts


def _hours(opening: Opening) -> dict[str, Any]:
    return {"open": opening.open, "closed_why": opening.why or None, "closed_until": opening.until}


def _reads_as(card: Mapping[str, Any]) -> str:
    """What an agent counts as among the staff: who is offline is gone, whatever they still hold; and who is not
    ready is not at work on a letter that lies open meanwhile."""
    state = card.get("state")
    if card["activity"] != Activity.ENGAGED or state not in (Presence.OFFLINE, Presence.NOT_READY):
        return str(card["activity"])
    written = all(work["channel"] in _LETTERS for work in card["on"])
    return str(state) if state == Presence.OFFLINE or written else str(card["activity"])
