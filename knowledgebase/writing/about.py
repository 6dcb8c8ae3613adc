"""knowledgebase/writing/about.py: what is true of an article in all languages: for whom, where filed, whose it is."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, TypedDict

import sqlalchemy as sa

from desk.kernel.errors import Invalid, NotFound
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.setting import setting
from desk.tables import users
from knowledgebase import contents
from knowledgebase.readers import AUDIENCES
from knowledgebase.tables import article_tags, categories
from knowledgebase.writing.categories import NEW

_TAGS = sa.select(article_tags.c.tag).where(article_tags.c.article_id == sa.bindparam("article"))
_UNTAG = sa.delete(article_tags).where(article_tags.c.article_id == sa.bindparam("untagged"))
_ACTIVE = sa.select(users.c.id).where(users.c.id == sa.bindparam("id"), users.c.active)


class About(TypedDict, total=False):
    """What is true of an article in all its languages. What is left out stays."""

    audience: str
    team: str | None
    category_id: str | None
    tags: Collection[str]
    owner_id: str | None
    review_due_at: datetime | None


def tags_of(rx: Rx, article_id: str) -> list[str]:
    """The tags of an article, by the alphabet."""
    return sorted(row.tag for row in rx.all(_TAGS, article=article_id))


def put_tags(tx: Tx, article_id: str, tags: Iterable[str]) -> None:
    """An article has these tags and no others."""
    tx.change(_UNTAG, untagged=article_id)
    for tag in tags:
        tx.insert_if_new(article_tags, id=tx.new_id(), article_id=article_id, tag=tag)


def checked(tx: Tx, about: dict[str, Any], article: Row | None) -> dict[str, Any]:
    """What is said of an article, as it is kept.

    Raises:
        Invalid: names the fields that cannot be kept.
    """
    unknown = about.keys() - About.__annotations__.keys()
    assert not unknown, unknown
    if about.get("audience") not in (None, "internal") and "team" not in about:
        about["team"] = None  # what everybody may read is no team's
    if errors := list(_wrong(tx, about, article)):
        raise Invalid.many(errors)
    if "tags" in about:
        about["tags"] = contents.tags(about["tags"])
    return about


def _wrong(tx: Tx, about: dict[str, Any], article: Row | None) -> Iterator[tuple[str, str]]:
    audience = about.get("audience", article.audience if article else "")
    if audience not in AUDIENCES:
        yield "audience", f"expected one of {', '.join(AUDIENCES)}"
    team = about.get("team")
    if team is not None and audience != "internal":
        yield "team", "only an internal article is for one team"
    elif team is not None and team not in setting(tx, "teams"):
        yield "team", f"there is no team {team}"
    if about.get("owner_id") is not None and not tx.all(_ACTIVE, id=about["owner_id"]):
        yield "owner_id", "there is no such user"
    if about.get("category_id") is not None:
        try:
            if not tx.take(categories, about["category_id"]).names:  # and it is not removed meanwhile
                yield "category_id", NEW
        except NotFound:
            yield "category_id", "there is no such category"
