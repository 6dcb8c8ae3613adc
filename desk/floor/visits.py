"""desk/floor/visits.py: the stays of contacts in queues, and their tallies.

A *visit* is one stay of a contact in one queue. It opens when the contact is queued and closes
with exactly one outcome: answered, abandoned, or left (moved elsewhere, ended by us). An offer that
fails closes nothing.
"""

from dataclasses import dataclass
from typing import Any

from desk.organization.openings import ALWAYS, Keeps

#: An abandoned wait up to this is short: nobody could have answered.
SHORT_MS = 5_000
#: Entries whose wait runs from the item's place in line.
FROM_ITS_PLACE = frozenset({"new", "reopened"})
#: Entries that count as offered to the queue: transfers and returns are the same contact again.
COUNTED = FROM_ITS_PLACE | {"flow_in"}
ANSWERED, ABANDONED, LEFT = "answered", "abandoned", "left"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the figures need to know of one queue."""

    key: str
    name: str
    target_s: int
    target_share: float
    keeps: Keeps = ALWAYS


@dataclass(kw_only=True, slots=True)
class Visit:
    """One stay in one queue; open while `outcome` is empty."""

    queue: str
    entry: str
    began_ms: int
    outcome: str = ""
    wait_ms: int = 0


@dataclass(kw_only=True)
class Tally:
    """Visits by what became of them, for one queue and span of arrival."""

    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_short: int = 0
    overdue: int = 0

    def count(self, visit: Visit, target_ms: int, times: int = 1) -> None:
        """Adds a visit, or with -1 takes it away again."""
        self.offered += times
        if visit.outcome == ANSWERED:
            self.answered += times
            self.answered_in_time += times * (visit.wait_ms <= target_ms)
        elif visit.outcome == ABANDONED:
            self.abandoned += times
            self.abandoned_short += times * (visit.wait_ms <= SHORT_MS)

    @property
    def service_level(self) -> float | None:
        """V5."""
        return _share(self.answered_in_time, self.answered + self.abandoned - self.abandoned_short + self.overdue)

    @property
    def service_level_strict(self) -> float | None:
        """V2."""
        return _share(self.answered_in_time, self.answered + self.abandoned + self.overdue)

    def as_dict(self) -> dict[str, Any]:
        """The counts and ratios that a tile shows."""
        return {
            "offered": self.offered,
            "answered": self.answered,
            "abandoned": self.abandoned,
            "short_abandoned": self.abandoned_short,
            "overdue": self.overdue,
            "service_level": self.service_level,
            "service_level_strict": self.service_level_strict,
        }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None
