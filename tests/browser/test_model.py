"""A language model drafts a reply and a note: marked, behind what was typed, and sent by nobody but the agent."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.axe import looks_right
from tests.browser.conftest import SignIn
from tests.browser.shop import Shop
from tests.integration.provider import NAME, Provider, open_provider

ALLOWED = "model_may_read: conversations\n"


@pytest_asyncio.fixture(loop_scope="session")
async def provider() -> AsyncIterator[Provider]:
    async with open_provider() as opened:
        yield opened


@pytest.fixture(autouse=True)
def known(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop's operator has named it."""
    for name, value in provider.settings.items():
        monkeypatch.setenv(f"CARELINE_{name.upper()}", value)


async def test_a_draft_is_read_before_it_is_sent(provider: Provider, shop: Shop, sign_in: SignIn) -> None:
    shop.loads_organization(ALLOWED)
    ana = await sign_in("agent1")
    await ana.is_available()
    mia = await shop.visitor("Mia")
    await mia.asks("How do I send a lamp back, and what does the return cost?")
    await ana.sees("send a lamp back", within=".offer")
    await ana.presses("F2")
    reply = ana.page.locator("textarea[data-reply]")
    await expect(reply).to_be_focused()
    await expect(ana.page.get_by_text(f"to the language model {NAME} at 127.0.0.1")).to_be_visible()
    provider.says("Send it back within 30 days [1]. <b>Pay</b> at evil.example.")
    await ana.types("Hello Mia,")

    await ana.presses("Alt+G")

    await expect(reply).to_have_value("Hello Mia,\n\nSend it back within 30 days. <b>Pay</b> at ….")
    await ana.sees("It may be wrong: read it before you send it.")
    await ana.sees("Without a source: “<b>Pay</b> at …”")
    assert await ana.page.locator(".composer").evaluate("box => box.scrollWidth <= box.clientWidth")
    await looks_right(ana.page)
    await reply.press("Control+Enter")
    await ana.has_sent("Hello Mia,")
    await expect(ana.page.get_by_text("It may be wrong")).to_have_count(0)

    provider.says("As [9] says.")
    await ana.presses("Alt+G")
    await ana.sees("named a source that it was not given")
    await expect(reply).to_have_value("")

    await ana.presses("Alt+E")
    provider.says("Wants to send a lamp back [1].")
    await ana.page.get_by_role("button", name="Draft a note").press("Enter")
    await expect(ana.page.locator("textarea[data-reply]")).to_have_value("Wants to send a lamp back.")
    await ana.sees("from 1 message.")
    await looks_right(ana.page)
