"""The other resources, each as its callers use it."""

from base64 import b64encode

from desk.organization.calendars import close_calendar
from desk.tables import events, queues
from tests.integration.api.house import House
from tests.integration.floor import SYSTEM


async def test_queues_have_their_figures(house: House) -> None:
    await house.hands_in()
    await house.held_by("agent1")
    (general,) = [one for one in (await house.program("agent1").get("queues"))["items"] if one["key"] == "general"]

    assert (general["waiting"], general["offered"], general["answered"]) == (1, 2, 1)
    assert general["target"] == {"within_s": 20, "share": 0.8}
    assert (general["open"], general["closed_why"], general["closed_until"]) == (True, None, None)
    one = await house.program("agent1").get("queues/general")
    assert one.data == general
    assert (await house.program("agent1").get("queues/nowhere")).status == 404


async def test_a_queue_says_that_it_is_closed_and_why(house: House) -> None:
    await house.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    one = await house.program("agent1").get("queues/general")
    assert (one["open"], one["closed_why"], one["closed_until"]) == (False, "Fire alarm", None)


async def test_an_administrator_changes_a_queue_and_only_what_may_be_changed(house: House) -> None:
    admin = house.program("admin")
    said = await admin.patch("queues/billing", {"target": {"within_s": 60, "share": 0.9}, "priority": 5})
    assert (said.status, said["target"], said["priority"]) == (200, {"within_s": 60, "share": 0.9}, 5)
    assert (await admin.patch("queues/billing", {"skills": {"juggling": 1}})).wrong == {"skills"}
    assert (await admin.patch("queues/billing", {"key": "x"})).wrong == {"key"}
    assert (await admin.patch("queues/billing", {"offer_s": 0})).wrong == {"offer_s"}
    for unseen in ("Bill\ning", "Bill\u2028ing", "\u202egnilliB", "\u061cBilling", "\u3164\u3164", "\u2800"):
        assert (await admin.patch("queues/billing", {"name": unseen})).wrong == {"name"}
    assert (await admin.patch("queues/billing", {"name": "Bill\aing"}))["name"] == "Billing"  # left out at the door
    assert (await house.program("supervisor").patch("queues/billing", {"priority": 9})).status == 403
    (row,) = await house.rows(queues, key="billing")
    assert (row.priority, row.offer_s) == (5, 20)


async def test_the_rules_of_a_queue_are_changed_as_the_file_says_them(house: House) -> None:
    admin = house.program("admin")
    rings = [{"after_s": 30, "skills": {"billing": 0}}, {"after_s": 60, "queues": ["general"], "teams": ["service"]}]
    rules = {"strategy": "round_robin", "rings": rings, "handling_s": {"voice": 240}, "due_s": {"email": 14400}}
    said = await admin.patch("queues/billing", rules)
    assert {name: said[name] for name in rules} == rules | {
        "rings": [{"skills": {}, "queues": [], "teams": []} | ring for ring in rings]
    }
    assert (await admin.get("queues/billing"))["strategy"] == "round_robin"
    early = [rings[0], rings[1] | {"after_s": 30}]
    assert (await admin.patch("queues/billing", {"rings": early})).wrong == {"rings[1].after_s"}
    assert (await admin.patch("queues/billing", {"rings": [{"after_s": 1, "teams": ["x"]}]})).wrong == {
        "rings[0].teams"
    }
    assert (await admin.patch("queues/billing", {"strategy": "fastest"})).wrong == {"strategy"}
    (entry,) = await house.rows(events, name="organization.changed", actor=f"user:{house.ids['admin']}")
    assert entry.data["changes"]["queues.billing.strategy"] == ["longest_idle", "round_robin"]


async def test_a_queue_says_where_what_waits_goes_and_what_is_taken_unasked(house: House) -> None:
    admin = house.program("admin")
    step = {"to": "general", "after_s": 120, "protect": 0.8}
    said = await admin.patch(
        "queues/billing", {"overflow": [step], "max_length": 9, "declines": 2, "auto_accept": ["chat"]}
    )
    assert said["overflow"] == [{"wait_s": None, "nobody": False, "closed": False, "full": False} | step]
    assert (said["max_length"], said["declines"], said["auto_accept"], said["hours"]) == (
        9,
        2,
        ["chat"],
        "day_and_night",
    )
    assert (await admin.patch("queues/billing", {"overflow": [{"to": "billing", "after_s": 1}]})).wrong == {
        "overflow[0].to"
    }
    assert (await admin.patch("queues/billing", {"overflow": [{"to": "general"}]})).wrong == {"overflow[0]"}
    assert (await admin.patch("queues/billing", {"hours": "nowhere"})).wrong == {"hours"}


