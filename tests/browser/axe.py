"""axe-core, on a page as it stands, and whether what is there has room."""

from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.browser.windows import resizes

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


#: What a theme can break: the style sheets say light and dark of colours alone, which a test holds them to.
OF_COLOURS = ("color-contrast", "link-in-text-block")
#: Of WCAG 2.2, and asked for only by name.
NOT_BY_ITSELF = {"target-size": {"enabled": True}}
#: From a desk, half a screen, and the narrowest phone.
WIDTHS = (1280, 1024, 320)


@cache
def _source() -> str:
    return SOURCE.read_text()


async def findings(page: Page, *rules: str) -> list[str]:
    """What axe finds wrong, a line each: by these rules, or else by all, best practices included."""
    # Evaluated, not added as a script: the page's policy allows no script but its own.
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_source())
    only = {"runOnly": {"type": "rule", "values": rules}} if rules else {"rules": NOT_BY_ITSELF}
    how = {"resultTypes": ["violations"]} | only
    result: dict[str, Any] = await page.evaluate("how => axe.run(document, how)", how)
    return [
        f"{found['id']}: {found['help']}: {node['target']} {node.get('failureSummary', '')}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


async def in_both(page: Page) -> AsyncIterator[str]:
    """The page in light and in dark."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        yield scheme


async def looks_right(page: Page) -> None:
    """Axe finds nothing, light and dark."""
    async for scheme in in_both(page):
        rules = OF_COLOURS if scheme == "dark" else ()
        assert (scheme, page.url, await findings(page, *rules)) == (scheme, page.url, [])


async def has_room(page: Page) -> None:
    """At each width nothing stands beyond the edge of its column, or has to be scrolled to sideways there."""
    for width in WIDTHS:
        await resizes(page, width=width, height=800)
        cut = await page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll("main, main .table, .composer")]
                .filter(part => part.scrollWidth > part.clientWidth + 1)
                .map(part => `${part.tagName}.${part.className}: ${part.scrollWidth} in ${part.clientWidth}`)"""
        )
        assert (page.url, width, cut) == (page.url, width, [])
