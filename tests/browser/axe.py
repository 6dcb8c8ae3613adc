"""axe-core, on a page as it stands."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@cache
def _source() -> str:
    return SOURCE.read_text()


async def findings(page: Page) -> list[str]:
    """What axe finds wrong, a line each; best practices included."""
    # Evaluated, not added as a script: the page's policy allows no script but its own.
    await page.evaluate(_source())
    result: dict[str, Any] = await page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{found['id']}: {found['help']}: {node['target']} {node.get('failureSummary', '')}"
        for found in result["violations"]
        for node in found["nodes"]
    ]
