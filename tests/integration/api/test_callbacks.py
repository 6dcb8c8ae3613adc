"""Call-backs over the API: booked once, at a time and on a number at which the customer may be rung."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.transaction import Tx
from desk.organization.changes import change_queue
from desk.organization.file import Document
from desk.organization.hours import Calendar
from desk.organization.organization import load
from desk.tables import agent_skills, agents, callbacks, calls, events, interactions, work_items
from tests.integration.api.house import House, Program
from tests.integration.floor import SYSTEM, sample_organization

ANA = "+493023125001"


async def ana(program: Program, **more: Any) -> str:
    new = {"name": "Ana Ruiz", "addresses": [{"kind": "phone", "value": ANA}]} | more
    return str((await program.post("customers", new))["id"])


async def test_a_call_back_is_booked_for_a_time_on_a_number_and_rung_then(house: House) -> None:
    program = house.program("agent1")
    at = house.clock.now() + timedelta(hours=2)
    new = {"customer_id": await ana(program), "queue": "billing", "number": "+442079460123", "due_at": at.isoformat()}

    made = await program.post("callbacks", new)

    assert made.status == 201
    assert (made["state"], made["number"], made["moved"], made["attempts"]) == ("waiting", "+442079460123", False, 0)
    assert datetime.fromisoformat(made["due_at"]) == at
    assert (await program.get(made.headers["Location"])).data == made.data
    (row,) = await house.rows(work_items, id=made["id"])
    assert (row.state, row.kind, row.channel, row.reference) == ("scheduled", "callback", "voice", made["id"])
    house.clock.advance(timedelta(hours=2))
    await house.works_off()
    (row,) = await house.rows(work_items, id=made["id"])
    assert (row.state, row.placed_at) == ("waiting", at)


async def test_without_a_number_the_customers_own_is_rung(house: House) -> None:
    program = house.program("agent1")
    made = await program.post("callbacks", {"customer_id": await ana(program), "queue": "billing"})
    assert (made["number"], made["title"], made["first"]) == (ANA, "Call back", "agent")
    nobody = (await program.post("customers", {"name": "Eva"}))["id"]
    assert (await program.post("callbacks", {"customer_id": nobody, "queue": "billing"})).wrong == {"number"}


async def test_the_answer_says_when_the_customer_is_rung_who_may_not_be_phoned_at_the_time(house: House) -> None:
    program = house.program("agent1")
    customer = await ana(program)
    assert (await program.patch(f"customers/{customer}", {"time_zone": "Europe/Madrid"})).status == 200
    new = {"customer_id": customer, "queue": "billing", "due_at": "2026-03-02T23:30:00+01:00"}

    made = await program.post("callbacks", new)

    assert (made["due_at"], made["asked_for"], made["moved"]) == (
        "2026-03-03T08:00:00Z",
        "2026-03-02T22:30:00Z",
        True,
    )


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+19005550123", "premium"),
        ("+449098333555", "premium"),
        ("+870773920130", "country"),
        ("sip:+493023125001@evil.example", "international"),
        ("+442079460100", "our own"),
        ("client:agent-1", "international"),
        ("020 7946 0123", "international"),
    ],
)
async def test_a_number_that_costs_is_refused_before_anything_is_booked(house: House, number: str, why: str) -> None:
    program = house.program("agent1")
    customer = await ana(program)
    refused = await program.post("callbacks", {"customer_id": customer, "queue": "billing", "number": number})
    assert (refused.status, refused.wrong) == (422, {"number"})
    assert why in refused["detail"]
    fine = await program.post("callbacks", {"customer_id": customer, "queue": "billing"})
    assert (await program.patch(f"callbacks/{fine['id']}", {"number": number})).wrong == {"number"}
    (only,) = await house.rows(callbacks)
    assert only.number == ANA


async def test_everything_that_is_wrong_is_named(house: House) -> None:
    program = house.program("agent1")
    wrong = await program.post("callbacks", {"customer_id": "x", "queue": "nowhere", "owner_id": "x", "number": ANA})
    assert wrong.wrong == {"customer_id", "queue", "owner_id"}
    late = {"customer_id": await ana(program), "queue": "billing", "due_at": "2029-01-01T09:00:00Z"}
    assert (await program.post("callbacks", late)).wrong == {"due_at"}
    assert (await program.post("callbacks", {"kind": "x"})).wrong == {"kind", "customer_id", "queue"}


async def test_a_customer_has_one_open_call_back_in_a_queue(house: House) -> None:
    program = house.program("agent1")
    new = {"customer_id": await ana(program), "queue": "billing"}
    first = await program.post("callbacks", new, key="k")
    assert (await program.post("callbacks", new, key="k")).data == first.data
    assert (await program.post("callbacks", new)).status == 409
    assert (await program.post("callbacks", new | {"queue": "technical"})).status == 201
    assert (await program.post(f"callbacks/{first['id']}/cancel", {"note": "Wrote instead"}))["state"] == "cancelled"
    assert (await program.post("callbacks", new)).status == 201
    assert len(await house.rows(events, name="callback.requested")) == 3


async def test_it_is_changed_cancelled_and_found_by_what_it_is(house: House) -> None:
    program = house.program("agent1")
    new = {"customer_id": await ana(program), "queue": "billing", "due_at": "2026-03-04T10:00:00Z"}
    made = await program.post("callbacks", new)
    path, me = f"callbacks/{made['id']}", house.ids["agent1"]

    changed = await program.patch(path, {"owner_id": me, "due_at": "2026-03-05T10:00:00Z"})
    assert (changed["owner_id"], changed["due_at"]) == (me, "2026-03-05T10:00:00Z")
    assert changed["version"] > made["version"]
    for found in ({"owner_id": me}, {"state": "waiting"}, {"queue": "billing"}, {"customer_id": new["customer_id"]}):
        assert [item["id"] for item in (await program.get("callbacks", **found))["items"]] == [made["id"]]
    assert (await program.get("callbacks", state="reached"))["items"] == []
    assert (await program.patch(path, {"owner_id": None}))["owner_id"] is None
    assert (await program.patch(path, {"queue": "technical"})).wrong == {"queue"}

    assert (await program.post(f"{path}/cancel", {}))["state"] == "cancelled"
    assert (await program.post(f"{path}/cancel", {}))["state"] == "cancelled"
    assert (await program.patch(path, {"number": ANA})).status == 409
    assert [item["id"] for item in (await program.get("callbacks", state="cancelled"))["items"]] == [made["id"]]


async def test_what_is_made_by_hand_is_completed_and_not_dialled(house: House) -> None:
    program = house.program("agent1")
    eva = (await program.post("customers", {"name": "Eva"}))["id"]
    made = await program.post("callbacks", {"customer_id": eva, "queue": "billing", "title": "Ring her about the fee"})
    assert (made.status, made["first"], made["state"]) == (201, None, "waiting")
    assert (await program.patch(f"callbacks/{made['id']}", {"number": ANA})).status == 409
    done = await house.program("supervisor").post(f"callbacks/{made['id']}/complete", {"outcome": "reached"})
    assert (done["state"], done["outcome"]) == ("reached", "reached")


async def test_a_supervisor_says_what_came_of_one_that_was_made_otherwise(house: House) -> None:
    program = house.program("supervisor")
    made = await program.post("callbacks", {"customer_id": await ana(program), "queue": "billing"})
    done = await program.post(f"callbacks/{made['id']}/complete", {"outcome": "reached", "note": "By mobile"})
    assert (done["state"], done["note"], done["ended_at"] is not None) == ("reached", "By mobile", True)
    (row,) = await house.rows(callbacks)
    assert row.is_open is None


async def test_a_screen_pop_has_the_open_call_backs_by_the_customers_clock(house: House) -> None:
    program = house.program("agent1")
    customer = await ana(program, time_zone="Europe/Madrid")
    new = {"customer_id": customer, "queue": "billing", "due_at": "2026-03-04T10:00:00Z", "title": "About the fee"}
    made = await program.post("callbacks", new | {"owner_id": house.ids["agent1"]})

    (shown,) = (await program.get(f"customers/{customer}/pop"))["callbacks"]

    owner = {"id": house.ids["agent1"], "name": shown["owner"]["name"]}
    assert shown == {
        "id": made["id"],
        "queue": "billing",
        "number": ANA,
        "due_at": "2026-03-04T10:00:00Z",
        "attempts": 0,
        "by_hand": False,
        "state": "waiting",
        "zone": "Europe/Madrid",
        "owner": owner,
    }
    assert (await program.post(f"callbacks/{made['id']}/cancel", {}))["state"] == "cancelled"
    assert (await program.get(f"customers/{customer}/pop"))["callbacks"] == []


async def test_whoever_has_the_customer_in_hand_cancels_what_is_in_a_queue_that_is_not_theirs(house: House) -> None:
    talk = await house.held_by("stranger", **{"from": {"address": "ana@example.test", "name": "Ana"}})
    customer = (await house.program("admin").get(f"interactions/{talk}"))["customer"]["id"]
    new = {"customer_id": customer, "queue": "billing", "number": ANA}
    hers = (await house.program("agent1").post("callbacks", new))["id"]
    another = new | {"customer_id": await ana(house.program("agent1"))}
    somebody_elses = (await house.program("agent1").post("callbacks", another))["id"]
    stranger = house.program("stranger")

    assert (await stranger.get(f"callbacks/{hers}")).status == 404
    assert (await stranger.post(f"callbacks/{somebody_elses}/cancel", {})).status == 404
    assert (await stranger.post(f"callbacks/{hers}/cancel", {}))["state"] == "cancelled"
    assert (await stranger.post(f"callbacks/{talk}/cancel", {})).status == 404


@pytest.mark.parametrize(
    ("zone", "number", "told", "known_by"),
    [
        ("Asia/Tokyo", ANA, "Asia/Tokyo", "customer"),
        ("", ANA, "Europe/Berlin", "number"),
        ("", "+34910123456", "Europe/Madrid", "number"),
    ],
)
async def test_the_hours_in_which_a_customer_is_phoned_are_told_by_their_clock(
    house: House, zone: str, number: str, told: str, known_by: str
) -> None:
    program = house.program("agent1")
    customer = await ana(program, time_zone=zone)
    hours = await program.get(f"customers/{customer}/phone-hours", number=number)
    assert (hours["zone"], hours["known_by"], hours["hours"]) == (told, known_by, "09:00-20:00")
    assert datetime.fromisoformat(hours["next_at"]) >= house.clock.now()
    assert (await program.get(f"customers/{customer}/phone-hours"))["number"] == ANA
    assert (await program.get(f"customers/{customer}/phone-hours", colour="red")).wrong == {"colour"}


@pytest.mark.parametrize("number", ["nonsense", "112", "+" + "9" * 50, "+49900123456", "+8816123456"])
async def test_a_number_that_is_none_or_that_we_do_not_dial_is_phoned_never_for_the_reason_that_refuses_it(
    house: House, number: str
) -> None:
    program = house.program("agent1")
    customer = await ana(program)
    told = await program.get(f"customers/{customer}/phone-hours", number=number)
    refused = await program.post("callbacks", {"customer_id": customer, "queue": "billing", "number": number[:40]})
    assert (told["number"], told["next_at"], refused.wrong) == (number, None, {"number"})
    assert told["why_never"] in refused["detail"]


async def test_who_may_never_be_phoned_on_a_number_has_no_next_moment_there(house: House) -> None:
    program = house.program("agent1")
    customer = await ana(program)

    async def told_and_refused(contact: dict[str, Any]) -> str:
        assert (await program.patch(f"customers/{customer}", {"contact_safety": contact})).status == 200
        told = await program.get(f"customers/{customer}/phone-hours", number=ANA)
        refused = await program.post("callbacks", {"customer_id": customer, "queue": "billing", "number": ANA})
        assert (told["next_at"], refused.wrong) == (None, {"number"})
        assert told["why_never"] in refused["detail"]
        return str(told["why_never"])

    assert "by email alone" in await told_and_refused({"channels": ["email"]})
    speaks = {"representative": "Ida", "representative_number": "+493012345678"}
    assert "through Ida alone" in await told_and_refused(speaks)
    own = await program.get(f"customers/{customer}/phone-hours")
    assert (own["number"], own["why_never"]) == ("+493012345678", None)
    assert own["next_at"]
    nobody = (await program.post("customers", {"name": "Eva"}))["id"]
    assert (await program.patch(f"customers/{nobody}", {"contact_safety": {"channels": ["email"]}})).status == 200
    assert "by email alone" in (await program.get(f"customers/{nobody}/phone-hours"))["why_never"]


async def test_a_plus_that_is_not_escaped_in_an_address_is_one(house: House) -> None:
    program = house.program("agent1")
    customer = await ana(program)
    assert (await program.get(f"customers/{customer}/phone-hours", number=" " + ANA[1:]))["number"] == ANA
    assert (await program.get(f"customers/{customer}/phone-hours", number=" 12"))["number"] == "+12"


async def test_a_time_zone_that_there_is_not_is_refused_by_name(house: House) -> None:
    program = house.program("agent1")
    new = {"name": "Eva", "external_id": "e-1"}
    assert (await program.post("customers", new | {"time_zone": "Nowhere/Bad"})).wrong == {"time_zone"}
    assert (await program.post("customers", new | {"time_zone": "../../etc/passwd"})).wrong == {"time_zone"}
    eva = await program.post("customers", new | {"time_zone": "Europe/Madrid"})
    assert (eva.status, eva["time_zone"]) == (201, "Europe/Madrid")
    assert (await program.post("customers", new | {"time_zone": "Madrid"})).wrong == {"time_zone"}
    path = f"customers/{eva['id']}"
    assert (await program.patch(path, {"time_zone": "Nowhere/Bad"})).wrong == {"time_zone"}
    assert (await program.get(path))["time_zone"] == "Europe/Madrid"
    assert (await program.patch(path, {"time_zone": ""}))["time_zone"] == ""


async def test_an_agent_books_for_the_queues_that_they_serve_and_a_supervisor_for_all(house: House) -> None:
    stranger = house.program("stranger")
    new = {"customer_id": await ana(stranger), "queue": "billing", "number": ANA}
    assert (await stranger.post("callbacks", new)).wrong == {"queue"}
    by_hand = {"customer_id": (await stranger.post("customers", {"name": "Eva"}))["id"], "queue": "billing"}
    assert (await stranger.post("callbacks", by_hand | {"title": "Ring her"})).wrong == {"queue"}
    assert await house.rows(work_items, kind="callback") == []
    booked = await house.program("supervisor").post("callbacks", new)
    assert booked.status == 201


async def test_an_owner_serves_the_queue(house: House) -> None:
    program = house.program("agent1")
    new = {"customer_id": await ana(program), "queue": "billing", "number": ANA}
    refused = await program.post("callbacks", new | {"owner_id": house.ids["stranger"]})
    assert refused.wrong == {"owner_id"}
    assert "does not serve the queue Billing" in refused["detail"]
    made = await program.post("callbacks", new)
    path = f"callbacks/{made['id']}"
    assert (await program.patch(path, {"owner_id": house.ids["stranger"]})).wrong == {"owner_id"}
    assert (await program.get(path))["owner_id"] is None


async def test_an_owner_has_what_the_queue_asks_for_and_takes_calls(house: House) -> None:
    program, ben = house.program("agent1"), house.ids["agent2"]
    new = {"customer_id": await ana(program), "queue": "billing", "number": ANA, "owner_id": ben}
    await house.desk.transact(
        SYSTEM, lambda tx: tx.execute(sa.delete(agent_skills).where(agent_skills.c.agent_id == ben))
    )
    assert "lacks billing 1" in (await program.post("callbacks", new))["detail"]
    await house.desk.transact(SYSTEM, lambda tx: tx.update(agents, ben, capacity={"chat": 2}))
    refused = await program.post("callbacks", new)
    assert (refused.wrong, "takes no voice; lacks billing 1" in refused["detail"]) == ({"owner_id"}, True)
    assert await house.rows(callbacks) == []


async def test_another_time_and_another_booking_keep_the_gap_after_an_attempt_and_say_so(house: House) -> None:
    program = house.program("agent1")
    new = {"customer_id": await ana(program), "queue": "billing"}
    made = await program.post("callbacks", new)
    ended = house.clock.now()
    call = {"ended_at": ended, "customer_leg": "over", "ended_by": "no_answer", "call_id": "c-1"}
    await house.desk.transact(SYSTEM, tried, made["id"], call)
    house.clock.advance(timedelta(minutes=10))
    path, gap_ends = f"callbacks/{made['id']}", ended + timedelta(minutes=30)

    changed = await program.patch(path, {"due_at": house.clock.now().isoformat()})
    assert (datetime.fromisoformat(changed["due_at"]), changed["moved"]) == (gap_ends, True)
    later = await program.patch(path, {"due_at": (gap_ends + timedelta(minutes=5)).isoformat()})
    assert (datetime.fromisoformat(later["due_at"]), later["moved"]) == (gap_ends + timedelta(minutes=5), False)
    await program.post(f"{path}/cancel", {})
    again = await program.post("callbacks", new)
    assert (datetime.fromisoformat(again["due_at"]), again["moved"]) == (gap_ends, True)
    elsewhere = await program.post("callbacks", new | {"queue": "technical"})
    assert (datetime.fromisoformat(elsewhere["due_at"]), elsewhere["moved"]) == (gap_ends, True)
    another = {"customer_id": (await program.post("customers", {"name": "Eva"}))["id"], "queue": "billing"}
    assert (await program.post("callbacks", another | {"number": ANA}))["moved"] is True
    bo = await program.patch(f"callbacks/{elsewhere['id']}", {"number": "+442079460123", "due_at": new_time(house)})
    assert bo["moved"] is False
    back = await program.patch(f"callbacks/{elsewhere['id']}", {"number": ANA})
    assert datetime.fromisoformat(back["due_at"]) == gap_ends


async def test_what_is_booked_anew_goes_on_with_the_attempts_at_the_number(house: House) -> None:
    program = house.program("agent1")
    new = {"customer_id": await ana(program), "queue": "billing"}
    for attempt in range(3):
        made = await program.post("callbacks", new)
        assert made["attempts"] == attempt
        call = {
            "ended_at": house.clock.now(),
            "customer_leg": "over",
            "ended_by": "no_answer",
            "call_id": f"c-{attempt}",
        }
        await house.desk.transact(SYSTEM, tried, made["id"], call)
        await program.post(f"callbacks/{made['id']}/cancel", {})
        house.clock.advance(timedelta(minutes=31))
    latest = house.clock.now() - timedelta(minutes=31)
    rested = await program.post("callbacks", new | {"queue": "technical"})
    assert (datetime.fromisoformat(rested["due_at"]), rested["attempts"], rested["moved"]) == (
        latest + timedelta(days=1),
        0,
        True,
    )


async def test_the_next_moment_for_a_queue_is_when_a_booking_would_be_due_while_the_number_rests(house: House) -> None:
    program = house.program("agent1")
    customer = await ana(program)
    first = await program.post("callbacks", {"customer_id": customer, "queue": "billing"})
    ended = house.clock.now()
    call = {"ended_at": ended, "customer_leg": "over", "ended_by": "no_answer", "call_id": "c-1"}
    await house.desk.transact(SYSTEM, tried, first["id"], call)

    told = await program.get(f"customers/{customer}/phone-hours", queue="technical")
    anywhere = await program.get(f"customers/{customer}/phone-hours")
    booked = await program.post("callbacks", {"customer_id": customer, "queue": "technical"})
    assert told["next_at"] == booked["due_at"]
    assert datetime.fromisoformat(told["next_at"]) == ended + timedelta(minutes=30)
    assert datetime.fromisoformat(anywhere["next_at"]) == house.clock.now()  # the gap is a queue's


def new_time(house: House) -> str:
    return (house.clock.now() + timedelta(minutes=1)).isoformat()


def tried(tx: Tx, callback_id: str, call: dict[str, Any]) -> None:
    """A first attempt at this call-back has failed."""
    call_id, at = call["call_id"], call["ended_at"]
    row = tx.one(callbacks, callback_id)
    about = {"id": call_id, "channel": "voice", "direction": "out", "state": "closed", "queue": row.queue}
    words = {"subject": "", "preview": "", "language": "", "entry_point": "", "reply_to": ANA, "certainty": "certain"}
    tx.insert(interactions, **about, **words, customer_id=row.customer_id, arrived_at=at, unread=0, version=0)
    legs = {"from_number": "", "to_number": ANA, "flow": "", "agent_leg_state": "", "callback_id": callback_id}
    tx.insert(calls, id=call_id, **legs, **{name: value for name, value in call.items() if name != "call_id"})
    tx.update(callbacks, callback_id, call_id=call_id, attempts=row.attempts + 1, why="no_answer", dialled_at=at)


@pytest.mark.parametrize(
    ("safety", "why"),
    [
        ({"channels": ["email"]}, "not to be phoned: they may be contacted by email alone"),
        ({"representative": "Ms Ruiz", "representative_number": "+442079460123"}, "through Ms Ruiz alone"),
    ],
)
async def test_who_may_not_be_phoned_there_is_not_and_the_answer_says_why(
    house: House, safety: dict[str, Any], why: str
) -> None:
    program = house.program("agent1")
    customer = await ana(program)
    said = await program.patch(f"customers/{customer}", {"contact_safety": safety})
    assert (said.status, said["contact_safety"]) == (200, safety)
    refused = await program.post("callbacks", {"customer_id": customer, "queue": "billing", "number": ANA})
    assert (refused.status, refused.wrong) == (422, {"number"})
    assert why in refused["detail"]
    assert await house.rows(callbacks) == []
    assert (await program.patch(f"customers/{customer}", {"contact_safety": {}}))["contact_safety"] is None
    assert (await program.post("callbacks", {"customer_id": customer, "queue": "billing"})).status == 201


async def test_a_customers_own_hours_and_representative_hold_for_what_is_booked(house: House) -> None:
    program = house.program("agent1")
    customer = await ana(program)
    safety = {"hours": "18:00-23:00", "representative_number": "+44 20 7946 0123", "no_voicemail": True}
    said = await program.patch(f"customers/{customer}", {"contact_safety": safety})
    assert said["contact_safety"]["representative_number"] == "+442079460123"
    made = await program.post("callbacks", {"customer_id": customer, "queue": "billing"})
    assert (made["number"], made["due_at"], made["moved"]) == ("+442079460123", "2026-03-02T18:00:00Z", True)
    night = {"hours": "22:00-23:00"}
    assert (await program.patch(f"customers/{customer}", {"contact_safety": night})).status == 200
    assert (await program.patch(f"callbacks/{made['id']}", {"number": ANA})).wrong == {"number"}


async def test_what_holds_for_a_number_holds_for_whomever_it_is_rung(house: House) -> None:
    program = house.program("agent1")
    dora, eva = await ana(program), (await program.post("customers", {"name": "Eva"}))["id"]
    new = {"customer_id": eva, "number": ANA}
    assert (await program.patch(f"customers/{dora}", {"contact_safety": {"hours": "18:00-19:00"}})).status == 200
    made = await program.post("callbacks", new | {"queue": "billing"})
    assert (made["due_at"], made["moved"]) == ("2026-03-02T17:00:00Z", True)
    hours = await program.get(f"customers/{eva}/phone-hours", number=ANA)
    assert hours["next_at"] == "2026-03-02T17:00:00Z"

    both = {"contact_safety": {"hours": "18:30-20:00"}, "time_zone": "Europe/Berlin"}
    assert (await program.patch(f"customers/{eva}", both)).status == 200
    again = await program.patch(f"callbacks/{made['id']}", {"due_at": new_time(house)})
    assert again["due_at"] == "2026-03-02T17:30:00Z"

    assert (await program.patch(f"customers/{dora}", {"contact_safety": {"channels": ["letter"]}})).status == 200
    refused = await program.post("callbacks", new | {"queue": "technical"})
    assert (refused.status, refused.wrong) == (422, {"number"})
    assert "the customer who has this number is not to be phoned" in refused["detail"]
    assert (await program.patch(f"callbacks/{made['id']}", {"number": ANA})).wrong == {"number"}


async def test_the_hours_that_are_told_are_those_that_count_and_nobody_elses_are_told(house: House) -> None:
    program = house.program("agent1")
    dora, eva = await ana(program), (await program.post("customers", {"name": "Eva"}))["id"]
    assert (await program.patch(f"customers/{dora}", {"contact_safety": {"hours": "12:30-14:30"}})).status == 200
    told = await program.get(f"customers/{dora}/phone-hours")
    assert (told["hours"], told["others"], told["why_never"]) == ("12:30-14:30", False, None)
    for spelled in (ANA, f" {ANA[:3]} {ANA[3:]}"):
        told = await program.get(f"customers/{eva}/phone-hours", number=spelled)
        assert (told["number"], told["hours"], told["others"]) == (ANA, "09:00-20:00", True)
        assert told["next_at"] == "2026-03-02T11:30:00Z"
        assert "12:30" not in str(told.data)


async def test_hours_that_never_meet_are_refused_in_words_about_hours(house: House) -> None:
    program = house.program("agent1")
    dora, eva = await ana(program), (await program.post("customers", {"name": "Eva"}))["id"]
    new = {"customer_id": eva, "number": ANA, "queue": "billing"}

    async def said(customer: str, **contact: Any) -> str:
        assert (await program.patch(f"customers/{customer}", {"contact_safety": contact})).status == 200
        refused = await program.post("callbacks", new)
        assert (refused.status, refused.wrong) == (422, {"number"})
        assert (await program.get(f"customers/{eva}/phone-hours", number=ANA))["why_never"] in refused["detail"]
        assert "zone" not in refused["detail"]
        return str(refused["detail"])

    assert (await program.patch(f"customers/{eva}", {"contact_safety": {"hours": "10:00-12:00"}})).status == 200
    both = await said(dora, hours="18:00-19:00")
    assert "may never be phoned at the same hour" in both and "18" not in both
    theirs = await said(dora, hours="05:00-06:00")
    assert "the hours of the customer who has this number and those in which we phone" in theirs and "05" not in theirs
    assert (await program.patch(f"customers/{dora}", {"contact_safety": {}})).status == 200
    assert "this customer’s own hours and those" in await said(eva, hours="05:00-06:00")


OFFICE = {
    "week": {day: ["08:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")},
    "zone": "Europe/London",
}


async def keeps(house: House, queue: str, **calendar: Any) -> None:
    """A queue keeps hours of its own from now on."""
    document = Document(hours=(sample_organization().hours or {}) | {queue: Calendar(**calendar)})
    await house.desk.transact(SYSTEM, load, document)
    await house.desk.transact(SYSTEM, change_queue, queue, {"hours": queue})


async def test_it_is_due_when_the_queue_is_open_and_the_customer_may_be_phoned(house: House) -> None:
    program = house.program("agent1")
    await keeps(house, "billing", **OFFICE)
    house.clock.set(datetime(2026, 11, 27, 15, tzinfo=UTC))  # a Friday, midnight in Tokyo
    yuki = await ana(program, time_zone="Asia/Tokyo")
    told = await program.get(f"customers/{yuki}/phone-hours", queue="billing")
    anywhere = await program.get(f"customers/{yuki}/phone-hours")
    made = await program.post("callbacks", {"customer_id": yuki, "queue": "billing"})
    monday = "2026-11-30T08:00:00Z"  # five in the afternoon in Tokyo; at nine there on Saturday nobody is here
    assert (made["due_at"], made["moved"], told["next_at"]) == (monday, True, monday)
    assert anywhere["next_at"] == "2026-11-28T00:00:00Z"
    assert (await program.get(f"customers/{yuki}/phone-hours", queue="nowhere")).wrong == {"queue"}
    moved = await program.patch(f"callbacks/{made['id']}", {"due_at": "2026-12-01T12:00:00Z"})
    assert moved["due_at"] == "2026-12-02T08:00:00Z"


async def test_what_is_booked_for_a_queue_that_is_never_open_when_they_may_be_phoned_is_refused(house: House) -> None:
    program = house.program("agent1")
    await keeps(house, "billing", **OFFICE)
    customer = await ana(program)
    new = {"customer_id": customer, "number": ANA}
    elsewhere = await program.post("callbacks", new | {"queue": "technical"})
    evenings = {"contact_safety": {"hours": "18:00-20:00"}}  # in Berlin: here until seven, and we close at five
    assert (await program.patch(f"customers/{customer}", evenings)).status == 200

    refused = await program.post("callbacks", new | {"queue": "billing"})

    assert (refused.status, refused.wrong) == (422, {"number"})
    assert "the queue is never open at an hour in which they may be phoned there" in refused["detail"]
    told = await program.get(f"customers/{customer}/phone-hours", number=ANA, queue="billing")
    assert (told["next_at"], told["why_never"] in refused["detail"]) == (None, True)
    assert (await program.get(f"customers/{customer}/phone-hours", queue="technical"))["next_at"] is not None
    assert [row.id for row in await house.rows(callbacks)] == [elsewhere["id"]]


async def test_what_is_booked_for_a_queue_that_never_opens_is_refused_for_the_queue(house: House) -> None:
    program = house.program("agent1")
    await keeps(house, "billing", week={})
    refused = await program.post("callbacks", {"customer_id": await ana(program), "queue": "billing", "number": ANA})
    assert (refused.status, refused.wrong) == (422, {"queue"})
    assert "not open at any time" in refused["detail"]


@pytest.mark.parametrize(
    "safety",
    [
        {"hours": "22:00-06:00"},
        {"hours": "late"},
        {"channels": "email"},
        {"representative_number": "1"},
        {"no": 1},
        "x",
    ],
)
async def test_what_is_no_rule_of_contact_is_refused(house: House, safety: Any) -> None:
    program = house.program("agent1")
    refused = await program.patch(f"customers/{await ana(program)}", {"contact_safety": safety})
    assert refused.status == 422
    assert all(name.startswith("contact_safety") for name in refused.wrong)


@pytest.mark.parametrize(
    ("safety", "field"),
    [
        ({"channels": ["pigeon"]}, "channels"),
        ({"channels": ["email", "pigeon"]}, "channels"),
        ({"channels": []}, "channels"),
        ({"representative_number": "+44900123456"}, "representative_number"),  # no such number
        ({"representative_number": "+449098333555"}, "representative_number"),  # a premium one
        ({"representative_number": "+882161234567"}, "representative_number"),  # a satellite
        ({"representative_number": "+442079460100"}, "representative_number"),  # our own
    ],
)
async def test_a_customer_is_left_a_way_on_which_they_can_be_reached(
    house: House, safety: dict[str, Any], field: str
) -> None:
    program = house.program("agent1")
    customer = await ana(program)
    refused = await program.patch(f"customers/{customer}", {"contact_safety": safety})
    assert (refused.status, refused.wrong) == (422, {f"contact_safety.{field}"})
    assert (await program.get(f"customers/{customer}"))["contact_safety"] is None


async def test_what_is_made_by_hand_is_in_the_customers_screen_pop_then_in_the_history(house: House) -> None:
    program = house.program("agent1")
    eva = (await program.post("customers", {"name": "Eva"}))["id"]
    made = await program.post("callbacks", {"customer_id": eva, "queue": "billing", "title": "Ring her about the bill"})
    pop = await house.program("stranger").get(f"customers/{eva}/pop")
    (promised,) = pop["callbacks"]
    assert (promised["id"], promised["by_hand"], promised["state"], promised["number"]) == (
        made["id"],
        True,
        "waiting",
        "",
    )
    assert (pop["history"], "title" in promised) == ([], False)
    assert (
        await house.program("supervisor").post(f"callbacks/{made['id']}/complete", {"outcome": "reached"})
    ).status == 200
    pop = await house.program("stranger").get(f"customers/{eva}/pop")
    assert pop["callbacks"] == []
    (past,) = pop["history"]
    assert (past["kind"], past["id"], past["state"], past["title"]) == ("callback", made["id"], "reached", "")


async def test_they_are_listed_a_page_at_a_time_by_stage(house: House) -> None:
    program = house.program("agent1")
    new = {"queue": "billing", "number": ANA}
    later = new | {"customer_id": await ana(program), "due_at": "2026-03-05T10:00:00Z"}
    booked = [(await program.post("callbacks", later))["id"]]
    for name in ("Eva", "Bo"):
        customer = (await program.post("customers", {"name": name}))["id"]
        booked.append((await program.post("callbacks", new | {"customer_id": customer}))["id"])
    await program.post(f"callbacks/{booked[2]}/cancel", {})

    async def ids(**filters: str) -> list[str]:
        return [item["id"] for item in (await program.get("callbacks", **filters))["items"]]

    assert await ids(stage="open") == [booked[1], booked[0]]
    assert await ids(stage="due") == [booked[1]]
    assert await ids(stage="ended") == [booked[2]]
    first = await program.get("callbacks", stage="open", limit="1")
    assert [item["id"] for item in first["items"]] == [booked[1]]
    assert await ids(stage="open", limit="1", cursor=first["next_cursor"]) == [booked[0]]
    assert (await program.get("callbacks", stage="late")).wrong == {"stage"}
