"""Articles are written, by two at once too, and go into a reply by keyboard."""

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.axe import looks_right
from tests.browser.conftest import SignIn
from tests.browser.people import Agent
from tests.browser.shop import Shop

TITLE = "How long a return to the yard takes"
SUMMARY = "Your money is back five days after the yard has the parcel."


async def writes(writer: Agent, then: str, *, guided: bool = False) -> None:
    """A new article, with the keyboard alone."""
    await writer.goes_to("/knowledge/new")
    await expect(writer.page.locator("#title")).to_be_focused()
    await writer.types(TITLE)
    await writer.presses("Tab")
    await writer.types(SUMMARY)
    await writer.page.locator("#body").focus()
    await writer.types("The yard looks at every parcel.")
    if guided:
        await puts_a_guide_in(writer.page)
    await writer.page.get_by_role("button", name=then).press("Enter")


async def puts_a_guide_in(page: Page) -> None:
    """The editor's example, which the preview lets one walk."""
    body, preview = page.locator("#body"), page.locator("#preview")
    await body.focus()
    await page.keyboard.press("Control+End")
    await page.get_by_role("button", name="Guide").press("Enter")
    await expect(body).to_have_value(re.compile(r"^The yard looks at every parcel\.\n\n```guide\n"))
    await preview.get_by_role("link", name="It blinks").press("Enter")
    await expect(preview.get_by_text("switch it on again.")).to_be_visible()
    await expect(preview.locator(".step:visible")).to_have_count(1)
    await looks_right(page)
    await preview.get_by_role("link", name="Start again").press("Enter")
    await expect(preview.get_by_text("What do you see?")).to_be_visible()


async def shows_itself(page: Page) -> None:
    """Axe finds nothing, and nothing runs over the edge."""
    await looks_right(page)
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


