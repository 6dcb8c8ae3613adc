"""Why a contact waits or waited, as programs ask; what colleagues are at is for supervisors."""

from datetime import timedelta

from desk.agents.work import complete
from desk.calls import calls, flow_turns
from ivr.engine import Digits, NoInput
from tests.integration.api.house import House
from tests.integration.web.front import SYSTEM
from web.api.why import LedByFlow


async def test_supervisors_learn_what_rules_out_each_agent_and_agents_the_counts(house: House) -> None:
    id = (await house.hands_in())["interaction_id"]

    told = await house.program("supervisor").get(f"interactions/{id}/why")

    assert (told.status, told["state"], told["position"]) == (200, "waiting", 1)
    assert len(told["agents"]["named"]) == told["considered"] + sum(told["excluded"].values())
    assert told["rules"]["who"] == "system:test"
    one = await house.program("supervisor").get(f"work-items/{id}/why?agent={told['agents']['named'][0]['agent_id']}")
    assert one["agents"] == {"named": told["agents"]["named"][:1], "more": 0}
    plain = await house.program("agent1").get(f"interactions/{id}/why")
    assert ("agents" in plain.data, plain["excluded"]) == (False, told["excluded"])
    assert (await house.program("agent1").get(f"interactions/{id}/why?agent=bruno")).status == 403
    assert (await house.program("stranger").get(f"interactions/{id}/why")).status == 404


async def test_an_instant_is_one_of_the_wait_and_offers_are_listed_with_their_why(house: House) -> None:
    id = (await house.hands_in())["interaction_id"]
    supervisor = house.program("supervisor")
    arrived = (await supervisor.get(f"interactions/{id}"))["arrived_at"]

    then = await supervisor.get(f"interactions/{id}/why?at={arrived}")
    assert (then.status, then["at"], then["state"], then["whole"]) == (200, arrived, "waiting", True)
    assert (await supervisor.get(f"interactions/{id}/why?at=yesterday")).wrong == {"at"}
    assert (await supervisor.get(f"interactions/{id}/why?at=2001-01-01T00:00:00Z")).status == 409
    assert (await supervisor.get(f"interactions/{id}/why?at=2999-01-01T00:00:00Z")).wrong == {"at"}
    assert (await supervisor.get(f"interactions/{id}/offers"))["items"] == []
    held = await house.held_by("agent1")
    assert (await supervisor.get(f"interactions/{held}/why")).status == 409


async def test_other_work_is_explained_like_a_contact(house: House) -> None:
    """A call-back by hand: made, waiting, taken; each instant, each wait and each offer, in the words of contacts."""
    supervisor, agent = house.program("supervisor"), house.program("agent1")
    contact = (await house.hands_in())["interaction_id"]
    customer = (await supervisor.get(f"interactions/{contact}"))["customer"]["id"]
    task = {"customer_id": customer, "queue": "billing", "title": "Send the label"}
    id = (await supervisor.post("tasks", task))["id"]
    at = house.clock.now().isoformat().replace("+00:00", "Z")
    path = f"work-items/{id}"

    then = await supervisor.get(f"{path}/why?at={at}")

    assert (then.status, then["state"], then["position"]) == (200, "waiting", 1)
    assert (then["at"], then["whole"]) == (at, True)
    assert "agents" in then.data
    assert [one["id"] for one in (await agent.get("work-items?queue=billing"))["items"]] == [id]
    assert (await agent.get("work-items?queue=general"))["items"] == []
    assert (await house.program("stranger").get("work-items"))["items"] == []
    assert "agents" not in (await agent.get(f"{path}/why?at={at}")).data
    (wait,) = (await agent.get(f"{path}/waits"))["items"]
    assert (wait["queue"], wait["from_at"], wait["to_at"]) == ("billing", at, None)
    assert (await agent.get(f"{path}/waits?cursor={wait['id']}"))["items"] == []
    assert (await agent.get(f"{path}/waits?cursor=x")).wrong == {"cursor"}
    assert (await agent.get(f"{path}/offers")).data == {"items": [], "next_cursor": None}
    await house.desk.transact(house.actor("supervisor"), complete, id, "done")
    assert (await supervisor.get(f"{path}/why?at={at}")).status == 409  # done within the same instant
    for what in ("why", f"why?at={at}", "waits", "offers"):
        assert (await house.program("stranger").get(f"{path}/{what}")).status == 404
    assert (await supervisor.get(f"{path}/why?at=yesterday")).wrong == {"at"}
    assert (await supervisor.get(f"work-items/{contact}/why?at={at}"))["state"] == "waiting"


async def test_where_a_call_flow_led_a_caller_is_told_with_why(house: House) -> None:
    ours, theirs = "+442079460100", "+493023125001"
    turn = await house.desk.transact(SYSTEM, calls.start_call, carrier_id="CA1", from_number=theirs, to_number=ours)
    turn = await house.desk.transact(SYSTEM, flow_turns.step_call, call_id=turn.call_id, turn=0, answer=Digits("9"))
    house.clock.advance(timedelta(seconds=7))
    await house.desk.transact(SYSTEM, flow_turns.step_call, call_id=turn.call_id, turn=1, answer=NoInput())
    supervisor = house.program("supervisor")

    told = await supervisor.get(f"interactions/{turn.call_id}/flow")

    LedByFlow.model_validate(told.data)
    assert (told.status, told["flow"]) == (200, "main")
    assert [(one["node"], one["edge"], one["to"], one["because"]) for one in told["forks"]][1:] == [
        ("choose", "default", "general_opening", "2 answers were no choice; at the last no key was pressed"),
        ("general_opening", "then", "general", "queue general is open"),
    ]
    assert told["forks"][0]["edge"] == "else" and "queue billing is open" in told["forks"][0]["because"]
    assert told["forks"][1]["at"] == house.clock.now().isoformat().replace("+00:00", "Z") != told["forks"][0]["at"]
    assert (await house.program("stranger").get(f"interactions/{turn.call_id}/flow")).status == 404
    mail = (await house.hands_in())["interaction_id"]
    assert (await supervisor.get(f"interactions/{mail}/flow")).data == {"flow": "", "forks": []}
