"""knowledgebase/folders/filing.py: what a sheet says of its article in all languages: for whom, where filed, whose."""

from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import Invalid
from desk.kernel.transaction import Rx, Tx
from desk.tables import users
from knowledgebase import contents
from knowledgebase.folders.front_matter import Sheet
from knowledgebase.writing import categories
from knowledgebase.writing.slugs import slug_of

_OWNER = sa.select(users.c.id).where(users.c.email == sa.bindparam("email"), users.c.active)


def about(tx: Tx, sheet: Sheet) -> dict[str, Any]:
    """What a sheet says of its article; what it leaves out is left as it is. Makes the categories of its folders.

    Raises:
        Invalid: it names a category that there is not, or tags that cannot be kept.
    """
    head = sheet.head
    said: dict[str, Any] = {
        "audience": head.audience,
        "team": head.team,
        "category_id": _category(tx, sheet),
        "owner_id": _owner(tx, head.owner),
        "review_due_at": head.review_due_at,
        "tags": sorted(contents.tags(head.tags)) or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _owner(rx: Rx, email: str | None) -> str | None:
    """Whose it is. Somebody who is not here is nobody here: the article comes without an owner."""
    found = rx.all(_OWNER, email=email.strip().lower()) if email else []
    return found[0].id if found else None


def _category(tx: Tx, sheet: Sheet) -> str | None:
    """The category by its slug, or by the folders in which the sheet lies: those that there are not are made."""
    if sheet.head.category:
        found = categories.by_slug(tx, sheet.head.category)
        if found is None:
            raise Invalid("category", f"there is no category {sheet.head.category}")
        return found.id
    at: str | None = None
    for folder in sheet.filed:
        known = [
            one for one in categories.tree(tx) if one.parent_id == at and slug_of(folder) == slug_of(one.name_in(None))
        ]
        at = known[0].id if known else categories.add(tx, names={"en": folder}, parent_id=at)
    return at
