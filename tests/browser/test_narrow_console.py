"""The console in a narrow window: one pane at a time, and the keyboard none the poorer for it."""

import pytest
from playwright.async_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import SignIn
from tests.browser.shop import Shop
from tests.browser.windows import resizes

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_way_between_the_panes_fits_the_narrowest_phone_and_a_thumb(sign_in: SignIn) -> None:
    agent = await sign_in("agent7", width=320, height=640)
    ways = agent.page.locator(".thumb button")
    await expect(ways).to_have_count(3)
    for way in await ways.all():
        box = await way.bounding_box()
        assert box is not None and box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= 320, box


@pytest.mark.parametrize("width", [390, 900])
async def test_what_is_typed_after_accepting_stands_in_the_reply(shop: Shop, sign_in: SignIn, width: int) -> None:
    agent = await sign_in("agent7", width=width)
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("On half a screen?")
    await agent.sees("On half a screen?", within=".offer")
    await agent.presses("F2")
    await agent.sees("On half a screen?", within=".thread")
    await agent.types("At once.")
    await expect(agent.page.locator("[data-reply]")).to_have_value("At once.")
    await agent.presses("Control+Enter")
    await ana.hears("At once.")


async def test_a_complaint_begins_with_all_that_its_customer_said(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent7")
    await agent.is_available()
    bo = await shop.visitor("Bo Lind")
    await bo.asks("Where is my parcel?")
    await agent.sees("Where is my parcel?", within=".offer")
    await agent.presses("F2")
    await agent.types("I am looking.")
    await agent.presses("Control+Enter")
    await bo.hears("I am looking.")
    await bo.says("Thanks")
    await agent.sees("Thanks", within=".thread")
    await agent.presses("Alt+C")
    await agent.sees("Log a complaint", within="dialog")
    await expect(agent.page.locator("#complaint-verbatim")).to_have_value("Where is my parcel?\n\nThanks")


async def test_whichever_pane_is_there_alone_is_what_the_screen_is_about(sign_in: SignIn) -> None:
    agent = await sign_in("agent7", width=320, height=640)
    for way in await agent.page.locator(".thumb button").all():
        await way.click()
        await expect(agent.page.get_by_role("main")).to_have_count(1)
        assert await findings(agent.page) == []
    await resizes(agent.page, width=1280, height=800)
    await expect(agent.page.get_by_role("main")).to_have_class("stage")


async def test_the_bar_of_an_administrator_has_room_on_half_a_screen(sign_in: SignIn) -> None:
    root = await sign_in("admin", width=1024)
    await root.goes_to("/console")
    await expect(root.page.locator(".presence")).to_be_visible()
    assert await root.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
