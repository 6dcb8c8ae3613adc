"""Customers in front of a page with the widget, and the line between them and the desk, which can be cut."""

import re
from collections.abc import Callable

from playwright.async_api import ConsoleMessage, Error, Locator, Page, WebSocketRoute, expect

from tests.browser.people import EXPECTED

Swallow = Callable[[str], bool]
#: What a page asks of the desk by chat: the number that its answer bears, and the event.
ASKS = re.compile(r'42/chat,(\d+)\["(chat\.start|message\.send)"')
#: What stands below a message once the desk has it.
TAKEN = re.compile("Sent|Delivered|Read")
SLOWER = '[{"ok":false,"error":{"code":"rate_limited","message":"Too much at once. Please wait a moment."}}]'


class Line:
    """The web socket of one page. Cut, it stays cut until it is mended."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: list[WebSocketRoute] = []
        self._whole = True
        #: Frames of the desk that never arrive.
        self.swallows: Swallow = lambda _frame: False
        #: Whether what is said to the desk is on its way until `delivers`; what is.
        self.holds = False
        self._held: list[Callable[[], None]] = []
        #: Whether the desk takes no messages for now; how often it has said so.
        self.slows = False
        self.slowed = 0

    async def lay(self) -> None:
        """From now on the page's socket runs over this line."""
        await self._page.route_web_socket("**/socket.io/**", self._connects)

    async def cut(self) -> None:
        """Nothing gets through, in either direction, nor anew."""
        self._whole = False
        for end in self._open:
            await end.close()
        self._open.clear()

    def mend(self) -> None:
        """New connections get through again."""
        self._whole = True

    def delivers(self) -> None:
        """What was held arrives, and what is said from now on is not."""
        self.holds = False
        while self._held:
            self._held.pop(0)()

    async def _connects(self, page_end: WebSocketRoute) -> None:
        if not self._whole:
            await page_end.close()
            return
        desk_end = page_end.connect_to_server()
        self._open += [page_end, desk_end]
        page_end.on_message(lambda frame: self._asks(str(frame), page_end, desk_end))
        desk_end.on_message(lambda frame: None if self.swallows(str(frame)) else page_end.send(frame))

    def _asks(self, frame: str, page_end: WebSocketRoute, desk_end: WebSocketRoute) -> None:
        asked = ASKS.match(frame) if self.slows or self.holds else None
        if asked is not None and self.holds:
            self._held.append(lambda: desk_end.send(frame))
            return
        if asked is None:
            desk_end.send(frame)
            return
        self.slowed += 1
        page_end.send(f"43/chat,{asked[1]}{SLOWER}")


class Customer:
    """A customer with a browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.line = Line(page)
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", self._failed)

    async def opens_help(self) -> None:
        await self.page.get_by_role("button", name="Help").click()
        await expect(self.page.get_by_role("dialog")).to_be_visible()

    async def begins(self, question: str, *, name: str = "", email: str = "") -> None:
        """Fills in the form of the widget and sends it."""
        await self.page.get_by_label("Your question").fill(question)
        await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_role("button", name="Start chat").click()
        await expect(self.composer).to_be_visible()

    @property
    def composer(self) -> Locator:
        return self.page.locator(".cl-foot textarea")

    async def says(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def has_sent(self, text: str) -> None:
        """Waits until the desk has what was said: the panel shows it at once."""
        await expect(self.page.locator(".msg.me", has_text=text).locator(".meta")).to_contain_text(TAKEN)

    async def has(self, *texts: str) -> None:
        """Waits until exactly these messages are in the panel, in this order."""
        await expect(self.page.locator(".msg p")).to_have_text(list(texts))

    async def sees(self, text: str) -> None:
        await expect(self.page.get_by_role("dialog")).to_contain_text(text)

    async def sees_no_more(self, text: str) -> None:
        await expect(self.page.get_by_role("dialog")).not_to_contain_text(text)

    async def fits(self) -> bool:
        """Whether the page needs no sideways scrolling."""
        return bool(await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.complaints.append(message.text)

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))
