"""knowledgebase/writing/opening.py: an article is opened to others than those for whom its words were let through.

    for fewer ──ask──▶ for fewer, and somebody asks ──open_up, by somebody else──▶ for those who were asked for
        ▲                        └───── leave_closed, by anybody; other words are let through ─────┐
        └──────────────────────────────────────────────────────────────────────────────────────────┘

Words are let through once readers see them, or may see them without anybody being asked again: published, planned or
approved. Where articles need a review that was done for the readers whom the article had. To let in others takes two
again: one who asks, by saying for whom the article is to be (`articles.describe`), and another who has seen it as it
is now. To let in fewer asks nobody. Where nothing has been let through, an article is opened at once: whoever approves
it sees for whom it is, and is neither who wrote the words nor who opened it.

Where they need none an article is opened at once, and what was approved for fewer waits for a review again: it is not
published as approved for all of them once the organization says that a second person is needed.
"""

from typing import Any

from desk.kernel.errors import Conflict, Forbidden, Stale
from desk.kernel.transaction import Row, Rx, Tx
from knowledgebase.events import ArticleChanged
from knowledgebase.readers import may_read, whoever_reads
from knowledgebase.tables import article_texts, articles
from knowledgebase.writing import lifecycle, plans, publishing
from knowledgebase.writing.lifecycle import Stage
from knowledgebase.writing.texts import NOBODY_ASKS, changed, life_of, must_write, needs_review, revision, texts_of


def decided(tx: Tx, article: Row, known: dict[str, Any]) -> dict[str, Any]:
    """What is kept of what somebody says of an article: whom it lets in as a request, where that needs two."""
    if known.keys().isdisjoint({"audience", "team"}):
        return known
    about = {name: value for name, value in known.items() if name not in ("audience", "team")}
    audience, team = known.get("audience", article.audience), known.get("team", article.team)
    if may_read(whoever_reads(audience, team), article.audience, article.team):
        return about | {"audience": audience, "team": team} | NOBODY_ASKS
    if not (needs_review(tx) and let_through(tx, article.id)):
        _approved_for_fewer(tx, article)
        alone = {"opened_by": tx.actor.id if tx.actor.kind == "user" else None}
        return about | {"audience": audience, "team": team} | alone | NOBODY_ASKS
    if (article.opens_to, article.opens_to_team) == (audience, team):
        return about  # whoever asked first goes on asking
    tx.emit(ArticleChanged(id=article.id, what="opening_asked"))
    return about | {"opens_to": audience, "opens_to_team": team, "opening_asked_by": tx.actor.id}


def let_through(rx: Rx, article_id: str) -> list[tuple[Row, list[int]]]:
    """The texts of an article of which readers see something, or may without anybody being asked again: of each the
    revisions."""
    found = [(text, _let_through(rx, text)) for text in texts_of(rx, article_id)]
    return [(text, numbers) for text, numbers in found if numbers]


def open_up(tx: Tx, article_id: str, *, seen: int) -> None:
    """Those for whom somebody asked may read an article; `seen` is the edition of it that whoever acts has seen.

    Raises:
        NotFound: no such article.
        Stale: it has been changed since.
        Conflict: nobody asks.
        Forbidden: who acts has asked, and a second person is needed.
    """
    article = _taken(tx, article_id, seen)
    if needs_review(tx):
        if article.opening_asked_by == tx.actor.id:
            raise Forbidden("You asked to open this article: somebody else opens it.")
    else:
        _approved_for_fewer(tx, article)
    changed(tx, article, audience=article.opens_to, team=article.opens_to_team, **NOBODY_ASKS)
    tx.emit(ArticleChanged(id=article_id, what="opened"))
    publishing.show_anew(tx, [text.id for text in texts_of(tx, article_id) if text.published is not None])


def leave_closed(tx: Tx, article_id: str, *, seen: int) -> None:
    """An article stays for whom it is, whoever asked otherwise.

    Raises:
        NotFound: no such article.
        Stale: it has been changed since edition `seen`.
        Conflict: nobody asks.
    """
    changed(tx, _taken(tx, article_id, seen), **NOBODY_ASKS)
    tx.emit(ArticleChanged(id=article_id, what="not_opened"))


def _taken(tx: Tx, article_id: str, seen: int) -> Row:
    must_write(tx)
    article = tx.take(articles, article_id)
    if article.opens_to is None:
        raise Conflict("article", "nobody asks to open it to others")
    if article.edition != seen:
        raise Stale("article", "somebody has changed it since you read it")
    return article


def _let_through(rx: Rx, text: Row) -> list[int]:
    approved = text.newest if text.stage == Stage.APPROVED else None
    planned = plans.planned(rx, text.id) if text.publish_at is not None else None
    return sorted({number for number in (text.published, planned, approved) if number is not None})


def _approved_for_fewer(tx: Tx, article: Row) -> None:
    """Nothing of an article is approved for whoever gets it now; commands of the machine's own need no approval."""
    if tx.actor.kind == "system":
        return
    for text in tx.take(article_texts, [text.id for text in texts_of(tx, article.id)]):
        life = lifecycle.opened(life_of(article, text, revision(tx, text.id, text.newest)))
        tx.update(article_texts, text.id, stage=life.stage.value, approved_by=life.approved_by)
        plans.disapprove(tx, text)
