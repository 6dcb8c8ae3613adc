"""Why somebody waits, agent by agent; and why they waited, at any instant of the past."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from desk.agents import agents
from desk.agents.work import complete
from desk.contacts.intake import Received
from desk.customers.customers import identify
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.transaction import Tx
from desk.organization.changes import change_queue
from desk.organization.file import Document, Team
from desk.organization.organization import load
from desk.organization.routing_rules import rules_of
from desk.organization.rules import Queue, Ring
from desk.replay.rules_in_force import rules_in_force_at
from desk.screens.explain import why_waited, why_waiting
from desk.tables import offers as offers_table
from desk.tables import users
from desk.work import offers
from desk.work.planned_work import plan
from tests.integration.floor import SYSTEM, Agent, Floor, sample_organization

#: What both the live and the later explanation say.
SAID = ("state", "declines", "rule", "ring", "next_ring_at", "considered", "excluded", "agents", "rules")


async def why(floor: Floor, contact: str, agent: str | None = "") -> dict[str, Any]:
    return dict(await floor.desk.read(SYSTEM, why_waiting, contact, agent))


async def why_then(floor: Floor, contact: str, at: datetime, agent: str | None = "") -> dict[str, Any]:
    return dict(await floor.desk.read(SYSTEM, why_waited, contact, at, agent))


def reasons(told: dict[str, Any]) -> dict[str, str | None]:
    return {one["name"]: one["reason"] for one in told["agents"]["named"]}


async def waits_behind_full_hands(floor: Floor) -> tuple[Agent, Agent, Received]:
    """Avery has as many chats as she can hold, Bruno is at lunch, and one more waits."""
    avery = await floor.agent(1)
    for _ in range(3):
        await floor.writes()
        await avery.takes_next()
    bruno = await floor.agent(2)
    await bruno.does(agents.set_presence, bruno.id, "not_ready", "lunch")
    waits = await floor.writes()
    floor.clock.advance(timedelta(seconds=30))
    return avery, bruno, waits


async def test_what_rules_out_each_agent_is_said_by_name_and_adds_up_to_the_counts(floor: Floor):
    _, _, waits = await waits_behind_full_hands(floor)

    told = await why(floor, waits.interaction_id)

    by_name = reasons(told)
    assert (by_name["Avery Lindqvist"], by_name["Bruno Castellan"]) == ("full", "not_ready")
    assert dict(Counter(by_name.values())) == told["excluded"] == {"full": 1, "not_ready": 1, "offline": 8}
    assert list(by_name)[:2] == ["Avery Lindqvist", "Bruno Castellan"]  # who is nearest to it first
    assert reasons(await why(floor, waits.interaction_id, "bru")) == {"Bruno Castellan": "not_ready"}
    assert "agents" not in await why(floor, waits.interaction_id, None)


async def test_rules_are_named_by_version_in_every_explanation_and_in_the_offer(floor: Floor):
    _, bruno, waits = await waits_behind_full_hands(floor)
    before = (await why(floor, waits.interaction_id))["rules"]
    floor.clock.advance(timedelta(seconds=1))
    await floor.desk.transact(SYSTEM, change_queue, "general", {"strategy": "round_robin"})

    after = (await why(floor, waits.interaction_id))["rules"]

    assert after["version"] > before["version"]
    assert (after["at"] > before["at"], after["who"]) == (True, "system:test")
    await bruno.does(agents.set_presence, bruno.id, "available")
    offer = await bruno.next_offer()
    assert (offer.why["rule"], offer.why["rules"]) == ("round_robin", after)


async def test_a_past_minute_is_explained_as_it_was_explained_then(floor: Floor):
    avery, bruno, waits = await waits_behind_full_hands(floor)
    at, live = floor.clock.now(), await why(floor, waits.interaction_id)
    floor.clock.advance(timedelta(seconds=5))
    await floor.desk.transact(SYSTEM, change_queue, "general", {"strategy": "round_robin", "skills": {"billing": 5}})
    await floor.desk.transact(SYSTEM, change_queue, "general", {"skills": {}})
    await bruno.does(agents.set_presence, bruno.id, "available")
    offer = await bruno.next_offer()
    floor.clock.advance(timedelta(seconds=2))
    rang, ringing = floor.clock.now(), await why(floor, waits.interaction_id)
    floor.clock.advance(timedelta(seconds=1))
    await bruno.accepts(offer)
    floor.clock.advance(timedelta(minutes=5))
    await bruno.wraps_up(waits.interaction_id)
    await avery.does(agents.set_presence, avery.id, "offline")

    then = await why_then(floor, waits.interaction_id, at)

    assert {name: then[name] for name in SAID} == {name: live[name] for name in SAID}
    assert (then["whole"], then["position"]) == (True, live["position"])
    told = await why_then(floor, waits.interaction_id, rang)
    assert {name: told[name] for name in ("state", "rings", "why", "rules")} == {
        name: ringing[name] for name in ("state", "rings", "why", "rules")
    }


async def test_an_instant_at_which_nobody_waited_or_that_is_to_come_is_refused(floor: Floor):
    floor.clock.advance(timedelta(seconds=10))
    _, _, waits = await waits_behind_full_hands(floor)
    with pytest.raises(Conflict, match="did not wait"):
        await why_then(floor, waits.interaction_id, floor.clock.now() - timedelta(seconds=31))
    with pytest.raises(Invalid, match="future"):
        await why_then(floor, waits.interaction_id, floor.clock.now() + timedelta(seconds=1))
    with pytest.raises(Conflict, match="does not reach back"):
        await why_then(floor, waits.interaction_id, floor.clock.now() - timedelta(days=99))


async def test_the_rules_of_then_are_todays_with_every_later_change_taken_back(floor: Floor):
    before = await floor.desk.read(SYSTEM, rules_of)
    at = floor.clock.now()
    floor.clock.advance(timedelta(seconds=1))
    rings = [{"after": 30, "skills": {"billing": 0}}, {"after": 60, "queues": ["general"]}]
    await floor.desk.transact(SYSTEM, change_queue, "billing", {"rings": rings, "due": {"email": 60}, "priority": 7})
    await floor.desk.transact(SYSTEM, change_queue, "billing", {"rings": [], "target": {"within": 9, "share": 0.5}})
    more = {"ordering": {"kind": "priority"}, "limits": {"weights": {"chat": 50}}}
    await floor.desk.transact(SYSTEM, load, Document.model_validate(more))
    await floor.desk.transact(
        SYSTEM, load, Document(queues=(sample_organization().queues or {}) | {"night": Queue(name="Night")})
    )
    now = await floor.desk.read(SYSTEM, rules_of)
    assert now != before

    then = await floor.desk.read(SYSTEM, rules_in_force_at, at)

    assert then.whole
    assert then.rules == replace(before, queues=tuple(sorted(before.queues, key=lambda one: one.key)))
    today = await floor.desk.read(SYSTEM, rules_in_force_at, floor.clock.now())
    assert today.rules == replace(now, queues=tuple(sorted(now.queues, key=lambda one: one.key)))


async def plans(floor: Floor, **more: Any) -> str:
    """A task for somebody, who does not wait themselves."""

    def planned(tx: Tx) -> str:
        customer_id = identify(tx, "phone", "+493023125001").customer.id
        about = {"kind": "task", "customer_id": customer_id, "queue": "general", "title": "Send the label"}
        return plan(tx, **(about | more))

    return str(await floor.desk.transact(SYSTEM, planned))


async def test_other_work_is_explained_at_any_instant_as_it_was_then(floor: Floor):
    """A task stands in line beside a contact, is declined, waits again, is offered to another and taken."""
    avery = await floor.agent(1)
    await avery.does(agents.set_presence, avery.id, "not_ready", "lunch")
    task = await plans(floor)
    floor.clock.advance(timedelta(seconds=30))
    alone, stood = await why(floor, task), floor.clock.now()
    floor.clock.advance(timedelta(seconds=1))
    await avery.does(agents.set_presence, avery.id, "available")
    (offer,) = await floor.until(lambda: floor.rows(offers_table, work_item_id=task, outcome=None))
    floor.clock.advance(timedelta(seconds=3))
    ringing, rang = await why(floor, task), floor.clock.now()
    floor.clock.advance(timedelta(seconds=1))
    await avery.does(offers.decline, offer.id)
    await floor.settles()
    floor.clock.advance(timedelta(seconds=3))
    again, declined = await why(floor, task), floor.clock.now()
    floor.clock.advance(timedelta(seconds=1))
    bruno = await floor.agent(2)
    (second,) = await floor.until(lambda: floor.rows(offers_table, work_item_id=task, outcome=None))
    floor.clock.advance(timedelta(seconds=2))
    await bruno.accepts(second)
    floor.clock.advance(timedelta(seconds=2))
    taken = floor.clock.now()
    await bruno.does(complete, task, "done")
    floor.clock.advance(timedelta(hours=1))

    for at, live in ((stood, alone), (declined, again)):
        then = await why_then(floor, task, at)
        assert {name: then[name] for name in SAID} == {name: live[name] for name in SAID}
        assert (then["position"], then["whole"]) == (live["position"], True)
    assert (again["declines"], reasons(again)["Avery Lindqvist"]) == (1, "declined")
    told = await why_then(floor, task, rang)
    assert [told[name] for name in ("state", "rings", "why")] == [ringing[name] for name in ("state", "rings", "why")]
    with pytest.raises(Conflict, match="did not wait"):
        await why_then(floor, task, taken)


async def test_who_stood_in_line_beside_is_counted_whatever_it_was(floor: Floor):
    """A contact behind an overdue task; the task's hands are full hands, an instant later."""
    task = await plans(floor, due_at=floor.clock.now() + timedelta(seconds=1))
    floor.clock.advance(timedelta(hours=5))
    contact = await floor.writes()
    live, at = await why(floor, contact.interaction_id), floor.clock.now()
    floor.clock.advance(timedelta(seconds=1))
    await floor.desk.transact(SYSTEM, lambda tx: complete(tx, task, "done"))
    floor.clock.advance(timedelta(hours=1))

    assert live["position"] > 1
    assert (await why_then(floor, contact.interaction_id, at))["position"] == live["position"]


