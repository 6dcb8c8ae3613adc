"""desk/complaints/packs.py: what a regime demands, as data. A pack is never advice.

A pack names the text that it follows and the version of its own figures: a deadline remembers
both. `house` is what we ask of ourselves where no law asks more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")


class Unit(StrEnum):
    """What a limit counts."""

    HOURS = "hours"  #: by the clock, from the instant of receipt
    BUSINESS_DAYS = "business days"  #: to the end of the day
    CALENDAR_DAYS = "calendar days"  #: to the end of the day
    MONTHS = "months"  #: to the end of the day


class Level(StrEnum):
    """How grave it is, as assessed."""

    GENERAL = "general"
    MAJOR = "major"
    URGENT = "urgent"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """So much time from receipt. `at_close` ends it when the site closes, not at midnight."""

    amount: int
    unit: Unit
    at_close: bool = False

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True, kw_only=True)
class Approval:
    """When a decision needs a second approver, a third person beside investigator and approver."""

    redress_over: Decimal | None = None
    levels: frozenset[Level] = frozenset()
    vulnerable: bool = False
    repeat_within_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Pack:
    """One regime's limits. Of several limits for one thing the latest counts ("24 hours or 1 business day")."""

    key: str
    version: str
    source: str
    acknowledgement: Mapping[Level, tuple[Limit, ...]]
    early_window: Limit | None
    final_response: Mapping[Level, Limit]
    extended: Limit | None
    update_every: Limit | None
    reopen_days: int = 30
    early_letter: bool = False
    first_reply: Mapping[Level, Limit] | None = None
    approval: Approval = field(default_factory=Approval)


def days(amount: int, *, at_close: bool = False) -> Limit:
    """`amount` business days."""
    return Limit(amount=amount, unit=Unit.BUSINESS_DAYS, at_close=at_close)


def _levels(value: T, **other: T) -> Mapping[Level, T]:
    return MappingProxyType({level: other.get(level.value, value) for level in Level})


HOUSE = Pack(
    key="house",
    version="2026-02",
    source="Our own promise; ISO 10002:2018 for its order of steps",
    acknowledgement=_levels((days(1),), urgent=(Limit(amount=2, unit=Unit.HOURS),)),
    early_window=days(3, at_close=True),
    final_response=_levels(days(10)),
    extended=days(20),
    update_every=days(5),
    first_reply=_levels(days(2), urgent=days(1)),
    approval=Approval(
        redress_over=Decimal(500), levels=frozenset({Level.URGENT}), vulnerable=True, repeat_within_days=90
    ),
)

PACKS: Mapping[str, Pack] = MappingProxyType({pack.key: pack for pack in (HOUSE,)})
