"""The time for wrap-up runs out while the outcome is being written: nothing of it is lost, and it can still be said."""

import sqlite3

from playwright.async_api import expect

from tests.browser.axe import OF_COLOURS, findings, in_both
from tests.browser.conftest import SignIn
from tests.browser.people import Agent
from tests.browser.shop import Shop, eventually, patient_queues
from tests.browser.windows import resizes

CARD = ".late"
NOTE = "The parcel went back to the sender, a new one is on its way."


async def has_a_mail(shop: Shop, agent: Agent, sender: str, subject: str) -> None:
    await shop.mails(sender, "billing@demo.test", subject, "Please help.")
    await agent.sees(subject, within=".offer")
    await agent.presses("F2")
    await agent.sees("Please help.", within=".thread")


async def runs_out_while_she_writes(shop: Shop, agent: Agent) -> str:
    """Half a note is written in the time for wrap-up and half after it, without a hand that moves."""
    shop.loads_organization(patient_queues().replace("wrap_up: 10m", "wrap_up: 6s"))
    await agent.is_available()
    await has_a_mail(shop, agent, "Ana Fuller <ana@kundin.example>", "Where is my parcel")
    await agent.presses("Alt+E")
    await agent.page.get_by_label("Note").focus()
    await agent.types(NOTE[:20])
    await agent.sees("Say the outcome of Ana Fuller", within=CARD)
    await agent.types(NOTE[20:])
    await expect(agent.page.locator(f"{CARD} textarea")).to_have_value(NOTE)
    closed = await shop.asks("GET", "/api/v1/interactions?state=closed&limit=1")
    return str(closed["items"][0]["id"])


async def test_what_is_half_written_as_the_time_runs_out_is_kept_and_said(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent2")
    await agent.listens()
    contact = await runs_out_while_she_writes(shop, agent)
    assert any("the outcome of Ana Fuller can still be said" in told for told in await agent.is_told())
    await agent.sees("Available", within=".presence")

    await agent.page.reload()
    await expect(agent.page.locator(f"{CARD} textarea")).to_have_value(NOTE)
    await has_a_mail(shop, agent, "Bo Lind <bo@kundin.example>", "Label is missing")
    await expect(agent.page.locator(f"{CARD} textarea")).to_have_value(NOTE)

    await agent.presses("Alt+O")
    await expect(agent.page.locator(f"{CARD} textarea")).to_be_focused()
    await agent.presses("Shift+Tab", "Enter", "Control+Enter")
    await agent.sees("Finished:", within=".toasts")
    await expect(agent.page.locator(CARD)).to_have_count(0)
    said = await shop.asks("GET", f"/api/v1/interactions/{contact}")
    assert said["state"] == "closed"
    assert said["disposition"]
    with sqlite3.connect(shop.data / "careline.sqlite3") as database:
        assert database.execute("SELECT note FROM interactions WHERE id = ?", [contact]).fetchone() == (NOTE,)
    await agent.sees("Label is missing", within=".pane .head")


async def test_what_is_put_away_is_found_by_the_palette_with_what_was_written(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent2")
    await runs_out_while_she_writes(shop, agent)
    await agent.page.locator(CARD).get_by_role("button", name="Not now").press("Enter")
    await expect(agent.page.locator(CARD)).to_have_count(0)

    await agent.presses("Control+K")
    await agent.types("outcome of Ana")
    await agent.presses("Enter")
    await expect(agent.page.locator(f"{CARD} textarea")).to_be_focused()
    await expect(agent.page.locator(f"{CARD} textarea")).to_have_value(NOTE)


#: Neither lies over the other, and both are on the screen.
APART = """() => {
  const [offer, card] = [".offer", ".late"].map((part) => document.querySelector(part)?.getBoundingClientRect());
  return Boolean(offer && card && offer.bottom <= card.top && card.bottom <= innerHeight);
}"""


async def test_an_offer_that_rings_meanwhile_and_the_outcome_stand_apart(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent2")
    await runs_out_while_she_writes(shop, agent)
    await shop.mails("Bo Lind <bo@kundin.example>", "billing@demo.test", "Label is missing", "There was no label.")
    await agent.sees("Label is missing", within=".offer")

    await eventually(lambda: agent.page.evaluate(APART), bool, "the outcome below the offer")
    assert await findings(agent.page) == []
    async for scheme in in_both(agent.page):
        assert await findings(agent.page, *OF_COLOURS) == [], scheme
    await resizes(agent.page, width=360, height=740)
    await eventually(lambda: agent.page.evaluate(APART), bool, "the outcome below the offer on a phone")