async def test_work_that_was_made_long_before_is_explained_where_it_is_asked_about(floor: Floor):
    task = await plans(floor, from_at=floor.clock.now() + timedelta(days=9))
    await floor.passes(timedelta(days=9, seconds=1))
    await floor.settles()
    live, at = await why(floor, task), floor.clock.now()
    floor.clock.advance(timedelta(seconds=1))
    await floor.desk.transact(SYSTEM, lambda tx: complete(tx, task, "done"))
    floor.clock.advance(timedelta(days=1))

    then = await why_then(floor, task, at)

    assert {name: then[name] for name in SAID} == {name: live[name] for name in SAID}


async def test_what_had_become_more_urgent_by_being_declined_is_as_urgent_then(floor: Floor):
    """The later of two chats is declined, and stands before the earlier, which only rang."""
    await floor.desk.transact(SYSTEM, change_queue, "general", {"declines": 1})
    earlier = await floor.writes()
    one = await floor.agent(1)
    first = await one.next_offer()
    floor.clock.advance(timedelta(seconds=1))
    later = await floor.writes()
    two = await floor.agent(2)
    second = await two.next_offer()
    assert (first.work_item_id, second.work_item_id) == (earlier.interaction_id, later.interaction_id)
    floor.clock.advance(timedelta(seconds=1))
    await two.does(offers.decline, second.id)
    await two.does(agents.set_presence, two.id, "not_ready", "lunch")
    await floor.desk.transact(SYSTEM, offers.withdraw_from_item, earlier.interaction_id)
    await one.does(agents.set_presence, one.id, "not_ready", "lunch")
    await floor.settles()
    floor.clock.advance(timedelta(seconds=1))
    at, live = floor.clock.now(), await why(floor, later.interaction_id)
    floor.clock.advance(timedelta(minutes=1))

    then = await why_then(floor, later.interaction_id, at)

    assert (live["declines"], live["position"]) == (1, 1)
    assert {name: then[name] for name in SAID} == {name: live[name] for name in SAID}
    assert then["position"] == live["position"]


