"""Instants that programs name: one that no calendar can work with is refused by its field, and nothing is kept."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from desk.tables import complaints, work_items
from tests.integration.api.house import House, Program

NO_INSTANTS = ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z"]
MATTER = {"category": "billing", "severity": 3, "remedy_sought": "Money", "verbatim": "I paid twice"}


async def _new(house: House) -> dict[str, Any]:
    id = (await house.hands_in())["interaction_id"]
    return MATTER | {"customer_id": (await house.program("agent1").get(f"interactions/{id}"))["customer"]["id"]}


async def _shown(program: Program, id: str) -> datetime:
    said = await program.get(f"complaints/{id}")
    assert said.status == 200
    return datetime.fromisoformat(said["received_at"])


@pytest.mark.parametrize("said_at", [*NO_INSTANTS, "1500-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])
async def test_nobody_complained_that_long_ago(house: House, said_at: str) -> None:
    program = house.program("supervisor")
    new = await _new(house)
    assert (await program.post("complaints", new | {"first_expressed_at": said_at})).wrong == {"first_expressed_at"}
    assert not await house.rows(complaints)

    made = await program.post("complaints", new)
    refused = await program.patch(f"complaints/{made['id']}", {"first_expressed_at": said_at, "severity": 5})
    assert refused.wrong == {"first_expressed_at"}
    assert await _shown(program, made["id"]) == house.clock.now()
    (kept,) = await house.rows(complaints)
    assert kept.severity == 3


async def test_a_clock_that_is_a_little_ahead_says_now_and_one_that_is_far_ahead_is_wrong(house: House) -> None:
    program = house.program("supervisor")
    new, now = await _new(house), house.clock.now()
    soon, later = now + timedelta(minutes=1), now + timedelta(minutes=10)
    made = await program.post("complaints", new | {"first_expressed_at": soon.isoformat()})
    assert await _shown(program, made["id"]) == now
    assert (await program.patch(f"complaints/{made['id']}", {"first_expressed_at": soon.isoformat()})).status == 200
    assert await _shown(program, made["id"]) == now
    for refused in (
        await program.post("complaints", new | {"first_expressed_at": later.isoformat()}),
        await program.patch(f"complaints/{made['id']}", {"first_expressed_at": later.isoformat()}),
    ):
        assert refused.wrong == {"first_expressed_at"}


async def test_nine_years_ago_is_taken_and_counted(house: House) -> None:
    program = house.program("supervisor")
    said_at = house.clock.now() - timedelta(days=9 * 365)
    made = await program.post("complaints", await _new(house) | {"first_expressed_at": said_at.isoformat()})
    assert await _shown(program, made["id"]) == said_at


@pytest.mark.parametrize("due_at", NO_INSTANTS)
async def test_nothing_is_due_outside_the_calendar(house: House, due_at: str) -> None:
    program = house.program("supervisor")
    new = await _new(house)
    work = {"customer_id": new["customer_id"], "queue": "general", "title": "Ring"}
    before = len(await house.rows(work_items))
    for kind in ("tasks", "promises", "callbacks"):
        assert (await program.post(kind, work | {"due_at": due_at})).wrong == {"due_at"}
        assert (await program.post(kind, work | {"from_at": due_at})).wrong == {"from_at"}
    assert len(await house.rows(work_items)) == before

    made = await program.post("complaints", new)
    step = {"to": "external", "body": "Ombudsman", "due_at": due_at}
    assert (await program.post(f"complaints/{made['id']}/transitions", step)).wrong == {"due_at"}
    assert (await program.get("interactions", arrived_from=due_at)).wrong == {"arrived_from"}
