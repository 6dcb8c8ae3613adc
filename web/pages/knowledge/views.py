"""web/pages/knowledge/views.py: what the pages of the knowledge base show, read for their templates."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from desk.kernel.errors import NotFound
from desk.kernel.transaction import Row, Rx
from desk.organization.days import zone_of_site
from desk.organization.setting import setting
from desk.people.access import list_users
from desk.people.permissions import Right, may
from desk.tables import users
from knowledgebase.languages import chosen
from knowledgebase.learning.causes import answers_to
from knowledgebase.learning.closed_cases import source_of
from knowledgebase.put_in import filled_in
from knowledgebase.readers import may_read, reader_of, whoever_reads
from knowledgebase.reading.handed_out import HandedOut, handed_out
from knowledgebase.reading.papers import in_text, is_paper, papers_in
from knowledgebase.reading.relied_on import named, relied_on
from knowledgebase.reading.render import render
from knowledgebase.reading.staff_counts import are_counted_at_night, counts
from knowledgebase.reading.staff_lists import (
    Wanted,
    languages,
    names_of_categories,
    shelf,
)
from knowledgebase.tables import article_feedback, article_files, article_uses, articles, revisions
from knowledgebase.writing import plans
from knowledgebase.writing.about import tags_of
from knowledgebase.writing.articles import may_be_renamed
from knowledgebase.writing.categories import tree
from knowledgebase.writing.comparing import Line, compared
from knowledgebase.writing.texts import needs_review, readers_named, revision, texts_of
from web.pages.knowledge.acts import acts_of
from web.pages.knowledge.opening import opening_of

STAGES = {
    "draft": "Draft",
    "in_review": "In review",
    "approved": "Approved",
    "published": "Published",
    "archived": "Archived",
}
AUDIENCES = {"public": "Public", "customers": "Customers", "internal": "Internal"}
HOW = {"inserted": "Inserted", "linked": "Linked", "sent": "Sent", "read_out": "Read out"}
LANGUAGES = {
    "en": "English",
    "zh": "Chinese, simplified",
    "zh-Hant": "Chinese, traditional",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
}
_TODO = (
    ("in_review", "In review"),
    ("approved", "Approved, not published"),
    ("opening", "To be opened to others"),
    ("due", "Review due"),
    ("behind", "Behind"),
)
#: So many uses and comments are shown.
FEW = 8

_USES = (
    sa.select(article_uses, users.c.name)
    .outerjoin(users, users.c.id == article_uses.c.user_id)
    .where(article_uses.c.article_id == sa.bindparam("id"))
    .order_by(article_uses.c.id.desc())
    .limit(FEW)
)
_WAYS = (
    sa.select(article_uses.c.how, sa.func.count().label("n"))
    .where(article_uses.c.article_id == sa.bindparam("id"))
    .group_by(article_uses.c.how)
    .order_by(article_uses.c.how)
)
_COMMENTS = (
    sa.select(article_feedback)
    .where(article_feedback.c.text_id == sa.bindparam("id"))
    .order_by(article_feedback.c.at.desc())
    .limit(FEW)
)
_FILES = sa.select(article_files).where(article_files.c.article_id == sa.bindparam("id")).order_by(article_files.c.id)
_REVISIONS = (
    sa.select(revisions.c.number, revisions.c.note, revisions.c.at, revisions.c.author_id, users.c.name.label("author"))
    .outerjoin(users, users.c.id == revisions.c.author_id)
    .where(revisions.c.text_id == sa.bindparam("id"))
    .order_by(revisions.c.number.desc())
)


def frame(rx: Rx, here: str) -> dict[str, Any]:
    """What every page of the knowledge base knows."""
    zone = zone_of_site(rx)
    local: Callable[[datetime], datetime] = lambda at: at.astimezone(zone)  # noqa: E731  # handed to templates
    return {
        "here": here,
        "writes": reader_of(rx).writes,
        "now": rx.now,
        "local": local,
        "zone": zone,
        "named": lambda tag: LANGUAGES.get(tag, tag),
        "STAGES": STAGES,
        "AUDIENCES": AUDIENCES,
        "HOW": HOW,
        "languages": list(LANGUAGES.items()),
        "teams": {key: about.get("name", key) for key, about in setting(rx, "teams").items()},
        "categories": names_of_categories(rx),
        "wrong": {},
        "saved": "",
        "refused": "",
        "are_now": {},
        "theirs": None,
    }


def for_whom(view: Mapping[str, Any]) -> str:
    """For whom the article of a page is, in words."""
    article = view["article"]
    team = f": {view['teams'].get(article.team, article.team)}" if article.team else ""
    return f"{AUDIENCES[article.audience]}{team}"


def list_view(rx: Rx, wanted: Wanted) -> dict[str, Any]:
    """The list of articles."""
    reader = reader_of(rx)
    found = shelf(rx, reader, wanted)
    numbers = counts(rx, reader)
    return frame(rx, wanted.tab) | {
        "wanted": wanted,
        "rows": found.rows,
        "more": found.more,
        "languages": [(tag, LANGUAGES.get(tag, tag)) for tag in languages(rx)],
        "owners": writers(rx),
        "todo": [(tab, words, numbers.get(tab, 0)) for tab, words in _TODO],
        "words_asked": sum(one.asks is not None for one in tree(rx)) if reader.writes else 0,
        "at_night": reader.writes and are_counted_at_night(rx),
    }


def article_view(rx: Rx, article_id: str, language: str) -> dict[str, Any]:
    """One article in one language, as it is now; for who does not write, as it is published.

    Raises:
        NotFound: there is none, or it is not the reader's to see.
    """
    article, texts, text = one(rx, article_id, language)
    writes = reader_of(rx).writes
    says = revision(rx, text.id, text.newest if writes else text.published)
    makers = (says.author_id, article.opened_by)
    return frame(rx, "article") | {
        "article": article,
        "shown_to": readers_named(article),
        "texts": texts,
        "text": text,
        "revision": says,
        "html": shown(rx, says.body, text.language),
        "handed_out": handed_out_by(rx, article, text) if writes else (),
        "relies": named(relied_on(rx, article, text, text.newest)) if writes else "",
        "opening": opening_of(rx, article) if writes else None,
        "behind": text.is_behind,
        "planned": plans.planned(rx, text.id) if text.publish_at else None,
        "tags": tags_of(rx, article_id),
        "category": names_of_categories(rx).get(article.category_id or "", ""),
        "owner": _name(rx, article.owner_id),
        "owners": writers(rx),
        "acts": acts_of(text, reviewed=needs_review(rx), wrote=rx.actor.id in makers) if writes else [],
        "may_be_renamed": may_be_renamed(rx, text),
        "typed": about_typed(rx, article) | {"version": article.edition, "revision": says.number},
        "said": {},
        "opened": False,
        "ways": [(HOW[row.how].lower(), row.n) for row in rx.all(_WAYS, id=article_id)],
        "used": rx.all(_USES, id=article_id),
        "comments": rx.all(_COMMENTS, id=text.id),
        "source": source_of(rx, article_id) if writes else None,
        "answers": answers_to(rx, article_id) if writes else [],
    }


def edit_view(rx: Rx, article_id: str, language: str) -> dict[str, Any]:
    """The newest revision, to be written on; beside it the original, where this translates one.

    Raises:
        NotFound: there is no such article, or none in this language.
    """
    article, texts, text = one(rx, article_id, language)
    if language and text.language != language:
        raise NotFound("article", article_id)
    says = revision(rx, text.id, text.newest)
    original = _original(rx, article, texts) if text.language != article.language else None
    typed = {"title": says.title, "summary": says.summary, "body": says.body, "note": "", "base": text.newest}
    return frame(rx, "article") | {
        "new": False,
        "article": article,
        "shown_to": readers_named(article),
        "text": text,
        "behind": text.is_behind,
        "original": original,
        "typed": typed | {"translates": original["number"] if original and not text.is_behind else ""},
        "html": shown(rx, says.body, text.language),
        "handed_out": handed_out_by(rx, article, text),
        "relies": named(relied_on(rx, article, text, text.newest)),
        "files": [_file(row) for row in rx.all(_FILES, id=article_id)],
        "reviewed": needs_review(rx),
    }


def new_view(rx: Rx) -> dict[str, Any]:
    """An empty sheet."""
    about = {
        "audience": "public",
        "team": "",
        "category_id": "",
        "tags": "",
        "owner_id": rx.actor.id,
        "review_due_at": "",
    }
    said = {"title": "", "summary": "", "body": "", "note": "", "language": "en"}
    return frame(rx, "new") | {
        "new": True,
        "typed": about | said,
        "owners": writers(rx),
        "html": "",
        "files": (),
        "reviewed": needs_review(rx),
        "original": None,
    }


def handed_out_by(rx: Rx, article: Row, text: Any) -> tuple[HandedOut, ...]:
    """What the newest words of a text hand out of other articles."""
    reader = whoever_reads(article.audience, article.team)
    return handed_out(rx, article.id, reader, revision(rx, text.id, text.newest).body, text.language)


def versions_view(rx: Rx, article_id: str, language: str) -> dict[str, Any]:
    """Every revision of a text.

    Raises:
        NotFound: there is no such article.
    """
    article, _, text = one(rx, article_id, language)
    return frame(rx, "article") | {"article": article, "text": text, "revisions": revisions_listed(rx, text.id)}


def revisions_listed(rx: Rx, text_id: str) -> Sequence[Row]:
    """Every revision of a text without its body, the newest first, with its author's name."""
    return rx.all(_REVISIONS, id=text_id)


