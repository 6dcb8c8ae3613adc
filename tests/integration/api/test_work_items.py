"""Work ends with an outcome of its kind, and with no other word."""

import pytest

from desk.tables import work_items
from tests.integration.api.house import House

EACH = {
    "callbacks": {"reached", "gave_up", "cancelled"},
    "promises": {"kept", "broken", "released"},
    "tasks": {"done", "answered", "cancelled"},
}


async def in_hand(house: House, resource: str) -> str:
    """A new work item that agent1 has accepted; its id."""
    program = house.program("agent1")
    customer = (await program.post("customers", {"name": "Eva Ruiz"}))["id"]
    made = await program.post(resource, {"customer_id": customer, "queue": "billing", "title": "Ring her on Thursday"})
    values = {"state": "active", "agent_id": house.ids["agent1"]}
    await house.desk.transact(house.actor("admin"), lambda tx: tx.update(work_items, made["id"], **values))
    return str(made["id"])


@pytest.mark.parametrize("resource", EACH)
async def test_each_kind_of_work_says_how_it_can_end_and_ends_so(house: House, resource: str) -> None:
    program = house.program("agent1")
    offered = await program.get(f"work-items/{await in_hand(house, resource)}/outcomes")
    assert (set(offered["outcomes"]), offered["evidence"]) == (EACH[resource], False)

    for outcome in offered["outcomes"]:
        path = f"{resource}/{await in_hand(house, resource)}/complete"
        done = await program.post(path, {"outcome": outcome, "note": "In their own words, as long as they like"})
        ended = outcome if resource == "callbacks" else "done"
        assert (done.status, done["state"], done["outcome"]) == (200, ended, outcome)


@pytest.mark.parametrize("resource", EACH)
async def test_another_word_is_refused_with_the_words_that_there_are(house: House, resource: str) -> None:
    program = house.program("agent1")
    path = f"{resource}/{await in_hand(house, resource)}"

    refused = await program.post(f"{path}/complete", {"outcome": "she was so nice about it"})

    assert (refused.status, refused.wrong) == (422, {"outcome"})
    assert all(word in refused["detail"] for word in EACH[resource])
    assert (await program.get(path))["state"] == ("dialling" if resource == "callbacks" else "active")


async def test_a_program_may_say_done_for_the_good_end(house: House) -> None:
    program = house.program("agent1")
    for resource, kept in (("callbacks", "reached"), ("promises", "kept"), ("tasks", "done")):
        path = f"{resource}/{await in_hand(house, resource)}/complete"
        assert (await program.post(path, {"outcome": "done"}))["outcome"] == kept


async def test_who_cannot_see_work_is_not_told_how_it_ends(house: House) -> None:
    path = f"work-items/{await in_hand(house, 'tasks')}/outcomes"
    assert (await house.program("stranger").get(path)).status == 404
    assert (await house.program("supervisor").get(path)).status == 200
