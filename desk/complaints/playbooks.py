"""desk/complaints/playbooks.py: the steps that make something good again, as data.

Offsets count from the response. A step is offered to agents from `offered_from` on and is late
after `due`. Surveys and the checks that it stayed fixed belong to every response, upheld or not;
a recovery does not wait for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from desk.kernel.errors import Invalid

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One action of a recovery. `with_money` steps exist only where the redress is money."""

    kind: str
    title: str
    offered_from: timedelta
    due: timedelta
    owner_role: str = "agent"
    channel: str = "task"
    mandatory: bool = True
    with_money: bool = False


@dataclass(frozen=True, kw_only=True)
class Playbook:
    """What we do when `trigger` happens, and which of the six strategies it serves."""

    key: str
    version: str
    trigger: str
    strategy: str
    steps: tuple[Step, ...]
    survey_after: timedelta
    checks_after: tuple[timedelta, ...]
    #: An unanswered call is tried again after this, at most this often in all.
    call_again_after: timedelta = timedelta(hours=4)
    call_attempts: int = 3


HOUSE = Playbook(
    key="house",
    version="2026-01",
    trigger="complaint_closed",
    strategy="treat fairly",
    steps=(
        # The final response is the apology and the explanation: it is done when that went out.
        Step(kind="apology", title="Apology and explanation", offered_from=0 * DAY, due=0 * DAY, channel="letter"),
        Step(kind="fix", title="Put right what went wrong", offered_from=0 * DAY, due=2 * DAY),
        Step(kind="redress", title="Pay the redress", offered_from=0 * DAY, due=5 * DAY, with_money=True),
        Step(kind="confirm", title="Confirm in writing what was promised", offered_from=1 * DAY, due=2 * DAY),
        Step(kind="call", title="Call back personally", offered_from=2 * DAY, due=3 * DAY, channel="voice"),
    ),
    survey_after=14 * DAY,
    checks_after=(30 * DAY, 60 * DAY, 90 * DAY),
)

PLAYBOOKS: Mapping[str, Playbook] = MappingProxyType({HOUSE.key: HOUSE})

#: What ends a redress: with evidence, each of them.
SETTLED = frozenset({"paid", "refused", "lapsed"})
#: Outcomes of a call that reached nobody: it is tried again.
NOT_REACHED = frozenset({"no_answer", "busy", "voicemail"})
#: The customer wants nothing more from us.
DECLINED = "declined"

#: What may come of an action, the good end first.
OF_MONEY = ("paid", "refused", "lapsed", DECLINED)
OF_CALLS = ("reached", "no_answer", "busy", "voicemail", DECLINED)
OF_LETTERS = ("reached", "no_answer", DECLINED)
OF_DEEDS = ("done", DECLINED)


def outcomes_of(kind: str, channel: str) -> tuple[str, ...]:
    """The outcomes that an action of this kind can have.

    The last attempt of a call may go out in writing: that is answered, or it is not.
    """
    if kind == "redress":
        return OF_MONEY
    if kind == "call":
        return OF_CALLS if channel == "voice" else OF_LETTERS
    return OF_DEEDS


def needs_evidence(outcomes: Sequence[str]) -> bool:
    """Whether the note must say what proves it: money is not settled by a word."""
    return not SETTLED.isdisjoint(outcomes)


def outcome_among(outcomes: Sequence[str], said: str) -> str:
    """The outcome that was said, as it is kept.

    A program that knows no better may say `done` for the good end of a call or a promise; of money
    it must be said whether it was paid.

    Raises:
        Invalid: it is none of these; the error names them.
    """
    word = said.strip()
    if word in outcomes:
        return word
    if word == "done" and not needs_evidence(outcomes) and outcomes:
        return outcomes[0]
    raise Invalid("outcome", f"say what came of it: one of {', '.join(outcomes)}")


def adapted(playbook: Playbook, changes: Mapping[str, Any]) -> Playbook:
    """The playbook with an organization's own times: `survey_after_s`, `call_after_s`."""
    if survey := changes.get("survey_after_s"):
        playbook = replace(playbook, survey_after=timedelta(seconds=survey))
    if call := changes.get("call_after_s"):
        after = timedelta(seconds=call)
        steps = tuple(
            replace(step, offered_from=after, due=max(step.due, after)) if step.kind == "call" else step
            for step in playbook.steps
        )
        playbook = replace(playbook, steps=steps)
    return playbook
