"""knowledgebase/learning/unanswered.py: questions that found no answer, grouped by what they ask.

    no hit · hits of which none was opened · asked a person after all (gave_up)
        └─ at night, of 90 days, the newest first ──▶ asked_alike ──▶ question_groups ──▶ a draft is begun by one button

A group can be put aside; it comes back when it was asked so many times more. Once the article that was begun for it is
published, it comes back when somebody asks and finds nothing again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from channels.characters import undirected
from desk.kernel.desk import Desk
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.transaction import Actor, Row, Rx, Tx
from knowledgebase.languages import canonical
from knowledgebase.learning.asked_alike import Asked, Group, Grouping, Known
from knowledgebase.learning_tables import question_groups
from knowledgebase.reading.questions import GAVE_UP, KEPT, SOLVED
from knowledgebase.tables import article_texts, articles, questions
from knowledgebase.writing import articles as writing
from knowledgebase.writing.texts import must_write

#: A night looks at so many questions, and keeps so many groups.
MOST_QUESTIONS = 20_000
MOST_KEPT = 300
SHOWN = 50
_AT_ONCE = 1_000
#: A group that was put aside comes back when asked so many times more, unless who puts it aside says another number.
COMES_BACK_AFTER = 10
MOST_AGAIN = 10_000

_IS_UNANSWERED = sa.and_(
    questions.c.outcome != SOLVED,
    questions.c.words != "",  # callers ask by keys
    sa.or_(questions.c.hits == 0, questions.c.opened.is_(None), questions.c.outcome == GAVE_UP),
)
_PAGE = (
    sa.select(questions.c.id, questions.c.words, questions.c.language, questions.c.door, questions.c.at)
    .where(
        questions.c.at >= sa.bindparam("since"),
        questions.c.at <= sa.bindparam("until"),
        sa.or_(questions.c.at < sa.bindparam("until"), questions.c.id < sa.bindparam("before")),
        _IS_UNANSWERED,
    )
    .order_by(questions.c.at.desc(), questions.c.id.desc())
    .limit(_AT_ONCE)
)
_GROUPS = sa.select(question_groups).order_by(question_groups.c.id)
_SHOWN = (
    sa.select(question_groups, article_texts.c.title.label("draft"), article_texts.c.published)
    .outerjoin(articles, articles.c.id == question_groups.c.article_id)
    .outerjoin(
        article_texts,
        sa.and_(article_texts.c.article_id == articles.c.id, article_texts.c.language == articles.c.language),
    )
    .where(
        sa.or_(
            question_groups.c.aside_at.is_(None),
            question_groups.c.since_aside >= question_groups.c.again_after,
        ),
        sa.or_(
            article_texts.c.published.is_(None),
            question_groups.c.last_at > article_texts.c.published_at,
        ),
    )
    .order_by(question_groups.c.times.desc(), question_groups.c.last_at.desc(), question_groups.c.id)
    .limit(SHOWN)
)
_NIGHT = Actor.system("learning")
_LAST = "~"  # behind every id


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """A group as its page shows it."""

    id: str
    title: str
    language: str
    examples: tuple[str, ...]
    doors: tuple[tuple[str, int], ...]  #: most first
    times: int
    last_at: datetime
    article_id: str | None  #: the article that was begun for it
    draft: str  #: its title


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What a draft for a group begins with."""

    title: str
    asked: tuple[str, ...]
    language: str
    times: int


def unanswered(rx: Rx) -> list[Unanswered]:
    """What is asked most and not answered, of what nobody has put aside."""
    must_write(rx)
    return [_group(row) for row in rx.all(_SHOWN)]


def put_aside(tx: Tx, group_id: str, *, again_after: int = COMES_BACK_AFTER) -> None:
    """Says that a group is not for us, until it was asked `again_after` times more.

    Raises:
        NotFound: no such group.
        Invalid: `again_after` is no number that could be reached.
    """
    must_write(tx)
    if not 1 <= again_after <= MOST_AGAIN:
        raise Invalid("again_after", f"from 1 to {MOST_AGAIN:,} times")
    tx.take(question_groups, group_id)
    tx.update(question_groups, group_id, aside_at=tx.now, again_after=again_after, since_aside=0)


def without_draft(rx: Rx, group_id: str) -> Begun:
    """What was asked in a group for which no draft was begun yet.

    Raises:
        NotFound: no such group.
        Conflict: a draft was begun for it already.
    """
    must_write(rx)
    return _without_draft(rx.one(question_groups, group_id))


