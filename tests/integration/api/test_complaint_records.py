"""What is answered to whoever logs a complaint or moves it on: the record, whole, as it is then."""

from typing import Any

import sqlalchemy as sa

from desk.kernel.transaction import Actor, Tx
from desk.tables import complaints, taxonomy, work_items
from tests.integration.api.house import House

WORDS = {"category": "billing", "severity": 3, "remedy_sought": "The fee back", "verbatim": "I paid twice."}


async def customer_of(house: House) -> str:
    eva = {"name": "Eva Ruiz", "addresses": [{"kind": "email", "value": "eva@example.test"}]}
    return str((await house.program("agent1").post("customers", eva))["id"])


async def test_a_complaint_that_was_logged_is_answered_as_it_reads_later(house: House) -> None:
    program = house.program("agent1")
    made = await program.post("complaints", WORDS | {"customer_id": await customer_of(house)}, key="k")

    assert made.status == 201
    assert made.data == (await program.get(f"complaints/{made['id']}")).data
    assert (made["state"], made["verbatim"], made["severity"]) == ("logged", "I paid twice.", 3)
    assert {item["name"] for item in made["milestones"]} == {"received", "logged"}
    assert made["next_due_at"] and made["deadlines"]
    again = await program.post("complaints", WORDS | {"customer_id": made["customer_id"]}, key="k")
    assert (again.status, again.data) == (201, made.data)


async def test_a_complaint_that_is_moved_on_is_answered_whole_and_says_what_it_waits_for(house: House) -> None:
    program = house.program("agent1")
    made = await program.post("complaints", WORDS | {"customer_id": await customer_of(house)})
    path = f"complaints/{made['id']}"

    async def moves(who: str, **step: Any) -> Any:
        said = await house.program(who).post(f"{path}/transitions", step)
        assert said.status == (202 if step["to"] == "closed" else 200), said.data
        known = (await program.get(path)).data
        assert {name: value for name, value in said.data.items() if name in known} == known
        return said

    owner = house.ids["agent1"]
    triage = await moves("agent1", to="triage", owner_id=owner, level="general")
    assert (triage["owner"]["id"], triage["pending"], triage["awaits"]) == (owner, False, [])
    await moves("agent1", to="investigating", plan="Read the account")
    await moves("agent1", to="decision_review", findings="Charged twice", cause="systems.invoice", redress="apology")
    asked = await moves("supervisor", to="closed", decision="upheld", response="We are sorry.")
    assert (asked["state"], asked["pending"], asked["awaits"]) == ("decision_review", True, ["letter handed over"])
    assert [letter["kind"] for letter in asked["letters"]] == ["acknowledgement", "final_response"]


async def test_what_only_looks_like_a_number_is_none(house: House) -> None:
    program = house.program("agent1")
    words = WORDS | {"customer_id": await customer_of(house), "first_expressed_at": "2026-01-01T00:00:00Z"}

    for severity in (True, "3", 3.0, None):
        said = await program.post("complaints", words | {"severity": severity})
        assert (said.status, said.wrong) == (422, {"severity"}), severity
    made = await program.post("complaints", words)
    assert made.status == 201
    for change in ({"severity": True}, {"severity": "4"}, {"vulnerable": 1}, {"vulnerable": "yes"}):
        said = await program.ask("PATCH", f"complaints/{made['id']}", json=change)
        assert (said.status, said.wrong) == (422, set(change)), change


async def test_everything_that_is_wrong_with_a_new_complaint_is_named_at_once(house: House) -> None:
    program = house.program("agent1")
    blank = {"customer_id": "nobody", "category": "moon", "severity": 9, "remedy_sought": "", "verbatim": " "}

    said = await program.post("complaints", blank)
    assert (said.status, said.wrong) == (422, {"customer_id", "category", "severity", "verbatim"})
    said = await program.post("complaints", blank | {"first_expressed_at": "2099-01-01T00:00:00Z"})
    assert said.wrong == {"customer_id", "category", "severity", "verbatim", "first_expressed_at"}

    half = blank | {"severity": "high", "first_expressed_at": "once", "mood": "bad"}
    del half["remedy_sought"]
    said = await program.post("complaints", half)
    every = {"customer_id", "category", "severity", "verbatim", "first_expressed_at", "mood", "remedy_sought"}
    assert (said.status, said.wrong) == (422, every)
    assert len(said["errors"]) == len(every)
    assert (await program.post("complaints", [])).status == 422
    assert not (await house.program("supervisor").get("complaints"))["items"]


