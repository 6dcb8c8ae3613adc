"""A supervisor watches the floor and acts on it."""

import json
import re
from calendar import day_name

import pytest
from playwright.async_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import SignIn
from tests.browser.shop import Shop

STEPS = "queues: {general: {name: General, skills: {service: 2}, rings: [{after: 10m, skills: {service: 1}}]}}"


def closed(why: str) -> str:
    """The hours of the shop, closed at once for this reason, or kept."""
    week = {day.lower(): ["00:00-24:00"] for day in day_name}
    return json.dumps({"hours": {"day_and_night": {"week": week, "closed": why}}})


async def test_the_floor_shows_who_waits_and_a_supervisor_gives_it_to_somebody(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent1")
    await expect(agent.page.locator(".presence")).to_contain_text("Not ready")
    sue = await sign_in("supervisor")
    await sue.sees("Avery Lindqvist", within=".agents")
    await shop.mails("Ana Fuller <ana@kundin.example>", "support@demo.test", "Is anybody there?", "Nobody answers.")

    row = sue.page.locator("tr", has_text="General")
    await expect(row.locator("td").first).to_have_text("1")
    await row.locator("td").first.get_by_role("button").press("Enter")
    await sue.sees("Ana Fuller", within=".side")
    why = sue.page.get_by_role("button", name="Why is Ana Fuller waiting?")
    await why.press("Enter")
    await sue.sees("Nobody can take it now: 9 offline, 1 not ready", within=".side")
    await sue.sees("Nothing says how long it will be", within=".side")
    await why.press("Enter")
    await sue.page.locator(".side").get_by_role("button", name="Assign").press("Enter")
    await sue.sees("Ana Fuller", within="dialog")
    await sue.page.locator("dialog").get_by_role("button", name="Assign").press("Enter")
    await sue.sees("Kept for Avery Lindqvist", within=".toasts")
    assert await findings(sue.page) == []  # also while something has just happened
    await agent.is_available()
    await agent.sees("Ana Fuller", within=".offer")
    await agent.sees("It was given to you by name", within=".offer")
    await why.press("Enter")
    await expect(sue.page.locator(".side")).to_contain_text(
        re.compile(r"Rings at Avery Lindqvist: for \d+:\d\d now, \d+:\d\d left")
    )
    await sue.sees("Chosen: given to them by name", within=".side")


async def test_the_next_step_for_who_waits_is_counted_in_seconds(shop: Shop, sign_in: SignIn) -> None:
    shop.loads_organization(STEPS)
    sue = await sign_in("supervisor")
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Is anybody there?")
    await sue.page.locator("tr", has_text="General").locator("td").first.get_by_role("button").press("Enter")
    await sue.page.get_by_role("button", name="Why is Ana Fuller waiting?").press("Enter")
    await expect(sue.page.locator(".side")).to_contain_text(re.compile(r"The next step comes in \d+:\d\d"))


async def test_a_supervisor_changes_a_state_and_whispers_a_note(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent2")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Who is there?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Who is there?", within=".thread")

    sue = await sign_in("supervisor")
    await sue.page.locator(".tile", has_text="Bruno Castellan").press("Enter")
    await sue.sees("Ana Fuller", within=".side")
    await sue.page.evaluate("document.activeElement.blur()")
    await sue.presses("h", "s", "w")  # nobody is meant by what is typed nowhere
    await expect(sue.page.locator("dialog")).to_have_count(0)
    await expect(sue.page.locator(".queues")).to_be_visible()
    await sue.page.locator(".tile", has_text="Bruno Castellan").focus()
    await sue.presses("h")
    await expect(sue.page.locator("#whisper-text")).to_be_focused()
    await sue.types("Offer her the voucher.")
    await sue.presses("Control+Enter")
    await agent.sees("Offer her the voucher.", within=".thread .note")
    assert "Offer her the voucher." not in ana.heard

    await expect(sue.page.locator("#whisper-text")).to_have_count(0)  # until then a key is a letter of the note
    await sue.presses("s")
    await sue.page.locator("dialog").get_by_role("button", name="Meeting").press("Enter")
    await agent.sees("Meeting", within=".presence")


async def test_a_tile_counts_from_when_it_began_to_ring(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent1")
    await agent.is_available()
    sue = await sign_in("supervisor")
    tile = sue.page.locator(".tile", has_text="Avery Lindqvist")
    await expect(tile.locator("time")).not_to_have_text(re.compile(r"^0:0\d"))  # available for a while
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Is anybody there?")
    await expect(tile.locator("time")).to_have_text(re.compile(r"^0:0\d"))
    await expect(tile).to_contain_text("Ringing")
    await expect(sue.page.locator(".queues tfoot td").nth(-4)).to_have_text("1")  # ringing
    await expect(sue.page.locator(".queues tfoot td").nth(-3)).to_have_text("0")  # on contact


async def test_a_tile_tells_who_is_away_with_a_mail_in_hand_from_who_is_at_work(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent2")
    await agent.is_available()
    await shop.mails("Bo Lind <bo@kundin.example>", "billing@demo.test", "Label is missing", "There is no label.")
    await agent.sees("Label is missing", within=".offer")
    await agent.presses("F2")
    await agent.sees("There is no label.", within=".thread")
    await agent.types("It is on its way.")  # what waits for an answer goes back when its agent is gone; this does not
    await agent.presses("Control+Enter")
    await agent.has_sent("It is on its way.")
    sue = await sign_in("supervisor")
    tile = sue.page.locator(".tile", has_text="Bruno Castellan")
    contact = sue.page.locator(".queues tfoot td").nth(-3)
    await expect(tile).to_contain_text("Mail")
    await expect(contact).to_have_text("1")

    await agent.presses("Alt+B")
    await expect(tile).to_contain_text("holds 1 mail")
    await expect(contact).to_have_text("0")
    await agent.page.close()
    await expect(tile).to_have_attribute("title", "Offline, holds 1 mail")
    await expect(tile).to_contain_text("Offline")
    await expect(tile).to_contain_text("holds 1 mail")
    assert await findings(sue.page) == []


async def test_a_tile_tells_who_is_on_a_break_with_a_chat_in_hand_from_who_is_at_work(
    shop: Shop, sign_in: SignIn
) -> None:
    agent = await sign_in("agent2")
    await agent.is_available()
    for visitor in (await shop.visitor("Ana Fuller"), await shop.visitor("Bo Lind")):
        await visitor.asks(f"It is {visitor.name}")
        await agent.sees(visitor.name, within=".offer")
        await agent.presses("F2")
        await agent.sees(f"It is {visitor.name}", within=".thread")
    sue = await sign_in("supervisor")
    tile = sue.page.locator(".tile", has_text="Bruno Castellan")
    contact = sue.page.locator(".queues tfoot td").nth(-3)
    await expect(tile).to_contain_text("Chat ×2")

    await agent.presses("Alt+B")
    await expect(tile.locator(".state")).to_have_text("Break")
    await expect(tile).to_have_accessible_name(re.compile(r"Bruno Castellan \d+:\d\d Break 2 chats"))
    await expect(tile).to_have_attribute("title", "Break, 2 chats")
    await expect(contact).to_have_text("1")  # who has a customer on the line counts as such, whatever they have said
    await tile.press("Enter")
    await expect(sue.page.locator(".side")).to_contain_text(re.compile(r"Break, 2 chats for \d+:\d\d"))
    assert await findings(sue.page) == []


async def test_a_row_says_why_it_has_no_figure(shop: Shop, sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    row = sue.page.locator(".queues tbody tr", has_text="Technical")
    await expect(row).to_contain_text("nobody waits")
    await expect(row).to_contain_text("nothing arrived yet")
    await shop.mails("Bo Lind <bo@kundin.example>", "technical@demo.test", "It drips", "The kettle drips.")

    waiting = sue.page.locator(".queues tbody tr", has_text="nothing answered yet")
    await expect(waiting).to_have_count(1)
    await expect(waiting.get_by_role("button").nth(1)).to_have_text(re.compile(r"\d+:\d\d"))


async def test_a_number_names_its_formula_and_w_fills_the_screen(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    await sue.sees("Billing", within=".queues")
    button = sue.page.locator(".queues tbody tr").first.get_by_role("button").first
    await expect(button).to_have_attribute("title", re.compile("wait in the queue now"))
    await sue.presses("Alt+W")
    await sue.sees("Halden Home", within=".wall h1")
    await expect(sue.page.locator(".tile")).to_have_count(0)
    await sue.presses("Escape")
    await expect(sue.page.locator(".queues")).to_be_visible()


@pytest.mark.parametrize("width", [1024, 1280])
async def test_all_areas_of_an_administrator_and_the_way_out_have_room(sign_in: SignIn, width: int) -> None:
    root = await sign_in("admin", width=width)
    await root.goes_to("/floor")
    await expect(root.page.get_by_role("button", name="Search")).to_be_visible()
    assert await root.page.locator(".top").evaluate("bar => bar.scrollWidth <= bar.clientWidth")


async def test_every_figure_of_a_queue_is_seen_on_a_small_screen_of_a_desk(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor", width=1280)
    await sue.sees("nothing arrived yet", within=".queues")
    assert await sue.page.locator(".queues").evaluate("table => table.offsetWidth <= table.parentElement.clientWidth")


async def test_a_name_of_any_length_leaves_the_panel_as_wide_as_it_is(shop: Shop, sign_in: SignIn) -> None:
    sue = await sign_in("supervisor", width=1280)
    visitor = await shop.visitor("Q" * 90)
    await visitor.asks("Is anybody there?")
    await sue.page.locator(".queues tbody tr", has_text="nothing answered yet").get_by_role("button").first.click()
    await sue.sees("Assign", within=".side table")
    assert await sue.page.locator(".side").evaluate("side => side.scrollWidth <= side.clientWidth")


async def test_who_was_in_line_at_a_closing_is_one_alert_with_all_behind_it_until_the_queue_opens(
    shop: Shop, sign_in: SignIn
) -> None:
    sue = await sign_in("supervisor")
    for name in ("Ana Fuller", "Bo Lind"):
        visitor = await shop.visitor(name)
        await visitor.asks("Is anybody there?")
    shop.loads_organization(closed("Fire alarm"))
    await sue.sees("2 in line when general closed: 2 whose words wait for it.", within=".alerts")
    await sue.page.locator(".alerts summary", has_text="Who").click()
    await sue.sees("Ana Fuller: what they wrote waits for the opening", within=".alerts details")
    await sue.sees("Bo Lind: what they wrote waits for the opening", within=".alerts details")
    assert await findings(sue.page) == []
    shop.loads_organization(closed(""))
    await expect(sue.page.locator("body")).not_to_contain_text("in line when general closed")
