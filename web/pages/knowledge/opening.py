"""web/pages/knowledge/opening.py: somebody asks to open an article to others: what its page says of that.

Whoever says yes has seen which words others get by it, in every language, and which files of other articles.
"""

from dataclasses import dataclass
from typing import Any

from desk.kernel.transaction import Row, Rx
from desk.tables import users
from knowledgebase.readers import Reader, whoever_reads
from knowledgebase.reading.handed_out import HandedOut, handed_out
from knowledgebase.reading.relied_on import Relied, named, relied_on
from knowledgebase.writing.opening import let_through
from knowledgebase.writing.texts import needs_review, revision


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What waits for somebody to say yes."""

    audience: str
    team: str | None
    by: str  #: who asks, by name
    may_open: bool  #: whether who looks may say yes
    texts: tuple[tuple[Any, tuple[int, ...]], ...]  #: whom others get to read, and which revisions
    hands_out: tuple[HandedOut, ...]
    relies: tuple[Relied, ...]  #: what these words rely on

    @property
    def named(self) -> str:
        """How the page names what it shows of that."""
        return named(self.relies)


def opening_of(rx: Rx, article: Row) -> Opening | None:
    """What somebody asks of an article, for who writes; None where nobody does."""
    if article.opens_to is None:
        return None
    texts = let_through(rx, article.id)
    reader = whoever_reads(article.opens_to, article.opens_to_team)
    revisions = [(text, number) for text, numbers in texts for number in numbers]
    return Opening(
        audience=article.opens_to,
        team=article.opens_to_team,
        by=name_of(rx, article.opening_asked_by),
        may_open=not needs_review(rx) or article.opening_asked_by != rx.actor.id,
        texts=tuple((text, tuple(numbers)) for text, numbers in texts),
        hands_out=_handed_out(rx, article, reader, revisions),
        relies=tuple(one for said in revisions for one in relied_on(rx, article, *said, reader)),
    )


def name_of(rx: Rx, user_id: str | None) -> str:
    """Who asks, by name."""
    found = rx.all(users.select().where(users.c.id == user_id))
    return str(found[0].name or found[0].email) if found else "somebody"


def _handed_out(rx: Rx, article: Row, reader: Reader, revisions: list[tuple[Row, int]]) -> tuple[HandedOut, ...]:
    bodies = [(revision(rx, text.id, number).body, text.language) for text, number in revisions]
    found = (one for body, language in bodies for one in handed_out(rx, article.id, reader, body, language))
    return tuple(dict.fromkeys(found))