async def test_a_queue_says_how_its_customers_are_rung_back(house: House) -> None:
    admin = house.program("admin")
    said = await admin.patch("queues/technical", {"callbacks": {"key": "2", "after_s": 90, "gap_s": 600}})
    rules = {"key": "2", "after_s": 90, "first": None, "attempts": None, "gap_s": 600}
    assert said["callbacks"] == rules
    assert (await admin.patch("queues/technical", {"wrap_up_s": 30}))["callbacks"] == rules
    assert (await admin.patch("queues/technical", {"callbacks": {"after_s": 90}})).wrong == {"callbacks.after_s"}
    refused = await admin.patch("queues/technical", {"callbacks": {"key": "#"}})
    assert refused["errors"] == [{"field": "callbacks.key", "message": "expected one digit, 0 to 9"}]


async def test_null_lifts_what_a_queue_may_be_without_and_is_refused_elsewhere(house: House) -> None:
    admin = house.program("admin")
    said = {"max_length": 5, "hours": "day_and_night", "callbacks": {"key": "2", "gap_s": 600}}
    await admin.patch("queues/technical", said)
    lifted = await admin.patch("queues/technical", dict.fromkeys(said))
    assert (lifted.status, {name: lifted[name] for name in said}) == (200, dict.fromkeys(said))
    assert (await admin.patch("queues/technical", {"priority": None, "rings": None})).wrong == {"priority", "rings"}


async def test_of_two_programs_that_change_a_queue_the_slower_is_told(house: House) -> None:
    admin = house.program("admin")
    version = (await admin.get("queues/technical"))["version"]
    first = await admin.patch("queues/technical", {"priority": 4, "version": version})
    assert (first.status, first["version"] == version) == (200, False)
    assert (await admin.patch("queues/technical", {"priority": 6, "version": version})).status == 409
    assert (await admin.patch("queues/technical", {"priority": 7, "version": first["version"]}))["priority"] == 7
    assert (await admin.patch("queues/technical", {"priority": 8}))["priority"] == 8


async def test_canned_replies_are_written_by_writers_and_read_by_all(house: House) -> None:
    writer, reader = house.program("supervisor"), house.program("agent1")
    new = {"key": "wet-parcel", "title": "Wet parcel", "text": "<b>Sorry</b>, {{customer.name}} {{7*7}}"}
    assert (await reader.post("canned-replies", new)).status == 403
    assert (await writer.post("canned-replies", new)).status == 201
    assert (await writer.post("canned-replies", new)).status == 409
    assert (await writer.post("canned-replies", new | {"key": "../x"})).wrong == {"key"}
    assert (await reader.get("canned-replies/wet-parcel"))["text"] == new["text"]
    assert (await writer.patch("canned-replies/wet-parcel", {"title": "Wet"}))["title"] == "Wet"
    assert (await writer.delete("canned-replies/wet-parcel")).status == 204
    assert (await writer.delete("canned-replies/wet-parcel")).status == 404


async def test_skills_teams_agents_and_reports_are_listed(house: House) -> None:
    program = house.program("supervisor")
    assert "billing" in {one["key"] for one in (await program.get("skills"))["items"]}
    teams = {one["key"]: one for one in (await program.get("teams"))["items"]}
    assert house.ids["agent1"] in teams["service"]["members"]
    agents = {one["id"]: one for one in await program.pages("agents", 4)}
    assert agents[house.ids["stranger"]]["queues"] == ["complaints"]
    assert {one["state"] for one in agents.values()} == {"offline"}
    assert (await program.get(f"agents/{house.ids['agent1']}"))["id"] == house.ids["agent1"]
    assert (await program.get("agents/nobody")).status == 404
    (report,) = (await program.get("reports"))["items"]
    assert (report["key"], report["months"][0]) == ("complaints", "2026-03")


