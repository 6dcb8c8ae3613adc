"""What the organization file leaves out is as documented: the order of all work, and what fits beside what."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.kernel.sqlite_database import SqliteConnection
from desk.kernel.transaction import Actor, Tx
from desk.organization.file import read
from desk.organization.organization import load
from desk.organization.routing_rules import rules_of
from desk.tables import from_ms, metadata, to_ms
from routing.capacity import PLAIN, Limits
from routing.model import QueuePolicy, Ring, Strategy, Work
from routing.order import SLACK, STRICT, Ordering
from routing.places import place

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
PAGE = (Path(__file__).parents[4] / "docs" / "routing.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def tx() -> Iterator[Tx]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        yield Tx(SqliteConnection(connection), Actor.system("test"), NOW)
    engine.dispose()


def test_an_organization_that_says_nothing_has_the_defaults(tx: Tx) -> None:
    rules = rules_of(tx)
    assert (rules.queues, rules.ordering, rules.limits) == ((), SLACK, PLAIN)


@pytest.mark.parametrize(
    ("said", "ordering"),
    [
        ("{kind: slack}", SLACK),
        ("{kind: priority}", STRICT),
        ("{kind: priority, priority: 10m}", Ordering(kind="priority", priority_ms=600_000)),
        (
            "{head_start: {voice: 1m}}",
            Ordering(
                kind="slack",
                priority_ms=SLACK.priority_ms,
                head_start_ms={"voice": 60_000},
                tier_ms=SLACK.tier_ms,
            ),
        ),
        (
            "{priority: 0s, head_start: {}, tiers: {}}",
            Ordering(kind="slack"),
        ),
    ],
)
def test_an_ordering_has_the_defaults_of_its_kind(tx: Tx, said: str, ordering: Ordering) -> None:
    load(tx, read(f"ordering: {said}"))
    assert rules_of(tx).ordering == ordering


def test_limits_and_queues_are_told_as_they_were_said(tx: Tx) -> None:
    load(
        tx,
        read("""
        limits: {weights: {chat: 33}, interrupts: {voice: [email]}}
        teams: {late: {name: Late}}
        skills: {s: S}
        queues:
          plain: {name: Plain}
          full:
            name: Full
            skills: {s: 3}
            priority: 2
            strategy: ring_all
            rings: [{after: 30s, skills: {s: 0}, queues: [plain], teams: [late]}]
            handling: {voice: 2m}
            due: {email: 1h}
        """),
    )
    rules = rules_of(tx)
    full, plain = sorted(rules.queues, key=lambda queue: queue.key)
    assert rules.limits == Limits(weights={"chat": 33}, interrupts={"voice": frozenset({"email"})})
    assert plain == QueuePolicy(key="plain", skills={}, priority=0, offer_ms=20_000, target_ms=20_000)
    ring = Ring(after_ms=30_000, skills={"s": 0}, queues=frozenset({"plain"}), teams=frozenset({"late"}))
    assert (full.strategy, full.rings) == (Strategy.RING_ALL, (ring,))
    assert (full.handling_ms, full.due_in_ms) == ({"voice": 120_000}, {"email": 3_600_000})


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_documentation_can_be_read(example: str) -> None:
    read(example)


def test_the_worked_example_is_what_the_router_does(tx: Tx) -> None:
    (example,) = [one for one in EXAMPLES if one.startswith("ordering:")]
    load(tx, read(example))
    rules = rules_of(tx)
    assert rules.ordering == SLACK

    def stands(channel: str, *, age: int = 0, tier: str = "") -> str:
        placed = to_ms(NOW - timedelta(minutes=age))
        work = Work(
            id="w", kind="interaction", channel=channel, queue="general", priority=0, placed_ms=placed, tier=tier
        )
        at = from_ms(place(work, rules.queues[0], rules.ordering)[0])
        return f"{at:%H:%M:%S}".removesuffix(":00")

    places = [stands("email", age=70), stands("voice"), stands("chat"), stands("email")]
    assert re.findall(r"\*\*([0-9:]+)\*\* \|", PAGE) == places
    assert stands("voice", tier="vip") == "11:17:20"
