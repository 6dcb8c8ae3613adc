"""ivr/instructions.py: what a call flow asks the carrier to do with a caller. Values, no markup.

A list of instructions is carried out in order. `Gather`, `Enqueue`, `Elsewhere` and `Hangup` end a list: what
comes next depends on the caller, the queue or nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Say:
    """Speaks `text` in `language` (two letters, as in facts); `article` is the slug of the one that it is read from."""

    text: str
    language: str = "en"
    article: str = ""


@dataclass(frozen=True, kw_only=True)
class Play:
    """Plays the sound at `url`, `times` times; 0 is until something else happens."""

    url: str
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Says nothing for a while."""

    seconds: int = 1


@dataclass(frozen=True, kw_only=True)
class Gather:
    """Speaks `prompts`, during which keys already count, then waits for up to `digits` keys.

    The answer comes as `Digits`, or as `NoInput` when `timeout_s` passes without a key.
    `finish_on` ends a longer entry early; it is not part of the answer. What listens for `words` in `language` waits
    for speech instead: the answer comes as `Words`.
    """

    prompts: tuple[Say | Play, ...]
    digits: int = 1
    timeout_s: int = 6
    finish_on: str = "#"
    words: bool = False
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Enqueue:
    """Lets the caller wait in `queue` for an agent."""

    queue: str


@dataclass(frozen=True, kw_only=True)
class SendText:
    """Sends the caller an article, by its slug, as a text. `desk/calls/calls.py` does it, no carrier in a call."""

    article: str
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Goes on with what our door at `url` says."""

    url: str


@dataclass(frozen=True, kw_only=True)
class Hangup:
    """Ends the call."""


Instruction = Say | Play | Pause | Gather | Enqueue | SendText | Elsewhere | Hangup

_KINDS = {kind.__name__: kind for kind in (Say, Play, Pause, Gather, Enqueue, SendText, Elsewhere, Hangup)}


def to_plain(one: Instruction) -> dict[str, Any]:
    """An instruction as plain JSON values."""
    plain = {field.name: getattr(one, field.name) for field in fields(one)}
    if isinstance(one, Gather):
        plain["prompts"] = [to_plain(prompt) for prompt in one.prompts]
    return {"do": type(one).__name__} | plain


def from_plain(plain: Mapping[str, Any]) -> Instruction:
    """The instruction that `to_plain` wrote."""
    kept = {name: value for name, value in plain.items() if name != "do"}
    if "prompts" in kept:
        kept["prompts"] = tuple(from_plain(prompt) for prompt in kept["prompts"])
    made: Instruction = _KINDS[plain["do"]](**kept)
    return made
