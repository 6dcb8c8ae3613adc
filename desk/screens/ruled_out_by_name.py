"""desk/screens/ruled_out_by_name.py: what rules out each agent: as many as somebody reads, the nearest to it first."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from desk.tables import users
from routing.model import Exclusion

#: So many are named at once; the others are found by a part of their name.
MOST_NAMED = 50

#: Of a past instant, agents are named who are none any more.
_NAMES = sa.select(users.c.id, users.c.name)
#: Who is ruled out last is nearest.
_FAR = {reason.value: -at for at, reason in enumerate(Exclusion)} | {"": -len(Exclusion)}


def ruled_out_by_name(rx: Rx, reasons: Mapping[str, str], search: str = "") -> dict[str, Any]:
    """{named: [{agent_id, name, reason}], more}: the agents of these ids whose name has `search` in it.

    `reason` is null of who could have it; `more` are as many again who are not named.
    """
    names = {row.id: row.name for row in rx.all(_NAMES)}
    wanted = search.strip().casefold()
    found = [
        {"agent_id": id, "name": names.get(id, ""), "reason": reason or None}
        for id, reason in reasons.items()
        if id == search or wanted in names.get(id, "").casefold()
    ]
    found.sort(key=lambda one: (_FAR.get(one["reason"] or "", 0), one["name"] or "", one["agent_id"] or ""))
    return {"named": found[:MOST_NAMED], "more": max(0, len(found) - MOST_NAMED)}
