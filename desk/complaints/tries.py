"""desk/complaints/tries.py: tries to reach a complainant that reached nobody, each kept with its words.

What is tried again comes to the same piece of work; what was said of the try before must still be there for
whoever has to show that it was made.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Rx, Tx
from desk.tables import tries

_OF = sa.select(tries).where(among(tries.c.reference)).order_by(tries.c.at, tries.c.id)


def tried(tx: Tx, reference: str, outcome: str, note: str) -> None:
    """Takes down a try at what is still to be done: a complaint, one of its letters, an action of its recovery."""
    tx.insert(tries, id=tx.new_id(), reference=reference, at=tx.now, actor=str(tx.actor), outcome=outcome, note=note)


def tries_at(rx: Rx, about: Mapping[str, str]) -> list[dict[str, Any]]:
    """The tries at what has these ids, the first one first; `about` says what each id is."""
    return [
        {"about": about[row.reference], "at": row.at, "actor": row.actor, "outcome": row.outcome, "note": row.note}
        for row in rx.all(_OF, ids=list(about))
    ]
