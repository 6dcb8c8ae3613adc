"""Nothing that is typed into the editor of an article is lost: without a connection, too long, or saved by another."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.axe import has_room, looks_right
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_draft_that_cannot_be_sent_stays_where_it_is_and_one_that_can_goes_on_where_one_was_writing(
    sign_in: SignIn,
) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to("/knowledge/new")
    body = sue.page.locator("#body")
    await body.focus()
    await sue.types("Before the storm.")
    await sue.presses("Control+s")
    await sue.sees("Not saved: Title: ", within="[role=alert]")
    await expect(sue.page.get_by_label("Title")).to_be_focused()
    await sue.types("Storms")
    await body.focus()
    await sue.presses("Control+Home", "ArrowRight", "Control+s")
    await sue.sees("Draft saved.")
    await expect(body).to_be_focused()
    await sue.types("B")
    await expect(body).to_have_value("BBefore the storm.")

    await sue.page.context.set_offline(True)
    await sue.presses("Control+s")
    await sue.sees("Not saved: there is no connection", within="[role=alert]")
    await expect(sue.page.locator(".alert")).to_have_count(1)
    await has_room(sue.page)
    await looks_right(sue.page)
    await expect(body).to_have_value("BBefore the storm.")
    await sue.types("C")
    await sue.page.context.set_offline(False)
    await sue.presses("Control+s")
    await sue.sees("Draft saved.")
    await expect(body).to_have_value("BBCefore the storm.")
    await expect(sue.page.locator(".alert")).to_have_count(1)


async def test_what_is_sent_once_more_before_the_desk_has_answered_is_saved_once(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    sent: list[str] = []
    answers = asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            await answers.wait()
        await route.continue_()

    await sue.page.route(re.compile(r"/knowledge/(new|[^/]+/edit\?.*)$"), late)
    await sue.goes_to("/knowledge/new")
    await sue.page.get_by_label("Title").fill("Pressed again")
    await sue.page.locator("#body").fill("Some words.")
    for words in ("Some words.", "Other words."):
        sent.clear()
        answers.clear()
        await sue.page.locator("#body").fill(words)
        async with sue.page.expect_request(
            lambda request: request.is_navigation_request() and request.method == "POST"
        ):
            await sue.presses("Control+s")
        await sue.presses("Control+s", "Control+s")
        answers.set()
        await sue.sees("Draft saved.")
        assert len(sent) == 1, sent
    await sue.goes_to("/knowledge?q=Pressed+again")
    await expect(sue.page.locator("main tbody tr", has_text="Pressed again")).to_have_count(1)


async def test_what_is_typed_before_the_desk_has_answered_is_offered_by_the_page_that_comes(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    body = sue.page.locator("#body")
    answers = asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.method == "POST":
            await answers.wait()
        await route.continue_()

    async def saves_and_types(words: str) -> None:
        answers.clear()
        await body.press("Control+End")
        async with sue.page.expect_request(
            lambda request: request.is_navigation_request() and request.method == "POST"
        ):
            await sue.presses("Control+s")
        await sue.types(words)
        answers.set()

    await sue.page.route(re.compile(r"/knowledge/(new|[^/]+/edit\?.*)$"), late)
    await sue.goes_to("/knowledge/new")
    await sue.page.get_by_label("Title").fill("Outrun")
    await body.fill("Sent.")
    await sue.page.locator("#language").fill("not a language")
    await saves_and_types(" After a refusal.")
    await expect(sue.page.locator("#language")).to_have_attribute("aria-invalid", "true")
    await expect(body).to_have_value("Sent.")
    await looks_right(sue.page)
    await sue.page.get_by_role("button", name="Take it back").click()
    await expect(body).to_have_value("Sent. After a refusal.")
    await sue.page.locator(".alert", has_text="“Sent.”").get_by_role("button", name="Forget it").click()

    await sue.page.locator("#language").fill("en")
    for before, words in (("Sent. After a refusal.", " New."), ("Sent. After a refusal. New.", " Again.")):
        await saves_and_types(words)
        await sue.sees("Draft saved.")
        await expect(body).to_have_value(before)
        await sue.sees(f"“… {words.strip()}”", within=".alert[data-kept]")
        await sue.page.get_by_role("button", name="Take it back").click()
        await expect(body).to_have_value(before + words)
        await expect(sue.page.locator(".alert[data-kept]")).to_have_count(0)
    await sue.presses("Control+s")
    await sue.sees("revision 3")
    await sue.page.wait_for_function(
        "() => !Object.keys(localStorage).some(name => name.startsWith('careline:typed:'))"
    )


async def test_what_was_sent_and_never_came_is_offered_though_another_article_was_saved_since(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to("/knowledge/new")
    await sue.page.get_by_label("Title").fill("Lost on the way")
    await sue.page.locator("#body").fill("Every word.")
    await sue.page.route(
        "**/knowledge/new", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    async with sue.page.expect_event("requestfailed", lambda request: request.method == "POST"):
        await sue.presses("Control+s")
    await sue.page.wait_for_function("() => location.protocol === 'chrome-error:'")
    await sue.page.unroute_all()

    articles = f"{sue.shop.url}/knowledge"
    await sue.page.goto(articles)
    await sue.page.locator(".articles a").first.click()
    await sue.page.get_by_role("link", name="Edit").click()
    await sue.page.locator("#note").fill("Looked through")
    await sue.presses("Control+s")
    await sue.sees("Nothing differs from what was saved.")
    await sue.goes_to("/knowledge/new")
    await sue.page.get_by_role("button", name="Take it back").click()
    await expect(sue.page.locator("#body")).to_have_value("Every word.")


async def test_of_two_tabs_that_write_new_articles_neither_loses_a_word(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    tabs = [sue.page, await sue.page.context.new_page()]
    for tab, title in zip(tabs, ("Storms", "Floods"), strict=True):
        await tab.goto(f"{sue.shop.url}/knowledge/new")
        await tab.get_by_label("Title").fill(title)
        await expect(tab.locator("#preview")).to_be_visible()
        await tab.wait_for_function(
            "title => Object.values(localStorage).some(kept => kept.includes(title))", arg=title
        )
    await expect(tabs[1].get_by_text("“Storms”")).to_be_visible()
    for tab in tabs:
        await tab.close()

    late = await tabs[0].context.new_page()
    await late.goto(f"{sue.shop.url}/knowledge/new")
    await late.get_by_label("Title").fill("Fires")
    for title in ("Storms", "Floods"):
        await late.locator(".alert", has_text=title).get_by_role("button", name="Take it back").click()
        await expect(late.get_by_label("Title")).to_have_value(title)
    await looks_right(late)
    await late.keyboard.press("Control+s")
    await expect(late.get_by_text("Draft saved.")).to_be_visible()
    await late.goto(f"{sue.shop.url}/knowledge/new")
    await expect(late.locator(".alert")).to_have_count(2)
    await expect(late.locator(".alert", has_text="Floods")).to_have_count(0)
    for title in ("Storms", "Fires"):
        await late.locator(".alert", has_text=title).get_by_role("button", name="Forget it").click()
    await expect(late.locator(".alert")).to_have_count(0)


async def test_what_was_refused_and_then_saved_is_not_offered_again(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to("/knowledge/new")
    await sue.page.get_by_label("Title").fill("Hail")
    await sue.page.locator("#language").fill("not a language")
    await sue.presses("Control+s")
    await expect(sue.page.locator("[role=alert]")).to_have_count(1)
    await sue.page.locator("#language").fill("en")
    await sue.presses("Control+s")
    await sue.sees("Draft saved.")
    await sue.goes_to("/knowledge/new")
    await expect(sue.page.locator(".alert")).to_have_count(0)


async def test_a_text_of_ten_megabytes_is_refused_in_words_and_stays_in_the_editor(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to("/knowledge/new")
    await sue.page.get_by_label("Title").fill("Too much")
    body = sue.page.locator("#body")
    await body.evaluate(
        """box => {
            box.value = "Ten megabytes. ".repeat(700_000);
            box.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    await sue.sees("No preview: the text is too long", within="#said")
    await sue.presses("Control+s")
    await sue.sees("Not saved: Text: 10,500,000 bytes; at most 500,000", within="[role=alert]")
    assert await body.evaluate("box => box.value.length") == 10_500_000
    await body.evaluate("box => { box.value = box.value.slice(0, 400_000); }")
    await sue.presses("Control+s")
    await sue.sees("Draft saved.")


async def test_what_is_published_is_what_stood_there_when_the_button_was_pressed(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    body = sue.page.locator("#body")
    asked, answers = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        asked.set()
        await answers.wait()
        await route.continue_()

    await sue.goes_to("/knowledge/new")
    await sue.page.get_by_label("Title").fill("Pressed while writing")
    await body.fill("What I mean.")
    await sue.page.wait_for_function("() => Object.values(localStorage).some(kept => kept.includes('What I mean'))")
    await sue.page.route("**/knowledge/preview", late)
    await sue.page.get_by_role("button", name="Save and publish").click()
    await asked.wait()
    await body.press("Control+End")
    await sue.types(" And what I am not sure of")
    answers.set()

    await sue.sees("Published: readers see it.")
    await sue.sees("What I mean.", within="article.prose")
    await sue.sees_no_more("not sure of", within="article.prose")
    await sue.sees("What you typed after that is kept on this machine", within=".alert[data-tone=warn]")
    await looks_right(sue.page)
    await sue.page.get_by_role("link", name="Edit").click()
    await expect(body).to_have_value("What I mean.")
    await sue.page.get_by_role("button", name="Take it back").click()
    await expect(body).to_have_value("What I mean. And what I am not sure of")


@pytest.mark.parametrize("what", ["snippet", "category", "about"])
async def test_what_is_typed_into_other_forms_is_kept_until_it_has_been_saved(sign_in: SignIn, what: str) -> None:
    sue = await sign_in("supervisor")
    place, label, button = {
        "snippet": ("/knowledge/snippets", "Words", "Add"),
        "category": ("/knowledge/categories", "What it is about, English", "Add"),
        "about": ("/knowledge", "Tags", "Save"),
    }[what]
    await sue.goes_to(place)
    if what == "about":
        await sue.page.locator(".articles a").first.click()
    side = sue.page.locator(".side")
    field = side.get_by_label(label, exact=True)

    async def begins() -> None:
        if what == "about":
            await sue.page.get_by_text("For whom, where, whose").click()
        else:
            name = side.get_by_label("Name" if what == "snippet" else "Name, English", exact=True)
            await name.fill("storms")
        await field.fill("wind")

    await begins()
    await sue.page.reload()  # within the moment after which it is kept
    await side.get_by_role("button", name="Take it back").click()
    await expect(field).to_have_value("wind")
    await looks_right(sue.page)
    await sue.page.context.clear_cookies()
    await field.fill("wind, rain")
    await side.get_by_role("button", name=button, exact=True).click()
    await sue.sees("sign in, and this page offers it", within="[role=alert]")

    here = sue.page.url
    await sue.signs_in("supervisor")
    await sue.page.goto(here)
    await side.get_by_role("button", name="Take it back").click()
    await expect(field).to_have_value("wind, rain")
    await side.get_by_role("button", name=button, exact=True).click()
    await expect(sue.page.locator("main .alert[data-tone=ok]")).to_be_visible()
    await expect(sue.page.locator(".alert[data-kept]")).to_have_count(0)
    assert not await sue.page.evaluate(
        "() => Object.keys(localStorage).filter(name => name.includes(':typed:')).length"
    )


async def test_a_snippet_and_a_category_that_cannot_be_sent_stay_where_they_are(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    for path, fields, button in (
        ("/knowledge/snippets", {"Name": "storm-hours", "Words": "Closed in storms."}, "Add"),
        ("/knowledge/categories", {"Name, English": "Storms", "What it is about, English": "Wind."}, "Add"),
    ):
        await sue.goes_to(path)
        side = sue.page.locator(".side")
        for label, words in fields.items():
            await side.get_by_label(label, exact=True).fill(words)
        await sue.page.context.set_offline(True)
        await side.get_by_role("button", name=button).click()
        await sue.sees("Not saved: there is no connection. What you typed is kept", within="[role=alert]")
        await looks_right(sue.page)
        for label, words in fields.items():
            await expect(side.get_by_label(label, exact=True)).to_have_value(words)
        await sue.page.context.set_offline(False)
        await side.get_by_role("button", name=button).click()
        await expect(sue.page.locator("main .alert[data-tone=ok]")).to_be_visible()
        await expect(sue.page.locator("main table")).to_contain_text(next(iter(fields.values())))
