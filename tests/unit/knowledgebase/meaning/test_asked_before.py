"""What was asked a moment ago is not read again, and its words are kept nowhere."""

import pickle
from dataclasses import dataclass, field

import numpy as np

from knowledgebase.meaning.asked_before import AskedBefore
from knowledgebase.meaning.encoder import Array


@dataclass
class Reads:
    """Counts what it reads."""

    asked: list[str] = field(default_factory=list)

    def read(self, text: str) -> Array:
        self.asked.append(text)
        return np.full(3, len(self.asked), np.float32)


def test_the_newest_questions_are_read_once():
    model, before = Reads(), AskedBefore(most=2)

    first = before.direction("one", model.read)
    assert (before.direction("one", model.read) == first).all()
    before.direction("two", model.read)
    before.direction("one", model.read)  # newer than the other now
    before.direction("three", model.read)
    before.direction("one", model.read)
    before.direction("two", model.read)

    assert model.asked == ["one", "two", "three", "two"]
    assert len(before) == 2


def test_words_are_not_kept():
    before = AskedBefore()
    before.direction("my order 4711-0815 \ud800", Reads().read)
    assert b"4711" not in pickle.dumps(before._kept)
    other = AskedBefore()
    other.direction("my order 4711-0815 \ud800", Reads().read)
    assert before._kept.keys().isdisjoint(other._kept)