async def test_who_was_in_which_team_and_spoke_what_is_that_of_then(floor: Floor):
    """After twenty seconds the queue asks the night team too, who do not serve it; by day nobody is in it."""
    people = sample_organization().agents or {}
    first = "agent1@demo.test"
    asks = (sample_organization().queues or {}) | {
        "empty": Queue(name="Empty", rings=[Ring(after=20, teams=["night"])])
    }
    night = people | {first: people[first].model_copy(update={"languages": ["es"], "capacity": {"task": 0}})}
    at_night = Document(agents=night, queues=asks, teams={"night": Team(name="Night", members=[first])})
    await floor.desk.transact(SYSTEM, load, at_night)
    await floor.agent(1)
    waits = await plans(floor, queue="empty")
    floor.clock.advance(timedelta(seconds=30))
    live, at = await why(floor, waits), floor.clock.now()
    floor.clock.advance(timedelta(minutes=1))
    by_day = night | {first: night[first].model_copy(update={"languages": [], "name": "Somebody else"})}
    await floor.desk.transact(SYSTEM, load, Document(agents=by_day, queues=asks, teams={"night": Team(name="Night")}))

    then = await why_then(floor, waits, at)

    assert reasons(live)["Avery Lindqvist"] == "no_channel"
    assert (then["excluded"], then["whole"]) == (live["excluded"], True)
    assert (await why(floor, waits))["excluded"] == {"offline": 9, "other_queue": 1}
    (user,) = await floor.rows(users, email=first)
    rules = await floor.desk.read(SYSTEM, rules_in_force_at, at)
    assert (rules.teams[first], rules.languages[user.id]) == (frozenset({"night"}), frozenset({"es"}))
    now = await floor.desk.read(SYSTEM, rules_in_force_at, floor.clock.now())
    assert not now.teams and not now.languages[user.id]
