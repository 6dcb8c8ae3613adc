"""desk/kernel/questions.py: something to know, as what is asked of the database and what is made of the answers.

Questions that do not wait for each other's answers are asked together: one snapshot, and on a
database far away one round trip.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from desk.kernel.transaction import Finding, Rx

T = TypeVar("T")


@dataclass(frozen=True)
class Question(Generic[T]):
    """`made` is called with the rows of each statement that is `asked`, in order."""

    asked: Sequence[tuple[Finding, Mapping[str, Any]]]
    made: Callable[..., T]


def answer(rx: Rx, question: Question[T]) -> T:
    """What a question asks."""
    return question.made(*rx.together(*question.asked))


def answers(rx: Rx, *questions: Question[Any]) -> list[Any]:
    """What several questions ask, in their order."""
    rows = iter(rx.together(*(asked for question in questions for asked in question.asked)))
    return [question.made(*(next(rows) for _ in question.asked)) for question in questions]
