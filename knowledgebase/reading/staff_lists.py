"""knowledgebase/reading/staff_lists.py: articles as staff pages list them: to readers what is theirs, to writers all.

A text is *behind* when it translates an earlier revision of the original than readers see; an article is *due* when
somebody was to look at it by now. To be *opened* is one that waits for a second person to let others read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desk.kernel.transaction import Row, Rx
from desk.tables import users
from knowledgebase.readers import Reader, visible
from knowledgebase.search.near import WORDS_ALONE, Meaning
from knowledgebase.search.search import search
from knowledgebase.tables import article_texts, articles, revisions
from knowledgebase.writing.categories import tree

SHOWN = 50
#: Nobody leafs further.
MOST_OFFSET = 2_000
#: So many hits of a search are looked at beside titles that hold the words.
MOST_HITS = 50
STAGES = ("draft", "in_review", "approved", "published", "archived")
#: Whoever does not write finds nothing there.
_OF_WRITERS = frozenset({*STAGES, "opening"}) - {"published"}
TABS = ("", *STAGES, "opening", "due", "behind", "mine")

_NEWEST_FIRST = (article_texts.c.changed_at.desc(), article_texts.c.id.desc())
_LAST_PUBLISHED_FIRST = (article_texts.c.published_at.desc(), article_texts.c.id.desc())
ORIGINALS = article_texts.alias("originals")
OF_ORIGINAL = sa.and_(ORIGINALS.c.article_id == articles.c.id, ORIGINALS.c.language == articles.c.language)
BEHIND = sa.and_(
    article_texts.c.language != articles.c.language,
    ORIGINALS.c.published.is_not(None),
    sa.func.coalesce(article_texts.c.translates, 0) < ORIGINALS.c.published,
)
_NEXT_LANGUAGE = (
    sa.select(article_texts.c.language)
    .where(article_texts.c.language > sa.bindparam("after"))
    .order_by(article_texts.c.language)
    .limit(1)
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
    meaning: Meaning = WORDS_ALONE  # who knows what means about the same as the words
    reads: Sequence[str] = ()  # the languages that who looks reads, best first, where an article has several


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One page of a list."""

    rows: Sequence[Row]
    more: bool


def shelf(rx: Rx, reader: Reader, wanted: Wanted) -> Shelf:
    """The texts that are wanted and that `reader` may see: what fits the words best first, else the newest.

    Who does not write is told of every text only that it is published, and when: not that somebody works on it.
    """
    if not reader.writes:
        if wanted.tab in _OF_WRITERS:
            return Shelf(rows=(), more=False)
        wanted = replace(wanted, tab="" if wanted.tab == "published" else wanted.tab)
    if wanted.words.strip():
        return Shelf(rows=_found(rx, reader, wanted)[:SHOWN], more=False)
    offset = min(wanted.offset, MOST_OFFSET)
    places = _places(rx, reader, wanted, offset + SHOWN + 1)[offset:]
    rows = (
        rx.all(_texts(reader).where(article_texts.c.id.in_([place.id for place in places[:SHOWN]]))) if places else []
    )
    more = len(places) > SHOWN and offset < MOST_OFFSET
    return Shelf(rows=sorted(rows, key=lambda row: (row.changed_at, row.id), reverse=True), more=more)


def _places(rx: Rx, reader: Reader, wanted: Wanted, most: int) -> list[Row]:
    """The first texts of a list, by no more than orders them: what is shown of a text is long, and read of few."""
    order, parts = (_NEWEST_FIRST, _stages(wanted.tab)) if reader.writes else (_LAST_PUBLISHED_FIRST, [sa.true()])
    found = sa.select(article_texts.c.id, _when(reader)).join(articles, articles.c.id == article_texts.c.article_id)
    if wanted.tab == "behind":
        found = found.join(ORIGINALS, OF_ORIGINAL)
    if not reader.writes:
        found = found.where(article_texts.c.published.is_not(None))
    listed = found.where(visible(reader), *_conditions(rx, wanted)).order_by(*order).limit(most)
    rows = [row for part in parts for row in rx.all(listed.where(part))]
    return sorted(rows, key=lambda row: (row.changed_at, row.id), reverse=True)[:most]


def _when(reader: Reader) -> sa.Label[datetime]:
    return article_texts.c["changed_at" if reader.writes else "published_at"].label("changed_at")


