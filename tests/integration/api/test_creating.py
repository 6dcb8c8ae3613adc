"""Creating: the same key is the same deed, the same external id the same customer."""

import asyncio
from datetime import timedelta

from desk.tables import customers, idempotency_keys, work_items
from tests.integration.api.house import House

EVA = {"name": "Eva Ruiz", "tier": "major", "addresses": [{"kind": "email", "value": "Eva@Example.test"}]}


async def test_the_same_key_is_one_deed_with_one_answer(house: House) -> None:
    program = house.program("agent1")
    new = {"name": "Eva Ruiz"}
    first = await program.post("customers", new, key="k-1")
    house.clock.advance(timedelta(minutes=3))
    again = await program.post("customers", new, key="k-1")
    other_key = await program.post("customers", new, key="k-2")
    without = await program.post("customers", new)

    assert [said.status for said in (first, again, other_key, without)] == [201] * 4
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"] == f"/api/v1/customers/{first['id']}"
    assert len({said["id"] for said in (first, other_key, without)}) == 3
    assert len(await house.rows(customers)) == 3


async def test_a_key_stands_for_one_request_of_one_caller(house: House) -> None:
    first = await house.program("agent1").post("customers", {"name": "Eva"}, key="k")
    changed = await house.program("agent1").post("customers", {"name": "Ben"}, key="k")
    elsewhere = await house.program("agent1").post("canned-replies", {"name": "Eva"}, key="k")
    of_another = await house.program("agent2").post("customers", {"name": "Ben"}, key="k")

    assert (changed.status, changed["code"]) == (409, "conflict")
    assert elsewhere.status == 403
    assert of_another.status == 201
    assert of_another["id"] != first["id"]


async def test_a_request_that_failed_leaves_its_key_free(house: House) -> None:
    program = house.program("agent1")
    assert (await program.post("customers", {"name": "Eva", "tier": "royal"}, key="k")).wrong == {"tier"}
    assert (await program.post("customers", {"name": "Eva", "tier": "vip"}, key="k")).status == 201


async def test_a_key_is_remembered_for_a_day(house: House) -> None:
    program = house.program("agent1")
    first = await program.post("customers", {"name": "Eva"}, key="k")
    house.clock.advance(timedelta(hours=24, seconds=1))
    second = await program.post("customers", {"name": "Eva"}, key="k")

    assert second["id"] != first["id"]
    assert len(await house.rows(idempotency_keys)) == 1


async def test_the_same_key_at_the_same_instant_is_still_one_deed(house: House) -> None:
    program = house.program("agent1")
    said = await asyncio.gather(*(program.post("customers", {"name": "Eva"}, key="k") for _ in range(6)))

    assert {one.status for one in said} == {201}
    assert len({one["id"] for one in said}) == 1
    assert len(await house.rows(customers)) == 1


async def test_keys_that_are_none_are_refused(house: House) -> None:
    program = house.program("agent1")
    for key in ("k" * 201, "\u00e9\u200b"):
        assert (await program.post("customers", {"name": "Eva"}, key=key)).wrong == {"Idempotency-Key"}


async def test_another_systems_customer_is_added_once_and_then_brought_up_to_date(house: House) -> None:
    program = house.program("agent1")
    first = await program.post("customers", EVA | {"external_id": "crm-7"})
    again = await program.post("customers", {"name": "Eva Ruiz-Oh", "external_id": "crm-7"})

    assert (first.status, again.status) == (201, 200)
    assert again["id"] == first["id"]
    assert (again["name"], again["tier"]) == ("Eva Ruiz-Oh", "major")
    assert again["addresses"] == [{"kind": "email", "value": "eva@example.test"}]
    assert (await program.get("customers", external_id="crm-7"))["items"] == [again.data]


async def test_an_address_belongs_to_one_customer(house: House) -> None:
    program = house.program("agent1")
    await program.post("customers", EVA)
    taken = await program.post("customers", EVA | {"name": "Mallory"})
    assert (taken.status, taken["code"]) == (409, "conflict")
    assert "Eva" not in taken["detail"]
    assert [row.name for row in await house.rows(customers)] == ["Eva Ruiz"]


async def test_customers_are_changed_field_by_field_and_not_over_somebody_elses_change(house: House) -> None:
    program = house.program("agent1")
    made = await program.post("customers", EVA)
    path = f"customers/{made['id']}"
    changed = await program.patch(path, {"note": "Prefers mail", "vulnerable": True, "version": made["version"]})
    assert (changed.status, changed["note"], changed["tier"]) == (200, "Prefers mail", "major")
    late = await program.patch(path, {"note": "x", "version": made["version"]})
    assert (late.status, late["code"]) == (409, "conflict")
    for wrong in ("id", "created_at", "external_id", "contact_safety", "password_hash"):
        assert (await program.patch(path, {wrong: "x"})).wrong == {wrong}
    assert (await program.patch(path, {"tier": "royal"})).wrong == {"tier"}
    pop = await program.get(f"{path}/pop")
    assert set(pop.data) == {"customer", "history", "complaints", "recoveries", "callbacks", "satisfaction"}


async def test_work_waits_from_the_moment_it_is_planned_for(house: House) -> None:
    program = house.program("agent1")
    customer = (await program.post("customers", EVA))["id"]
    new = {"customer_id": customer, "queue": "billing", "title": "Ring Eva back"}
    now = await program.post("tasks", new, key="t")
    tomorrow = (house.clock.now() + timedelta(days=1)).isoformat()
    planned = await program.post("callbacks", new | {"from_at": tomorrow})

    assert (now.status, now["kind"], now["state"]) == (201, "task", "waiting")
    assert (planned["kind"], planned["state"], planned["number"]) == ("callback", "waiting", None)
    (row,) = await house.rows(work_items, id=planned["id"])
    assert row.state == "scheduled"
    assert [item["id"] for item in (await program.get("callbacks"))["items"]] == [planned["id"]]
    assert (await program.get(f"tasks/{planned['id']}")).status == 404
    house.clock.advance(timedelta(days=1))
    await house.works_off()
    (row,) = await house.rows(work_items, id=planned["id"])
    assert row.state == "waiting"


async def test_work_names_what_is_wrong_with_it(house: House) -> None:
    program = house.program("agent1")
    wrong = await program.post("promises", {"customer_id": "x", "queue": "nowhere", "title": " "})
    assert wrong.wrong == {"customer_id", "queue", "title"}
    assert (await program.post("promises", {"kind": "interaction"})).wrong >= {"kind", "customer_id"}


async def test_who_has_work_completes_it_once(house: House) -> None:
    program, other = house.program("agent1"), house.program("agent2")
    customer = (await program.post("customers", EVA))["id"]
    made = await program.post("tasks", {"customer_id": customer, "queue": "billing", "title": "Check the fee"})
    await house.desk.transact(
        house.actor("admin"),
        lambda tx: tx.update(work_items, made["id"], state="active", agent_id=house.ids["agent1"]),
    )
    path = f"tasks/{made['id']}/complete"
    assert (await other.post(path, {"outcome": "done"})).status == 403
    assert (await house.program("stranger").post(path, {"outcome": "done"})).status == 404
    assert (await program.post(path, {"outcome": " "})).wrong == {"outcome"}
    done = await program.post(path, {"outcome": "done", "note": "It was right"})
    assert (done.status, done["state"], done["outcome"]) == (200, "done", "done")
    assert (await program.post(path, {"outcome": "done"})).status == 409
