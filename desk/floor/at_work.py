"""desk/floor/at_work.py: who is signed in, as the engine knows them: who works, and who is away for a while."""

import sqlalchemy as sa

from desk.floor.routing_views import beside_of, some
from desk.kernel.transaction import Rx
from desk.tables import agents
from routing.model import AgentView, Rules
from routing.presence import Presence

_SIGNED_IN = sa.select(agents.c.id).where(agents.c.presence != Presence.OFFLINE.value)


def signed_in(rx: Rx, rules: Rules) -> list[AgentView]:
    """Them, with all that these rules ask to be known of them."""
    ids = [row.id for row in rx.all(_SIGNED_IN)]
    return some(rx, [], ids, beside_of(rx, rules)).agents if ids else []
