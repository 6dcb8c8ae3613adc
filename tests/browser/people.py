"""Staff in front of a screen: they press keys and read."""

import re
from typing import Any

from playwright.async_api import ConsoleMessage, Error, Page, expect

from tests.browser.shop import Shop

#: What a browser says of itself when a connection is cut on purpose.
EXPECTED = re.compile(r"WebSocket connection|net::ERR_|Failed to load resource")

#: What stands below a message until the desk has it.
ON_ITS_WAY = re.compile("Sending|Kept here until there is a connection")


class Agent:
    """Somebody of the staff with a browser."""

    def __init__(self, shop: Shop, page: Page) -> None:
        self.shop = shop
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", self._failed)

    async def signs_in(self, who: str) -> None:
        """With the keyboard alone."""
        await self.page.goto(f"{self.shop.url}/login")
        await expect(self.page.locator("#email")).to_be_focused()
        await self.types(f"{who}@demo.test")
        await self.presses("Tab")
        await self.types("demo")
        await self.presses("Enter")
        await self.page.wait_for_url(re.compile(r"/(console|floor|admin)"))

    async def goes_to(self, path: str) -> None:
        await self.page.goto(self.shop.url + path)

    async def is_available(self) -> None:
        """Says so, and waits until the desk has agreed: the page shows it at once, and tells it when it holds."""
        await expect(self.page.locator(".presence")).to_contain_text("Not ready")
        await self.presses("Alt+A")
        await expect(self.page.locator("[aria-live=polite].sr")).to_have_text("Available")
        await expect(self.page.locator(".presence")).to_contain_text("Available")

    async def presses(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def closes_dialog(self) -> None:
        """By Escape; the next key is pressed when it has gone."""
        await self.presses("Escape")
        await expect(self.page.locator("dialog")).to_have_count(0)

    async def types(self, text: str) -> None:
        await self.page.keyboard.type(text)

    async def sees(self, text: str, within: str = "body") -> None:
        await expect(self.page.locator(within).first).to_contain_text(text)

    async def sees_no_more(self, text: str, within: str = "body") -> None:
        await expect(self.page.locator(within).first).not_to_contain_text(text)

    async def has_sent(self, text: str) -> None:
        """Waits until the desk has what was written: the thread shows it at once."""
        mine = self.page.locator(".thread .ours", has_text=text)
        await expect(mine.filter(has_not_text=ON_ITS_WAY)).to_have_count(1)

    async def listens(self) -> None:
        """From now on, whatever a screen reader would be told politely is kept for `is_told`."""
        await self.page.evaluate(
            """() => {
                const region = document.querySelector("[aria-live=polite].sr");
                window.told = [];
                const keep = () => region.textContent && window.told.push(region.textContent);
                new MutationObserver(keep).observe(region, {childList: true, characterData: true, subtree: true});
            }"""
        )

    async def has_no_time(self) -> None:
        """Until `has_time` the clock of the page stands: what comes in is shown, and nothing happens by itself."""
        await self.page.clock.install()
        await self.page.clock.pause_at(await self.page.evaluate("Date.now()") / 1000 + 1)

    async def has_time(self) -> None:
        """The clock of the page goes on."""
        await self.page.clock.resume()

    async def is_told(self) -> list[str]:
        """What a screen reader was told politely since `listens`."""
        told: list[str] = await self.page.evaluate("() => window.told")
        return told

    async def focus(self) -> dict[str, Any]:
        """What has the focus."""
        found: dict[str, Any] = await self.page.evaluate(
            "() => ({tag: document.activeElement.tagName, reply: document.activeElement.dataset.reply ?? null})"
        )
        return found

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.complaints.append(message.text)

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))
