"""desk/work/hands.py: work leaves an agent's hands, in whichever way: done, passed on, put aside, lost with them.

All of it leaves through here, so that no way forgets what was interrupted for it.
"""

from typing import Any

from desk.kernel.transaction import Tx
from desk.tables import agents, work_items
from desk.work import parking


def let_go(tx: Tx, work_item_id: str, held_by: str | None, **changes: Any) -> None:
    """A work item is in nobody's hands from now on, with these `changes`; `held_by` is who had it, if anybody did.

    They count as idle from now on, and what was interrupted for it goes on, as far as there is room.
    """
    tx.update(work_items, work_item_id, **{"agent_id": None, "parked": ""} | changes)
    if held_by:
        tx.update(agents, held_by, idle_since=tx.now)
        parking.resume(tx, held_by)
