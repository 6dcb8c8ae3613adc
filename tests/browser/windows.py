"""tests/browser/windows.py: a window that is made wider or narrower."""

from playwright.async_api import Page


async def resizes(page: Page, *, width: int, height: int) -> None:
    """The window has another size, and the page has been told.

    Chromium without a screen may draw a page on which nothing moves only when somebody asks for it. Styles are of the
    new size by then, but neither `resize` nor a media query is told before.
    """
    await page.set_viewport_size({"width": width, "height": height})
    await page.evaluate("() => new Promise(requestAnimationFrame)")
