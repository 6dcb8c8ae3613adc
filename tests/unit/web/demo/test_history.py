"""Half a year of history: the same every time, true to the rules of complaints, and quiet for a day or for weeks."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from desk.complaints.clocks import WatchDeadline
from desk.complaints.lifecycle import OPEN, OWED, SOURCES, State
from desk.complaints.recovery import CheckAfterResponse
from desk.complaints.surveys import SendSurvey
from desk.floor.handling import pace
from desk.kernel.sqlite_database import SqliteConnection
from desk.kernel.transaction import Actor, Tx
from desk.tables import (
    complaint_spans,
    complaints,
    deadlines,
    interactions,
    letters,
    metadata,
    milestones,
    numbers,
    recoveries,
    recovery_actions,
    segments,
    surveys,
    taxonomy,
    users,
    work_items,
)
from web.demo.seed import make_sample

#: A plain Tuesday; New Year, with last year's complaints and the holidays; the week of a clock change.
NOWS = [
    datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    datetime(2027, 1, 4, 8, 0, tzinfo=UTC),
    datetime(2027, 3, 30, 22, 30, tzinfo=UTC),
]
DAY = timedelta(days=1)
#: Where nobody gets in touch.
QUIET = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


def made(now: datetime, seed: int = 7, *, quiet: bool = False) -> Iterator[Tx]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(sa.text("PRAGMA foreign_keys = ON"))
        metadata.create_all(connection)
        tx = Tx(SqliteConnection(connection), Actor.system("test"), now)
        assert make_sample(tx, now=now, seed=seed, password_hash="", quiet=quiet)
        yield tx
    engine.dispose()


@pytest.fixture(scope="module", params=[*NOWS, QUIET], ids=lambda now: now.date().isoformat())
def tx(request: pytest.FixtureRequest) -> Iterator[Tx]:
    yield from made(request.param, quiet=request.param is QUIET)


def rows(tx: Tx, table: sa.Table) -> list[Any]:
    return list(tx.all(sa.select(table)))


def test_there_is_enough_of_everything(tx: Tx) -> None:
    states = Counter(row.state for row in rows(tx, complaints))
    assert sum(states.values()) > 180
    assert {"closed", "resolved_early", "withdrawn", "void"} <= set(states)
    assert sum(states[state] for state in OPEN) >= 2
    contacts = rows(tx, interactions)
    assert len(contacts) > 3500
    assert {row.channel for row in contacts} == {"email", "chat", "voice", "sms"}
    assert {row.state for row in contacts} == {"closed", "abandoned"}
    assert {row.language for row in contacts} == {"en", "de", "es", "fr", "zh", "zh-TW"}
    assert {row.state for row in rows(tx, surveys)} == {"planned", "sent", "answered"}


def test_nothing_waits_and_nothing_is_due_for_a_day(tx: Tx) -> None:
    assert {row.state for row in rows(tx, work_items)} == {"done"}
    assert {row.state for row in rows(tx, letters)} == {"handed_over"}
    assert all(item.due_at > tx.now + DAY for item in tx.deferred)
    still_open = [row for row in rows(tx, complaints) if row.state in OPEN]
    assert all(row.next_due_at > tx.now + DAY for row in still_open)
    opened = {row.id for row in still_open}
    unmet = [row for row in rows(tx, deadlines) if row.met_at is None and row.complaint_id in opened]
    assert all(not tx.now <= row.due_at <= tx.now + DAY for row in unmet)
    assert {row.state for row in rows(tx, recoveries)} == {"done"}
    assert all(row.planned_at > tx.now + DAY for row in rows(tx, surveys) if row.state == "planned")


def test_where_nobody_gets_in_touch_nothing_asks_for_work_for_weeks_and_little_after_that() -> None:
    for tx in made(QUIET, quiet=True):
        work = [item for item in tx.deferred if not isinstance(item.job, SendSurvey | WatchDeadline)]
        assert {type(item.job) for item in work} == {CheckAfterResponse}
        assert 0 < len(work) <= 5
        assert all(item.due_at > tx.now + 45 * DAY for item in work)
        still_open = [row for row in rows(tx, complaints) if row.state in OPEN]
        assert 2 <= len(still_open) <= 5
        assert all(row.next_due_at > tx.now + 60 * DAY for row in still_open)


def test_the_live_shop_has_a_handful_of_checks_to_make(tx: Tx) -> None:
    assert 0 < sum(isinstance(item.job, CheckAfterResponse) for item in tx.deferred) <= 5


def test_everything_happened_before_today(tx: Tx) -> None:
    today = tx.now.replace(hour=0, minute=0)
    assert max(row.closed_at for row in rows(tx, interactions)) < tx.now
    assert max(row.from_at for row in rows(tx, complaint_spans)) < tx.now
    assert max(row.arrived_at for row in rows(tx, interactions)) < today


def test_segments_of_a_contact_follow_one_another(tx: Tx) -> None:
    stays: dict[str, list[Any]] = {}
    for row in rows(tx, segments):
        stays.setdefault(row.interaction_id, []).append(row)
    for contact in rows(tx, interactions):
        mine = sorted(stays[contact.id], key=lambda row: row.from_at)
        assert mine[0].from_at == contact.arrived_at
        assert mine[-1].to_at == contact.closed_at
        assert all(before.to_at == after.from_at for before, after in pairwise(mine))
        outcomes = [row.outcome for row in mine if row.kind == "queue"]
        assert outcomes == ["abandoned" if contact.state == "abandoned" else "answered"]


def test_nobody_is_on_two_calls_at_once(tx: Tx) -> None:
    channel = {row.id: row.channel for row in rows(tx, interactions)}
    talks: dict[str, list[Any]] = {}
    for row in rows(tx, segments):
        if row.kind in ("agent", "wrap_up") and channel[row.interaction_id] == "voice":
            talks.setdefault(row.agent_id, []).append(row)
    for mine in talks.values():
        mine.sort(key=lambda row: row.from_at)
        assert all(before.to_at <= after.from_at for before, after in pairwise(mine))


def test_complaints_are_numbered_without_gaps_in_the_order_of_logging(tx: Tx) -> None:
    by_year: dict[str, list[str]] = {}
    for row in sorted(rows(tx, complaints), key=lambda row: row.logged_at):
        by_year.setdefault(row.number[:6], []).append(row.number)
    for series, given in by_year.items():
        assert given == [f"{series}-{count:05}" for count in range(1, len(given) + 1)]
    assert {row.series: row.last for row in rows(tx, numbers)} == {
        series: len(given) for series, given in by_year.items()
    }


def test_every_complaint_went_where_its_guards_let_it(tx: Tx) -> None:
    lives: dict[str, list[Any]] = {}
    for row in rows(tx, complaint_spans):
        lives.setdefault(row.complaint_id, []).append(row)
    for complaint in rows(tx, complaints):
        mine = lives[complaint.id]  # written in order
        assert mine[0].state == "logged" and mine[0].from_at == complaint.logged_at
        assert mine[-1].state == complaint.state and mine[-1].to_at is None
        for before, after in pairwise(mine):
            assert before.to_at == after.from_at >= before.from_at
            back = before.state == "external" or (before.state, after.state) == ("reopened", "triage")
            assert back or before.state in SOURCES[State(after.state)], (before.state, after.state)


def test_what_must_be_on_record_is(tx: Tx) -> None:
    codes = {(row.kind, row.code) for row in rows(tx, taxonomy)}
    reached: dict[tuple[str, int], dict[str, datetime]] = {}
    for row in rows(tx, milestones):
        reached.setdefault((row.complaint_id, row.cycle), {})[row.name] = row.at
    repaired = Counter((row.complaint_id, row.cycle) for row in rows(tx, recoveries))
    for complaint in rows(tx, complaints):
        marks = reached[complaint.id, complaint.cycle]
        assert ("category", complaint.category) in codes
        assert complaint.received_at <= complaint.logged_at
        assert marks["received"] <= min(marks.values())
        assert reached[complaint.id, 0]["logged"] <= reached[complaint.id, 0]["acknowledged"]
        if complaint.state in ("closed", "resolved_early", "withdrawn"):
            assert ("cause", complaint.cause) in codes
        if complaint.state == "closed":
            assert complaint.decision in {"upheld", "partly", "not_upheld"} and complaint.response
            assert marks["decision"] <= marks["final_response"]
            assert len({complaint.owner_id, complaint.approver_id, complaint.second_approver_id}) == 3
            assert complaint.second_approver_id or not (complaint.vulnerable or complaint.level == "urgent")
            assert repaired[complaint.id, complaint.cycle] == (complaint.decision in OWED)
        if complaint.state == "resolved_early":
            assert complaint.acceptance and complaint.decision == "resolved_informally"
            early = [row for row in _deadlines(tx, complaint) if row.name == "early_window"]
            assert marks["summary_resolution"] <= early[0].due_at
        if complaint.state == "withdrawn":
            assert complaint.words
        if complaint.state == "void":
            assert complaint.reason
        if complaint.state in OPEN and complaint.state != "logged":
            assert complaint.owner_id and complaint.next_action


def test_money_was_paid_before_a_recovery_was_done(tx: Tx) -> None:
    ended = {row.id: row.ended_at for row in rows(tx, recoveries)}
    paid = [row for row in rows(tx, recovery_actions) if row.kind == "redress"]
    assert paid and all(
        row.outcome == "paid" and row.evidence and row.done_at <= ended[row.recovery_id] for row in paid
    )


def test_flows_of_every_month_add_up(tx: Tx) -> None:
    spans = rows(tx, complaint_spans)
    logged = [row.logged_at for row in rows(tx, complaints)]
    closed_kinds = ("closed", "resolved_early", "withdrawn")

    def stock(at: datetime) -> int:
        return sum(row.state in OPEN and row.from_at < at and (row.to_at is None or row.to_at >= at) for row in spans)

    start = min(logged) - DAY
    while start < tx.now:
        end = start + 30 * DAY
        received = sum(start <= at < end for at in logged)
        reopened = sum(
            row.state in closed_kinds and row.to_at is not None and start <= row.to_at < end for row in spans
        )
        closed = sum(row.state in closed_kinds and start <= row.from_at < end for row in spans)
        void = sum(row.state == "void" and start <= row.from_at < end for row in spans)
        assert stock(start) + received + reopened - closed - void == stock(end)
        start = end


def test_a_person_answered_every_complaint_that_is_settled_and_most_in_time(tx: Tx) -> None:
    settled = {row.id for row in rows(tx, complaints) if row.state in ("closed", "resolved_early")}
    first = [row for row in rows(tx, deadlines) if row.name == "first_reply" and row.complaint_id in settled]
    assert first and all(row.met_at is not None for row in first)
    assert sum(row.met_at <= row.due_at for row in first) > 0.9 * len(first)


@pytest.mark.parametrize("tx", NOWS[:1], indirect=True, ids=lambda now: now.date().isoformat())
def test_the_same_seed_and_day_give_the_same_history(tx: Tx) -> None:
    (again,) = (_fingerprint(other) for other in made(NOWS[0]))
    assert again == _fingerprint(tx)


def test_a_shop_that_exists_is_left_alone(tx: Tx) -> None:
    before = len(rows(tx, users))
    assert not make_sample(tx, now=tx.now, seed=1, password_hash="")
    assert len(rows(tx, users)) == before


def _deadlines(tx: Tx, complaint: Any) -> list[Any]:
    mine = (deadlines.c.complaint_id == complaint.id, deadlines.c.cycle == complaint.cycle)
    return list(tx.all(sa.select(deadlines).where(*mine)))


def _fingerprint(tx: Tx) -> Any:
    agents = {row.id: row.email for row in rows(tx, users)}
    contacts = [(row.id, row.subject, row.arrived_at, agents.get(row.last_agent_id)) for row in rows(tx, interactions)]
    return contacts, [(row.id, row.number, row.state, row.next_due_at, row.verbatim) for row in rows(tx, complaints)]


def test_on_the_last_day_contacts_take_as_long_as_with_the_robots_of_today(tx: Tx) -> None:
    for channel, most_s in (("voice", 130), ("chat", 140), ("email", 60), ("sms", 60)):
        for queue in ("general", "billing", "technical"):
            known = pace(tx, queue, channel).handling
            assert known is None or known.mean_ms < most_s * 1000, (queue, channel)
