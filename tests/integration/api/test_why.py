"""Why a contact waits or waited, as programs ask; what colleagues are at is for supervisors."""

from tests.integration.api.house import House


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
