"""`careline replay` on a morning that a floor has lived through: told again exactly, and by other rules."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from desk.agents import agents
from desk.contacts import ending
from desk.kernel.clock import ManualClock
from desk.organization.calendars import close_calendar
from desk.organization.changes import change_agent, change_queue
from desk.organization.file import read
from desk.organization.organization import load
from desk.replay.reading import Span
from desk.replay.replay import answer, ask
from desk.tables import agents as agents_table
from desk.tables import to_ms
from desk.work import offers
from tests.integration.floor import SYSTEM, Agent, Floor, open_floor
from web.__main__ import app
from web.cli.replay_table import table

Careline = Callable[..., Result]

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPAN = ("--from", "2026-03-02T09:01Z", "--to", "2026-03-02T09:10Z")
MIA, BEN = "agent1@demo.test", "agent2@demo.test"

HOURS = """
hours:
  shop: {week: {monday: ["09:00-09:02", "09:03-17:00"]}}
  day_and_night: {week: {monday: ["00:00-24:00"]}}
"""


class Morning:
    """What happens when, in minutes and seconds after nine."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    async def at(self, minute: int, second: int = 0) -> None:
        """It is so late now, and everything before has been heard."""
        await self.floor.settles()
        self.floor.clock.set(MORNING + timedelta(minutes=minute, seconds=second))

    async def comes(self, number: int) -> Agent:
        """An agent who takes one chat at a time."""
        agent = await self.floor.agent(number, available=False)
        one = {"voice": 1, "chat": 1}
        await self.floor.desk.transact(SYSTEM, lambda tx: tx.update(agents_table, agent.id, capacity=one))
        await agent.is_available()
        return agent

    async def writes(self) -> str:
        return str((await self.floor.writes()).interaction_id)


async def _live_through(morning: Morning) -> None:
    """Five chats, two agents: one chat waits until somebody is free, one until the customer has enough."""
    mia = await morning.comes(1)
    await morning.at(0, 1)
    ben = await morning.comes(2)
    await morning.at(2)
    first = await morning.writes()
    offer = await mia.next_offer()
    await morning.at(2, 5)  # it rings for five seconds
    await mia.accepts(offer)
    await morning.at(3)
    second = await morning.writes()
    await ben.takes_next()
    await morning.at(4)
    third = await morning.writes()
    await morning.at(4, 30)
    fourth = await morning.writes()
    await morning.at(5, 10)
    await morning.floor.desk.transact(SYSTEM, ending.customer_left, fourth)
    await morning.at(6, 5)
    await mia.wraps_up(first)
    await mia.takes_next()
    await morning.at(7)
    await ben.wraps_up(second)
    await morning.at(7, 30)
    await ben.does(agents.set_presence, ben.id, "not_ready", "break")
    await morning.at(8, 5)
    await mia.wraps_up(third)
    await morning.at(8, 30)
    fifth = await morning.writes()
    await mia.takes_next()
    await morning.at(9, 30)
    await mia.wraps_up(fifth)
    await morning.at(10)


@pytest.fixture
async def lived(sample_url: str, tmp_path: Path, manual_clock: ManualClock) -> str:
    """The database of a floor that has lived through the morning, and is closed."""
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        await _live_through(Morning(floor))
    return sample_url


