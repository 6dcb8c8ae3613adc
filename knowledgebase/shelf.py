"""knowledgebase/shelf.py: articles as the staff's pages list them: published ones that are theirs, to writers all.

A text is *behind* when it translates an earlier revision of the original than readers see; an article is *due* when
somebody was to look at it by now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desk.kernel.transaction import Row, Rx
from desk.tables import users
from knowledgebase.categories import tree
from knowledgebase.readers import Reader, visible
from knowledgebase.search import search
from knowledgebase.tables import article_texts, articles

SHOWN = 50
#: So many hits of a search are looked at beside titles that hold the words.
MOST_HITS = 50
STAGES = ("draft", "in_review", "approved", "published", "archived")
TABS = ("", *STAGES, "due", "behind", "mine")

_originals = article_texts.alias("originals")
_BEHIND = sa.and_(
    article_texts.c.language != articles.c.language,
    _originals.c.published.is_not(None),
    sa.func.coalesce(article_texts.c.translates, 0) < _originals.c.published,
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for; empty fields ask for nothing."""

    tab: str = ""  #: one of TABS
    words: str = ""
    language: str = ""
    category: str = ""
    owner: str = ""
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One page of a list."""

    rows: Sequence[Row]
    more: bool


def shelf(rx: Rx, reader: Reader, wanted: Wanted) -> Shelf:
    """The texts that are wanted and that `reader` may see: what fits the words best first, else the newest."""
    found = _named(rx, reader, wanted.words) if wanted.words.strip() else None
    statement = _texts(reader).where(*_conditions(rx, wanted))
    if found is not None:
        statement = statement.where(article_texts.c.id.in_(found))
    statement = statement.order_by(article_texts.c.changed_at.desc(), article_texts.c.id.desc())
    limit = MOST_HITS * 2 if found is not None else SHOWN + 1
    rows = list(rx.all(statement.limit(limit).offset(0 if found is not None else wanted.offset)))
    if found is not None:
        place = {id: n for n, id in enumerate(found)}
        rows.sort(key=lambda row: place[row.id])
    return Shelf(rows=rows[:SHOWN], more=len(rows) > SHOWN and found is None)


def counts(rx: Rx, reader: Reader) -> dict[str, int]:
    """How many texts a writer finds behind each tab that asks for work."""
    by_stage = sa.select(article_texts.c.stage, sa.func.count().label("n")).group_by(article_texts.c.stage)
    found = {row.stage: int(row.n) for row in rx.all(by_stage)} if reader.writes else {}
    for tab in ("due", "behind") if reader.writes else ():
        inside = _texts(reader).where(*_conditions(rx, Wanted(tab=tab))).subquery()
        found[tab] = int(rx.all(sa.select(sa.func.count().label("n")).select_from(inside))[0].n)
    return found


def languages(rx: Rx) -> list[str]:
    """The languages in which anything is written."""
    return [row.language for row in rx.all(sa.select(article_texts.c.language).distinct().order_by("language"))]


def names_of_categories(rx: Rx, language: str = "en") -> dict[str, str]:
    """Every category as its path, in the order of the tree."""
    found: dict[str, str] = {}
    for one in tree(rx):
        above = found.get(one.parent_id or "", "")
        found[one.id] = f"{above} / {one.name_in(language)}" if above else one.name_in(language)
    return found


def _texts(reader: Reader) -> sa.Select[Any]:
    of_original = sa.and_(_originals.c.article_id == articles.c.id, _originals.c.language == articles.c.language)
    columns = (
        article_texts,
        articles.c.audience,
        articles.c.team,
        articles.c.category_id,
        articles.c.owner_id,
        articles.c.review_due_at,
        articles.c.used,
        articles.c.settled,
        articles.c.language.label("original"),
        users.c.name.label("owner"),
        _BEHIND.label("behind"),
    )
    found = (
        sa.select(*columns)
        .join(articles, articles.c.id == article_texts.c.article_id)
        .outerjoin(_originals, of_original)
        .outerjoin(users, users.c.id == articles.c.owner_id)
        .where(visible(reader))
    )
    return found if reader.writes else found.where(article_texts.c.published.is_not(None))


def _conditions(rx: Rx, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.tab in STAGES:
        conditions.append(article_texts.c.stage == wanted.tab)
    elif wanted.tab == "due":
        conditions += [articles.c.review_due_at <= rx.now, article_texts.c.language == articles.c.language]
    elif wanted.tab == "behind":
        conditions += [_BEHIND, article_texts.c.stage != "archived"]
    elif wanted.tab == "mine":
        conditions.append(articles.c.owner_id == rx.actor.id)
    else:
        conditions.append(article_texts.c.stage != "archived")
    if wanted.language:
        conditions.append(article_texts.c.language == wanted.language)
    if wanted.category:
        conditions.append(articles.c.category_id == wanted.category)
    if wanted.owner:
        conditions.append(articles.c.owner_id == wanted.owner)
    return conditions


def _named(rx: Rx, reader: Reader, words: str) -> list[str]:
    """The texts that `words` find: by the search, and those whose newest title holds them, published or not."""
    words = words.strip()[:300]
    hits = [hit.text_id for hit in search(rx, words=words, reader=reader, limit=MOST_HITS).hits]
    holds = article_texts.c.title.icontains(words, autoescape=True)
    titles = rx.all(_texts(reader).where(holds).order_by(article_texts.c.changed_at.desc()).limit(MOST_HITS))
    return list(dict.fromkeys([*hits, *(row.id for row in titles)]))
