"""desk/replay/comparison.py: stories beside each other in figures: by queue, of all, by agent, and how alike they are.

The figures are those of `METRICS`, counted as `careline simulate` counts them: service level V5, waits over
what was answered or hung up, percentiles by nearest rank. A contact counts for the queue and the span in which it
was recorded, with the target that the queue has today, whatever the rules that are tried out say.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from routing.presence import Presence
from routing.recorded import End, Held, Recording, overflowed, overlap
from routing.story import Came, Shut, Story
from routing.tally import Tally, figures

#: Waits that differ by no more are alike.
ALIKE_MS = 1000
_LEFT_OVER = {End.LEFT: "left", End.WAITING: "waiting"}


def queue_figures(story: Story, targets: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """The figures of each queue that somebody came to, and of `all`; `targets` are in milliseconds.

    Whom overflow took to another queue counts in both, and in `all` once, from the first.
    """
    elsewhere = overflowed(story.visits)
    by_queue = {key: _Count(target_ms) for key, target_ms in targets.items()}
    of_all = {key: _Count(target_ms) for key, target_ms in targets.items()}
    moved = {visit.id for visit in elsewhere.values()}
    for visit in story.visits:
        came = story.came.get(visit.id)
        if not visit.counts or came is None:
            continue
        by_queue[visit.work.queue].add(came, came.arrived_ms)
        if visit.id not in moved:
            last = elsewhere.get(visit.id, visit)
            of_all[last.work.queue].add(story.came[last.id], came.arrived_ms)
    found = {key: _shown([by_queue[key]]) for key in sorted(by_queue)}
    found["all"] = _shown(list(of_all.values()))
    return found


def doors(stories: Mapping[str, Story]) -> dict[str, dict[str, dict[str, int]]]:
    """By queue and story, how many came while it was closed or its line full; queues where nobody did are left out."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for name, story in stories.items():
        for visit in story.visits:
            shut = story.shut.get(visit.id) if visit.counts and not visit.helped else None
            if shut is not None:
                none = {other: {one.value: 0 for one in Shut} for other in stories}
                found.setdefault(visit.work.queue, none)[name][shut.value] += 1
    return dict(sorted(found.items()))


class _Count:
    """What came of the contacts of one queue."""

    def __init__(self, target_ms: int) -> None:
        self.tally = Tally(target_ms)
        self.left_over = {"left": 0, "waiting": 0}
        self.longest_ms = 0

    def add(self, came: Came, since_ms: int) -> None:
        """One more, who had waited since then."""
        wait_ms = came.left_ms - since_ms
        self.tally.offered += 1
        self.longest_ms = max(self.longest_ms, wait_ms)
        if came.end is End.ANSWERED:
            self.tally.answer(wait_ms)
        elif came.end is End.ABANDONED:
            self.tally.abandon(wait_ms)
        else:
            self.left_over[_LEFT_OVER[came.end]] += 1


def _shown(counts: list[_Count]) -> dict[str, Any]:
    counted = figures([count.tally for count in counts])
    return {
        "offered": counted["offered"],
        "answered": counted["answered"],
        "abandoned": counted["abandoned"],
        "short_abandoned": counted["short_abandoned"],
        **{name: sum(count.left_over[name] for count in counts) for name in ("left", "waiting")},
        "abandon_rate": counted["abandon_rate"],
        "service_level": counted["service_level"],
        "asa_s": counted["asa_s"],
        "wait_mean_s": counted["wait_mean_s"],
        "wait_p50_s": counted["wait_p50_s"],
        "wait_p90_s": counted["wait_p90_s"],
        "wait_longest_s": max(count.longest_ms for count in counts) / 1000 if counted["offered"] else None,
    }


def agent_figures(recording: Recording, story: Story, agent_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """For each agent the contacts taken in the span, and the share of their time that was work.

    Occupancy is work / (work + time in which they took offers and had nothing in hand).
    """
    begins, ends = recording.begins_ms, recording.ends_ms
    contacts: dict[str, int] = defaultdict(int)
    for came in story.came.values():
        if came.end is End.ANSWERED and begins <= came.left_ms < ends:
            contacts[came.agent_id] += 1
    busy, there = _spans(story.hands), _there(recording)
    found = {}
    for id in agent_ids:
        work = overlap(busy[id], begins, ends)
        either = overlap([*busy[id], *there[id]], begins, ends)
        found[id] = {
            "contacts": contacts[id],
            "work_s": _length(work) / 1000,
            "occupancy": _length(work) / _length(either) if either else None,
        }
    return found


def likeness(recording: Recording, story: Story, was: Story) -> dict[str, Any]:
    """How far a story tells the recording again, contact by contact: of those that count, the share that ended
    alike, with the same agent, after a wait that differs by a second at most; and the mean difference of waits."""
    counted = [visit.id for visit in recording.visits if visit.counts]
    pairs = [(was.came[id], story.came.get(id)) for id in counted]
    ended = [(one, two) for one, two in pairs if two is not None and one.end is two.end]
    answered = [(one, two) for one, two in ended if one.end is End.ANSWERED]
    apart = [abs((one.left_ms - one.arrived_ms) - (two.left_ms - two.arrived_ms)) for one, two in ended]
    return {
        "contacts": len(counted),
        "ended_alike": _ratio(len(ended), len(counted)),
        "same_agent": _ratio(sum(one.agent_id == two.agent_id for one, two in answered), len(answered)),
        "same_wait": _ratio(sum(ms <= ALIKE_MS for ms in apart), len(counted)),
        "wait_apart_mean_s": _ratio(sum(apart), 1000 * len(apart)),
    }


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What is more or less; None where one of them has no value."""
    return {
        name: None if value is None or after.get(name) is None else round(after[name] - value, 6)
        for name, value in before.items()
    }


def _spans(hands: Iterable[Held]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for held in hands:
        found[held.agent_id].append((held.from_ms, held.until_ms))
    return found


def _there(recording: Recording) -> dict[str, list[tuple[int, int]]]:
    """When each agent took offers."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    since = {
        id: recording.begins_ms for id, before in recording.before.items() if before.presence is Presence.AVAILABLE
    }
    for turn in recording.turns:
        if turn.presence is Presence.AVAILABLE:
            since.setdefault(turn.agent_id, turn.at_ms)
        elif turn.agent_id in since:
            found[turn.agent_id].append((since.pop(turn.agent_id), turn.at_ms))
    for id, at_ms in since.items():
        found[id].append((at_ms, recording.until_ms))
    return found


def _length(spans: Iterable[tuple[int, int]]) -> int:
    return sum(until - since for since, until in spans)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
