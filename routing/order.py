"""routing/order.py: the one ordering of all work, of all channels.

Two kinds. Keys are whole milliseconds, smaller is earlier, and no key contains *now*: an item
that comes back from an unanswered offer stands where it stood.

**Priority**: with `priority_ms` 0, higher priority first and within one priority the earliest
place. With `priority_ms` > 0 a point of priority is worth that much waiting: the key is
placed − priority × priority_ms, so what is low gets its turn by growing old.

**Slack**: time to the deadline less the work that it takes, less what the item has in advance:
due − handling − (head start + tier + priority × priority_ms). The head start of a channel or
kind of work is the most that deferred work may run late before it beats a live call; without
one, overdue mail starves calls. At 12:00, with the values of `SLACK` and no tiers:

| item | due | handling | head start | key |
|---|---|---|---|---|
| call, answer within 20 s | 12:00:20 | 3 min | 30 min | 11:27:20 |
| chat, answer within 60 s | 12:01 | 6 min | 20 min | 11:35 |
| promise due at 12:10 | 12:10 | 5 min | 30 min | 11:35 |
| e-mail due at 12:40 | 12:40 | 8 min | | 12:32 |
| e-mail that was due at 11:30 | 11:30 | 8 min | | 11:22, before the call |
| complaint step due tomorrow | 12:00 (+1 day) | 20 min | | 11:40 (+1 day) |

So a mail overtakes a call that comes in now once it is about 25 minutes late; until then calls go
first. A call of a tier worth 10 minutes stands at 11:17:20, before that mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

_MINUTE = 60_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordering:
    """How a deployment orders its work.

    `priority_ms` is what a point of priority is worth; 0 with kind priority is strict priority.
    `head_start_ms` is by channel or kind of work, `tier_ms` by the customer's tier; both are of
    the slack order alone.
    """

    kind: Literal["priority", "slack"]
    priority_ms: int = 0
    head_start_ms: Mapping[str, int] = field(default_factory=dict)
    tier_ms: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_strict(self) -> bool:
        """Whether priority comes before all waiting; else an item's key is an instant."""
        return self.kind == "priority" and not self.priority_ms


#: Higher priority first, then the earliest place.
STRICT = Ordering(kind="priority")

#: A deployment's default of the slack order.
SLACK = Ordering(
    kind="slack",
    priority_ms=5 * _MINUTE,
    head_start_ms={"voice": 30 * _MINUTE, "chat": 20 * _MINUTE, "promise": 30 * _MINUTE},
    tier_ms={"vip": 10 * _MINUTE, "major": 5 * _MINUTE},
)
