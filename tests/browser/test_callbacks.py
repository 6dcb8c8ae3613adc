"""Call-backs by keyboard: booked in the console, seen in the screen pop, taken back; and the floor's list of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from tests.browser.axe import findings, looks_right
from tests.browser.conftest import SignIn
from tests.browser.people import Agent
from tests.browser.shop import Shop

NUMBER = "+34910123456"
MADRID = ZoneInfo("Europe/Madrid")


async def has_in_hand(shop: Shop, agent: Agent, title: str, **customer: str) -> str:
    """A customer with something to do for, which the agent has accepted; the customer's id."""
    ana = await shop.asks("POST", "/api/v1/customers", {"name": "Ana Fuller"} | customer)
    await shop.asks("POST", "/api/v1/tasks", {"customer_id": ana["id"], "queue": "general", "title": title})
    await agent.is_available()
    await agent.sees(title, within=".offer")
    await agent.presses("F2")
    await agent.sees("Call back", within=".pop .numbers")
    return str(ana["id"])


async def test_a_call_back_at_night_is_booked_for_the_morning_seen_and_cancelled_by_keyboard(
    shop: Shop, sign_in: SignIn
) -> None:
    agent = await sign_in("agent1")
    ana = await has_in_hand(shop, agent, "Ring her about the fee", time_zone="Europe/Madrid")
    page, dialog = agent.page, agent.page.locator("dialog")
    night = (datetime.now(UTC) + timedelta(days=3)).astimezone(MADRID)

    await agent.presses("Alt+R")
    await agent.sees("Call back Ana Fuller", within="dialog")
    await agent.sees("where the customer is (Madrid)", within="dialog")
    await expect(dialog.get_by_label("At a time")).to_be_focused()
    await agent.presses("Tab")
    await agent.types(f"{night:%m%d%Y}")
    await agent.presses("ArrowRight")
    await agent.types("1130P")
    await expect(page.locator("#callback-at")).to_have_value(f"{night:%Y-%m-%d}T23:30")
    await dialog.get_by_label("Number").focus()
    await agent.types(NUMBER)
    await dialog.get_by_label("What it is about").focus()
    await agent.types("The fee of October")
    await looks_right(page)
    await agent.presses("Control+Enter")

    await agent.sees("09:00, Madrid time: customers are phoned between 09:00 and 20:00", within=".toasts")
    await agent.sees("General · anybody’s", within=".pop .promised")
    (booked,) = (await shop.asks("GET", f"/api/v1/callbacks?customer_id={ana}"))["items"]
    assert (booked["number"], booked["title"], booked["moved"]) == (NUMBER, "The fee of October", True)
    due = datetime.fromisoformat(booked["due_at"]).astimezone(MADRID)
    assert (due.date(), due.hour) == (night.date() + timedelta(days=1), 9)
    assert await findings(page) == []

    await page.get_by_role("button", name="Cancel the call-back, General").press("Enter")
    await agent.sees("Nobody will ring +34910123456 for General", within="dialog")
    assert await findings(page) == []
    await agent.types("She wrote instead")
    await agent.presses("Enter")
    await agent.sees("The call-back is cancelled", within=".toasts")
    await expect(page.locator(".pop .promised")).to_have_count(0)
    assert (await shop.asks("GET", f"/api/v1/callbacks/{booked['id']}"))["state"] == "cancelled"


async def test_a_day_is_typed_part_by_part_over_days_that_there_are_not(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent1")
    ana = await has_in_hand(shop, agent, "Ring her about the fee", time_zone="Europe/Madrid")
    at = agent.page.locator("#callback-at")
    year = datetime.now(UTC).year + 1

    await agent.presses("Alt+R")
    await expect(at).not_to_have_value("")
    await at.fill(f"{year}-01-31T10:00")
    await agent.page.get_by_label("Number").fill(NUMBER)
    await at.focus()
    await agent.types("02")  # the 31st of February
    await agent.presses("Control+Enter")
    await agent.sees("Needed", within="#callback-at-hint")
    await agent.page.get_by_label("Number").focus()
    await at.focus()
    await agent.types("0203")
    await expect(at).to_have_value(f"{year}-02-03T10:00")
    await agent.presses("Control+Enter")
    await agent.sees("General · anybody’s", within=".pop .promised")
    (booked,) = (await shop.asks("GET", f"/api/v1/callbacks?customer_id={ana}"))["items"]
    assert booked["due_at"] == f"{year}-02-03T09:00:00Z"


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent1")
    ana = await has_in_hand(shop, agent, "Ring her about the card")
    dialog = agent.page.locator("dialog")

    await agent.presses("Control+k")
    await agent.types("Book a call-back")
    await agent.presses("Enter")
    await agent.sees("Call back Ana Fuller", within="dialog")
    await expect(dialog.locator("#callback-at")).not_to_have_value("")
    await agent.presses("Control+Enter")
    await agent.sees("Needed", within="#callback-number-hint")
    await expect(dialog.get_by_label("Number")).to_be_focused()
    await agent.types("+61291234567")
    await agent.presses("Control+Enter")
    await agent.sees("in a country that we do not dial", within="#callback-number-hint")
    assert await findings(agent.page) == []

    await dialog.get_by_label("Number").select_text()
    await agent.types("+493023125001")
    await dialog.get_by_label("I do, if I am here").press("Space")
    await agent.presses("Escape")
    await expect(dialog).to_have_count(0)
    await agent.presses("Alt+R")
    await expect(dialog.get_by_label("Number")).to_have_value("+493023125001")
    await agent.sees("in Berlin, where the number is at home", within="dialog")
    await agent.presses("Control+Enter")
    await agent.sees("General · yours", within=".pop .promised")
    (booked,) = (await shop.asks("GET", f"/api/v1/callbacks?customer_id={ana}"))["items"]
    assert booked["owner_id"] is not None

    await expect(dialog).to_have_count(0)
    await agent.presses("Alt+R")
    await expect(dialog.locator("#callback-at")).not_to_have_value("")
    await dialog.get_by_label("Number").fill("+493023125001")
    await agent.presses("Control+Enter")
    await agent.sees("has an open call-back in this queue", within="#callback-queue-hint")
    await expect(dialog.get_by_label("Queue", exact=True)).to_be_focused()


async def test_a_supervisor_finds_one_on_a_page_without_script_and_changes_it(shop: Shop, sign_in: SignIn) -> None:
    addresses = [{"kind": "phone", "value": "+442079460990"}]
    ana = await shop.asks("POST", "/api/v1/customers", {"name": "Ana Fuller", "addresses": addresses})
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    new = {"customer_id": ana["id"], "queue": "billing", "due_at": f"{day}T12:00:00Z"}
    await shop.asks("POST", "/api/v1/callbacks", new)
    sue = await sign_in("supervisor")
    await sue.page.locator(".top nav").get_by_role("link", name="Call-backs").press("Enter")
    await sue.sees("Ana Fuller", within="tbody")
    await looks_right(sue.page)
    await sue.page.get_by_role("link", name="Ana Fuller").press("Enter")
    await sue.sees("Call-back for Ana Fuller", within="h1")
    await looks_right(sue.page)
    await sue.page.get_by_label("Number").fill("+19005550123")
    await sue.page.get_by_role("button", name="Save").press("Enter")
    await sue.sees("premium", within="#why-number")
    await looks_right(sue.page)
    await sue.page.get_by_label("Why nobody will ring").press("Enter")
    await sue.sees("Cancelled", within="tbody")
