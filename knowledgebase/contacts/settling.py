"""knowledgebase/contacts/settling.py: which article settled a contact.

A contact is settled when it was closed, with an outcome or as solved by its customer's own word to a machine, and
stayed closed for a week. What its customer was told last has settled it, once for all that the same reply held:

    closed by a person               what a person told them last, never what only a machine did: after that they
                                     needed a person
    solved by the customer's word    what the machine told them last: they went on asking after what came before

What was told before a customer came back has settled nothing, nor has what a caller heard who rang again within a day
and waited for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.contacts.interactions import VOICE
from desk.contacts.self_service import SELF_SERVICE, SOLVED, SOON
from desk.kernel.desk import Desk
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.tables import interactions, segments
from knowledgebase.tables import article_uses, articles

#: How long a contact must stay closed until something has settled it.
SETTLED_AFTER = timedelta(days=7)
_SYSTEM = Actor.system("knowledgebase")

OF_INTERACTION = (
    sa.select(article_uses).where(article_uses.c.interaction_id == sa.bindparam("id")).order_by(article_uses.c.id)
)
#: Its customer has said to a machine that it is solved; what was said before they came back does not count.
_SOLVED = (
    sa.select(segments.c.id)
    .join(interactions, interactions.c.id == segments.c.interaction_id)
    .where(
        segments.c.interaction_id == sa.bindparam("id"),
        segments.c.kind == SELF_SERVICE,
        segments.c.outcome == SOLVED,
        segments.c.to_at == interactions.c.closed_at,
    )
)
_CALLS_AFTER = sa.select(interactions.c.id).where(
    interactions.c.customer_id == sa.bindparam("customer"),
    interactions.c.arrived_at >= sa.bindparam("since"),
    interactions.c.arrived_at <= sa.bindparam("until"),
    interactions.c.channel == VOICE,
    interactions.c.direction == "in",
    interactions.c.queued_at.is_not(None),
    interactions.c.id != sa.bindparam("id"),
)
_REOPENED = sa.select(sa.func.max(segments.c.from_at).label("at")).where(
    segments.c.interaction_id == sa.bindparam("id"), segments.c.entry == "reopened"
)
# An article's version counts what writers change: that it was used is not among it.
_ONE_MORE_SETTLED = (
    sa.update(articles).where(articles.c.id == sa.bindparam("article_id")).values(settled=articles.c.settled + 1)
)


@dataclass(frozen=True, kw_only=True)
class SettleUses(Job):
    """A week has passed since an article was used in a contact, or since the contact was closed."""

    interaction_id: str


def look_again(tx: Tx, interaction_id: str, at: datetime) -> None:
    """What settled a contact is decided then, once for all that was used until then."""
    tx.defer(SettleUses(interaction_id=interaction_id), at=at, key=f"settle:{interaction_id}")


def settle(tx: Tx, interaction_id: str) -> None:
    """Decides what has settled a contact, or when to look again. Deciding twice changes nothing."""
    (interaction,) = tx.take(interactions, [interaction_id]) or (None,)
    if interaction is None or interaction.state == "abandoned":
        return
    settled_at = interaction.closed_at + SETTLED_AFTER if interaction.state == "closed" else None
    if settled_at is None or settled_at > tx.now:
        look_again(tx, interaction_id, settled_at or tx.now + SETTLED_AFTER)
    elif interaction.disposition:
        _settle(tx, interaction_id, by_a_person=True)
    elif tx.all(_SOLVED, id=interaction_id) and not _rang_again(tx, interaction):
        _settle(tx, interaction_id, by_a_person=False)


async def settle_uses(desk: Desk, job: SettleUses) -> None:
    """Does `SettleUses`."""
    await desk.transact(_SYSTEM, settle, job.interaction_id)


def told_last(uses: Sequence[Row], *, by_a_person: bool, since: datetime | None) -> list[Row]:
    """Those of a contact's uses of which its customer was told last: a machine tells one after the other. Pure."""
    told = [row for row in uses if (row.user_id is not None) == by_a_person and (since is None or row.at >= since)]
    last = max(told, key=lambda row: (row.at, row.id), default=None)
    return [row for row in told if row is last or (last is not None and by_a_person and row.at == last.at)]


def _settle(tx: Tx, interaction_id: str, *, by_a_person: bool) -> None:
    """An article settles a contact once, also one that was closed, opened again and closed."""
    uses = tx.all(OF_INTERACTION, id=interaction_id)
    known = {row.article_id for row in uses if row.settled}
    last = told_last(uses, by_a_person=by_a_person, since=_reopened_at(tx, interaction_id))
    new = [row for row in last if row.article_id not in known]
    for row in new:
        tx.update(article_uses, row.id, settled=True)
    for article_id in sorted({row.article_id for row in new}):
        tx.change(_ONE_MORE_SETTLED, article_id=article_id)


def _rang_again(rx: Rx, call: Row) -> bool:
    """Whether a caller who had said that it was solved rang again soon, and waited for a person."""
    until = call.arrived_at + SOON
    about = {"id": call.id, "customer": call.customer_id, "since": call.closed_at, "until": until}
    return call.channel == VOICE and bool(rx.all(_CALLS_AFTER, **about))


def _reopened_at(rx: Rx, interaction_id: str) -> datetime | None:
    at: datetime | None = rx.all(_REOPENED, id=interaction_id)[0].at
    return at