@pytest.fixture
def careline(lived: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Careline:
    """`careline replay …` at noon of that day."""
    return command(lived, tmp_path, monkeypatch)


def command(database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Careline:
    clock = folder / "clock"
    clock.write_text("2026-03-02T12:00:00+00:00")
    monkeypatch.setenv("CARELINE_TEST_CLOCK", str(clock))
    monkeypatch.setenv("CARELINE_DATABASE_URL", database_url)
    monkeypatch.chdir(folder)
    return lambda *words: CliRunner().invoke(app, ["replay", *words, "--data-dir", str(folder)])


def told(run: Result) -> Any:
    assert (run.exit_code, run.stderr) == (0, "")
    return json.loads(run.stdout)


def test_a_morning_told_again_and_as_others_would_have_it(careline: Careline):
    result = told(careline(*SPAN, "--json"))

    # Told again by the rules that were in force, nothing is different.
    everything = result["queues"]["all"]
    assert everything["recorded"] == everything["today"] == result["queues"]["general"]["today"]
    assert everything["recorded"] == {
        "offered": 5,
        "answered": 4,
        "abandoned": 1,
        "short_abandoned": 0,
        "left": 0,
        "waiting": 0,
        "abandon_rate": 0.2,
        "service_level": 0.6,  # after 5 s and twice at once; not after 125 s, and one hung up after 40 s
        "asa_s": 32.5,
        "wait_mean_s": 34.0,
        "wait_p50_s": 5.0,
        "wait_p90_s": 125.0,
        "wait_longest_s": 125.0,
    }
    assert set(everything["difference"].values()) == {0}
    assert list(result["agents"]) == [MIA, BEN]
    mia, ben = result["agents"][MIA]["recorded"], result["agents"][BEN]["recorded"]
    assert (mia["contacts"], mia["work_s"], mia["occupancy"]) == (3, 420.0, 420 / 540)
    assert (ben["contacts"], ben["work_s"], ben["occupancy"]) == (1, 240.0, 240 / 390)  # from 9:01 to the break
    assert all(agent["today"] == agent["recorded"] for agent in result["agents"].values())
    assert result["calibration"] == {
        "contacts": 5,
        "ended_alike": 1.0,
        "same_agent": 1.0,
        "same_wait": 1.0,
        "wait_apart_mean_s": 0.0,
    }
    assert (result["played_until"], result["rules_changed_since"]) == ("2026-03-02T09:10:00.000Z", 0)

    # With room for two chats each nobody waits: the third goes to Mia at once, the fourth to Ben.
    plain = "{name: %s, queues: [general], skills: {service: 4}, capacity: {chat: 2}}"
    Path("two.yaml").write_text(f"agents: {{{MIA}: {plain % 'Mia'}, {BEN}: {plain % 'Ben'}}}")
    two = told(careline(*SPAN, "--json", "--rules", "two.yaml"))
    proposed, difference = (two["queues"]["all"][name] for name in ("proposed", "difference"))
    assert (proposed["answered"], proposed["abandoned"], proposed["service_level"]) == (5, 0, 1.0)
    assert (proposed["asa_s"], proposed["wait_longest_s"]) == (1.0, 5.0)
    assert (difference["answered"], difference["abandoned"], difference["service_level"]) == (1, -1, 0.4)
    assert {email: agent["proposed"]["contacts"] for email, agent in two["agents"].items()} == {MIA: 3, BEN: 2}
    assert two["queues"]["all"]["today"] == everything["today"]

    # Who knows most of billing is asked first: Ben has the first and the third chat, Mia the others.
    Path("best.yaml").write_text("queues: {general: {name: General, skills: {billing: 1}, strategy: best_skilled}}")
    best = told(careline(*SPAN, "--json", "--rules", "best.yaml"))
    assert {email: agent["proposed"]["contacts"] for email, agent in best["agents"].items()} == {MIA: 2, BEN: 2}
    assert best["queues"]["all"]["proposed"] == everything["today"]
    assert {email: agent["difference"]["contacts"] for email, agent in best["agents"].items()} == {MIA: -1, BEN: 1}

    # The same database and rules give the same bytes; for people there are tables.
    assert (
        careline(*SPAN, "--json", "--rules", "best.yaml").stdout_bytes
        == careline(*SPAN, "--json", "--rules", "best.yaml").stdout_bytes
    )
    told_again = careline(*SPAN).stdout.splitlines()
    assert [line.split()[1:] for line in told_again if line.lstrip().startswith("difference")][:2] == [["="] * 12] * 2
    tables = careline(*SPAN, "--rules", "two.yaml").stdout
    assert tables.startswith("Contacts from 2026-03-02T09:01:00.000Z to 2026-03-02T09:10:00.000Z")
    assert [line.split()[:4] for line in tables.splitlines() if "proposed" in line][:2] == [
        ["proposed", "5", "5", "0"],
        ["proposed", "5", "5", "0"],
    ]
    assert "of 5 contacts today's rules let 100.0% end as recorded" in tables

    # Part of the morning: what was going on when it began is played and not counted.
    part = told(careline("--from", "2026-03-02T09:04:20Z", "--to", "2026-03-02T09:09Z", "--json"))
    assert part["queues"]["all"]["recorded"] == part["queues"]["all"]["today"]
    assert part["queues"]["all"]["today"]["offered"] == 2
    assert part["agents"][MIA]["recorded"] == part["agents"][MIA]["today"]
    assert part["calibration"]["same_wait"] == 1.0

    before = careline("--from", "2026-03-01T09:00Z", "--to", "2026-03-02T09:10Z")
    assert (before.exit_code, before.stdout) == (1, "")
    assert before.stderr == "The log does not reach back so far: it begins at 2026-03-02T09:00:00Z\n"


async def _live_with_help(morning: Morning) -> None:
    """Mia serves general and Ben billing, which helps after a minute. One offer is missed, one declined."""
    floor = morning.floor
    mia, ben = await morning.comes(1), await morning.comes(2)
    await floor.desk.transact(SYSTEM, change_agent, mia.id, {"queues": ["general"], "skills": {"service": 4}})
    await floor.desk.transact(SYSTEM, change_agent, ben.id, {"queues": ["billing"], "skills": {}})
    helped = {"overflow": [{"to": "billing", "after": "1m", "protect": 0.8}], "hours": "shop"}
    await floor.desk.transact(SYSTEM, load, read(HOURS))
    await floor.desk.transact(SYSTEM, change_queue, "general", helped)
    await floor.desk.transact(SYSTEM, change_queue, "billing", {"skills": {}})
    await morning.at(2)
    first = await morning.writes()
    await mia.next_offer()
    await morning.at(2, 20)
    await floor.jobs_done()  # it has rung out
    await morning.at(2, 30)
    await mia.is_available()
    offer = await mia.next_offer()
    await morning.at(2, 35)
    await mia.accepts(offer)
    await morning.at(3)
    second = await morning.writes()
    await morning.at(4)
    floor.router.look_around()
    offer = await ben.next_offer()
    await morning.at(4, 5)
    await ben.does(offers.decline, offer.id, "busy")
    await morning.at(5, 5)
    floor.router.look_around()
    offer = await ben.next_offer()
    await morning.at(5, 10)
    await ben.accepts(offer)
    await morning.at(6)
    await floor.desk.transact(SYSTEM, close_calendar, "shop", "fire alarm")
    await morning.at(6, 30)
    await floor.desk.transact(SYSTEM, close_calendar, "shop", "")
    await morning.at(7)
    await mia.wraps_up(first)
    await morning.at(8)
    await ben.wraps_up(second)
    await morning.at(10)


async def test_offers_in_vain_hours_and_help_are_told_again(sample_url: str, tmp_path: Path, manual_clock: ManualClock):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        await _live_with_help(Morning(floor))
        file = read("queues: {general: {name: General}}")
        span = Span(begins=MORNING + timedelta(minutes=1), ends=MORNING + timedelta(minutes=10))
        question = await floor.desk.read(SYSTEM, ask, span, file)

    result = answer(question, lambda _share: None)

    alarm = tuple(to_ms(MORNING + timedelta(minutes=6, seconds=second)) for second in (0, 30))
    assert (question.known.closings, result["rules_changed_since"]) == ({"shop": (alarm,)}, 0)
    assert result["calibration"]["same_agent"] == result["calibration"]["same_wait"] == 1.0
    assert result["calibration"]["contacts"] == 3  # the second came to billing, too
    queues = result["queues"]
    assert all(queues[key]["recorded"] == queues[key]["today"] for key in ("general", "billing", "all"))
    # 35 s for the first: 20 s in vain, 10 s until Mia was back, 5 s more; the second left after 60 s.
    general, billing, everything = (queues[key]["today"] for key in ("general", "billing", "all"))
    assert (general["offered"], general["answered"], general["left"], general["asa_s"]) == (2, 1, 1, 35.0)
    # Ben said no after 5 s, was asked again a minute later, and rang for 5 s.
    assert (billing["offered"], billing["answered"], billing["asa_s"]) == (1, 1, 70.0)
    # Of all, each is one contact, who has waited since they came.
    assert (everything["offered"], everything["answered"], everything["left"]) == (2, 2, 0)
    assert (everything["asa_s"], everything["wait_longest_s"]) == ((35 + 130) / 2, 130.0)
    # Without help Mia takes the second when she is free, at seven minutes, after 65 s in vain and 5 s of ringing.
    alone = queues["all"]["proposed"]
    assert (alone["answered"], alone["wait_longest_s"], queues["general"]["proposed"]["left"]) == (2, 310.0, 0)
    assert result["doors"] == {"general": {"today": {"closed": 1, "full": 0}, "proposed": {"closed": 0, "full": 0}}}
    assert "general, today's rules: 1 came while it was closed, 0 while it was full." in table(result)


@pytest.fixture
def at_noon(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Careline:
    """The command on a database in which nothing has happened."""
    return command(sqlite_url, tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [
        ("2026-03-02T09:00Z", "2026-03-02T09:00Z", "--to: the same instant as --from: nothing lies between"),
        ("2026-03-02T09:00Z", "2026-03-02T08:00Z", "--to: lies before --from"),
        ("2026-03-02T09:00Z", "2026-03-02T13:00Z", "--to: lies in the future: only what has happened can be played"),
        ("2026-01-02T09:00Z", "2026-03-02T09:00Z", "--to: more than 31 days after --from"),
        ("yesterday", "2026-03-02T09:00Z", "--from: 'yesterday' is no instant like 2026-11-25T08:00Z"),
        ("2026-03-02T09:00", "2026-03-02T09:10Z", "an instant needs a zone"),
    ],
)
def test_a_span_that_is_none_is_wrong_usage(at_noon: Careline, begins: str, ends: str, why: str):
    run = at_noon("--from", begins, "--to", ends)

    assert (run.exit_code, run.stdout) == (2, "")
    assert why in run.stderr


def test_a_log_that_is_empty_says_nothing(at_noon: Careline):
    run = at_noon(*SPAN)

    assert (run.exit_code, run.stdout) == (1, "")
    assert run.stderr == "The log does not reach back so far: it is empty\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("queues: {general: {name: General, strategy: loudest}}", "rules.yaml: queues.general.strategy: "),
        ("queues: {general: {name: General, skills: {french: 1}}}", "queues.general.skills: there is no skill french"),
        ("agents: {mia@demo.test: {name: Mia, queues: [nowhere]}}", "mia@demo.test.queues: there is no queue nowhere"),
        ("ordering: {kind: priority, tiers: {vip: 5m}}", "rules.yaml: ordering.tiers: only with kind slack"),
        (
            "flows: {main: {languages: [en], start: q, nodes: {q: {queue: nowhere}}}}",
            "rules.yaml: flows.main: line 5: q: there is no queue nowhere",
        ),
        ('"a\\nb\\e[31m": 1', "rules.yaml: a\\nb\\x1b[31m: unknown here"),
        ("- queues", "rules.yaml: file: an organization file begins with names like queues:"),
    ],
)
def test_rules_that_mean_nothing_are_wrong_usage(at_noon: Careline, text: str, why: str):
    Path("rules.yaml").write_text(text)

    run = at_noon(*SPAN, "--rules", "rules.yaml")

    assert (run.exit_code, run.stdout) == (2, "")
    assert why in run.stderr


def test_for_how_long_contacts_are_kept_for_whom_is_not_compared_and_says_so(careline: Careline):
    changed = "case_owner: {voice: 20s, email: 1m}, last_agent: {email: 0s}, last_agent_within: 7d"
    Path("kept.yaml").write_text(f"queues: {{general: {{name: General, {changed}}}}}")

    run = careline(*SPAN, "--rules", "kept.yaml")

    cannot, instead = "a replay cannot compare other times: say", "as it is today, and try others in a simulation"
    assert (run.exit_code, run.stdout) == (2, "")
    assert run.stderr.splitlines() == [
        f"kept.yaml: queues.general.case_owner.voice: {cannot} 10s, {instead}",
        f"kept.yaml: queues.general.last_agent.email: {cannot} 1m, {instead}",
        f"kept.yaml: queues.general.last_agent_within: {cannot} 1d, {instead}",
    ]


def test_rules_without_an_end_are_not_read_for_ever(at_noon: Careline):
    run = at_noon(*SPAN, "--rules", "/dev/zero")

    assert (run.exit_code, run.stderr) == (2, "/dev/zero: file: longer than 4000000 characters\n")


def test_where_there_is_no_database_there_is_nothing_to_replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    run = command(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path, monkeypatch)(*SPAN)

    assert (run.exit_code, run.stdout) == (1, "")
    assert "There is no database at" in run.stderr
    assert not (tmp_path / "none.sqlite3").exists()


def test_help_has_an_example():
    run = CliRunner().invoke(app, ["replay", "--help"])

    assert run.exit_code == 0
    assert "careline replay --from 2026-11-25T08:00Z" in run.stdout
