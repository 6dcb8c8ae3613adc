"""What nobody found becomes an article, by keyboard."""

import re
from uuid import uuid4

from playwright.async_api import expect

from tests.browser.axe import has_room, looks_right
from tests.browser.conftest import SignIn
from tests.browser.people import Agent
from tests.browser.shop import Shop

#: So often a page is loaded anew until the count is done: each takes a while.
LOOKS = 200
LETTERS = uuid4().hex[:8].translate(str.maketrans("0123456789", "ghijklmnop"))
#: Words that no article has; one of them is longer than a column is wide.
QUESTION = f"zeppelin moorings donaudampfschifffahrtsgesellschaftskapitaensmuetze {LETTERS}"


async def is_counted(writer: Agent) -> None:
    """Has everything counted, and looks again until the question is there."""
    await writer.goes_to("/knowledge/learning")
    await writer.page.get_by_role("button", name="Count again now").press("Enter")
    await writer.sees("counted anew")

    for _ in range(LOOKS):
        await writer.page.reload()
        if QUESTION in await writer.page.locator("main").inner_text():
            return
    raise AssertionError("nobody counted it")


async def test_a_question_that_nobody_answered_becomes_a_draft(shop: Shop, sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to(f"/help/search?q={QUESTION.replace(' ', '+')}")
    await is_counted(sue)
    await looks_right(sue.page)
    await has_room(sue.page)
    for part in ("outcomes", "articles", "figures", "cases", "causes"):
        await sue.goes_to(f"/knowledge/learning?part={part}")
        await looks_right(sue.page)
        await has_room(sue.page)

    await sue.page.locator("main table a").first.press("Enter")
    await sue.page.wait_for_url(re.compile(r"/knowledge/learning/causes/"))
    await looks_right(sue.page)
    await sue.goes_to("/knowledge/learning")
    await sue.page.get_by_role("button", name=re.compile(f"^Begin a draft.*{QUESTION}$")).press("Enter")
    await expect(sue.page.locator("#title")).to_have_value(QUESTION)
