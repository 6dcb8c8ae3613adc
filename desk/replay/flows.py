"""desk/replay/flows.py: callers are led by the call flow once more, to a queue or out again.

    start ──▶ asks ──as they answered──▶ asks again │ a queue │ turned away
                └──as they hung up──▶ never chose a queue

The flow asks of queues and of the house as they are in the replay. Who comes to a menu that they never heard
answers as those did who heard it, by a number of their own: the same in every replay. Where nobody has heard it,
nobody knows what they would have done.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from desk.floor.queue_states import facts_of
from desk.replay.customers import UNKNOWN, Customer
from desk.replay.usual import Usual
from desk.tables import from_ms
from ivr import engine
from ivr.flow import Flow, articles_of, asked_of
from routing.hours import Hours, is_open
from routing.model import Work
from routing.overflow import QueueState
from routing.recorded import Caller, End, Recording, Visit


class Led(StrEnum):
    """Where a flow has led a caller."""

    IN_MENU = "in_menu"  #: nowhere yet, when the recording ends
    QUEUED = "queued"  #: to a queue
    TURNED_AWAY = "turned_away"  #: out again: closed, full, whatever it said
    HUNG_UP = "hung_up"  #: they hung up in a menu, and never chose a queue
    UNKNOWN = "unknown"  #: to a menu that nobody in the recording has heard


class Answer(NamedTuple):
    """What a caller did in a menu, and how long after it had asked; no keys are silence."""

    node: str
    keys: str
    after_ms: int
    hung_up: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A caller as recorded. Without `kept`, nobody knows their answers: they come as they came."""

    id: str
    flow: str
    came_ms: int
    led: Led
    answers: Sequence[Answer] = ()
    visit: Visit | None = None
    customer: Customer = UNKNOWN
    kept: bool = True

    @property
    def visit_id(self) -> str:
        """The visit that they made, or would have made."""
        return self.id if self.visit is None else self.visit.id

    def waits_in(self, queue: str, now_ms: int, *, counts: bool) -> Visit:
        """The visit to which the flow leads them."""
        if self.visit is not None:
            visit = self.visit.at(now_ms)
            return replace(visit, work=replace(visit.work, queue=queue, placed_ms=now_ms), counts=counts)
        return Visit(
            work=Work(
                id=self.id,
                kind="interaction",
                channel="voice",
                queue=queue,
                priority=0,
                placed_ms=now_ms,
                language=self.customer.language,
                tier=self.customer.tier,
            ),
            arrived_ms=now_ms,
            end=End.WAITING,
            counts=counts,
        )


def call(
    session: Mapping[str, Any] | None, *, id: str, flow: str, came_ms: int, left_ms: int | None, **about: Any
) -> Call:
    """A call as the database has it; `left_ms` is when it left the menu."""
    told = session or {}
    led, answers, before_ms = _led(told, about.get("visit"), left_ms), [], 0
    for node, keys, after_ms in told.get("answers", ()):
        answers.append(Answer(str(node), str(keys), int(after_ms) - before_ms))
        before_ms = int(after_ms)
    if led is Led.HUNG_UP and left_ms is not None and told:
        answers.append(Answer(str(told["node"]), "", left_ms - came_ms - before_ms, hung_up=True))
    kept = bool(told) and len(told.get("answers", ())) == told["turn"]
    return Call(id=id, flow=flow, came_ms=came_ms, led=led, answers=answers, kept=kept, **about)


def _led(session: Mapping[str, Any], visit: Visit | None, left_ms: int | None) -> Led:
    if visit is not None:
        return Led.QUEUED
    if session.get("state") == engine.State.ENDED:
        return Led.TURNED_AWAY
    return Led.IN_MENU if left_ms is None else Led.HUNG_UP


