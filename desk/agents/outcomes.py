"""desk/agents/outcomes.py: what may come of work, by its kind: one list for every door and every screen.

An interaction is wrapped up with a disposition instead. An action of a recovery asks its playbook.
What somebody has to say besides belongs into the note.
"""

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa

from desk.complaints import playbooks
from desk.kernel.transaction import Row, Rx
from desk.tables import recovery_actions

#: The good end stands first.
OF_KIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "callback": ("reached", "gave_up", "cancelled"),
        "promise": ("kept", "broken", "released"),
        "task": ("done", "answered", "cancelled"),
        "complaint_step": ("done", "not_needed", "unreachable"),
    }
)


def outcomes_of(rx: Rx, item: Row) -> tuple[str, ...]:
    """The outcomes that this work item can have."""
    if item.kind != "recovery_action":
        return OF_KIND.get(item.kind, ())
    found = rx.all(sa.select(recovery_actions).where(recovery_actions.c.id == item.reference))
    return playbooks.outcomes_of(found[0].kind, found[0].channel) if found else playbooks.OF_DEEDS
