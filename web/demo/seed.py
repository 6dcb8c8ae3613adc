"""web/demo/seed.py: makes a new installation the sample shop: organization, sign-ins, articles, half a year of history.

Everything signs in with `demo`, on loopback only. On a data folder that has an organization already
nothing is done, so that a kept demo goes on where it stopped.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from desk.kernel.transaction import Actor, Tx
from desk.organization.file import read
from desk.organization.organization import load
from desk.people.passwords import hash_password
from desk.tables import api_tokens, organization, users
from web.demo.articles import write_articles
from web.demo.book import LONG_QUIET, QUIET, Staff
from web.demo.history import write_history

T = TypeVar("T")

#: Makes the same people every time; live traffic knows them by it.
SEED = 7
PASSWORD = "demo"  # noqa: S105 - the sample sign-in, on loopback only
ORGANIZATION = Path(__file__).with_name("organization.yaml")
_ACTOR = Actor.system("demo")


class Desk(Protocol):
    """What is needed of the desk."""

    async def transact(self, actor: Actor, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Runs a use case in one transaction."""


async def prepare(desk: Desk, *, now: datetime, seed: int = SEED, quiet: bool = False) -> bool:
    """Makes the sample shop, then its articles, unless there is an organization; says whether it did."""
    # One hash for all: they share the password, and hashing it ten times would cost a second.
    password_hash = hash_password(PASSWORD)
    about = {"now": now, "seed": seed, "password_hash": password_hash, "quiet": quiet}
    made = await desk.transact(_ACTOR, make_sample, **about)
    if made:
        await desk.transact(_ACTOR, write_articles)
    return made


def make_sample(tx: Tx, *, now: datetime, seed: int, password_hash: str, quiet: bool = False) -> bool:
    """Loads the sample organization, lets everybody sign in, writes the history; `quiet`, one that asks for nothing."""
    if tx.all(sa.select(organization.c.key).limit(1)):
        return False
    load(tx, read(ORGANIZATION.read_text(encoding="utf-8")))
    tx.execute(sa.update(users).values(password_hash=password_hash))
    everybody = {row.email.partition("@")[0]: row for row in tx.all(sa.select(users).order_by(users.c.email))}
    for name, user in everybody.items():
        # A token is stored as its SHA-256 only.
        token_id = hashlib.sha256(f"demo-{name}".encode()).hexdigest()
        tx.insert(api_tokens, id=token_id, user_id=user.id, label="demo", created_at=tx.now)
    staff = Staff(
        agents=[(user.id, user.name) for name, user in everybody.items() if name.startswith("agent")],
        approver_id=everybody["supervisor"].id,
        second_approver_id=everybody["admin"].id,
    )
    write_history(tx, seed=seed, now=now, staff=staff, quiet_for=LONG_QUIET if quiet else QUIET)
    return True
