"""Who may ask what: role × operation, and whose objects an id opens."""

from desk.people.permissions import ROLES
from desk.tables import interactions
from tests.integration.api.house import PEOPLE, House
from web.api.openapi import operations

#: Everything else needs somebody who has signed in.
OPEN = {("get", "/api/v1/openapi.json"), ("get", "/api/v1/asyncapi.json"), ("get", "/api/v1/docs")}
NOWHERE = "0193c1a0-0000-7000-8000-000000000000"


def somewhere(path: str, id: str = NOWHERE) -> str:
    """A path with something in the place of each id."""
    for name in ("id", "key", "message_id", "action_id", "month", "channel", "number"):
        path = path.replace(f"{{{name}}}", id)
    return path


async def test_every_operation_asks_for_a_right_and_lets_in_who_has_it(house: House) -> None:
    known = operations(house.app)
    assert {(one.method, one.path) for one in known if one.right is None} == OPEN
    assert len(known) > 60
    programs = {name: house.program(name) for name in ("agent1", "supervisor", "admin")}
    for one in known:
        if one.right is None:
            continue
        path = somewhere(one.path)
        nobody = await house.program().ask(one.method, path)
        assert (nobody.status, nobody["code"]) == (401, "unauthenticated"), path
        for name, program in programs.items():
            said = await program.ask(one.method, path)
            if one.right in ROLES[PEOPLE[name]]:
                assert said.status not in (401, 403, 500), (name, one.method, path, said.data)
            else:
                assert (said.status, said["code"]) == (403, "forbidden"), (name, path)


async def test_an_id_of_nothing_is_answered_in_words(house: House) -> None:
    program = house.program("admin")
    for one in operations(house.app):
        if "{" not in one.path:
            continue
        for id in (NOWHERE, "%00", "'%20OR%201=1--", "%25", "..%2F..", "a" * 500, "%E2%80%AE"):
            said = await program.ask(one.method, somewhere(one.path, id))
            empty = one.path.startswith("/api/v1/customers/{id}/") and said.status == 200
            assert empty or said.status in (400, 404, 409, 415, 422, 501), (one.method, one.path, said.data)


async def test_an_agent_sees_the_contacts_of_their_queues_and_their_own_and_no_others(house: House) -> None:
    general = str((await house.hands_in())["interaction_id"])
    held = await house.held_by("agent1")
    complaint = str(
        (await house.hands_in("email", **{"from": {"address": "a@b.test"}, "to": "complaints@demo.test"}))[
            "interaction_id"
        ]
    )

    async def seen(name: str) -> set[str]:
        program = house.program(name)
        listed = {item["id"] for item in await program.pages("interactions", 2)}
        for id in (general, held, complaint):
            for part in ("", "/messages", "/segments", "/events"):
                said = await program.get(f"interactions/{id}{part}")
                assert said.status == (200 if id in listed else 404), (name, part)
        return listed

    assert await seen("agent1") == {general, held, complaint}
    assert await seen("stranger") == {complaint}
    assert await seen("supervisor") == {general, held, complaint}
    assert await seen("admin") == {general, held, complaint}


async def test_whoever_had_a_contact_sees_it_still(house: House) -> None:
    id = await house.held_by("stranger")
    stranger = house.program("stranger")
    assert (await stranger.post(f"interactions/{id}/wrap-up", {"disposition": "solved"})).status == 200
    assert (await stranger.get(f"interactions/{id}"))["state"] == "closed"


async def test_nothing_is_done_to_a_contact_that_one_may_not_see_or_does_not_have(house: House) -> None:
    id = await house.held_by("agent1")
    steps = {
        "end": None,
        "hold": None,
        "unhold": None,
        "wrap-up": {"disposition": "solved"},
        "transfer": {"to": {"queue": "billing"}},
        "snooze": {"until": "2026-03-03T09:00:00Z"},
        "messages": {"text": "Hello"},
    }
    for step, data in steps.items():
        unseen = await house.program("stranger").post(f"interactions/{id}/{step}", data)
        assert (unseen.status, unseen["code"]) == (404, "not_found"), step
        of_others = await house.program("agent2").post(f"interactions/{id}/{step}", data)
        assert (of_others.status, of_others["code"]) == (403, "forbidden"), step
    for step, data in (("assign", {"agent_id": house.ids["agent2"]}), ("move", {"queue": "billing"})):
        assert (await house.program("agent1").post(f"interactions/{id}/{step}", data)).status == 403
    row = await house.desk.read(house.actor("admin"), lambda rx: rx.one(interactions, id))
    assert (row.state, row.agent_id) == ("active", house.ids["agent1"])


async def test_an_id_inside_a_body_opens_no_more_than_one_in_a_path(house: House) -> None:
    id = await house.held_by("agent1")
    customer = (await house.program("agent1").get(f"interactions/{id}"))["customer"]["id"]
    complaint = {
        "customer_id": customer,
        "interaction_id": id,
        "category": "billing",
        "severity": 3,
        "remedy_sought": "Money",
        "verbatim": "I paid twice",
    }
    assert (await house.program("stranger").post("complaints", complaint)).status == 404
    assert (await house.program("agent1").post("complaints", complaint)).status == 201


async def test_agents_set_their_own_presence_and_supervisors_anybodys(house: House) -> None:
    wanted = {"state": "not_ready", "reason": "lunch"}
    mine, theirs = f"agents/{house.ids['agent1']}", f"agents/{house.ids['agent2']}"
    assert (await house.program("agent1").patch(theirs, wanted)).status == 403
    said = await house.program("supervisor").patch(theirs, {"state": "available"})
    assert (said.status, said["code"]) == (409, "conflict")  # nobody can be signed in by somebody else
    assert (await house.program("supervisor").patch(theirs, {"state": "offline"})).status == 200
    assert (await house.program("agent1").patch(mine, {"state": "asleep"})).wrong == {"state"}
    assert (await house.program("agent1").patch(mine, {"state": "offline", "role": "admin"})).wrong == {"role"}


async def test_a_role_that_changes_changes_what_is_open_at_once(house: House) -> None:
    program = house.program("agent2")
    assert (await program.get("audit")).status == 403
    await house.becomes("agent2", "admin")
    assert (await program.get("audit")).status == 200
    await house.becomes("agent2", "nothing")
    assert (await program.get("interactions")).status == 403


async def test_a_browser_writes_from_our_own_pages_only(house: House) -> None:
    client = await house.front.signed_in("supervisor")
    foreign = await client.post("/api/v1/customers", json={"name": "Eva"}, headers={"Origin": "https://evil.example"})
    assert (foreign.status, (await foreign.json())["code"]) == (403, "csrf")
    ours = await client.post("/api/v1/customers", json={"name": "Eva"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert ours.status == 201
