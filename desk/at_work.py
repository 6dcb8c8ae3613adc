"""desk/at_work.py: everybody who works now, as the engine knows them: who takes work, or writes up."""

import sqlalchemy as sa

from desk.routing_views import beside_of, some
from desk.tables import agents
from desk.transaction import Rx
from routing.askable import WORKS
from routing.model import AgentView, Rules

_WORKING = sa.select(agents.c.id).where(agents.c.presence.in_(sorted(WORKS)))


def at_work(rx: Rx, rules: Rules) -> list[AgentView]:
    """Them, with all that these rules ask to be known of them."""
    ids = [row.id for row in rx.all(_WORKING)]
    return some(rx, [], ids, beside_of(rx, rules)).agents if ids else []
