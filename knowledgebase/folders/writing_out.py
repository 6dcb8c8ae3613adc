"""knowledgebase/folders/writing_out.py: everything that is written, into an empty folder."""

import asyncio
from pathlib import Path
from typing import Any

import yaml

from desk.kernel.desk import Desk
from desk.kernel.errors import Conflict
from desk.kernel.transaction import Actor, Rx
from knowledgebase.folders import exporting, folder_files, history
from knowledgebase.folders.folder_files import CATEGORIES, SNIPPETS
from knowledgebase.folders.front_matter import written_sheet
from knowledgebase.writing import snippets
from knowledgebase.writing.categories import tree


async def write_folder(desk: Desk, actor: Actor, root: Path, *, with_history: bool = False) -> int:
    """Writes everything into an empty folder, if wanted with what became of it; returns how many sheets.

    Raises:
        Conflict: there is something in the folder.
    """
    if not await asyncio.to_thread(folder_files.is_empty, root):
        raise Conflict(str(root), "there is something in it; name an empty folder or a new one")
    after, count = "", 0
    while True:
        sheets, after = await desk.read(actor, exporting.page, after)
        if not sheets:
            break
        said = {sheet.path: written_sheet(sheet) for sheet in sheets}
        await asyncio.to_thread(folder_files.write, root, said)
        count += len(sheets)
    await asyncio.to_thread(folder_files.write, root, await desk.read(actor, _beside))
    after = ""
    while rows := await desk.read(actor, exporting.files, after):
        for row in rows:
            place = folder_files.kept_at(row.id, row.name)
            await asyncio.to_thread(folder_files.copy, root, place, desk.blobs.path(row.blob))
        after = rows[-1].id
    for part in history.PARTS if with_history else ():
        await _write_history(desk, actor, root, part)
    return count


async def _write_history(desk: Desk, actor: Actor, root: Path, part: history.Part) -> None:
    more, after = await desk.read(actor, history.lines, part, "")
    await asyncio.to_thread(history.append, root, part.path, more)
    while more:
        more, after = await desk.read(actor, history.lines, part, after)
        await asyncio.to_thread(history.append, root, part.path, more)


def _beside(rx: Rx) -> dict[str, str]:
    """Categories and snippets, as files."""
    said = {f"{SNIPPETS}{one.name}.{one.language}.md": f"{one.body}\n" for one in snippets.every(rx)}
    every = [one for one in tree(rx) if not one.is_new]
    slugs = {one.id: one.slug for one in every}
    listed = []
    for one in every:
        about: dict[str, Any] = {"slug": one.slug, "parent": slugs.get(one.parent_id or ""), "names": dict(one.names)}
        about |= {"about": dict(one.about), "position": one.position}
        listed.append({name: value for name, value in about.items() if value})
    if listed:
        said[CATEGORIES] = yaml.safe_dump({"categories": listed}, sort_keys=False, allow_unicode=True, width=118)
    return said
