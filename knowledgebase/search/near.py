"""knowledgebase/search/near.py: which texts mean about what is asked, as search is told. Pure, and without numpy.

Search asks a `Meaning` when it begins, looks for words while that is found out, and takes what it was told before it
ranks. `WORDS_ALONE` knows of none.
"""

import unicodedata
from collections.abc import Collection, Container, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

#: The language that the model reads; texts and questions in others are left to their words.
FAMILY = "en"
#: Texts of one scope that a question is told of.
MOST = 32
#: Characters of a question that are read.
MOST_CHARACTERS = 400
#: What is less alike has nothing to do with the question; and where no word finds anything, it takes more, for the
#: nearest of many texts to nonsense is nearer than that.
LEAST, LEAST_ALONE = 0.3, 0.45


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A text, and how alike to the question its meaning is: 1 the same, 0 nothing to do with each other."""

    text_id: str
    likeness: float


@dataclass(frozen=True, kw_only=True)
class Near:
    """The texts that mean most nearly what is asked, nearest first, by who may see them (`indexed.scope_of`)."""

    by_scope: Mapping[str, Sequence[Neighbour]] = field(default_factory=dict)
    read: Container[str] | None = None  # texts whose meaning is known; None: all of which it may be

    def is_unread(self, text_id: str) -> bool:
        """Whether this process does not know yet what a text means that is in the model's language."""
        return self.read is not None and text_id not in self.read

    def among(self, scopes: Collection[str], *, alone: bool) -> list[Neighbour]:
        """The nearest of these scopes; each scope has named its own. `alone`: no word finds anything."""
        least = LEAST_ALONE if alone else LEAST
        theirs = (one for scope in scopes for one in self.by_scope.get(scope, ()) if one.likeness >= least)
        return sorted(theirs, key=lambda one: (-one.likeness, one.text_id))[:MOST]


NOWHERE = Near()

#: What is being found out in another thread; None where it cannot be known, or not now.
Asked = Future[Near] | None


class Meaning(Protocol):
    """Who knows which texts mean about the same. Answers from any thread, at once."""

    def near_words(self, words: str) -> Asked:
        """The texts that mean most nearly what `words` ask."""

    def near_text(self, text_id: str) -> Asked:
        """The texts that mean most nearly what a text says, itself among them."""


class _WordsAlone:
    """Meaning is not installed, not switched on, or not to be asked for."""

    def near_words(self, words: str) -> Asked:  # the protocol's
        return None

    def near_text(self, text_id: str) -> Asked:  # the protocol's
        return None


WORDS_ALONE: Meaning = _WordsAlone()


def is_read(words: str) -> bool:
    """Whether the model may know what a question says: it has letters, and all of them are Latin."""
    letters = [c for c in unicodedata.normalize("NFKD", words[:MOST_CHARACTERS]) if c.isalpha()]
    return bool(letters) and all(ord(letter) < _AFTER_LATIN for letter in letters)


#: The first letter after those of Latin and its extensions.
_AFTER_LATIN = 0x250
