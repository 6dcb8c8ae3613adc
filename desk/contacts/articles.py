"""desk/contacts/articles.py: what the desk needs of the knowledge base, which it does not know.

`web/app.py` brings the two together. Only what everybody may read comes this way.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from desk.kernel.transaction import Rx, Tx


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a customer is sent of an article: its title, its first words, and where to read on."""

    title: str
    words: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Named:
    """Which article it was, and what it was called; `question` is what it answers, of one that is new to the call."""

    article_id: str
    title: str
    question: str = ""


class Articles(Protocol):
    """The public articles."""

    def spoken(self, rx: Rx, slugs: Collection[str], languages: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """By slug, what is read aloud of each article that everybody can read, by those languages that it is in."""

    def told(self, rx: Rx, slug: str, language: str) -> Told | None:
        """What is sent of an article, in the language that comes nearest; None where not everybody can read it."""

    def used(self, tx: Tx, interaction_id: str, slug: str, language: str, how: str) -> Named | None:
        """Writes down that a customer has heard it (`read_out`) or was sent it (`sent`); which it was."""

    def ended(self, tx: Tx, asked: Sequence[str], *, solved: bool) -> None:
        """What became of these, in the order in which they were answered: it is solved, or a person was asked."""


class _None:
    """A desk without articles."""

    def spoken(self, rx: Rx, slugs: Collection[str], languages: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Nothing."""
        del rx, slugs, languages
        return {}

    def told(self, rx: Rx, slug: str, language: str) -> Told | None:
        """None."""
        del rx, slug, language
        return None

    def used(self, tx: Tx, interaction_id: str, slug: str, language: str, how: str) -> None:
        """None: nothing is used that there is not."""
        del tx, interaction_id, slug, language, how

    def ended(self, tx: Tx, asked: Sequence[str], *, solved: bool) -> None:
        """Nothing was asked of it."""
        del tx, asked, solved


NO_ARTICLES: Articles = _None()
