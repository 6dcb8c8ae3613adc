"""axe finds nothing on the staff's pages, light and dark."""

import re

from playwright.async_api import Browser, expect

from tests.browser.axe import in_both, looks_right
from tests.browser.conftest import SignIn
from tests.browser.shop import ROOT, Shop


def test_light_and_dark_differ_in_colours_alone() -> None:
    """So that in the dark only what is said of colours is asked of a page again."""
    sheets = [*(ROOT / "web" / "frontend").rglob("*.css"), *(ROOT / "web" / "templates").rglob("*.css")]
    assert sheets
    for sheet in sheets:
        assert "prefers-color-scheme" not in sheet.read_text(), sheet


async def test_the_console_idle_with_an_offer_in_a_chat_and_after_it(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent8")
    await agent.sees("You are not ready", within=".stage")
    await looks_right(agent.page)
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Hello?")
    await agent.sees("Ana Fuller", within=".offer")
    await looks_right(agent.page)
    await agent.presses("F2")
    await agent.sees("Hello?", within=".thread")
    await agent.types("Hello /")
    await looks_right(agent.page)
    await agent.presses("Escape", "Alt+C")  # the first is for the menu of canned replies
    await agent.sees("Log a complaint", within="dialog")
    await looks_right(agent.page)
    await agent.closes_dialog()
    await agent.presses("Alt+T")
    await agent.sees("Transfer Ana Fuller", within="dialog")
    await looks_right(agent.page)
    await agent.closes_dialog()
    await agent.presses("Control+k")
    await agent.sees("My state", within="dialog")
    await looks_right(agent.page)
    await agent.closes_dialog()
    await agent.presses("Alt+E")
    await agent.sees("There is an unsent answer", within="dialog")
    await looks_right(agent.page)
    await agent.page.get_by_role("button", name="End without it").click()
    await agent.sees("Wrap-up", within=".call")
    await looks_right(agent.page)


async def test_signing_in_the_floor_the_register_a_complaint_and_administration(
    shop: Shop, browser: Browser, sign_in: SignIn
) -> None:
    async with await browser.new_context() as context:
        stranger = await context.new_page()
        await stranger.goto(f"{shop.url}/login")
        await looks_right(stranger)

    sue = await sign_in("supervisor")
    await sue.sees("Billing", within=".queues")
    await sue.page.locator(".queues tbody tr").first.get_by_role("button").first.press("Enter")
    await looks_right(sue.page)
    await sue.presses("Alt+W")
    await expect(sue.page.locator(".wall")).to_be_visible()
    await looks_right(sue.page)

    complaint = (await shop.asks("GET", "/api/v1/complaints?state=open&limit=1"))["items"][0]
    for path in ("/complaints", "/complaints?state=closed", f"/complaints/{complaint['id']}"):
        await sue.goes_to(path)
        await looks_right(sue.page)

    await sue.goes_to("/reports/estimates")
    await looks_right(sue.page)
    await sue.goes_to("/reports")
    await looks_right(sue.page)
    await sue.page.locator("tbody tr").nth(1).locator("th a").click()
    await sue.sees("Monthly complaint report", within="h1")
    await looks_right(sue.page)
    sheet = "getComputedStyle(document.querySelector('main')).backgroundColor"
    assert len({await sue.page.evaluate(sheet) async for _ in in_both(sue.page)}) == 2
    await expect(sue.page.locator(".top nav a")).to_have_text(
        ["Console", "Floor", "Call-backs", "Complaints", "Reports", "Knowledge", "Hours"]
    )

    admin = await sign_in("admin")
    rules = (
        "queues/billing",
        "routing",
        "hours",
        "calendars/day_and_night",
        "calendars",
        "holidays",
        "ringing-back",
        "history",
    )
    for path in ("/admin", *(f"/admin/{one}" for one in rules)):
        await admin.goes_to(path)
        await looks_right(admin.page)
    await admin.goes_to("/admin/queues/billing")
    way_out = admin.page.get_by_role("group", name="Another way out")
    await way_out.get_by_label("Goes to").select_option("General")
    await way_out.get_by_label("After waiting here").fill("soon")
    await way_out.get_by_label("When its line is full").check()
    await admin.page.get_by_role("button", name="Save").first.click()
    await admin.sees("One thing is to be corrected", within="main")
    await expect(admin.page.get_by_label("After waiting here")).to_be_focused()
    await looks_right(admin.page)
    await admin.goes_to("/admin")
    await admin.page.get_by_role("link", name="Avery Lindqvist").click()
    await admin.sees("Agent: Avery Lindqvist", within="h1")
    await looks_right(admin.page)


async def test_of_two_who_change_a_queue_the_slower_finds_both_beside_each_other_on_a_phone_too(
    sign_in: SignIn,
) -> None:
    eva, leo = await sign_in("admin"), await sign_in("admin", width=390, height=844)
    for admin in (eva, leo):
        await admin.goes_to("/admin/queues/billing")
    await eva.page.get_by_label("Priority", exact=True).fill("7")
    await eva.page.get_by_role("button", name="Save").first.click()
    await eva.sees("Saved.", within="main")

    await leo.page.get_by_label("Priority", exact=True).fill("3")
    await leo.page.get_by_role("button", name="Save").first.click()

    await leo.sees("somebody has changed these rules meanwhile", within="[role=alert]")
    await expect(leo.page.get_by_role("alert")).to_be_focused()
    await expect(leo.page.get_by_label("Priority", exact=True)).to_have_value("3")
    await expect(leo.page.get_by_label("Priority", exact=True)).to_have_accessible_description(
        re.compile("^Now: 7 Higher first")
    )
    assert await leo.page.evaluate("document.documentElement.scrollWidth") <= 390
    await looks_right(leo.page)
    await leo.page.get_by_role("button", name="Save").first.click()
    await leo.sees("Priority: 7 → 3", within=".side")
