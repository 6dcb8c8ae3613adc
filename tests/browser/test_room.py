"""What the staff's pages say has room at every width, also what they say when something is refused."""

from playwright.async_api import expect

from tests.browser.axe import WIDTHS, has_room, looks_right
from tests.browser.conftest import SignIn
from tests.browser.shop import Shop, eventually
from tests.browser.windows import resizes


async def test_a_colour_that_cannot_be_read_is_told_within_its_column_and_the_page_goes_on(sign_in: SignIn) -> None:
    admin = await sign_in("admin")
    await admin.goes_to("/admin/theme")
    colour = admin.page.get_by_label("Colour on light screens")
    for wrong, why in (("#f2c200", "4.5 to 1 is needed"), ("x" * 300, "expected a colour like")):
        await colour.fill(wrong)
        await admin.page.get_by_role("button", name="Save", exact=True).first.click()
        await admin.sees("Nothing has been saved", within="[role=alert]")
        await admin.sees(why, within="[id='why-accent']")
        await expect(colour).to_have_value(wrong)
        await has_room(admin.page)
        await looks_right(admin.page)

    await colour.fill("#174a9c")
    await admin.page.get_by_role("button", name="Save", exact=True).first.click()
    await admin.sees("Saved.", within="main")


async def test_a_list_of_articles_shows_all_that_it_says_at_every_width(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    for path in ("/knowledge", "/knowledge/categories", "/knowledge/snippets"):
        await sue.goes_to(path)
        await has_room(sue.page)
    await sue.goes_to("/knowledge")
    row = sue.page.locator(".articles tbody tr").first
    for width in WIDTHS[1:]:
        await resizes(sue.page, width=width, height=800)
        for cell in await row.locator("td:not(:empty)").all():
            await expect(cell).to_be_visible()
        await expect(row).to_contain_text("Public")
        await looks_right(sue.page)


async def test_what_is_only_read_has_as_much_room_in_the_pop_as_what_is_sent(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent7")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("My refund was not paid. Do you write complaint letters? Are there signs of fraud?")
    await agent.sees("My refund", within=".offer")
    await agent.presses("F2")
    rows = agent.page.locator(".pop li.line")
    await expect(rows.filter(has_text="Internal").first).to_be_visible()
    await expect(rows.filter(has_not_text="Internal").first).to_be_visible()

    async def heights() -> list[int]:
        found: list[int] = await rows.evaluate_all("rows => rows.map(row => row.offsetHeight)")
        return found

    # They are found anew once it is accepted.
    await eventually(heights, lambda found: len(found) > 1 and set(found) == {28}, "one height")
    await looks_right(agent.page)


async def test_who_writes_sees_all_of_what_is_said_in_short(shop: Shop, sign_in: SignIn) -> None:
    words = " ".join(["The refund comes within five days by the way you paid."] * 4)
    said = {"title": "Paid back", "summary": words, "body": "Five days.", "language": "en", "audience": "public"}
    article = await shop.asks("POST", "/api/v1/articles", said)
    sue = await sign_in("supervisor")
    await sue.goes_to(f"/knowledge/{article['id']}/edit?language=en")
    field = sue.page.get_by_label("In short")
    await expect(field).to_have_value(words)
    for width in WIDTHS:
        await resizes(sue.page, width=width, height=800)
        hidden = "field => [field.scrollWidth - field.clientWidth, field.scrollHeight - field.clientHeight]"
        assert await field.evaluate(hidden) == [0, 0], width
    await has_room(sue.page)
    await looks_right(sue.page)
    await field.fill("Two\nlines.")
    await sue.page.get_by_role("button", name="Save draft").first.click()
    await expect(field).to_have_value("Two lines.")
