"""The help centre in a browser: found while typing, by keyboard, on a narrow phone, light and dark; without script."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Locator, Page, Route, expect

from tests.browser.axe import findings, looks_right
from tests.browser.conftest import Visit
from tests.browser.customers import Customer
from tests.browser.shop import Shop
from tests.browser.windows import resizes

REFUND = {
    "title": "When does my gift refund arrive?",
    "summary": "Within five business days.",
    "body": """## How long it takes

| You paid with | Time after release | Where you see it |
|---|---|---|
| Debit or credit card | 3 to 5 business days | Your bank statement |
| Gift voucher | at once | New voucher by e-mail |

## If it has not come

1. Look at the release date of your gift refund.
2. Count five business days.

> [!WARNING]
> Weekends do not count.

[How to look](https://vimeo.com/123)

```
An order number that is written on one line however narrow the phone is: 0000-0000-0000-0000-0000
```
""",
}
ASKS = "My gift refund has not arrived, where is it?"


async def writes(shop: Shop, **article: Any) -> dict[str, Any]:
    """An article that everybody may read."""
    said = {"language": "en", "audience": "public", "state": "published"} | article
    card: dict[str, Any] = await shop.asks("POST", "/api/v1/articles", said)
    return card


async def is_right(customer: Customer) -> None:
    """On a desk and on a narrow phone, light and dark."""
    page = customer.page
    await resizes(page, width=1280, height=700)
    await looks_right(page)
    assert await customer.fits(), page.url
    await resizes(page, width=320, height=700)
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert (page.url, await findings(page)) == (page.url, [])
    assert await customer.fits(), page.url


async def is_touched(page: Page, option: Locator) -> None:
    """On a phone so low that the chat's button stands over the list, each corner of a line is the line's own."""
    size = page.viewport_size
    box = await option.bounding_box()
    assert size is not None and box is not None
    await resizes(page, width=320, height=int(box["y"] + box["height"] + 20))
    await expect(page.locator(".cl-open")).to_be_visible()
    beneath = await option.evaluate(
        """line => {
            const {left, right, top, bottom} = line.getBoundingClientRect();
            const corners = [left + 9, right - 9].flatMap(x => [top + 9, bottom - 9].map(y => [x, y]));
            return corners.filter(([x, y]) => !line.contains(document.elementFromPoint(x, y)));
        }"""
    )
    assert beneath == []
    await resizes(page, **size)


async def test_a_reader_finds_an_answer_while_typing_by_keyboard_alone(shop: Shop, visit: Visit) -> None:
    await writes(shop, **REFUND)
    await writes(shop, title="Give a gift back", body="A gift refund goes to the giver.")
    ana = await visit("/help")
    page = ana.page
    await is_right(ana)

    await page.keyboard.press("Tab")
    field = page.get_by_role("combobox", name="Search the help centre")
    await field.press_sequentially("gift refu")
    option = page.get_by_role("option", name="When does my gift refund arrive?")
    await expect(option).to_be_visible()
    await is_right(ana)
    await is_touched(page, option)
    await field.press("Escape")
    await expect(option).to_be_hidden()
    await field.press_sequentially("n")
    await expect(option).to_be_visible()
    while await option.get_attribute("aria-selected") != "true":
        await field.press("ArrowDown")
    await field.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("When does my gift refund arrive?")
    await is_right(ana)

    await expect(page.get_by_label("What was missing?")).to_be_hidden()
    await page.get_by_label("No", exact=True).check()
    await page.get_by_label("What was missing?").fill("Which bank?")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("status")).to_contain_text("Whoever looks after this article reads it.")
    await is_right(ana)
    await page.goto(f"{shop.url}/help/search?q=gift+refund")
    await expect(page.locator(".results mark").first).to_be_visible()
    await is_right(ana)


async def test_a_line_that_is_chosen_while_the_next_answer_comes_stays_chosen(shop: Shop, visit: Visit) -> None:
    """Two questions are on their way: the first shows nothing any more, the second changes the list once."""
    ana = await visit("/help")
    held: dict[str, Route] = {}

    async def hold(route: Route) -> None:
        held[parse_qs(urlsplit(route.request.url).query)["q"][0]] = route

    async def finds(words: str, *titles: str) -> None:
        hits = [{"title": one, "title_marks": [], "href": f"/help/a/{one.lower()}?q={words}"} for one in titles]
        await held[words].fulfill(json={"hits": hits, "said": ""})

    async def asks(words: str) -> None:
        async with page.expect_request("**/help/suggest*"):
            await field.press_sequentially(words)
        await page.wait_for_timeout(0)

    page = ana.page
    await page.route("**/help/suggest*", hold)
    field = page.get_by_role("combobox", name="Search the help centre")
    chosen = page.locator(".typed [aria-selected=true]")
    await asks("gift")
    await finds("gift", "Cards", "Returns", "Boxes")
    await expect(page.get_by_role("option")).to_have_text(["Cards", "Returns", "Boxes"])
    await asks("s")
    await field.press("ArrowDown")
    await field.press("ArrowDown")
    await expect(chosen).to_have_text("Returns")
    await finds("gifts", "Returns", "Ribbons", "Cards")
    await expect(page.get_by_role("option")).to_have_text(["Returns", "Ribbons", "Cards"])
    await expect(chosen).to_have_text("Returns")
    await expect(field).to_have_attribute("aria-activedescendant", "typed-0")

    await asks("!")
    await field.press("ArrowDown")
    await finds("gifts!", "Ribbons", "Paper")
    await expect(page.get_by_role("option")).to_have_text(["Returns", "Ribbons", "Paper"])
    await expect(chosen).to_have_text("Returns")
    await is_right(ana)

    await asks("a")
    async with page.expect_event("requestfailed"):
        await field.press_sequentially("b")
    await expect(chosen).to_have_count(0)


async def test_where_nothing_can_be_looked_up_no_former_answer_stays_open(shop: Shop, visit: Visit) -> None:
    await writes(shop, **REFUND)
    ana = await visit("/help")
    page = ana.page
    field = page.get_by_role("combobox", name="Search the help centre")
    told, found = page.get_by_role("status"), page.get_by_role("option")

    await field.press_sequentially("gift")
    await expect(found.first).to_be_visible()
    await expect(told).to_have_text("The first 6 answers for “gift”.")
    for refuses in (lambda route: route.abort(), lambda route: route.fulfill(status=429, json={})):
        await page.route("**/help/suggest*", refuses)
        await field.press_sequentially(" re")
        await expect(told).to_have_text("Answers cannot be shown while you type just now. Press Enter to search.")
        await expect(told).to_be_visible()
        await expect(found).to_have_count(0)
        await is_right(ana)
        await page.unroute("**/help/suggest*")
        await field.fill("gift")
        await expect(found.first).to_be_visible()
        await expect(told).to_have_text("The first 6 answers for “gift”.")
    await field.fill("zebra")
    await expect(told).to_have_text("Nothing found for “zebra”.")
    await expect(found).to_have_count(0)
    await field.fill("")
    await expect(told).to_be_empty()


async def test_what_may_answer_stands_beside_the_form_while_one_writes(shop: Shop, visit: Visit) -> None:
    await writes(shop, **REFUND)
    bo = await visit("/contact")
    page = bo.page

    await page.get_by_label("What happened, or what do you need?").fill(ASKS)
    answers = page.locator("#answers")
    await expect(answers.get_by_role("link", name="When does my gift refund arrive?")).to_be_visible()
    await is_right(bo)
    await page.get_by_label("Something went wrong").check()
    await expect(answers).to_be_hidden()
    await page.get_by_label("A question or a suggestion").check()
    await answers.get_by_role("button", name="That answered it").click()
    await expect(page.get_by_role("status").filter(has_text="Nothing was sent")).to_be_visible()


async def test_all_of_it_works_without_script(shop: Shop, visit: Visit) -> None:
    await writes(shop, **REFUND)
    eva = await visit("/help?lang=zh", script=False, width=320)
    page = eva.page

    await page.get_by_role("searchbox").fill("gift refund")
    await page.get_by_role("button", name="搜索").click()
    await page.get_by_role("link", name="When does my gift refund arrive?").click()
    await page.get_by_label("是").check()
    await page.get_by_role("button", name="提交").click()
    await expect(page.get_by_role("status")).to_contain_text("谢谢")

    lamp = await writes(
        shop, title="The gift lamp", body="```guide\n? a: Dark?\n- Yes -> b\n= b: Change the bulb.\n```"
    )
    await page.goto(f"{shop.url}/help/a/{lamp['texts'][0]['slug']}")
    await page.get_by_role("link", name="Yes").press("Enter")
    await expect(page.get_by_role("group", name="Answer", exact=True)).to_be_focused()
    await expect(page.get_by_text("Dark?")).to_be_hidden()
    assert await eva.fits()
    await page.get_by_role("link", name="Start again").press("Enter")
    await expect(page.get_by_text("Dark?")).to_be_visible()

    await page.goto(f"{shop.url}/contact")
    await page.get_by_label("What happened, or what do you need?").fill(ASKS)
    await page.get_by_label("E-mail").fill("eva@example.org")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Does one of these answer it?")
    assert await eva.fits()
    await page.get_by_role("button", name="Send my message").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("We have your message")


async def test_who_meets_a_page_that_is_not_there_searches_on_from_it(shop: Shop, visit: Visit) -> None:
    await writes(shop, **REFUND)
    ida = await visit("/help/a/no-such-article")
    await expect(ida.page.get_by_role("heading", level=1)).to_have_text("This page does not exist")
    await is_right(ida)
    await ida.page.get_by_role("combobox", name="Search the help centre").fill("gift refund")
    await ida.page.keyboard.press("Enter")
    await expect(ida.page.get_by_role("link", name="When does my gift refund arrive?")).to_be_visible()


async def test_a_link_to_a_part_leads_to_its_heading(shop: Shop, visit: Visit) -> None:
    lines = "A line.\n\n" * 60
    two = await writes(shop, title="Parts of two", body=f"{lines}## Über 退款\n\n{lines}")
    led = f"/help/a/{two['slug']}#über-退款"
    one = await writes(
        shop, title="Parts of one", body=f"[down](#part-1) [over]({led})\n\n## Part\n\n{lines}## Part\n\n{lines}"
    )
    customer = await visit()
    page = customer.page

    await page.goto(f"{shop.url}/help/a/{one['slug']}")
    await page.get_by_role("link", name="down").click()
    await expect(page.get_by_role("heading", name="Part", exact=True).nth(1)).to_be_in_viewport()
    await page.get_by_role("link", name="over").click()
    await expect(page.get_by_role("heading", name="Über 退款")).to_be_in_viewport()