def _stages(tab: str) -> list[sa.ColumnElement[bool]]:
    """What is asked for a tab, one after the other. The newest of one stage are found by an index; those of all stages
    at once would be sorted first, every time. What is due or to be opened is few."""
    if tab in ("due", "opening"):
        return [article_texts.c.stage != "archived"]
    return [article_texts.c.stage == stage for stage in ([tab] if tab in STAGES else STAGES[:-1])]


def languages(rx: Rx) -> list[str]:
    """The languages in which anything is written: asked for one by one, as each is in many texts."""
    found: list[str] = []
    while next_one := rx.all(_NEXT_LANGUAGE, after=found[-1] if found else ""):
        found.append(next_one[0].language)
    return found


def names_of_categories(rx: Rx, language: str = "en") -> dict[str, str]:
    """Every category in which articles may be filed as its path, in the order of the tree."""
    found: dict[str, str] = {}
    for one in tree(rx):
        if one.is_new:
            continue
        above = found.get(one.parent_id or "", "")
        found[one.id] = f"{above} / {one.name_in(language)}" if above else one.name_in(language)
    return found


def _texts(reader: Reader) -> sa.Select[Any]:
    columns = (
        *(column for column in article_texts.c if column.key not in ("title", "changed_at")),
        _when(reader),
        (article_texts if reader.writes else revisions).c.title,
        articles.c.audience,
        articles.c.team,
        articles.c.category_id,
        articles.c.owner_id,
        articles.c.review_due_at,
        articles.c.used,
        articles.c.settled,
        articles.c.language.label("original"),
        users.c.name.label("owner"),
        BEHIND.label("behind"),
    )
    found = (
        sa.select(*columns)
        .join(articles, articles.c.id == article_texts.c.article_id)
        .outerjoin(ORIGINALS, OF_ORIGINAL)
        .outerjoin(users, users.c.id == articles.c.owner_id)
        .where(visible(reader))
    )
    if reader.writes:
        return found
    is_seen = sa.and_(revisions.c.text_id == article_texts.c.id, revisions.c.number == article_texts.c.published)
    return found.join(revisions, is_seen)


def _conditions(rx: Rx, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.tab in STAGES:
        conditions.append(article_texts.c.stage == wanted.tab)
    elif wanted.tab == "due":
        conditions += [articles.c.review_due_at <= rx.now, article_texts.c.language == articles.c.language]
    elif wanted.tab == "opening":
        conditions += [articles.c.opens_to.is_not(None), article_texts.c.language == articles.c.language]
    elif wanted.tab == "behind":
        conditions.append(BEHIND)
    elif wanted.tab == "mine":
        conditions.append(articles.c.owner_id == rx.actor.id)
    if wanted.tab not in STAGES:
        conditions.append(article_texts.c.stage != "archived")
    if wanted.language:
        conditions.append(article_texts.c.language == wanted.language)
    if wanted.category:
        conditions.append(articles.c.category_id == wanted.category)
    if wanted.owner:
        conditions.append(articles.c.owner_id == wanted.owner)
    return conditions


def _found(rx: Rx, reader: Reader, wanted: Wanted) -> list[Row]:
    """What the words find, best first."""
    place = {id: n for n, id in enumerate(_named(rx, reader, wanted))}
    rows = rx.all(_texts(reader).where(*_conditions(rx, wanted), article_texts.c.id.in_(place)))
    return sorted(rows, key=lambda row: place[row.id])


def _named(rx: Rx, reader: Reader, wanted: Wanted) -> list[str]:
    """The texts that the words find: by the search, and for writers those not published whose title holds them."""
    words = wanted.words.strip()[:300]
    language = wanted.language or None
    prefers = language or next(iter(wanted.reads), None)
    within: dict[str, Any] = {"language": language, "prefers": prefers, "reads": wanted.reads}
    within["meaning"] = wanted.meaning
    hits = [hit.text_id for hit in search(rx, words=words, reader=reader, limit=MOST_HITS, **within).hits]
    if not reader.writes:
        return hits
    in_work = [stage for stage in STAGES if stage != "published"]  # of the others search knows more than a title
    holds = (article_texts.c.stage.in_(in_work), article_texts.c.title.icontains(words, autoescape=True))
    titles = rx.all(sa.select(article_texts.c.id).where(*holds).order_by(*_NEWEST_FIRST).limit(MOST_HITS))
    return list(dict.fromkeys([*hits, *(row.id for row in titles)]))
