"""Steps of complaints at the console: what is owed to a complainant is not done by saying so."""

from datetime import timedelta
from typing import Any

from desk.complaints.complaints import Issued, log_complaint, send_update
from desk.complaints.lifecycle import State
from desk.complaints.register import one_complaint
from desk.complaints.transitions import transition
from desk.kernel.ids import new_id
from desk.tables import customers, work_items
from tests.integration.floor import SYSTEM, Agent
from tests.integration.sockets.house import Client, House
from web.pages.complaints.story import complaint_view

WORDS = {"category": "billing", "severity": 3, "remedy_sought": "The fee back", "verbatim": "I paid twice."}
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("investigating", {"plan": "Read the account"}),
    ("decision_review", {"findings": "Charged twice", "cause": "systems.invoice", "redress": "apology"}),
    ("closed", {"decision": "upheld", "response": "We charged you twice. We are sorry."}),
)


async def logs(house: House) -> tuple[Agent, Issued]:
    """A complaint of somebody without any address; with the agent who logged it."""
    agent = await house.floor.agent(1, available=False)
    id = new_id(house.floor.clock.now())
    eva = {"id": id, "name": "Eva Ruiz", "created_at": house.floor.clock.now()}
    await house.floor.desk.transact(SYSTEM, lambda tx: tx.insert(customers, **eva))
    return agent, await agent.does(log_complaint, customer_id=id, **WORDS)


async def closes(house: House, agent: Agent, complaint_id: str) -> None:
    state = (await record(house, complaint_id))["state"]
    if state == "logged":
        await agent.does(transition, complaint_id, State.TRIAGE, owner_id=agent.id, level="general")
    supervisor = await house.floor.supervisor()
    for to, fields in STEPS:
        who = supervisor if to == "closed" else agent
        await who.does(transition, complaint_id, State(to), **fields)


async def record(house: House, complaint_id: str) -> dict[str, Any]:
    found: dict[str, Any] = await house.floor.desk.read(SYSTEM, one_complaint, complaint_id)
    return found


async def takes(console: Client, title: str) -> dict[str, Any]:
    """The work of this title, once it is offered and accepted."""
    offer = await console.next("offer", work_item__title=title)
    await console.does("offer.accept", offer_id=offer["offer_id"])
    item: dict[str, Any] = offer["work_item"]
    return item


async def test_a_letter_that_nothing_could_carry_is_delivered_by_a_person_and_then_the_apology_is_made(
    lite_house: House,
) -> None:
    house = lite_house
    agent, issued = await logs(house)
    await closes(house, agent, issued.id)
    console = await house.console("agent1", available=True)
    item = await takes(console, f"{issued.number}: deliver the letter another way")
    assert item["complaint_id"] == issued.id
    assert (await record(house, issued.id))["recoveries"][0]["actions"][0]["state"] == "waiting"

    await console.does("work.complete", work_item_id=item["id"], outcome="done", note="By a neighbour")

    after = await record(house, issued.id)
    apology = after["recoveries"][0]["actions"][0]
    assert (apology["state"], apology["outcome"]) == ("done", "sent")
    assert "By a neighbour" in apology["evidence"]
    final = [letter for letter in after["letters"] if letter["kind"] == "final_response"]
    assert [(letter["state"], letter["reason"]) for letter in final] == [
        ("handed_over", "delivered another way: By a neighbour")
    ]


async def test_a_final_response_that_has_not_gone_out_is_not_done_and_comes_back(lite_house: House) -> None:
    house = lite_house
    agent, issued = await logs(house)
    await agent.does(transition, issued.id, State.TRIAGE, owner_id=agent.id, level="general")
    await house.floor.passes(timedelta(days=21))
    console = await house.console("agent1", available=True)
    letter = await takes(console, f"{issued.number}: acknowledge by other means")
    await console.does("work.complete", work_item_id=letter["id"], outcome="done", note="By a neighbour")
    overdue = f"{issued.number}: Final response, overdue"
    item = await takes(console, overdue)

    for outcome in ("done", "not_needed"):
        refused = await console.asks("work.complete", work_item_id=item["id"], outcome=outcome)
        assert refused["error"]["code"] == "invalid"
        assert "the final response has not gone out" in refused["error"]["message"]
    await console.does("work.complete", work_item_id=item["id"], outcome="unreachable", note="No answer")
    (aside,) = await house.floor.rows(work_items, id=item["id"])
    assert (aside.state, aside.agent_id) == ("scheduled", None)
    await house.floor.passes(timedelta(hours=4))
    (again,) = await house.floor.rows(work_items, id=item["id"])
    assert (again.state in ("waiting", "offered"), again.placed_at) == (True, house.floor.clock.now())

    await closes(house, agent, issued.id)
    assert (await record(house, issued.id))["state"] == "closed"


