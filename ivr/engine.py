"""ivr/engine.py: walks a caller through a flow, one answer at a time. Pure: facts and time come in.

    start ──▶ (session, instructions) ──caller answers──▶ step ──▶ (session, instructions) …

    session:  asking ──key, words──▶ asking | queued | ended        ended_by: flow or caller
                 └──misses──▶ asking (again) | default node
                 └─hangs up─▶ ended

A session is all that the flow remembers of a caller, also where it led them and why (`forks.py`); it survives a restart
as JSON. Its `turn` counts the answers taken and belongs into the address that the carrier calls back: an answer to an
earlier turn is a repetition and must change nothing (`repeat` says again what was said).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from ivr.flow import ArticleNode, Flow, HangupNode, ListenNode, MenuNode, Prompt, QueueNode, SayNode, SendNode, WhenNode
from ivr.forks import MOST_FORKS, Fork, is_so, of_article, of_facts, of_misses
from ivr.instructions import Enqueue, Gather, Hangup, Instruction, Say, SendText
from ivr.languages import nearest

#: What is known of the caller and the house: `language`, `open`, `tier` … as plain values; under `ARTICLES` what can be
#: read aloud, by slug a text by language, and under `CAN_TEXT` whether this caller can be sent a text,
#: under `NO_TEXT` why not.
Facts = Mapping[str, Any]
ARTICLES = "articles"
CAN_TEXT = "can_text"
NO_TEXT = "no_text"

#: A caller who only plays with the keys is led on after so many answers: to the menu's default,
#: and if that is a menu too, the call ends.
MOST_TURNS = 50


class State(StrEnum):
    """Where a session stands."""

    ASKING = "asking"  #: a menu waits for the caller's key, or somebody listens for their words
    QUEUED = "queued"  #: the flow has done its part; `queue` says where the caller waits
    ENDED = "ended"  #: the flow or the caller ended the call


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a flow remembers of one caller."""

    flow: str
    node: str
    state: State
    language: str
    turn: int = 0
    misses: int = 0
    silent: bool = False  #: the last miss was no key at all
    queue: str = ""
    ended_by: str = ""
    solved: bool = False  #: the caller has said so, by the key that ended it
    entered_ms: int = 0
    forks: tuple[Fork, ...] = ()  #: at which the flow led them somewhere, and why

    def to_dict(self) -> dict[str, Any]:
        """The session as plain JSON values."""
        return asdict(self) | {"state": str(self.state)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Session":
        """The session that `to_dict` wrote. Keys of other versions are left out."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        forks = tuple(Fork(**one) for one in data.get("forks", ()))
        return cls(**known | {"state": State(data["state"]), "forks": forks})


@dataclass(frozen=True)
class Digits:
    """The caller pressed these keys."""

    keys: str


@dataclass(frozen=True)
class Words:
    """The caller said this, as the carrier understood it."""

    text: str


@dataclass(frozen=True, kw_only=True)
class NoInput:
    """The caller pressed and said nothing."""


@dataclass(frozen=True, kw_only=True)
class HungUp:
    """The caller is gone."""


Input = Digits | Words | NoInput | HungUp


def start(flow: Flow, *, facts: Facts, now: datetime) -> tuple[Session, list[Instruction]]:
    """Begins a flow: what is said first, and the session to keep."""
    session = Session(flow=flow.name, node=flow.start, state=State.ASKING, language=_language(flow, facts))
    return _walk(flow, session, flow.start, facts, now)


def step(
    flow: Flow, session: Session, input: Input, *, facts: Facts, now: datetime
) -> tuple[Session, list[Instruction]]:
    """Takes the caller's answer: what to do next, and the session to keep.

    A session that is not asking any more takes no answer: it stays as it is and nothing is to be
    done. A flow that was changed under the caller's feet and has lost the node begins again.
    """
    if session.state is State.ENDED:
        return session, []
    if isinstance(input, HungUp):
        return replace(session, state=State.ENDED, ended_by="caller"), []
    if session.state is not State.ASKING:
        return session, []
    choice = chosen(flow, session, input)
    session = replace(session, turn=session.turn + 1)
    node = flow.nodes.get(session.node)
    if not isinstance(node, MenuNode | ListenNode):
        session = _led(session, "", flow.start, "the flow was changed meanwhile and has no such node any more", now)
        return _walk(flow, replace(session, misses=0), flow.start, facts, now)
    leads_on = node.default if isinstance(node, MenuNode) else node.next
    if session.turn >= MOST_TURNS:
        return _led_on(flow, session, leads_on, facts, now)
    if isinstance(node, ListenNode):
        return _walk(flow, session, leads_on, facts, now)
    keys = input.keys if isinstance(input, Digits) else ""
    if choice is not None:
        session = _led(session, f"key {keys}", choice, f"the caller pressed {keys}", now)
        return _chosen(flow, *_walk(flow, replace(session, misses=0), choice, facts, now))
    if session.misses + 1 >= node.tries:
        session = _led(session, "default", leads_on, of_misses(node, keys), now)
        return _walk(flow, replace(session, misses=0), leads_on, facts, now)
    session = replace(session, misses=session.misses + 1, silent=not keys)
    return session, [_ask(flow, session, node)]


def chosen(flow: Flow, session: Session, input: Input) -> str | None:
    """The node to which the caller's answer leads by their own choice; None for every other answer."""
    node = flow.nodes.get(session.node)
    if not isinstance(node, MenuNode) or not isinstance(input, Digits) or session.turn + 1 >= MOST_TURNS:
        return None
    return node.choices.get(input.keys)


def repeat(flow: Flow, session: Session) -> list[Instruction]:
    """What a caller in this session is to hear again, for a carrier that asks twice."""
    node = flow.nodes.get(session.node)
    if session.state is State.ASKING and isinstance(node, MenuNode):
        return [_ask(flow, session, node)]
    if session.state is State.ASKING and isinstance(node, ListenNode):
        return [_listen(flow, session, node)]
    if session.state is State.QUEUED:
        return [Enqueue(queue=session.queue)]
    return [Hangup()]


def _walk(flow: Flow, session: Session, name: str, facts: Facts, now: datetime) -> tuple[Session, list[Instruction]]:
    """Goes on from node `name` until the caller is asked, queued or let go."""
    said: list[Instruction] = []
    seen: set[str] = set()
    session = replace(session, entered_ms=int(now.timestamp() * 1000))
    while (node := flow.nodes.get(name)) is not None and name not in seen:
        seen.add(name)
        session = replace(session, node=name)
        match node:
            case SayNode():
                said += _say(flow, session, node.prompt)
                name = node.next
            case WhenNode():
                edge, name = ("then", node.then) if holds(node.facts, facts) else ("else", node.otherwise)
                session = _led(session, edge, name, of_facts(node, facts), now)
            case ArticleNode():
                read = _read_aloud(flow, session, node, facts)
                said += read
                edge, name = ("next", node.next) if read else ("else", node.otherwise)
                why = f"{node.article} was read aloud" if read else of_article(node)
                session = _led(session, edge, name, why, now)
            case SendNode():
                sent = _sent(flow, session, node, facts)
                said += sent
                edge, name = ("next", node.next) if sent else ("else", node.otherwise)
                session = _led(session, edge, name, _why_sent(node, facts), now)
            case MenuNode():
                return session, [*said, _ask(flow, session, node)]
            case ListenNode():
                return session, [*said, _listen(flow, session, node)]
            case QueueNode():
                said += _say(flow, session, node.prompt)
                return replace(session, state=State.QUEUED, queue=node.queue), [*said, Enqueue(queue=node.queue)]
            case HangupNode():
                said += _say(flow, session, node.prompt)
                break
    # The end of the flow; also a loop without a question or an edge to nowhere, which `check`
    # reports before such a flow is taken into use.
    return replace(session, state=State.ENDED, ended_by="flow"), [*said, Hangup()]


def _read_aloud(flow: Flow, session: Session, node: ArticleNode, facts: Facts) -> list[Instruction]:
    """What is said, and nothing where nobody may read the article."""
    text = _say(flow, session, facts.get(ARTICLES, {}).get(node.article, {}))
    return [*_say(flow, session, node.prompt), *(replace(one, article=node.article) for one in text)] if text else []


def _sent(flow: Flow, session: Session, node: SendNode, facts: Facts) -> list[Instruction]:
    """What is sent and said, and nothing where it cannot be sent."""
    if not facts.get(CAN_TEXT) or not facts.get(ARTICLES, {}).get(node.article):
        return []
    return [SendText(article=node.article, language=session.language), *_say(flow, session, node.prompt)]


def _why_sent(node: SendNode, facts: Facts) -> str:
    if not facts.get(ARTICLES, {}).get(node.article):
        return of_article(node)
    if facts.get(CAN_TEXT):
        return f"{node.article} goes to the caller as a text"
    why = facts.get(NO_TEXT)
    return f"no text can be sent to the caller: {why}" if why else "no text can be sent to the caller"


def _led(session: Session, edge: str, to: str, because: str, now: datetime) -> Session:
    """The session, which knows this fork too: where it stands, and where that led."""
    if len(session.forks) >= MOST_FORKS:
        return session
    at_ms = int(now.timestamp() * 1000)
    fork = Fork(node=session.node, edge=edge, to=to, because=because, at_ms=at_ms)
    return replace(session, forks=(*session.forks, fork))


def _chosen(flow: Flow, session: Session, said: list[Instruction]) -> tuple[Session, list[Instruction]]:
    """A call that ends by the caller's choice is solved where the flow says so; nobody's silence is."""
    node = flow.nodes.get(session.node)
    solved = session.state is State.ENDED and isinstance(node, HangupNode) and node.solved
    return replace(session, solved=solved), said


def _led_on(
    flow: Flow, session: Session, leads_on: str, facts: Facts, now: datetime
) -> tuple[Session, list[Instruction]]:
    edge = "default" if isinstance(flow.nodes.get(session.node), MenuNode) else "next"
    session = _led(session, edge, leads_on, f"{MOST_TURNS} answers led out of no menu", now)
    after, instructions = _walk(flow, replace(session, misses=0), leads_on, facts, now)
    if after.state is State.ASKING:
        return replace(after, state=State.ENDED, ended_by="flow"), [Hangup()]
    return after, instructions


def _ask(flow: Flow, session: Session, node: MenuNode) -> Gather:
    prompts = _say(flow, session, node.no_input if session.silent else node.sorry) if session.misses else []
    longest = max((len(key) for key in node.choices), default=1)
    return Gather(
        prompts=(*prompts, *_say(flow, session, node.prompt)), digits=longest, timeout_s=node.timeout_s, finish_on="#"
    )


def _listen(flow: Flow, session: Session, node: ListenNode) -> Gather:
    prompts = tuple(_say(flow, session, node.prompt))
    return Gather(prompts=prompts, timeout_s=node.timeout_s, words=True, language=session.language)


def _say(flow: Flow, session: Session, prompt: Prompt) -> list[Say]:
    for language in (session.language, *flow.languages):
        if prompt.get(language):
            return [Say(text=prompt[language], language=language)]
    return []


def _language(flow: Flow, facts: Facts) -> str:
    return nearest(str(facts.get("language") or ""), flow.languages, otherwise=flow.languages[0])


def holds(asked: Mapping[str, str], facts: Facts) -> bool:
    """Whether every fact asked for has its value; `yes` and `no` ask for its truth."""
    return all(is_so(name, value, facts) for name, value in asked.items())
