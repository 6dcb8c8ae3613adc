"""desk/replay/replay.py: what `careline replay` answers: what was, what today's rules make of it, what others would.

What is read is read in one snapshot; the playing is arithmetic.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from desk.kernel.errors import Invalid
from desk.kernel.transaction import Rx
from desk.organization.file import Document
from desk.replay.comparison import agent_figures, difference, doors, likeness, queue_figures
from desk.replay.flows import Call, Flows, Walk, figures
from desk.replay.reading import Known, Span, read
from desk.replay.rules import Said, ids_of_agents, not_compared, proposed, today, wrong
from desk.tables import from_ms
from routing.patience import patience_of_each
from routing.recorded import Recording
from routing.replay import play
from routing.story import Story, as_it_was

#: Is told which share of the work is done.
Tell = Callable[[float], None]

#: What a replay takes for granted: printed with every result, for a figure is worth no more than this.
ASSUMPTIONS = (
    "Who hung up hangs up after the same wait, unless answered before.",
    "Nobody who was answered hangs up earlier than they waited.",
    "Beyond that they have the patience that hang-ups in their channel show (Kaplan-Meier), else they wait for ever.",
    "A contact is offered in vain as often and as long as it was, whoever it rings at; agents are not ready as then.",
    "The next offer rings as long as the last one rang, and is taken; where the rules take it unasked, none rings.",
    "A contact takes as long as it took, whoever takes it; what nobody took, as is usual in its queue and channel.",
    "Where none was taken there: as in the day before, as the rules expect, or as elsewhere; else five minutes.",
    "Its customer is silent after as much work as then, for as long; it takes no room meanwhile.",
    "Time in which a call interrupted it counts for nothing: by these rules others are.",
    "Agents are there as they were, with the queues, skills, capacity and teams that the rules give them.",
    "What they did beside rings at them and is done at the same time: calls that they made, tasks, work begun before.",
    "A contact is kept for whom, and from whom, it was kept, and as long; what comes back, for who had it here.",
    "Contacts go to other queues by the rules of overflow, looked at once a second, and by hand as they did.",
    "Callers are led by their call flow anew: whom it finds closed or full it turns away, as it did or otherwise.",
    "Who hung up in a menu hangs up there again, if they come to it: which queue they wanted nobody knows.",
    "Who comes to a menu that they never heard answers as others did there; where nobody has, it is unknown.",
    "Who left the line for a call-back does so after the same wait; call-backs are made as they were, whoever waits.",
    "Whose keys were not kept come to their queue, or do not, as recorded.",
    "Others who come to a closed or full queue wait there: they are counted.",
    "What is in time is judged by the targets of today.",
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """All that a replay needs from the database."""

    known: Known
    ids: Mapping[str, str]
    today: Said
    proposed: Said | None


def ask(rx: Rx, span: Span, file: Document | None) -> Question:
    """Reads it.

    Raises:
        Invalid: the span is none, or the file speaks of what is not there, or cannot be compared: each error with its
            path.
        Conflict: the log begins later.
    """
    span.check(rx.now)
    now = today(rx)
    then = None if file is None else proposed(now, file)
    if file is not None and then is not None and (errors := [*wrong(rx, file), *not_compared(now, then)]):
        raise Invalid.many(errors)
    return Question(known=read(rx, span), ids=ids_of_agents(rx), today=now, proposed=then)


def answer(question: Question, tell: Tell) -> dict[str, Any]:
    """The result as plain data: the same question has the same answer, to the byte.

    `tell` is told again and again which share of it is done.
    """
    recording, calls = question.known.recording, question.known.calls
    patience = _patience(recording, calls)
    was = as_it_was(recording)
    rules = {"today": question.today, "proposed": question.proposed}
    played = [(name, said) for name, said in rules.items() if said is not None]
    stories, walks = {"recorded": was}, {}
    for done, (name, said) in enumerate(played):
        walks[name] = Flows(said.call_flows(), said.house(), calls, recording).walks
        stories[name] = _played(question, said, patience, walks[name], partial(_of_all, tell, done, len(played)))
    tell(1)
    return {
        "from": _at(recording.begins_ms),
        "to": _at(recording.ends_ms),
        "played_until": _at(recording.until_ms),
        "rules_changed_since": question.known.rules_changed,
        "queues": _queues(question, stories),
        "agents": _agents(question, stories),
        "callers": _callers(question, walks),
        "doors": doors({name: stories[name] for name, _ in played}),
        "calibration": likeness(recording, stories["today"], was),
        "assumptions": list(ASSUMPTIONS),
    }


def _of_all(tell: Tell, done: int, parts: int, share: float) -> None:
    tell((done + share) / parts)


def _patience(recording: Recording, calls: Iterable[Call]) -> dict[str, int]:
    """How long each waits at most; those, too, who came to no queue, and of whose patience nothing is known."""
    until_ms = recording.until_ms
    nobody = tuple(one.waits_in("", until_ms, counts=False) for one in calls if one.visit is None)
    return patience_of_each(replace(recording, visits=(*recording.visits, *nobody))) | patience_of_each(recording)


def _played(question: Question, said: Said, patience: Mapping[str, int], walks: Sequence[Walk], tell: Tell) -> Story:
    recording = question.known.recording
    begins_ms, length_ms = recording.begins_ms, recording.until_ms - recording.begins_ms
    return play(
        recording,
        said.people(question.ids),
        said.rules(),
        patience,
        lambda now_ms: tell((now_ms - begins_ms) / length_ms),
        said.ways(question.known.closings),
        walks,
    )


def _queues(question: Question, stories: Mapping[str, Story]) -> dict[str, Any]:
    targets = {visit.work.queue: 0 for story in stories.values() for visit in story.visits if visit.counts}
    for said in (question.proposed, question.today):
        for policy in () if said is None else said.rules().queues:
            if policy.key in targets:
                targets[policy.key] = policy.target_ms
    told = {name: queue_figures(story, targets) for name, story in stories.items()}
    keys = sorted({key for one in told.values() for key in one} - {"all"})
    return {key: _beside({name: one[key] for name, one in told.items()}) for key in (*keys, "all")}


def _callers(question: Question, walks: Mapping[str, Sequence[Walk]]) -> dict[str, Any]:
    found = figures(question.known.calls, walks, until_ms=question.known.recording.ends_ms)
    return {flow: _beside(told) for flow, told in found.items()}


def _agents(question: Question, stories: Mapping[str, Story]) -> dict[str, Any]:
    recording = question.known.recording
    told = {name: agent_figures(recording, story, question.ids.values()) for name, story in stories.items()}
    return {
        email: _beside({name: one[id] for name, one in told.items()})
        for email, id in sorted(question.ids.items())
        if any(one[id]["contacts"] or one[id]["occupancy"] is not None for one in told.values())
    }


def _beside(told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """With what the other rules change; without any, how far the replay is from the recording."""
    if "proposed" in told:
        return {**told, "difference": difference(told["today"], told["proposed"])}
    return {**told, "difference": difference(told["recorded"], told["today"])}


def _at(ms: int) -> str:
    return from_ms(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
