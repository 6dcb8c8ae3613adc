"""axe-core, on a page as it stands."""

from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


#: What a theme can break: the style sheets say light and dark of colours alone, which a test holds them to.
OF_COLOURS = ("color-contrast", "link-in-text-block")


@cache
def _source() -> str:
    return SOURCE.read_text()


async def findings(page: Page, *rules: str) -> list[str]:
    """What axe finds wrong, a line each: by these rules, or else by all, best practices included."""
    # Evaluated, not added as a script: the page's policy allows no script but its own.
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_source())
    how = {"resultTypes": ["violations"]} | ({"runOnly": {"type": "rule", "values": rules}} if rules else {})
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
