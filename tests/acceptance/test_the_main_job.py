"""The main job, end to end: four customers on four channels, one complaint from the first word to the month's report.

The server is killed twice on the way, with `kill -9`, and nobody notices.
"""

import io
import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.acceptance.house import NUMBER, Console, House, Visitor

pytestmark = pytest.mark.timeout(600)

EVA, ANA, TOM = "Eva Ruiz <eva@example.com>", "+493023125001", "+442079460150"


async def test_from_four_customers_to_the_months_report(new_house: House):
    house = new_house
    mia, ben, cho = await house.console("mia"), await house.console("ben"), await house.console("cho")

    # A customer mails, another chats, a third texts, a fourth phones: each is offered to who can help.
    await house.mails(EVA, "billing@demo.test", "Charged twice", "I was charged twice for October.", message_id="<1@x>")
    mail = await mia.next_offer()
    assert said_to_be(mail) == ("email", "billing", "Charged twice", "Eva Ruiz", "new")
    visitor = Visitor(house)
    await visitor.opens()
    await visitor.sends("chat.start", "Do you deliver to islands?", name="Jo Tan")
    chat = await cho.next_offer()
    assert said_to_be(chat) == ("chat", "general", "", "Jo Tan", "new")
    assert await house.network.text(TOM, NUMBER, "My kettle leaks") == 200
    text = await ben.next_offer()
    assert said_to_be(text)[:2] == ("sms", "technical")
    mail_id, chat_id, text_id = await mia.accepts(mail), await cho.accepts(chat), await ben.accepts(text)

    await house.is_killed()
    await house.starts()
    await visitor.comes_back()

    # Each is answered, and the answer arrives.
    await mia.says(mail_id, "You are right: one of them goes back to you.")
    await cho.says(chat_id, "Yes, with the Tuesday boat.")
    await ben.says(text_id, "Please send us a photo.")
    await visitor.heard("Tuesday boat")
    answer = await house.sink.wait_for(lambda one: "goes back" in one["text"], 60)
    assert (answer["in_reply_to"], answer["subject"], answer["to"]) == ("<1@x>", "Re: Charged twice", "eva@example.com")

    async def texted() -> bool:
        return [(one.to, one.body) for one in house.network.sent_messages] == [(TOM, "Please send us a photo.")]

    await house.eventually(texted, "the text")
    await the_customers_answer_lands_in_the_same_interaction(house, mia, mail_id, answer)
    await a_caller_is_connected_and_known(house, mia, mail_id)
    await visitor.leaves()
    await cho.wraps_up(chat_id)
    await ben.wraps_up(text_id)

    complaint = await one_becomes_a_complaint(house, mia, mail_id)
    await mia.wraps_up(mail_id, "complaint_taken")
    await it_is_closed_by_a_letter(house, complaint)
    await house.is_killed()
    await house.starts()
    await the_call_back_is_offered_when_it_is_due(house, complaint)
    await the_survey_is_answered(house)
    await the_months_report_holds_it(house, complaint)
    for console in (mia, ben, cho):
        await console.closes()
    assert house.deaths == 2
    assert house.network.problems == []


def said_to_be(offer: dict[str, Any]) -> tuple[str, str, str, str, str]:
    interaction, customer = offer["interaction"], offer["customer"]
    return (
        interaction["channel"],
        interaction["queue"],
        interaction["subject"],
        customer["name"],
        customer["certainty"],
    )


async def the_customers_answer_lands_in_the_same_interaction(
    house: House, mia: Console, mail_id: str, answer: dict[str, Any]
) -> None:
    again = {"In_Reply_To": answer["message_id"], "message_id": "<2@x>"}
    await house.mails(EVA, "billing@demo.test", "Re: Charged twice", "When do I get it?", **again)
    heard = await mia.heard("When do I get it?")
    assert heard["interaction_id"] == mail_id


async def a_caller_is_connected_and_known(house: House, mia: Console, mail_id: str) -> None:
    """She has rung before, so the pop knows her; the menu leads to who can help."""
    for turn in range(2):
        line = house.network.call(ANA, NUMBER)
        await line.presses("1")
        offer = await mia.next_offer()
        assert said_to_be(offer)[:2] == ("voice", "billing")
        assert offer["customer"]["certainty"] == ("new", "certain")[turn]
        assert [one["channel"] for one in offer["history"]] == ["voice"] * turn
        call_id = await mia.accepts(offer)
        await line.connected(60)
        await mia.calls("interaction.hold", interaction_id=call_id)
        await house.eventually(on_hold(line), "music")
        await mia.calls("interaction.unhold", interaction_id=call_id)
        await line.connected(60)
        await line.hangs_up() if turn else await mia.calls("interaction.end", interaction_id=call_id)
        await mia.calls("interaction.wrap_up", interaction_id=call_id, disposition="solved")


def on_hold(line: Any) -> Any:
    async def look() -> bool:
        return bool(line.on_hold)

    return look


