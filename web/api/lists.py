"""web/api/lists.py: a list, a page at a time: `?cursor=&limit=`, and filters by the names of fields.

The newest come first. A cursor is the id of the last item of the page before: what is added or goes
meanwhile neither doubles nor hides another.
"""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.kernel import instants
from desk.kernel.errors import Invalid
from desk.kernel.transaction import Row, Rx
from web.api.told import Told

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
#: Longer values are no value of any field.
_MOST_CHARACTERS = 400


def filters_of(request: web.Request, allowed: Collection[str], *, words: str = "") -> dict[str, str]:
    """The filters that the query names. One that takes listed values takes no other; a key, a code or an id
    that nothing has is no mistake: nothing is found. The one called `words` is looked for as far as a search reads it.

    Raises:
        Invalid: one is no filter of this list, is there twice, or has a value that its field cannot hold.
    """
    told = getattr(request.match_info.handler, "told", None)
    choices = told.choices if isinstance(told, Told) else {}
    wrong: list[tuple[str, str]] = []
    found: dict[str, str] = {}
    for name, value in request.query.items():
        if name in ("cursor", "limit"):
            continue
        if name not in allowed:
            wrong.append((name[:80], f"not a filter; filters are {', '.join(allowed) or 'none here'}"))
        elif name in found:
            wrong.append((name, "given twice"))
        elif "\0" in value or (len(value) > _MOST_CHARACTERS and name != words):
            wrong.append((name, "not a value of this field"))
        elif name in choices and value not in choices[name]:
            wrong.append((name, f"expected one of {', '.join(choices[name])}"))
        found[name] = value
    if wrong:
        raise Invalid.many(wrong)
    return found


def page_by(
    rx: Rx,
    statement: sa.Select[Any],
    column: sa.Column[Any],
    *,
    cursor: str | None,
    limit: int,
    show: Callable[[Rx, Sequence[Row]], list[dict[str, Any]]],
    oldest_first: bool = False,
) -> dict[str, Any]:
    """One page of what `statement` finds, in the order of `column`, a unique one.

    Raises:
        Invalid: the cursor is none.
    """
    if cursor:
        after = _place(column, cursor)
        statement = statement.where(column > after if oldest_first else column < after)
    rows = rx.all(statement.order_by(column if oldest_first else column.desc()).limit(limit + 1))
    page = rows[:limit]
    following = str(page[-1]._mapping[column]) if len(rows) > limit else None
    return {"items": show(rx, page), "next_cursor": following}


def matching(table: sa.Table, filters: dict[str, str]) -> list[sa.ColumnElement[bool]]:
    """Each filter as an equality with the column of its name."""
    return [table.c[name] == value for name, value in filters.items()]


def instant(name: str, value: str) -> datetime:
    """A filter's RFC 3339 instant.

    Raises:
        Invalid: it is none.
    """
    try:
        return instants.parse(value.replace(" ", "+"))  # a + in a query that nobody encoded
    except ValueError as error:
        raise Invalid(name, "expected an instant like 2026-03-02T09:00:00Z") from error


def shown(*names: str) -> Callable[[Rx, Sequence[Row]], list[dict[str, Any]]]:
    """Rows as the columns `names`, no other."""
    return lambda _, rows: [plain(row, *names) for row in rows]


def plain(row: Row, *names: str) -> dict[str, Any]:
    """The columns `names` of a row."""
    return {name: row._mapping[name] for name in names}


def _place(column: sa.Column[Any], cursor: str) -> Any:
    if isinstance(column.type, sa.Integer):
        if cursor.isascii() and cursor.isdigit() and len(cursor) < 19:
            return int(cursor)
    elif column.name == "id":
        if _ID.fullmatch(cursor):
            return cursor
    elif cursor.isascii() and cursor.isprintable() and len(cursor) <= 64:
        return cursor
    raise Invalid("cursor", "not one that a page of this list gave")
