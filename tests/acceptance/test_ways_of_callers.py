"""A caller goes through the flow; whoever is offered the call sees how, and so does who looks it up afterwards."""

from typing import Any

import pytest

from tests.acceptance.house import NUMBER, Console, House

pytestmark = pytest.mark.timeout(600)

ANA = "+4915112345678"
FLOWS = """\
flows:
  main:
    languages: [en]
    start: menu
    nodes:
      menu:
        menu: For your router press 1.
        keys: {"1": router}
        names: {"1": Repairs}
        default: people
      router: {article: resetting-the-router, next: more, else: people}
      more:
        menu: For a text press 1. To speak with us press 2.
        keys: {"1": text, "2": people}
        default: people
      text: {send: resetting-the-router, next: more, else: people}
      people: {queue: technical}
"""
STEPS = [
    ("chose", "1", "Repairs", ""),
    ("heard", "", "", "Resetting the router"),
    ("chose", "1", "Text", ""),
    ("sent", "", "", "Resetting the router"),
    ("chose", "2", "People", ""),
    ("asked", "", "", ""),
]


async def test_whoever_answers_sees_what_the_caller_chose_heard_and_was_sent(house: House):
    about = {"title": "Resetting the router", "body": "Press the button.", "language": "en", "audience": "public"}
    await house.asks("sue", "POST", "/api/v1/articles", about | {"state": "published"})
    file = house.folder / "flows.yaml"
    file.write_text(FLOWS)
    await house.command("org", "load", str(file))
    ben = await house.console("ben")
    house.network.texts_end[ANA] = ("undelivered", "30003")

    ana = house.network.call(ANA, NUMBER)
    for keys in ("1", "1", "2"):
        await ana.presses(keys)
    offer = await ben.next_offer()
    assert steps(offer["interaction"]) == STEPS
    call_id = await ben.accepts(offer)
    await house.eventually(the_text_has_failed(house, call_id), "word of the text")
    await the_console_says_so(ben, call_id)

    await ana.hangs_up()
    await ben.calls("interaction.wrap_up", interaction_id=call_id, disposition="solved")
    past = await house.asks("ben", "GET", f"/api/v1/interactions/{call_id}")
    assert steps(past) == STEPS
    pop = await house.asks("ben", "GET", f"/api/v1/customers/{past['customer']['id']}/pop")
    assert [step["did"] for step in pop["history"][0]["way"]] == [did for did, *_ in STEPS]
    elsewhere = await house.asks("dee", "GET", f"/api/v1/customers/{past['customer']['id']}/pop")
    assert (elsewhere["history"][0]["way"], elsewhere["history"][0]["readable"]) == ([], False)
    await house.asks("dee", "GET", f"/api/v1/interactions/{call_id}", status=404)
    await ben.closes()
    assert house.network.problems == []


def steps(card: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [(step["did"], step["key"], step["name"], step["title"]) for step in card["call"]["way"]]


def the_text_has_failed(house: House, call_id: str) -> Any:
    async def failed() -> bool:
        card = await house.asks("ben", "GET", f"/api/v1/interactions/{call_id}")
        return bool(card["call"]["way"][3]["delivery"] == "bounced" and card["call"]["way"][3]["delivery_reason"])

    return failed


async def the_console_says_so(ben: Console, call_id: str) -> None:
    """A console that opens now has it in its snapshot: the same as its events have said."""
    again = Console(ben.house, ben.who)
    await again.opens()
    (card,) = (one for one in again.snapshot["interactions"] if one["id"] == call_id)
    assert [one["delivery"] for one in card["call"]["way"] if one["did"] == "sent"] == ["bounced"]
    await ben.house.eventually(ben_was_told(ben, card), "the card")
    await again.closes()


def ben_was_told(ben: Console, card: dict[str, Any]) -> Any:
    async def told() -> bool:
        return card["id"] in ben.cards and ben.cards[card["id"]]["call"]["way"] == card["call"]["way"]

    return told
