"""Ending a contact that nobody has: whose right it is, what must be said, and what is told where it is not possible."""

from datetime import timedelta

from desk.tables import interactions
from tests.integration.api.house import House


async def test_a_supervisor_ends_what_waits_and_says_why(house: House) -> None:
    id = (await house.hands_in())["interaction_id"]
    supervisor = house.program("supervisor")

    assert (await supervisor.post(f"interactions/{id}/end")).wrong == {"disposition"}
    assert (await supervisor.post(f"interactions/{id}/end", {"disposition": "because"})).wrong == {"disposition"}
    assert (await house.program("agent1").post(f"interactions/{id}/end", {"disposition": "spam"})).status == 403
    ended = await supervisor.post(f"interactions/{id}/end", {"disposition": "spam", "note": "Pills"})

    assert (ended.status, ended["state"], ended["disposition"]) == (200, "closed", "spam")
    visits = (await supervisor.get(f"interactions/{id}/segments"))["items"]
    assert [visit["outcome"] for visit in visits if visit["kind"] == "queue"] == ["system_ended"]
    again = await supervisor.post(f"interactions/{id}/end", {"disposition": "spam"})
    assert (again.status, again["code"]) == (409, "stale")


async def test_what_was_put_aside_is_not_ended_and_the_reason_is_true(house: House) -> None:
    id = await house.held_by("agent1")
    later = (house.clock.now() + timedelta(hours=2)).isoformat()
    assert (await house.program("agent1").post(f"interactions/{id}/snooze", {"until": later})).status == 200
    refused = await house.program("supervisor").post(f"interactions/{id}/end", {"disposition": "spam"})

    assert (refused.status, refused["code"]) == (409, "conflict")
    assert "put aside" in refused["detail"]
    assert (await house.rows(interactions, id=id))[0].state == "snoozed"
