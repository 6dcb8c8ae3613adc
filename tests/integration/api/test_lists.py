"""Lists: pages without gaps or doubles, filters that are fields and nothing more."""

from datetime import timedelta

from tests.integration.api.house import House

NASTY = [
    "'", "' OR '1'='1", "'; DROP TABLE interactions; --", '" OR ""="', "%", "_", "\\", "1) OR (1=1", "{{7*7}}", "$ne",
    "\u202e", "٣", "null", "-1", "1e999", "x" * 300,
]  # fmt: skip


async def test_pages_have_everything_once_while_more_comes_in(house: House) -> None:
    program = house.program("supervisor")
    ids = [str((await house.hands_in())["interaction_id"]) for _ in range(7)]

    first = await program.get("interactions", limit=3)
    await house.hands_in()
    second = await program.get("interactions", limit=3, cursor=first["next_cursor"])
    third = await program.get("interactions", limit=3, cursor=second["next_cursor"])

    found = [item["id"] for said in (first, second, third) for item in said["items"]]
    assert found == ids[::-1]
    assert third["next_cursor"] is None
    assert len(await program.pages("interactions", 4)) == 8
    assert len(await program.pages("interactions", 8)) == 8


async def test_what_was_said_and_what_happened_come_oldest_first(house: House) -> None:
    program = house.program("supervisor")
    eva = {"from": {"address": "stall 7"}}
    said = [await house.hands_in(**eva, text=f"word {number}") for number in range(5)]
    id = said[0]["interaction_id"]

    messages = await program.pages(f"interactions/{id}/messages", 2)
    assert [item["text"] for item in messages] == [f"word {number}" for number in range(5)]
    await house.stamped()
    names = [item["name"] for item in await program.pages(f"interactions/{id}/events", 1)]
    assert names[:2] == ["interaction.arrived", "interaction.queued"]
    positions = [item["position"] for item in await program.pages(f"interactions/{id}/events", 2)]
    assert positions == sorted(set(positions))


async def test_the_audit_log_is_read_page_by_page_and_filtered(house: House) -> None:
    program = house.program("admin")
    ids = [(await house.hands_in())["interaction_id"] for _ in range(3)]
    await house.stamped()

    everything = await program.pages("audit", 3)
    assert [item["position"] for item in everything] == sorted({item["position"] for item in everything}, reverse=True)
    arrived = await program.pages("audit", 2, name="interaction.arrived")
    assert [item["subject"] for item in arrived] == ids[::-1]
    assert arrived[0]["actor"] == f"user:{house.ids['agent1']}"
    tomorrow = (house.clock.now() + timedelta(days=1)).isoformat()
    assert (await program.get("audit", at_from=tomorrow))["items"] == []
    assert (await program.get("audit", at_from="yesterday")).wrong == {"at_from"}


FILTERS = {
    "interactions": "state channel direction queue customer_id agent_id disposition",
    "customers": "external_id name tier language email phone",
    "complaints": "state category customer_id interaction_id owner_id level number",
    "recoveries": "state complaint_id customer_id",
    "surveys": "state kind customer_id interaction_id complaint_id",
    "cases": "state customer_id owner_id number",
    "tasks": "state queue customer_id agent_id",
    "canned-replies": "language",
    "agents": "state",
    "audit": "name subject actor",
    "audit/views": "actor action object",
}


#: Filters that take listed values, and some of these.
LISTED = {
    "interactions": {"state": "queued snoozed abandoned", "direction": "in out"},
    "complaints": {"state": "open logged external", "level": "general urgent"},
    "recoveries": {"state": "running stopped"},
    "surveys": {"state": "planned held_back", "kind": "interaction complaint"},
    "cases": {"state": "logged closed"},
    "tasks": {"state": "scheduled waiting done"},
    "agents": {"state": "available offline"},
}


async def test_a_filter_is_a_value_and_never_a_part_of_the_question(house: House) -> None:
    program = house.program("admin")
    await house.hands_in()
    for path, filters in FILTERS.items():
        for name in filters.split():
            for value in NASTY:
                said = await program.get(path, **{name: value})
                if name in LISTED.get(path, ()) or ((path, name) == ("interactions", "channel") and value != "null"):
                    assert said.wrong == {name}, value
                else:
                    assert (said.status, said.data["items"]) == (200, []), (name, value)
            assert (await program.ask("GET", f"{path}?{name}=%00")).status == 400
            assert (await program.ask("GET", f"{path}?{name}=a&{name}=b")).wrong == {name}
            assert (await program.get(path, **{name: "x" * 3000})).status == 422


async def test_a_filter_that_takes_listed_values_names_them_and_takes_no_other(house: House) -> None:
    program = house.program("admin")
    document = (await program.get("openapi.json")).data
    for path, names in LISTED.items():
        parameters = {item["name"]: item for item in document["paths"][f"/api/v1/{path}"]["get"]["parameters"]}
        assert {name for name, item in parameters.items() if "enum" in item["schema"]} == names.keys()
        for name, some in names.items():
            listed = parameters[name]["schema"]["enum"]
            assert set(some.split()) <= set(listed)
            for value in listed:
                assert (await program.get(path, **{name: value})).status == 200, (path, name, value)
            for wrong in ("zz", "", listed[0].upper(), f"{listed[0]} "):
                said = await program.get(path, **{name: wrong})
                (error,) = said.data["errors"]
                assert said.status == 422 and error["field"] == name
                assert error["message"] == f"expected one of {', '.join(listed)}"
    assert (await program.get("interactions", channel="E-mail!")).wrong == {"channel"}
    assert (await program.get("interactions", channel="stall")).status == 200


async def test_what_is_no_filter_cursor_or_limit_is_named(house: House) -> None:
    program = house.program("admin")
    for path in ("interactions", "customers", "complaints", "surveys", "audit", "queues", "webhooks", "reports"):
        for name in ("password_hash", "sort", "order_by", "id", "limit[]", "__class__"):
            assert (await program.get(path, **{name: "x"})).wrong == {name}, path
        for limit in ("0", "201", "-1", "x", "1e2", "", "٣"):
            assert (await program.get(path, limit=limit)).wrong == {"limit"}, path
    for cursor in ("é", "x" * 65, "1 2\t", "zz"):
        assert (await program.get("interactions", cursor=cursor)).wrong == {"cursor"}
    for cursor in ("x", "-1", "9" * 30, "1.5"):
        assert (await program.get("audit", cursor=cursor)).wrong == {"cursor"}
    for path in ("complaints", "recoveries", "surveys"):
        assert (await program.ask("GET", f"{path}?cursor=%00")).status == 400


async def test_customers_are_found_by_name_and_address(house: House) -> None:
    program = house.program("agent1")
    for name, email in (
        ("Eva Ruiz", "Eva@example.test"),
        ("Ben_Oh", "ben@example.test"),
        ("100 % Shop", "shop@x.test"),
    ):
        new = {"name": name, "addresses": [{"kind": "email", "value": email}]}
        assert (await program.post("customers", new)).status == 201

    async def names(**filters: str) -> list[str]:
        return [item["name"] for item in (await program.get("customers", **filters))["items"]]

    assert await names(name="ruiz") == ["Eva Ruiz"]
    assert await names(name="%") == ["100 % Shop"]
    assert await names(name="_") == ["Ben_Oh"]
    assert await names(email="EVA@example.test") == ["Eva Ruiz"]
    assert await names(email="ben@example.test", name="eva") == []
