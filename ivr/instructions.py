"""ivr/instructions.py: what a call flow asks the carrier to do with a caller. Values, no markup.

A list of instructions is carried out in order. `Gather`, `Enqueue` and `Hangup` end a list: what
comes next depends on the caller, the queue or nobody.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Say:
    """Speaks `text` in `language` (two letters, as in facts)."""

    text: str
    language: str = "en"


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
    `finish_on` ends a longer entry early; it is not part of the answer.
    """

    prompts: tuple[Say | Play, ...]
    digits: int = 1
    timeout_s: int = 6
    finish_on: str = "#"


@dataclass(frozen=True, kw_only=True)
class Enqueue:
    """Lets the caller wait in `queue` for an agent."""

    queue: str


@dataclass(frozen=True, kw_only=True)
class Hangup:
    """Ends the call."""


Instruction = Say | Play | Pause | Gather | Enqueue | Hangup
