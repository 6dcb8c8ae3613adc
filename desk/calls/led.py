"""desk/calls/led.py: where a call flow led a caller, fork by fork, and why: kept in the call's session."""

from dataclasses import dataclass

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from desk.tables import calls
from ivr.engine import Session
from ivr.forks import Fork

_CALL = sa.select(calls.c.flow, calls.c.session).where(calls.c.id == sa.bindparam("id"))


@dataclass(frozen=True, kw_only=True)
class Led:
    """A call flow, by its key, and the forks of it to which a caller came, in order."""

    flow: str = ""
    forks: tuple[Fork, ...] = ()


def led(rx: Rx, interaction_id: str) -> Led:
    """How the call flow led the caller of this contact; nothing of what came on another channel or met no flow."""
    found = rx.all(_CALL, id=interaction_id)
    if not found or not found[0].flow or not (found[0].session or {}).get("node"):
        return Led()
    return Led(flow=found[0].flow, forks=Session.from_dict(found[0].session).forks)