def begin_draft(tx: Tx, group_id: str) -> writing.Created:
    """Begins a draft titled by what was asked, in its language; nobody but writers sees it.

    Raises:
        NotFound: no such group.
        Conflict: a draft was begun for it already.
    """
    must_write(tx)
    group = _without_draft(tx.take(question_groups, group_id))
    note = f"Asked {group.times} times without an answer"
    return _begin_draft(tx, group_id, title=group.title, body="", language=group.language, audience="public", note=note)


def begin_with(tx: Tx, group_id: str, *, title: str, body: str, note: str) -> writing.Created:
    """Begins a draft for internal readers that says something already. Raises as `begin_draft` does."""
    must_write(tx)
    language = _without_draft(tx.take(question_groups, group_id)).language
    return _begin_draft(tx, group_id, title=title, body=body, language=language, audience="internal", note=note)


def _without_draft(group: Row) -> Begun:
    if group.article_id is not None:
        raise Conflict("question", "a draft was begun for it already")
    asked = tuple(group.examples) or (group.title,)
    return Begun(title=undirected(group.title), asked=asked, language=_language(group), times=group.times)


def _begin_draft(tx: Tx, group_id: str, **words: Any) -> writing.Created:
    owner = tx.actor.id if tx.actor.kind == "user" else None
    made = writing.create(tx, owner_id=owner, **words)
    tx.update(question_groups, group_id, article_id=made.id)
    return made


async def regroup(desk: Desk) -> None:
    """Counts the groups anew from what is kept of questions."""
    grouping = Grouping(await desk.read(_NIGHT, _known))
    until, before = await desk.read(_NIGHT, lambda rx: rx.now), _LAST
    for _ in range(MOST_QUESTIONS // _AT_ONCE):
        rows = await desk.read(_NIGHT, _page, until, before)
        await asyncio.to_thread(_add, grouping, rows)
        if len(rows) < _AT_ONCE:
            break
        until, before = rows[-1].at, rows[-1].id
    await desk.transact(_NIGHT, _keep, grouping.groups()[:MOST_KEPT])


def _known(rx: Rx) -> list[Known]:
    return [Known(id=row.id, family=row.family, terms=row.terms, aside_at=row.aside_at) for row in rx.all(_GROUPS)]


def _page(rx: Rx, until: datetime, before: str) -> Sequence[Row]:
    return rx.all(_PAGE, since=rx.now - KEPT, until=until, before=before)


def _add(grouping: Grouping, rows: Sequence[Row]) -> None:
    for row in rows:
        grouping.add(Asked(words=row.words, language=row.language, door=row.door, at=row.at))


def _keep(tx: Tx, groups: Sequence[Group]) -> None:
    before = {row.id: row for row in tx.take(question_groups, [row.id for row in tx.all(_GROUPS)])}
    for group in groups:
        said: dict[str, Any] = {
            "title": group.examples[0][:300],
            "language": group.language,
            "examples": group.examples,
            "doors": dict(sorted(group.doors.items())),
            "times": group.times,
            "last_at": group.last_at,
        }
        known = before.pop(group.id, None)
        if known is None:
            _begin(tx, group, said)
        else:
            # Who has put it aside meanwhile has seen what was asked until then.
            since = group.since_aside if known.aside_at == group.aside_at else 0
            tx.update(question_groups, known.id, **said, since_aside=since)
    gone = sa.delete(question_groups).where(question_groups.c.id == sa.bindparam("gone"))
    for id in before:
        tx.change(gone, gone=id)


def _begin(tx: Tx, group: Group, said: dict[str, Any]) -> None:
    told = {"family": group.family, "terms": sorted(group.terms)} | said
    tx.insert(question_groups, id=tx.new_id(), aside_at=None, again_after=0, since_aside=0, article_id=None, **told)


def _group(row: Row) -> Unanswered:
    return Unanswered(
        id=row.id,
        title=row.title,
        language=row.language or row.family,
        examples=tuple(row.examples),
        doors=tuple(sorted(row.doors.items(), key=lambda one: (-one[1], one[0]))),
        times=row.times,
        last_at=row.last_at,
        article_id=row.article_id,
        draft=row.draft or "",
    )


def _language(group: Row) -> str:
    for tag in (group.language, group.family):
        try:
            return canonical(tag)
        except Invalid:
            continue
    return "en"