async def one_becomes_a_complaint(house: House, mia: Console, mail_id: str) -> str:
    card = await house.asks("mia", "GET", f"/api/v1/interactions/{mail_id}")
    issued = await house.asks(
        "mia",
        "POST",
        "/api/v1/complaints",
        {
            "customer_id": card["customer"]["id"],
            "interaction_id": mail_id,
            "category": "billing.double",
            "severity": 3,
            "remedy_sought": "The second charge back",
            "verbatim": "I was charged twice for October.",
        },
        status=201,
    )
    letter = await house.sink.wait_for(lambda one: issued["number"] in one["subject"] + one["text"], 60)
    assert letter["to"] == "eva@example.com"
    return str(issued["id"])


async def it_is_closed_by_a_letter(house: House, complaint: str) -> None:
    """Each step asks for what it needs; whoever looked into it does not approve it."""
    mia = (await house.asks("mia", "GET", "/api/v1/agents"))["items"]
    owner = next(one["id"] for one in mia if one["name"] == "Mia Berger")
    path = f"/api/v1/complaints/{complaint}/transitions"
    lacking = await house.asks("mia", "POST", path, {"to": "investigating"}, status=422)
    assert lacking["code"] == "invalid"
    await house.asks("mia", "POST", path, {"to": "triage", "owner_id": owner, "level": "general"})
    await house.asks("mia", "POST", path, {"to": "investigating", "plan": "Compare both invoices"})
    findings = {
        "findings": "Both runs charged October",
        "cause": "systems.invoice",
        "redress": {"kind": "refund", "amount": {"amount": "64.90", "currency": "EUR"}},
    }
    await house.asks("mia", "POST", path, {"to": "decision_review", **findings})
    decided = {"to": "closed", "decision": "upheld", "response": "We charged you twice and pay one charge back."}
    await house.asks("mia", "POST", path, decided, status=422)
    await house.asks("sue", "POST", path, decided, status=202)
    await house.sink.wait_for(lambda one: "pay one charge back" in one["text"], 60)

    async def closed() -> bool:
        return (await house.asks("sue", "GET", f"/api/v1/complaints/{complaint}"))["state"] == "closed"

    await house.eventually(closed, "the complaint closed")


async def the_call_back_is_offered_when_it_is_due(house: House, complaint: str) -> None:
    """Two business days later; what the recovery asks for besides is offered and done as well."""
    dee = await house.console("dee")
    done: set[str] = set()
    outcomes = {"redress": ("paid", "PAY-1"), "call": ("reached", "She is content")}

    async def recovery() -> dict[str, Any]:
        found = await house.asks("sue", "GET", f"/api/v1/recoveries?complaint_id={complaint}")
        return dict(found["items"][0])

    async def waiting() -> list[dict[str, Any]]:
        return [one for one in (await recovery())["actions"] if one["state"] == "waiting"]

    while planned := [one for one in (await recovery())["actions"] if one["mandatory"] and one["state"] != "done"]:
        if not any(one["state"] == "waiting" for one in planned):
            next_at = min(datetime.fromisoformat(one["offered_from"]) for one in planned)
            house.waits(max(next_at - house.now, timedelta()))
        actions = await house.eventually(waiting, "the next step of the recovery")
        offer = await dee.next_offer()
        assert (offer["work_item"]["kind"], offer["customer"]["name"]) == ("recovery_action", "Eva Ruiz")
        assert offer["interaction"] is None
        await dee.accepts(offer)
        kind = next(one["kind"] for one in actions if one["title"] == offer["work_item"]["title"])
        outcome, note = outcomes.get(kind, ("done", "Seen to"))
        await dee.calls("work.complete", work_item_id=offer["work_item"]["id"], outcome=outcome, note=note)
        done.add(kind)
    assert "call" in done
    assert (await recovery())["state"] == "done"
    await dee.closes()


async def the_survey_is_answered(house: House) -> None:
    """A fortnight after the response, by one tap."""
    house.waits(timedelta(days=14))
    asked = await house.sink.wait_for(lambda one: "/s/" in one["text"], 60)
    link = re.search(r"/s/\S+", asked["text"])
    assert link is not None
    async with house.http.post(f"{house.url}{link[0]}", json={"answers": {"csat": 5, "nps": 9}}) as response:
        assert response.status == 200, await response.text()


async def the_months_report_holds_it(house: House, complaint: str) -> None:
    """As data, page, PDF and workbook, from the command line; the flow adds up."""
    report = ["report", "complaints", "--month", "2026-10", "--format"]
    data = json.loads(await house.command(*report, "json"))
    sections = {one["id"]: one for one in data["sections"]}
    flow = sections[next(id for id in sections if str(id) == "2")]["figures"]
    value = {name: figure["value"] if isinstance(figure, dict) else figure for name, figure in flow.items()}
    assert (value["received"], value["closed"], value["outstanding"]) == (1, 1, 0)
    opened = value["opening"] + value["adjustments"] + value["received"] + value["reopened"]
    assert opened - value["closed"] - value["void"] == value["outstanding"]
    assert {str(id) for id in sections} >= {"0", "1", "2", "4", "6"}
    page = (await house.command(*report, "html")).decode()
    assert "Charged twice" in page
    pdf = await house.command(*report, "pdf")
    assert pdf.startswith(b"%PDF-")
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(await house.command(*report, "xlsx")))
    cells = [
        str(cell)
        for name in workbook.sheet_names
        for row in workbook.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert "Charged twice" in cells
