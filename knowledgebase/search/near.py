"""knowledgebase/search/near.py: which texts mean about what is asked, as search is told. Pure, and without numpy.

`Near()` knows of none: what search is told where meaning is not installed, not switched on, or not asked for.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

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

    def among(self, scopes: Collection[str], families: Collection[str], *, alone: bool) -> list[Neighbour]:
        """The nearest of these scopes, if they have texts in the model's language; each scope has named its own.

        `alone`: no word of the question finds anything.
        """
        if FAMILY not in families:
            return []
        least = LEAST_ALONE if alone else LEAST
        theirs = (one for scope in scopes for one in self.by_scope.get(scope, ()) if one.likeness >= least)
        return sorted(theirs, key=lambda one: (-one.likeness, one.text_id))[:MOST]


NOWHERE = Near()


def is_read(words: str) -> bool:
    """Whether the model may know what a question says: it has letters, and all of them are Latin."""
    letters = [c for c in unicodedata.normalize("NFKD", words[:MOST_CHARACTERS]) if c.isalpha()]
    return bool(letters) and all(ord(letter) < _AFTER_LATIN for letter in letters)


#: The first letter after those of Latin and its extensions.
_AFTER_LATIN = 0x250