class Flows:
    """The call flows of one set of rules, the hours of the house, and how callers answer."""

    def __init__(self, flows: Mapping[str, Flow], house: Hours, calls: Sequence[Call], recording: Recording) -> None:
        self._house, self._recording = house, recording
        self._usual = Usual(recording.visits, recording.past, recording.expected)
        self._answers: dict[tuple[str, str], list[Answer]] = defaultdict(list)
        for one in calls:
            for answer in one.answers:
                self._answers[one.flow, answer.node].append(answer)
        self.walks = [Walk(one, flows[one.flow], self) for one in calls if one.kept and one.flow in flows]

    def facts(self, call: Call, flow: Flow, now_ms: int, state: Callable[[str], QueueState]) -> dict[str, Any]:
        """What the flow may ask now."""
        told: dict[str, Any] = call.customer._asdict()
        told["open"] = is_open(self._house, from_ms(now_ms))
        # Nobody has kept which articles could be read then: all of them, and everybody could be sent a text.
        told |= {engine.ARTICLES: {slug: dict.fromkeys(flow.languages, slug) for slug in articles_of(flow)}}
        told[engine.CAN_TEXT] = True
        for queue in asked_of(flow):
            told |= facts_of(queue, state(queue))
        return told

    def drawn(self, call: Call, node: str, turn: int) -> Answer | None:
        """What somebody does who never heard this menu; None where nobody has heard it."""
        known = self._answers.get((call.flow, node), [])
        number = int.from_bytes(sha256(f"{call.id} {node} {turn}".encode()).digest()[:6])
        return known[number % len(known)] if known else None

    def visit(self, call: Call, queue: str, now_ms: int) -> Visit:
        """What the flow leads a caller to; what nobody made rings and takes as long as is usual."""
        counts = self._recording.begins_ms <= now_ms < self._recording.ends_ms
        visit = call.waits_in(queue, now_ms, counts=counts)
        return visit if call.visit is not None else self._usual.give(visit)


class Walk(Caller):
    """One caller in one flow."""

    def __init__(self, call: Call, flow: Flow, flows: Flows) -> None:
        self.call, self.led, self.draws = call, Led.IN_MENU, 0
        self._flow, self._flows = flow, flows
        self._left = list(call.answers)
        self._session: engine.Session | None = None
        self._answer: Answer | None = None

    @property
    def visit_id(self) -> str:
        """The visit that they made, or would have made."""
        return self.call.visit_id

    @property
    def came_ms(self) -> int:
        """When they rang."""
        return self.call.came_ms

    def go_on(self, now_ms: int, state: Callable[[str], QueueState]) -> int | Visit | None:
        """The flow is asked, or told the answer that was due now."""
        if self._answer is not None and self._answer.hung_up:
            self.led = Led.HUNG_UP
            return None
        session = self._session = self._step(now_ms, self._flows.facts(self.call, self._flow, now_ms, state))
        if session.state is engine.State.QUEUED:
            self.led = Led.QUEUED
            return self._flows.visit(self.call, session.queue, now_ms)
        if session.state is engine.State.ENDED:
            self.led = Led.TURNED_AWAY
            return None
        self._answer = self._answer_in(session)
        if self._answer is None:
            self.led = Led.UNKNOWN
            return None
        return now_ms + self._answer.after_ms

    def _step(self, now_ms: int, facts: Mapping[str, Any]) -> engine.Session:
        now = from_ms(now_ms)
        if self._session is None or self._answer is None:
            return engine.start(self._flow, facts=facts, now=now)[0]
        said = engine.Digits(self._answer.keys) if self._answer.keys else engine.NoInput()
        return engine.step(self._flow, self._session, said, facts=facts, now=now)[0]

    def _answer_in(self, session: engine.Session) -> Answer | None:
        """As they answered this menu, in order; where they did not, as others did."""
        for at, answer in enumerate(self._left):
            if answer.node == session.node:
                return self._left.pop(at)
        found = self._flows.drawn(self.call, session.node, session.turn)
        self.draws += found is not None
        return found


def figures(calls: Sequence[Call], stories: Mapping[str, Sequence[Walk]], *, until_ms: int) -> dict[str, Any]:
    """By flow, where it led those who rang before `until_ms`: as recorded, and in each story.

    `let_in` are those who came to a queue and had not in the recording, `kept_out` those of whom it is the other
    way round. `drawn` answered a menu that they had never heard, of `not_kept` nobody knows the answers.
    """
    counted = [one for one in calls if one.came_ms < until_ms]
    found: dict[str, Any] = {}
    for flow in sorted({one.flow for one in counted}):
        of_flow = [one for one in counted if one.flow == flow]
        found[flow] = {"recorded": _counted(of_flow, {})}
        for story, walks in stories.items():
            found[flow][story] = _counted(of_flow, {walk.call.id: walk for walk in walks})
    return found


def _counted(calls: Sequence[Call], walks: Mapping[str, Walk]) -> dict[str, int]:
    led = [(one.led, walks[one.id].led if one.id in walks else one.led) for one in calls]
    return {
        "came": len(calls),
        **{where.value: sum(now is where for _, now in led) for where in Led},
        "let_in": sum(was is not Led.QUEUED and now is Led.QUEUED for was, now in led),
        "kept_out": sum(was is Led.QUEUED and now is not Led.QUEUED for was, now in led),
        "not_kept": sum(not one.kept for one in calls),
        "drawn": sum(walks[one.id].draws > 0 for one in calls if one.id in walks),
    }
