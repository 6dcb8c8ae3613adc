"""knowledgebase/readers.py: who may read which articles. Every door asks here: search, page, feed, API and socket.

public      whoever comes: what is public
customers   who has signed in as a customer: that, and what is for customers
internal    who works here: that, what is for everybody here, and what is for a team of theirs
writers     everything, also what is not published
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from desk.organization.setting import setting
from desk.people.permissions import Right, may
from desk.tables import users
from knowledgebase.tables import articles

Audience = Literal["public", "customers", "internal"]

#: Each sees its own and those before it.
AUDIENCES: tuple[Audience, ...] = ("public", "customers", "internal")

_ADDRESS = sa.select(users.c.email).where(users.c.id == sa.bindparam("id"))
_LANGUAGE = sa.select(users.c.language).where(users.c.id == sa.bindparam("id"))


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody who reads. Only who works here has teams."""

    audience: Audience
    teams: frozenset[str] = frozenset()
    writes: bool = False


PUBLIC = Reader(audience="public")
CUSTOMER = Reader(audience="customers")
WRITER = Reader(audience="internal", writes=True)


def whoever_reads(audience: Audience, team: str | None) -> Reader:
    """The readers that an article of this audience and team has, who do not write."""
    return Reader(audience=audience, teams=frozenset({team} if team else ()))


def may_read(reader: Reader, audience: str, team: str | None) -> bool:
    """Whether an article of this audience, and of this team if it is for one only, is for this reader."""
    if reader.writes:
        return True
    if audience not in _up_to(reader.audience):
        return False
    return audience != "internal" or team is None or team in reader.teams


@lru_cache(maxsize=1024)
def visible(reader: Reader) -> sa.ColumnElement[bool]:
    """The same as a condition on `articles`. It has no list, so that a statement with it is made once and kept."""
    if reader.writes:
        return sa.true()
    seen = sa.or_(*(articles.c.audience == audience for audience in _up_to(reader.audience)))
    if reader.audience != "internal":
        return seen
    theirs = sa.or_(articles.c.team.is_(None), *(articles.c.team == team for team in sorted(reader.teams)))
    return sa.and_(seen, sa.or_(articles.c.audience != "internal", theirs))


def reader_of(rx: Rx) -> Reader:
    """Who reads here: users as what they are, parts of the system as writers, everybody else as the public."""
    who = rx.actor
    if who.kind == "system":
        return WRITER
    if who.kind != "user":
        return PUBLIC
    if may(who.role, Right.WRITE):
        return WRITER
    if not may(who.role, Right.WORK):
        return PUBLIC
    found = rx.all(_ADDRESS, id=who.id)
    address = found[0].email if found else ""
    return Reader(audience="internal", teams=teams_of(setting(rx, "teams"), address))


def language_of_reader(rx: Rx) -> str | None:
    """The language of who works here; of anybody else nobody knows."""
    found = rx.all(_LANGUAGE, id=rx.actor.id) if rx.actor.kind == "user" else ()
    return (found[0].language or None) if found else None


def teams_of(teams: Mapping[str, Any], address: str) -> frozenset[str]:
    """The teams in which somebody is, by their mail address."""
    return frozenset(key for key, team in teams.items() if address in team.get("members", ()))


def _up_to(audience: Audience) -> tuple[Audience, ...]:
    return AUDIENCES[: AUDIENCES.index(audience) + 1]
