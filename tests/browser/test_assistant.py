"""The automatic assistant of the chat as a visitor has it: it says what it is, and steps aside at a press."""

from playwright.async_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import SignIn, Visit
from tests.browser.shop import Shop

ASKED = "How do I descale a kettle?"


async def test_a_visitor_reads_a_quote_and_has_a_person_or_the_end_at_one_press(
    shop: Shop, sign_in: SignIn, visit: Visit
) -> None:
    shop.loads_organization("chat_bot: always\n")
    ana = await visit()
    await ana.opens_help()
    await ana.sees("First an automatic assistant, a person whenever you like")
    await ana.begins(ASKED, name="Ana Fuller")
    await ana.sees("Automatic answer from our help centre: “Descale a kettle”")
    await ana.sees("Did this answer your question?")
    await expect(ana.page.get_by_role("dialog").get_by_role("heading")).to_contain_text("Automatic assistant")
    link = ana.page.locator(".msg a")
    await expect(link).to_have_attribute("href", f"{shop.url}/help/a/descale-kettle")
    assert await findings(ana.page) == []
    person = ana.page.get_by_role("button", name="A person, please")
    await person.click()
    await ana.sees("You are in the queue")
    await expect(person).to_be_hidden()
    await expect(ana.composer).to_be_focused()

    agent = await sign_in("agent1")
    await agent.is_available()
    await agent.sees(ASKED, within=".offer")
    await agent.presses("F2")
    await agent.sees("Automatic assistant", within=".thread")
    await agent.sees("Descale a kettle", within=".thread")

    bo = await visit()
    await bo.opens_help()
    await bo.begins(ASKED, name="Bo Lind")
    await bo.page.get_by_role("button", name="Yes, solved").click()
    await bo.sees("ended")
    assert "Bo Lind" not in await agent.page.locator("body").inner_text()