async def test_whoever_reached_nobody_to_acknowledge_a_complaint_says_what_was_tried(lite_house: House) -> None:
    house = lite_house
    _, issued = await logs(house)
    console = await house.console("agent1", available=True)
    item = await takes(console, f"{issued.number}: acknowledge by other means")

    for nothing in ("", "  "):
        refused = await console.asks("work.complete", work_item_id=item["id"], outcome="unreachable", note=nothing)
        assert refused["error"]["code"] == "invalid"
        assert "what was tried" in refused["error"]["message"]
    (still,) = await house.floor.rows(work_items, id=item["id"])
    assert still.state == "active"

    await console.does("work.complete", work_item_id=item["id"], outcome="unreachable", note="Rang the door at noon")
    (aside,) = await house.floor.rows(work_items, id=item["id"])
    assert (aside.state, aside.outcome, aside.note) == ("scheduled", "unreachable", "Rang the door at noon")


async def test_each_try_to_acknowledge_a_complaint_stands_in_its_history(lite_house: House) -> None:
    house = lite_house
    agent, issued = await logs(house)
    console = await house.console("agent1", available=True)
    title = f"{issued.number}: acknowledge by other means"
    item = await takes(console, title)

    await console.does("work.complete", work_item_id=item["id"], outcome="unreachable", note="Rang the door at noon")
    console.heard.clear()
    await house.floor.passes(timedelta(hours=4))
    await takes(console, title)
    await console.does("work.complete", work_item_id=item["id"], outcome="unreachable", note="And again at four")
    console.heard.clear()
    await house.floor.passes(timedelta(hours=4))
    await takes(console, title)
    await console.does("work.complete", work_item_id=item["id"], outcome="done", note="By a neighbour")

    tries = (await record(house, issued.id))["tries"]
    said = [(one["about"], one["outcome"], one["note"]) for one in tries]
    assert said == [("acknowledgement", "unreachable", note) for note in ("Rang the door at noon", "And again at four")]
    assert [one["actor"] for one in tries] == [f"user:{agent.id}"] * 2
    assert tries[1]["at"] - tries[0]["at"] == timedelta(hours=4)
    story = (await house.floor.desk.read(SYSTEM, complaint_view, issued.id))["story"]
    seen = [(item["title"], item["text"]) for item in story if "unreachable" in item["title"]]
    assert seen == [
        ("Acknowledgement: unreachable", "And again at four"),
        ("Acknowledgement: unreachable", "Rang the door at noon"),
    ]


async def test_an_update_that_was_sent_takes_its_step_out_of_the_queue(lite_house: House) -> None:
    house = lite_house
    agent, issued = await logs(house)
    await agent.does(transition, issued.id, State.TRIAGE, owner_id=agent.id, level="general")
    await agent.does(transition, issued.id, State.INVESTIGATING, plan="Read the account")
    await house.floor.passes(timedelta(days=7))

    async def waiting() -> list[str]:
        rows = await house.floor.rows(work_items, kind="complaint_step", state="waiting")
        return [row.title for row in rows if "Update the customer" in row.title]

    assert len(await waiting()) == 1
    await agent.does(send_update, issued.id, "We wait for the bank.")
    assert await waiting() == []


async def test_a_step_that_has_become_pointless_rings_no_more(lite_house: House) -> None:
    house = lite_house
    _, issued = await logs(house)
    console = await house.console("agent1", available=True)
    offer = await console.next("offer", work_item__title=f"{issued.number}: acknowledge by other means")
    supervisor = await house.floor.supervisor()
    await supervisor.does(transition, issued.id, State.VOID, reason="Logged by mistake")

    refused = await console.asks("offer.accept", offer_id=offer["offer_id"])
    assert refused["error"]["code"] == "stale"
    (step,) = await house.floor.rows(work_items, id=offer["work_item"]["id"])
    assert (step.state, step.outcome) == ("done", "withdrawn")
