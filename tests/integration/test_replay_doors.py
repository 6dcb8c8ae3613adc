"""Callers whom a flow met, told again: by other hours those come in who were turned away, and the other way round.

They ring by the carrier's signed webhooks, as in production.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.kernel.clock import ManualClock
from desk.organization.file import read
from desk.organization.organization import load
from desk.tables import calls
from tests.integration.floor import SYSTEM, sample_organization
from tests.integration.test_replay import command, told
from tests.integration.web.front import Front, open_front
from tests.integration.web.test_telephone import OURS, PUBLIC, TOKEN, knocks, rows
from web.hooks import line, twilio

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPAN = ("--from", "2026-03-02T09:01Z", "--to", "2026-03-02T09:20Z")

#: Billing is open for ten minutes; one may wait there.
RULES = """
hours: {shop: {week: {monday: ["09:00-09:10"]}}, day_and_night: {week: {monday: ["00:00-24:00"]}}}
queues: {billing: {name: Billing, hours: shop, max_length: 1, skills: {billing: 1}}}
flows:
  main:
    name: greeting
    languages: [en]
    start: opening
    nodes:
      opening: {when: billing.open, then: choose, else: closed}
      choose: {menu: Press 1., keys: {1: line}, default: choice, tries: 2}
      choice: {hangup: yes, say: Call again when you know.}
      line: {when: billing.full, then: busy, else: billing}
      billing: {queue: billing}
      busy: {hangup: yes, say: All our lines are taken.}
      closed: {hangup: yes, say: We are closed.}
"""


class Telephone:
    """Callers at the carrier's doors."""

    def __init__(self, front: Front) -> None:
        self.front, self.network = front, front.browser()

    def at(self, minute: int, second: int = 0) -> None:
        self.front.clock.set(NINE + timedelta(minutes=minute, seconds=second))

    async def rings(self, name: str) -> str:
        return await knocks(self.network, "/twilio/voice", CallSid=name, From=f"+4930231250{ord(name[0])}", To=OURS)

    async def presses(self, name: str, keys: str, turn: int = 0) -> str:
        (call,) = [row for row in await rows(self.front, calls) if row.carrier_id == name]
        path = f"/twilio/voice/step/{call.id}?turn={turn}"
        return await knocks(self.network, path, CallSid=name, Digits=keys)

    async def hangs_up(self, name: str) -> None:
        await knocks(self.network, "/twilio/voice/status", CallSid=name, CallStatus="completed")


async def live_through(telephone: Telephone) -> None:
    """Ana waits, Bo finds the line full, Cy hangs up in the menu, Di and Ed come when it is closed."""
    telephone.at(2)
    assert "<Gather" in await telephone.rings("Ana")
    telephone.at(2, 5)
    assert "lines are taken" not in await telephone.presses("Ana", "1")
    telephone.at(3)
    await telephone.rings("Bo")
    telephone.at(3, 4)
    assert "lines are taken" in await telephone.presses("Bo", "1")
    telephone.at(4)
    await telephone.rings("Cy")
    telephone.at(4, 9)
    await telephone.hangs_up("Cy")
    telephone.at(6, 5)
    await telephone.hangs_up("Ana")
    telephone.at(11)
    assert "We are closed." in await telephone.rings("Di")
    telephone.at(12)
    assert "We are closed." in await telephone.rings("Ed")
    telephone.at(20)


@pytest.fixture
async def lived(tmp_path: Path, database_url: str, manual_clock: ManualClock) -> str:
    """The database of a house that has lived through it, and is closed."""
    manual_clock.set(NINE)
    about: dict[str, Any] = {"at": NINE, "twilio_auth_token": TOKEN, "public_url": PUBLIC}
    async with open_front(tmp_path, database_url, routes=[*twilio.routes, *line.routes], **about) as front:
        await front.desk.transact(SYSTEM, load, sample_organization())
        await front.desk.transact(SYSTEM, load, read(RULES))
        await live_through(Telephone(front))
    return database_url


COUNTS = ("came", "queued", "turned_away", "hung_up", "in_menu", "unknown", "let_in", "kept_out", "drawn", "not_kept")


def counts(led: dict[str, int]) -> dict[str, int]:
    assert tuple(sorted(led)) == tuple(sorted(COUNTS))
    return {name: number for name, number in led.items() if number}


async def test_other_hours_and_another_end_of_the_line_let_others_in(
    lived: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    careline = command(lived, tmp_path, monkeypatch)

    # By the rules that were in force everybody is led as they were.
    result = told(await asyncio.to_thread(careline, *SPAN, "--json"))
    flow = result["callers"]["main"]
    as_it_was = {"came": 5, "queued": 1, "turned_away": 3, "hung_up": 1}
    assert counts(flow["recorded"]) == counts(flow["today"]) == as_it_was
    assert counts(flow["difference"]) == {}
    assert result["queues"]["billing"]["recorded"] == result["queues"]["billing"]["today"]
    assert (result["calibration"]["same_wait"], result["doors"]) == (1.0, {})

    # Open for longer, and with room for all. What Di and Ed would have pressed is drawn from what others did.
    Path("longer.yaml").write_text(RULES.replace("09:00-09:10", "09:00-18:00").replace("max_length: 1, ", ""))
    result = told(await asyncio.to_thread(careline, *SPAN, "--json", "--rules", "longer.yaml"))
    proposed = counts(result["callers"]["main"]["proposed"])
    assert (proposed["came"], proposed["drawn"]) == (5, 2)
    assert proposed["let_in"] + 1 == proposed["queued"] == result["queues"]["billing"]["proposed"]["offered"]
    assert proposed["queued"] + proposed["hung_up"] == 5
    assert proposed["let_in"] >= 1  # Bo, who pressed 1
    tables = (await asyncio.to_thread(careline, *SPAN, "--rules", "longer.yaml")).stdout
    assert next(row.split()[:4] for row in tables.splitlines() if "rang" in row) == ["flow", "rang", "to", "a"]
    assert "which queue they wanted nobody knows" in " ".join(tables.split())

    # Closed a little earlier Ana is told so, as are all after her.
    Path("shorter.yaml").write_text(RULES.replace("09:00-09:10", "09:00-09:02"))
    result = told(await asyncio.to_thread(careline, *SPAN, "--json", "--rules", "shorter.yaml"))
    assert counts(result["callers"]["main"]["proposed"]) == {"came": 5, "turned_away": 5, "kept_out": 1}
    assert result["queues"]["billing"]["proposed"]["offered"] == 0

    # A menu that nobody has heard: nobody knows what they would have chosen.
    Path("asks.yaml").write_text(
        RULES.replace("start: opening", "start: first").replace(
            "opening:", "first: {menu: Press 2., keys: {2: opening}, default: choice}\n      opening:"
        )
    )
    result = told(await asyncio.to_thread(careline, *SPAN, "--json", "--rules", "asks.yaml"))
    proposed = counts(result["callers"]["main"]["proposed"])
    assert proposed == {"came": 5, "unknown": 5, "kept_out": 1}
