"""Who sends an article back says why, and its writer finds the reason where they write."""

from pathlib import Path
from typing import Any

from desk.kernel.clock import ManualClock
from knowledgebase.writing import articles, publishing
from tests.integration.web.front import SYSTEM, open_front
from web.pages.knowledge import articles as knowledge
from web.pages.knowledge import editor as knowledge_editor


async def test_the_reason_stands_beside_the_text_until_it_is_written_anew(
    tmp_path: Path, sample_sqlite_url: str, manual_clock: ManualClock
) -> None:
    routes = [*knowledge_editor.routes, *knowledge.routes]
    async with open_front(tmp_path, sample_sqlite_url, at=manual_clock.now(), routes=routes) as house:
        said: dict[str, Any] = {"title": "Returns", "body": "Soon.", "language": "en", "audience": "public"}
        made = await house.desk.transact(SYSTEM, lambda tx: articles.create(tx, **said))
        await house.desk.transact(SYSTEM, publishing.submit, made.text_id)
        await house.desk.transact(SYSTEM, publishing.send_back, made.text_id, "Say <b>when</b>.")
        sue = await house.signed_in("supervisor")
        paths = (f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/edit?language=en")

        for path in paths:
            assert "Sent back: Say &lt;b&gt;when&lt;/b&gt;." in await (await sue.get(path)).text()

        words: dict[str, Any] = {"title": "Returns", "body": "Within five days.", "summary": "", "note": ""}
        await house.desk.transact(SYSTEM, lambda tx: articles.save(tx, made.text_id, **words, base=1))
        for path in paths:
            assert "Sent back" not in await (await sue.get(path)).text()
