"""What is sent from the editor of an article and does not arrive is not taken for saved: words, and pictures too."""

import asyncio
import re

import pytest
from playwright.async_api import FilePayload, Route, expect

from tests.browser.axe import looks_right
from tests.browser.conftest import SignIn
from tests.browser.people import Agent
from tests.browser.test_pasting import copies, opens_an_editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

EDITOR = re.compile(r"/knowledge/[^/]+/edit\?.*$")


async def has_saved_once(writer: Agent) -> None:
    await writer.goes_to("/knowledge/new")
    await writer.page.get_by_label("Title").fill("On the way")
    await writer.page.locator("#body").fill("First words.")
    await writer.presses("Control+s")
    await writer.sees("Draft saved.")


async def types_on_and_saves(writer: Agent, words: str) -> None:
    """The saving is on its way when this ends."""
    await writer.page.locator("#body").press("Control+End")
    await writer.types(words)
    async with writer.page.expect_request(lambda request: request.is_navigation_request() and request.method == "POST"):
        await writer.presses("Control+s")


@pytest.mark.parametrize("way", ["loaded again", "broken and opened again", "left by another form"])
async def test_words_whose_sending_never_arrived_are_offered_and_not_said_to_be_saved(
    sign_in: SignIn, way: str
) -> None:
    sue = await sign_in("supervisor")
    page = sue.page
    breaks = asyncio.Event()

    async def never(route: Route) -> None:
        if route.request.method != "POST":
            return await route.continue_()
        if way == "left by another form":
            return await route.fulfill(status=204)  # a browser stays where it is then
        if way == "broken and opened again":
            await breaks.wait()
        return await route.abort() if breaks.is_set() else None

    await has_saved_once(sue)
    here = page.url
    paper: FilePayload = {"name": "hours.txt", "mimeType": "text/plain", "buffer": b"Nine to five."}
    await page.locator("#file").set_input_files(paper)
    browser = await page.context.new_cdp_session(page)
    await page.route(EDITOR, never)
    await types_on_and_saves(sue, " An hour of work.")
    if way == "loaded again":
        await browser.send("Page.reload")  # the page's own ways wait for what is on its way
    elif way == "left by another form":
        await page.get_by_role("button", name="Add", exact=True).click()
        await sue.sees("hours.txt", within=".side")
    else:
        breaks.set()
        await page.wait_for_function("() => location.protocol === 'chrome-error:'")
        await page.goto(here)

    body = page.locator("#body")
    await expect(body).to_have_value("First words.")
    await sue.sees_no_more("Draft saved.")
    await looks_right(page)
    await page.get_by_role("button", name="Take it back").click()
    await expect(body).to_have_value("First words. An hour of work.")
    await page.unroute_all()
    await sue.presses("Control+s")
    await sue.sees("Draft saved.")
    await expect(body).to_have_value("First words. An hour of work.")
    await expect(page.locator(".alert[data-kept]")).to_have_count(0)


async def test_a_page_says_once_what_was_done(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    await has_saved_once(sue)
    await sue.page.reload()
    await expect(sue.page.locator("#body")).to_have_value("First words.")
    await sue.sees_no_more("Draft saved.")
    await expect(sue.page.locator(".alert")).to_have_count(0)


async def test_a_picture_on_its_way_finds_its_place_between_what_is_typed_and_saving_waits_for_it(
    sign_in: SignIn,
) -> None:
    sue = await sign_in("supervisor")
    body = await opens_an_editor(sue)
    page = sue.page
    answers = asyncio.Event()

    async def late(route: Route) -> None:
        await answers.wait()
        await route.continue_()

    await copies(sue, "", "", picture=True)
    await page.route("**/files", late)
    await body.focus()
    await sue.presses("Control+v", "Control+v")
    await sue.sees("Uploading image", within="#said")
    await sue.types(" They rise.")
    await sue.presses("Control+Home")
    await sue.types("Look: ")
    await page.get_by_role("button", name="Save and publish").click()
    await sue.sees("Not saved: image.png is still on its way", within="[role=alert]")
    await looks_right(page)
    await body.focus()
    await sue.presses("Control+s")
    await sue.sees("saved once image.png is in the text", within="#said")
    answers.set()
    await sue.sees("Draft saved.")
    picture = r"!\[image\]\(/help/files/[^)]+\)"
    await expect(body).to_have_value(re.compile(rf"^Look: Prices of today\.{picture}{picture} They rise\.$"))


async def test_a_picture_that_does_not_come_is_said_before_anything_is_saved_without_it(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    body = await opens_an_editor(sue)
    breaks = asyncio.Event()

    async def broken(route: Route) -> None:
        await breaks.wait()
        await route.abort()

    await copies(sue, "", "", picture=True)
    await sue.page.route("**/files", broken)
    await body.focus()
    await sue.presses("Control+a", "Control+v", "Control+s")
    await sue.sees("saved once image.png is in the text", within="#said")
    breaks.set()
    await sue.sees("Not saved: image.png was not added: there is no connection", within="[role=alert]")
    await expect(body).to_have_value("Prices of today.")
    await sue.presses("Control+s")
    await sue.sees("Nothing differs")