async def test_a_code_that_is_not_listed_is_refused_and_told_where_the_codes_are(house: House) -> None:
    program = house.program("agent1")
    new = WORDS | {"customer_id": await customer_of(house)}
    path = f"complaints/{(await program.post('complaints', new))['id']}"
    await house.desk.transact(Actor.system("test"), _retire, "service.manner")

    listed = "not a code that is listed; `categories` of the organization file lists them: billing, billing.refund, "
    for category, why in (("moon", listed), ("service.manner", "this code is retired")):
        for said in (
            await program.post("complaints", new | {"category": category}),
            await program.patch(path, {"category": category}),
        ):
            (error,) = said["errors"]
            assert (said.status, error["field"]) == (422, "category")
            assert error["message"].startswith(why) and "manner" not in error["message"]
    assert (await program.patch(path, {"category": "delivery.late"}))["category"] == "delivery.late"


async def test_a_record_whose_code_is_not_listed_any_more_is_read_and_changed_otherwise(house: House) -> None:
    program = house.program("agent1")
    made = await program.post("complaints", WORDS | {"customer_id": await customer_of(house)})
    path = f"complaints/{made['id']}"
    await house.desk.transact(Actor.system("test"), lambda tx: tx.update(complaints, made["id"], category="moon"))

    assert (await program.get(path))["category"] == "moon"
    assert (await program.patch(path, {"severity": 4})).status == 200
    assert (await program.patch(path, {"severity": 3, "category": "moon"})).status == 200
    triage = {"to": "triage", "owner_id": house.ids["agent1"], "level": "general"}
    assert (await program.post(f"{path}/transitions", triage)).status == 200
    assert (await program.post(f"{path}/transitions", {"to": "investigating", "plan": "Read"})).status == 200
    findings = {"to": "decision_review", "findings": "Charged twice", "redress": "apology"}
    said = await program.post(f"{path}/transitions", findings | {"cause": "process"})
    assert (said.status, said.wrong) == (422, {"cause"}) and "`causes`" in said["errors"][0]["message"]
    await house.desk.transact(Actor.system("test"), lambda tx: tx.update(complaints, made["id"], cause="process"))
    assert (await program.post(f"{path}/transitions", findings | {"cause": "process"})).status == 200


def _retire(tx: Tx, code: str) -> None:
    tx.execute(sa.update(taxonomy).where(taxonomy.c.code == code).values(retired=True))


async def test_a_text_that_is_too_long_is_too_many_characters(house: House) -> None:
    program = house.program("agent1")
    made = await program.post("complaints", WORDS | {"customer_id": await customer_of(house)})
    said = await program.patch(f"complaints/{made['id']}", {"remedy_sought": "x" * 20_001})

    assert (said.status, said.wrong) == (422, {"remedy_sought"})
    assert said["errors"][0]["message"] == "String should have at most 20000 characters"


async def test_an_apology_that_reached_nobody_is_not_done(house: House) -> None:
    program, supervisor = house.program("agent1"), house.program("supervisor")
    letter = await house.hands_in("letter", **{"from": {"address": "12 High Street, Leeds"}})
    customer = (await program.get(f"interactions/{letter['interaction_id']}"))["customer"]["id"]
    made = await program.post("complaints", WORDS | {"customer_id": customer})
    path = f"complaints/{made['id']}"
    for step in (
        {"to": "triage", "owner_id": house.ids["agent1"], "level": "general"},
        {"to": "investigating", "plan": "Read the account"},
        {"to": "decision_review", "findings": "Charged twice", "cause": "systems.invoice", "redress": "apology"},
    ):
        assert (await program.post(f"{path}/transitions", step)).status == 200
    closed = await supervisor.post(
        f"{path}/transitions", {"to": "closed", "decision": "upheld", "response": "We are sorry."}
    )

    assert (closed["state"], closed["pending"]) == ("closed", False)
    assert {letter["state"] for letter in closed["letters"]} == {"undeliverable"}
    (recovery,) = (await supervisor.get("recoveries", complaint_id=made["id"]))["items"]
    apology = recovery["actions"][0]
    assert (apology["kind"], apology["state"], apology["outcome"], apology["done_at"]) == (
        "apology", "waiting", "", None,
    )  # fmt: skip
    waiting = [row for row in await house.rows(work_items, kind="complaint_step") if row.state == "waiting"]
    assert [row.title for row in waiting] == [f"{made['number']}: deliver the letter another way"]