async def test_an_article_is_written_and_of_two_who_write_at_once_neither_loses_a_word(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to("/knowledge")
    await shows_itself(sue.page)
    await writes(sue, "Save and publish")
    await sue.sees("Published: readers see it.")
    await shows_itself(sue.page)
    await sue.page.get_by_role("link", name="Edit").press("Enter")
    await sue.page.locator("#body").focus()
    await sue.presses("Control+End", "Enter")
    await sue.types("strong")
    await sue.presses("Shift+Home", "Control+b")
    await expect(sue.page.locator("#preview strong")).to_have_text("strong")
    await shows_itself(sue.page)
    other = await sue.page.context.new_page()
    await other.goto(sue.page.url)
    await other.get_by_role("button", name="Take it back").press("Enter")
    await expect(other.locator("#body")).to_have_value("The yard looks at every parcel.\n**strong**")
    await other.close()

    adam = await sign_in("admin")
    await adam.goes_to(sue.page.url.removeprefix(adam.shop.url))
    await adam.page.locator("#body").focus()
    await adam.presses("Control+End")
    await adam.types(" His words.")
    await sue.presses("Control+s")
    await sue.sees("Draft saved.")
    await adam.presses("Control+s")

    await adam.sees("Nothing of yours is lost", within="[role=alert]")
    await expect(adam.page.locator("#body")).to_have_value("The yard looks at every parcel. His words.")
    await adam.sees("**strong**", within=".compared ins")
    await shows_itself(adam.page)
    await adam.page.locator("#body").focus()
    await adam.presses("Control+s")
    await adam.sees("Draft saved.")
    await adam.page.get_by_role("link", name="Versions").press("Enter")
    await adam.sees("Revision 3")
    await adam.sees("His words.", within=".compared")
    await shows_itself(adam.page)
    for path in ("/knowledge/categories", "/knowledge/snippets"):
        await adam.goes_to(path)
        await shows_itself(adam.page)


async def opens(agent: Agent, words: str) -> None:
    """Enter opens another page with these words."""
    async with agent.page.context.expect_page() as opened:
        await agent.presses("Enter")
    page = await opened.value
    await expect(page.get_by_text(words)).to_be_visible()
    await page.close()


async def walks_a_guide(agent: Agent, box: Locator) -> None:
    """By keys, to its answer in the reply and its way in a note."""
    await agent.presses("Control+a", "Delete")
    await agent.types("So: ")
    await agent.presses("Alt+q")
    await agent.sees("What do you see?", within=".walk")
    await looks_right(agent.page)
    await agent.presses("1")
    await agent.sees("Does another device work", within=".walk .says")
    await agent.presses("Backspace", "2")
    await agent.sees("switch it on again.", within=".walk .says")
    await looks_right(agent.page)
    await agent.presses("n")
    await agent.sees("What do you see? → It blinks; Switch it off", within=".thread")
    await agent.presses("Enter")
    await expect(box).to_have_value(re.compile(r"^So: Switch it off, .* on again\.\nhttp"))
    await expect(box).to_be_focused()
    await walks_while_another_rings(agent, box)


async def walks_while_another_rings(agent: Agent, box: Locator) -> None:
    """Keys mean the open conversation; who is offered gives way beside it, and no key falls into its reply."""
    bo = await agent.shop.visitor("Bo Ringer")
    await bo.asks("Where is the shop?")
    await agent.sees("Bo Ringer", within=".pop")
    await box.focus()
    known = agent.page.locator(".pop h2").first
    before = await box.input_value()
    await agent.presses("Alt+q", "9")
    await agent.sees("What do you see?", within=".walk")
    await expect(known).to_contain_text("Ana Fuller")
    await agent.presses("2", "9")
    await agent.sees("switch it on again.", within=".walk .says")
    await agent.page.get_by_role("button", name="Show who is being offered").click()
    await expect(known).to_contain_text("Bo Ringer")
    await agent.presses("n", "Escape")
    await agent.sees("switch it on again.", within=".walk .says")
    await agent.presses("9", "Escape")
    await expect(box).to_have_value(before)
    await expect(box).to_be_focused()
    await agent.page.locator(".work .ringing").click()
    await agent.presses("Alt+l")
    await expect(known).to_contain_text("Ana Fuller")
    await agent.presses("Escape", "Shift+F2")


async def test_a_writer_sees_which_papers_of_others_the_words_hand_out_before_they_are_out(
    sign_in: SignIn, tmp_path: Path
) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to("/knowledge/new")
    await sue.page.get_by_label("Title").fill("Buying in")
    await sue.page.get_by_label("Text", exact=True).fill("What we pay.")
    await sue.page.get_by_label("For", exact=True).select_option("internal")
    await sue.page.get_by_role("button", name="Save draft").click()
    (paper := tmp_path / "Purchase prices.pdf").write_bytes(b"%PDF-1.7")
    await sue.page.locator("input[type=file]").first.set_input_files(paper)
    await sue.page.get_by_role("button", name="Add").click()
    line = await sue.page.locator("code", has_text="/help/files/").first.inner_text()

    await sue.goes_to("/knowledge/new")
    await sue.page.get_by_label("Title").fill("What a lamp costs")
    await sue.page.get_by_label("Text", exact=True).fill(f"See {line}.")
    await sue.page.get_by_role("button", name="Save and publish").click()

    await sue.sees("Saved, and not published yet")
    await sue.sees("everybody gets what belongs to articles that they may not read")
    await sue.sees("Purchase prices.pdf of Buying in")
    await shows_itself(sue.page)
    await sue.page.get_by_role("link", name="Edit").click()
    await sue.sees("Purchase prices.pdf of Buying in")
    await shows_itself(sue.page)
    await sue.page.get_by_role("button", name="Save and publish").click()
    await sue.sees("Published: readers see it.")
    await sue.sees("Purchase prices.pdf of Buying in")


async def test_a_suggested_article_goes_into_the_reply_by_one_key_and_another_by_search(
    shop: Shop, sign_in: SignIn
) -> None:
    sue = await sign_in("supervisor")
    await writes(sue, "Save and publish", guided=True)
    agent = await sign_in("agent1")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("How long does the return to the yard take?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.sees(TITLE, within=".pop")
    await agent.presses("F2")

    await agent.sees("Alt 1", within=".pop")
    await agent.types("Hello Ana, ")
    await agent.presses("Alt+1")
    box = agent.page.locator(".composer textarea")
    await expect(box).to_have_value(f"Hello Ana, {SUMMARY}\n{shop.url}/help/a/how-long-a-return-to-the-yard-takes")
    await expect(box).to_be_focused()
    await looks_right(agent.page)

    await agent.presses("Control+a", "Delete", "Alt+Shift+1")
    await expect(box).to_have_value(f"{TITLE}: {shop.url}/help/a/how-long-a-return-to-the-yard-takes")
    await agent.presses("Control+a", "Delete", "Alt+l")
    await agent.types("yard return")
    await expect(agent.page.locator(".slash [role=option]").first).to_contain_text(TITLE)
    await looks_right(agent.page)
    await agent.presses("Control+Enter")
    await expect(box).to_have_value(f"{TITLE}: {shop.url}/help/a/how-long-a-return-to-the-yard-takes")
    await expect(box).to_be_focused()
    await agent.presses("Alt+l", "Escape")
    await expect(box).to_be_focused()

    await walks_a_guide(agent, box)
    await agent.presses("Control+a", "Delete", "Alt+Shift+1")

    secret = {"title": "Blind spots of the yard", "body": "Look there first.", "language": "en"}
    await shop.asks("POST", "/api/v1/articles", secret | {"audience": "internal", "state": "published"})
    await agent.presses("Alt+l")
    await agent.types("blind spots")
    await agent.sees("Enter opens it to read", within=".slash")
    await opens(agent, "Look there first.")
    await agent.sees("it is not for customers")
    await expect(box).to_have_value(f"{TITLE}: {shop.url}/help/a/how-long-a-return-to-the-yard-takes")
    await agent.presses("Escape", "Alt+w")
    await agent.presses("Control+Enter")
    await ana.hears(TITLE)
    await only_what_goes_out_is_used(sue, agent, box)
    await ana.hears("or a little earlier")


async def only_what_goes_out_is_used(sue: Agent, agent: Agent, box: Locator) -> None:
    """What was taken out of the reply again was not used; what was changed a little, after a reload too, is."""
    await sue.page.reload()
    await sue.sees("Used in contacts1 linked 1", within=".side")

    await agent.presses("Alt+1")
    await expect(box).to_have_value(re.compile(SUMMARY))
    await agent.page.reload()
    await expect(box).to_have_value(re.compile(SUMMARY))
    await box.fill(f"It is simple. {SUMMARY[:40]}, or a little earlier.")
    await agent.presses("Control+Enter")
    await agent.has_sent("or a little earlier")
    await sue.page.reload()
    await sue.sees("inserted 1, linked 1", within=".side")


async def test_where_nothing_leads_by_questions_no_key_falls_into_the_reply(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent3")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Qwrtz vbnmk?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Qwrtz vbnmk?", within=".thread")
    await agent.types("Hello")

    await agent.presses("Alt+q")
    await agent.sees("No suggested article here has a guide", within=".toasts")
    await agent.presses("1", "1", "Enter")
    await expect(agent.page.locator(".composer textarea")).to_have_value("Hello")


async def test_what_is_pressed_before_the_hits_are_there_is_for_the_first_of_them(shop: Shop, sign_in: SignIn) -> None:
    guide = "```guide\n? start: Is the lamp on?\n  - Yes -> good\n= good: Good.\n```"
    for title, body in (("Blinking lamps", guide), ("Silent radios", "Turn it up.")):
        await shop.asks(
            "POST",
            "/api/v1/articles",
            {"title": title, "body": body, "language": "en", "audience": "public", "state": "published"},
        )
    agent = await sign_in("agent3")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Qwrtz vbnmk?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Qwrtz vbnmk?", within=".thread")

    await agent.presses("Alt+l")
    await agent.types("silent radios")
    await agent.presses("Shift+Enter")
    await agent.sees("“Silent radios” has no guide", within=".toasts")
    await agent.presses("Control+a")
    await agent.types("qwrtz vbnmk")
    await agent.presses("Shift+Enter")
    await agent.sees("Nothing found", within=".toasts")
    await agent.presses("Control+a")
    await agent.types("blinking lamps")
    await agent.presses("Shift+Enter")
    await agent.sees("Is the lamp on?", within=".walk")
