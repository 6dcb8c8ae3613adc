"""web/bench/house.py: the organization under load: queues, doors, agents with tokens; and what the tables say after.

Every run adds queues and people of its own beside those of earlier runs, so a database serves many
runs. One that somebody works with is refused.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import sqlalchemy as sa

from desk.kernel.desk import Desk
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Rx, Tx
from desk.people.access import digest
from desk.tables import (
    agent_queues,
    agents,
    api_tokens,
    dispositions,
    entry_points,
    mails,
    messages,
    offers,
    queues,
    users,
)

ACTOR = Actor.system("bench")
DOMAIN = "bench.invalid"
#: The outcome of every contact.
DISPOSITION = "bench"
#: Contacts that one agent has at a time, by channel.
CAPACITY = {"voice": 1, "chat": 3, "sms": 3, "email": 3, "message": 3, "task": 1}
_CHUNK = 500


class InUse(Exception):
    """The database belongs to an installation."""


@dataclass(frozen=True, kw_only=True)
class House:
    """Whom a run works with. Queues in order; the number and mailbox of each."""

    run: str
    queues: list[str]
    agents: list[str] = field(default_factory=list)  # tokens
    supervisors: list[str] = field(default_factory=list)

    def mailbox(self, queue: str) -> str:
        """Where one writes to `queue`."""
        return f"{queue}@{DOMAIN}"

    def number(self, queue: str) -> str:
        """What one texts to reach `queue`."""
        return f"+1500{int(self.run, 16) % 1_000_000:06}{self.queues.index(queue):01}"


@asynccontextmanager
async def desk_of(folder: Path, database_url: str) -> AsyncIterator[Desk]:
    """The desk of the database under load, for making the house and for counting."""
    desk = Desk(Settings(data_dir=folder, database_url=database_url, test_clock=None, secret_key="bench"))  # noqa: S106
    await desk.start()
    try:
        with desk.in_bulk():
            yield desk
    finally:
        await desk.close()


async def furnish(desk: Desk, house: House, *, agent_count: int, supervisor_count: int, rng: Random) -> House:
    """Makes the house; returns it with the tokens of its people.

    Raises:
        InUse: somebody works with this database.
    """
    await desk.transact(ACTOR, _rooms, house)
    people = [(f"agent{number}", "agent") for number in range(agent_count)]
    people += [(f"supervisor{number}", "supervisor") for number in range(supervisor_count)]
    tokens = {name: f"{house.run}-{name}-{rng.getrandbits(64):016x}" for name, _ in people}
    for start in range(0, len(people), _CHUNK):
        await desk.transact(ACTOR, _people, house, people[start : start + _CHUNK], tokens)
    return House(
        run=house.run,
        queues=house.queues,
        agents=[tokens[name] for name, role in people if role == "agent"],
        supervisors=[tokens[name] for name, role in people if role == "supervisor"],
    )


def _rooms(tx: Tx, house: House) -> None:
    strangers = sa.select(users.c.id).where(users.c.email.not_like(f"%@{DOMAIN}")).limit(1)
    if tx.all(strangers):
        raise InUse
    tx.insert_if_new(dispositions, key=DISPOSITION, name="Answered under load", retired=False)
    for key in house.queues:
        tx.insert(queues, key=key, name=key, skills={}, wrap_up_s=60)
        tx.insert(entry_points, channel="email", address=house.mailbox(key), queue=key, flow=None)
        tx.insert(entry_points, channel="sms", address=house.number(key), queue=key, flow=None)


def _people(tx: Tx, house: House, people: list[tuple[str, str]], tokens: dict[str, str]) -> None:
    for name, role in people:
        user_id = tx.new_id()
        email = f"{name}-{house.run}@{DOMAIN}"
        shown = name.capitalize()
        tx.insert(users, id=user_id, email=email, name=shown, role=role, password_hash="", created_at=tx.now)
        tx.insert(api_tokens, id=digest(tokens[name]), user_id=user_id, label="bench", created_at=tx.now)
        if role != "agent":
            continue
        tx.insert(
            agents,
            id=user_id,
            presence="offline",
            presence_since=tx.now,
            idle_since=tx.now,
            silent_since=None,
            capacity=CAPACITY,
            languages=["en"],
            version=0,
        )
        # Each serves two queues that are neighbours, so that every decision has somebody to leave out.
        first = int(name.removeprefix("agent")) % len(house.queues)
        for key in {house.queues[first], house.queues[(first + 1) % len(house.queues)]}:
            tx.insert(agent_queues, agent_id=user_id, queue=key)


@dataclass(kw_only=True)
class Stored:
    """What the tables say of one contact."""

    interactions: set[str] = field(default_factory=set)
    messages: int = 0
    acceptances: int = 0

    @property
    def once(self) -> bool:
        """Whether it is there once, and nobody has taken it twice."""
        return len(self.interactions) == 1 and self.messages == 1 and self.acceptances <= 1


def stored(rx: Rx, tokens: Collection[str], run: str) -> dict[str, Stored]:
    """What the tables hold of each of these contacts."""
    found: dict[str, Stored] = {token: Stored() for token in tokens}
    theirs = (messages.c.author_kind == "customer", messages.c.text.like(f"k______x{run}%"))
    of: dict[str, str] = {}
    for row in rx.all(sa.select(messages.c.interaction_id, messages.c.text).where(*theirs)):
        token = row.text.split(maxsplit=1)[0]
        if token in found:
            found[token].messages += 1
            found[token].interactions.add(row.interaction_id)
            of[row.interaction_id] = token
    taken = sa.select(offers.c.work_item_id).where(offers.c.outcome == "accepted")
    for row in rx.all(taken):
        if row.work_item_id in of:
            found[of[row.work_item_id]].acceptances += 1
    return found


def count_messages(rx: Rx) -> int:
    """Messages of customers that are stored."""
    (row,) = rx.all(sa.select(sa.func.count().label("n")).where(messages.c.author_kind == "customer"))
    return int(row.n)


def count_mails(rx: Rx) -> int:
    """Mails that are stored, read or not yet."""
    (row,) = rx.all(sa.select(sa.func.count().label("n")).select_from(mails))
    return int(row.n)


def names(run: str, count: int) -> list[str]:
    """The queues of a run."""
    return [f"bench-{run}-{number}" for number in range(count)]