def one(rx: Rx, article_id: str, language: str) -> tuple[Row, list[Any], Any]:
    """An article, its texts that the reader may see, and that in `language` or the nearest.

    Raises:
        NotFound: there is none, or it is not the reader's to see.
    """
    reader = reader_of(rx)
    article = rx.one(articles, article_id)
    texts = [_Text(text) for text in texts_of(rx, article_id) if reader.writes or text.published is not None]
    if not texts or not may_read(reader, article.audience, article.team):
        raise NotFound("article", article_id)
    original = next((text.published for text in texts if text.language == article.language), None)
    for text in texts:
        text.is_behind = bool(
            text.language != article.language and original is not None and (text.translates or 0) < original
        )
    language = chosen(language, [text.language for text in texts], article.language)
    return article, texts, next(text for text in texts if text.language == language)


class _Text:
    """A text and whether it is behind its original."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self.is_behind = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def writers(rx: Rx) -> list[tuple[str, str]]:
    """Whose an article can be."""
    return [(row.id, row.name or row.email) for row in list_users(rx) if row.active and may(row.role, Right.WRITE)]


def about_typed(rx: Rx, article: Row) -> dict[str, Any]:
    """What is true of an article, as its form shows it: for whom it is to be, where that waits for somebody."""
    zone = zone_of_site(rx)
    due = article.review_due_at
    audience, team = (article.opens_to, article.opens_to_team) if article.opens_to else (article.audience, article.team)
    return {
        "audience": audience,
        "team": team or "",
        "category_id": article.category_id or "",
        "tags": ", ".join(tags_of(rx, article.id)),
        "owner_id": article.owner_id or "",
        "review_due_at": due.astimezone(zone).strftime("%Y-%m-%d") if due else "",
    }


def _original(rx: Rx, article: Row, texts: Sequence[Any]) -> dict[str, Any] | None:
    found = next((text for text in texts if text.language == article.language), None)
    if found is None:
        return None
    says = revision(rx, found.id, found.published or found.newest)
    html = shown(rx, says.body, article.language)
    return {"number": says.number, "title": says.title, "html": html}


def shown(rx: Rx, body: str, language: str) -> Markup:
    """A body as staff see it: with its snippets put in, for who writes with those marked that nobody has written."""
    reader = reader_of(rx)
    full = filled_in(rx, body, language, for_writers=reader.writes)
    return Markup(render(full, language, papers_in(rx, full, reader)))  # noqa: S704  # nh3 had the last word: knowledgebase/reading/render.py


def _file(row: Row) -> dict[str, Any]:
    """A file of an article, and how its text shows it."""
    shows = in_text(row.id, row.name, row.type)
    return {"id": row.id, "name": row.name, "is_picture": not is_paper(row.type), "in_text": shows}


def _name(rx: Rx, user_id: str | None) -> str:
    found = rx.all(sa.select(users.c.name).where(users.c.id == user_id)) if user_id else ()
    return str(found[0].name) if found else ""


def sides(before: Row, after: Row) -> list[tuple[str, list[tuple[int, Line]]]]:
    """What differs between two revisions, part by part: each line with how many that are alike were left out before."""
    parts = (("Title", "title"), ("In short", "summary"), ("Text", "body"))
    found = [(words, compared(getattr(before, name), getattr(after, name))) for words, name in parts]
    return [(words, lines) for words, lines in found if lines]