async def test_every_case_is_a_complaint_so_far(house: House) -> None:
    program = house.program("agent1")
    id = (await house.hands_in())["interaction_id"]
    customer = (await program.get(f"interactions/{id}"))["customer"]["id"]
    words = {"category": "billing", "severity": 3, "remedy_sought": "Money", "verbatim": "I paid twice"}
    made = await program.post("complaints", words | {"customer_id": customer}, key="c")
    again = await program.post("complaints", words | {"customer_id": customer}, key="c")

    assert (made.status, again.status, again.data) == (201, 201, made.data)
    (case,) = (await program.get("cases"))["items"]
    assert (case["id"], case["number"], case["kind"], case["customer_id"]) == (
        made["id"], made["number"], "complaint", customer,
    )  # fmt: skip
    assert (await program.get(f"cases/{made['id']}")).data == case
    assert (await program.get("cases", state="logged", customer_id=customer))["items"] == [case]


async def test_an_agent_answers_once_and_wraps_up(house: House) -> None:
    program = house.program("agent1")
    id = await house.held_by("agent1")
    said = await program.post(f"interactions/{id}/messages", {"text": "On its way", "client_id": "c-1"})
    again = await program.post(f"interactions/{id}/messages", {"text": "On its way", "client_id": "c-1"})
    note = await program.post(f"interactions/{id}/messages", {"text": "Be kind", "internal": True}, key="n")

    assert (said.status, said["author"]["kind"], said["text"]) == (201, "agent", "On its way")
    assert again["id"] == said["id"]
    assert (note.status, note["internal"], note["delivery"]) == (201, True, None)
    assert len((await program.get(f"interactions/{id}/messages"))["items"]) == 3
    assert (await program.post(f"interactions/{id}/messages", {"text": " "})).wrong == {"text"}

    held = await program.post(f"interactions/{id}/hold")
    assert held["state"] == "on_hold"
    assert (await program.post(f"interactions/{id}/hold"))["code"] == "stale"
    assert (await program.post(f"interactions/{id}/unhold"))["state"] == "active"
    assert (await program.post(f"interactions/{id}/end"))["state"] == "wrap_up"
    assert (await program.post(f"interactions/{id}/wrap-up", {"disposition": "?"})).wrong == {"disposition"}
    done = await program.post(f"interactions/{id}/wrap-up", {"disposition": "solved", "tags": ["parcel"]})
    assert (done["state"], done["disposition"]) == ("closed", "solved")
    segments = (await program.get(f"interactions/{id}"))["segments"]
    assert [item["kind"] for item in segments] == ["queue", "agent", "hold", "agent", "wrap_up"]


async def test_a_contact_is_passed_on_to_exactly_one(house: House) -> None:
    program = house.program("agent1")
    id = await house.held_by("agent1")
    path = f"interactions/{id}/transfer"
    assert (await program.post(path, {"to": {}})).wrong == {"to"}
    assert (await program.post(path, {"to": {"queue": "billing", "agent": "x"}})).wrong == {"to"}
    assert (await program.post(path, {"to": {"queue": "nowhere"}})).status == 404
    moved = await program.post(path, {"to": {"queue": "billing"}, "note": "About a fee"})
    assert (moved["state"], moved["queue"], moved["agent"]) == ("queued", "billing", None)


async def test_what_is_not_built_yet_says_so_and_takes_nothing(house: House) -> None:
    admin = house.program("admin")
    for path in ("feedback", "campaigns", "webhooks", "customers/x/products", "customers/x/events"):
        assert (await admin.get(path)).data == {"items": [], "next_cursor": None}
        said = await admin.post(path, {"title": "x"})
        assert (said.status, said["code"]) == (501, "not_implemented")


async def test_an_unknown_path_and_a_wrong_method_are_answered_in_words(house: House) -> None:
    admin = house.program("admin")
    nowhere = await admin.get("nonsense")
    assert (nowhere.status, nowhere["code"]) == (404, "not_found")
    wrong = await admin.delete("customers")
    assert (wrong.status, wrong["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["Allow"]


async def test_who_read_a_file_is_written_down(house: House) -> None:
    said = await house.hands_in(attachments=[{"name": "a.txt", "data": b64encode(b"hello").decode()}])
    reader = house.program("supervisor")
    (message,) = (await reader.get(f"interactions/{said['interaction_id']}/messages"))["items"]
    await reader.get(message["attachments"][0]["url"])
    (view,) = (await house.program("admin").get("audit/views"))["items"]
    assert (view["actor"], view["action"], view["object"]) == (
        f"user:{house.ids['supervisor']}", "attachment", message["attachments"][0]["id"],
    )  # fmt: skip
