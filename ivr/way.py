"""ivr/way.py: the way of a caller through a flow, step by step: what they chose, heard and were sent. Pure.

It is told turn by turn: what came of one answer, or of the beginning, as the engine has taken it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ivr.engine import Digits, HungUp, Input, Session, State, Words, chosen
from ivr.flow import Flow, ListenNode, MenuNode
from ivr.instructions import Instruction, Say, SendText


class Did(StrEnum):
    """What a step is."""

    CHOSE = "chose"  #: `key`, which leads on and is called `name`
    MISSED = "missed"  #: `key`, which leads nowhere
    SILENT = "silent"  #: nothing
    HEARD = "heard"  #: `article` was read to them
    SENT = "sent"  #: `article` is sent to them as a text
    SAID = "said"  #: `words`
    ASKED = "asked"  #: what they chose leads to people
    SOLVED = "solved"  #: they said so, by what they chose


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step; `article` is a slug, `language` the one in which it was read or is to be sent."""

    did: Did
    key: str = ""
    name: str = ""
    article: str = ""
    language: str = ""
    words: str = ""


def begun(said: Sequence[Instruction]) -> list[Step]:
    """The steps of a caller who has heard the beginning of a flow."""
    return list(_of_articles(said))


def answered(flow: Flow, before: Session, input: Input, after: Session, said: Sequence[Instruction]) -> list[Step]:
    """The steps that an answer adds: `before` and `after` are the session, `said` what the caller hears next."""
    if before.state is not State.ASKING or isinstance(input, HungUp):
        return []
    asked = isinstance(flow.nodes.get(before.node), MenuNode | ListenNode)  # else it was changed under their feet
    choice = chosen(flow, before, input)
    steps = [_answer(flow, before, input, choice)] if asked else []
    steps += _of_articles(said)
    if choice is not None and after.state is State.QUEUED:
        steps.append(Step(did=Did.ASKED))
    if after.solved:
        steps.append(Step(did=Did.SOLVED))
    return steps


def _answer(flow: Flow, before: Session, input: Input, choice: str | None) -> Step:
    if isinstance(input, Words):
        return Step(did=Did.SAID, words=input.text)
    keys = input.keys if isinstance(input, Digits) else ""
    if choice is None:
        return Step(did=Did.MISSED, key=keys) if keys else Step(did=Did.SILENT)
    return Step(did=Did.CHOSE, key=keys, name=_name(flow, before.node, keys, choice))


def _of_articles(said: Sequence[Instruction]) -> Iterator[Step]:
    for one in said:
        if isinstance(one, SendText):
            yield Step(did=Did.SENT, article=one.article, language=one.language)
        elif isinstance(one, Say) and one.article:
            yield Step(did=Did.HEARD, article=one.article, language=one.language)


def _name(flow: Flow, menu: str, keys: str, leads_to: str) -> str:
    """What a choice is called: by the flow's own word, else by the node to which it leads."""
    node = flow.nodes.get(menu)
    named = node.names.get(keys, "") if isinstance(node, MenuNode) else ""
    words = leads_to.replace("_", " ").replace("-", " ").strip()
    return named or words[:1].upper() + words[1:]
