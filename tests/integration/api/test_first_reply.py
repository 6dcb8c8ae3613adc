"""The first reply of a person to a complaint: by its conversation or by letter, and in the report of its month."""

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.api.house import House

WORDS = {"category": "billing", "severity": 3, "remedy_sought": "The fee back", "verbatim": "I paid twice."}


async def complains(house: House) -> tuple[str, str]:
    """A complaint taken from a contact that agent1 has in hand; both ids."""
    program = house.program("agent1")
    contact = await house.held_by("agent1")
    customer = (await program.get(f"interactions/{contact}"))["customer"]["id"]
    made = await program.post("complaints", WORDS | {"customer_id": customer, "interaction_id": contact})
    assert made.status == 201, made.data
    return contact, str(made["id"])


async def first_reply_of(house: House, complaint_id: str) -> Any:
    known = await house.program("agent1").get(f"complaints/{complaint_id}")
    (clock,) = [one for one in known["deadlines"] if one["name"] == "first_reply"]
    return clock["met_at"]


@pytest.mark.usefixtures("reports_are_made_here")
async def test_the_report_says_whether_a_person_answered_in_time(house: House) -> None:
    program = house.program("agent1")
    answered, heard = await complains(house)
    _, unheard = await complains(house)
    note = {"text": "Looks angry", "client_id": "c-1", "internal": True}
    assert (await program.post(f"interactions/{answered}/messages", note)).status == 201
    assert await first_reply_of(house, heard) is None
    house.clock.advance(timedelta(hours=3))
    said = {"text": "We look into it today.", "client_id": "c-2"}
    assert (await program.post(f"interactions/{answered}/messages", said)).status == 201

    assert await first_reply_of(house, heard) is not None
    assert await first_reply_of(house, unheard) is None
    house.clock.advance(timedelta(days=6))
    month = house.clock.now().strftime("%Y-%m")
    report = await house.program("supervisor").get(f"reports/complaints/{month}")
    figures = next(section for section in report["sections"] if section["id"] == 4)["figures"]
    assert figures["first_reply_on_time"] == 50.0


async def test_a_complaint_of_a_conversation_in_which_somebody_has_answered_has_its_first_reply(house: House) -> None:
    program = house.program("agent1")
    contact = await house.held_by("agent1")
    await program.post(f"interactions/{contact}/messages", {"text": "Good morning", "client_id": "c-1"})
    customer = (await program.get(f"interactions/{contact}"))["customer"]["id"]
    made = await program.post("complaints", WORDS | {"customer_id": customer, "interaction_id": contact})

    assert await first_reply_of(house, made["id"]) is not None
