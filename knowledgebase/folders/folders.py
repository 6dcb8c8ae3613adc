"""knowledgebase/folders/folders.py: a folder of articles, into the knowledge base (out of it: `writing_out.py`).

    SLUG.md                 a text as readers see it, or as it is drafted (knowledgebase/folders/front_matter.py)
    drafts/SLUG.md          what is written of a text that readers see otherwise
    drafts/SLUG.planned.md  what they will see on a day, where something newer is written
    snippets/NAME.LANG.md   a snippet                    categories.yaml   the tree of categories
    files/ID-NAME           a picture or paper that a text shows or links to
    history/…               what became of them (knowledgebase/folders/history.py): written if asked for, never taken

Any other folder of Markdown and HTML files is taken as well: its folders are categories, its files' links to each
other become the articles' addresses, and pictures and papers to which they lead come with them. What cannot be taken
is named with its reason, file by file, and the rest is taken.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from desk.kernel import table_counts
from desk.kernel.desk import Desk
from desk.kernel.errors import Invalid
from desk.kernel.transaction import Actor
from knowledgebase.folders import folder_files, history, pieces
from knowledgebase.folders.files_beside import Beside
from knowledgebase.folders.folder_files import CATEGORIES, Refused
from knowledgebase.folders.front_matter import Sheet
from knowledgebase.folders.importing import Usual
from knowledgebase.folders.order import apart
from knowledgebase.folders.taking import Became, Taking, take_sheets, took

#: After so many texts the database is asked to count what came in.
_COUNTED = 1_000
_SAME_TITLE = "another file has the same title; say a slug in its head, so that each is known again"


async def take_folder(desk: Desk, actor: Actor, place: Path, usual: Usual) -> AsyncIterator[Became]:
    """Takes a folder, or one file: categories and snippets first, then originals, translations and drafts."""
    try:
        root, files = await asyncio.to_thread(folder_files.files, place)
    except Refused as refused:
        yield Became(path=".", what="refused", why=str(refused))
        return
    if CATEGORIES in files:
        async for became in _take_categories(desk, actor, root):
            yield became
    for path in filter(folder_files.is_snippet, files):
        yield await took(path, _take_snippet(desk, actor, root, path))
    sheets: list[Sheet] = []
    others = [path for path in files if not _has_its_own_way(path)]
    beside = Beside(root, (path for path in others if not folder_files.is_text(path)))
    for path in filter(folder_files.is_text, others):
        try:
            sheets.append(await asyncio.to_thread(folder_files.sheet, root, path))
        except Refused as refused:
            yield Became(path=path, what="refused", why=str(refused))
    kept = apart(sheets)
    for path in sorted({sheet.path for sheet in sheets} - {sheet.path for sheet in kept}):
        yield Became(path=path, what="refused", why=_SAME_TITLE)
    parts = {sheet.path: sheet.parts for sheet in kept if sheet.parts}
    taking = Taking(desk=desk, actor=actor, root=root, usual=usual, beside=beside, parts=parts)
    written = 0
    async for became in take_sheets(taking, kept):
        yield became
        written += became.what in ("added", "changed")
        if written and written % _COUNTED == 0:
            await table_counts.ask(desk)
    await table_counts.ask(desk)
    for path, what in taking.files.items():
        yield Became(path=path, what=what)
    for path, why in beside.left(taking.files):
        yield Became(path=path, what="refused", why=why)


def _has_its_own_way(path: str) -> bool:
    """Whether a file is one of an export that is no text and no paper beside one."""
    is_history = any(path == part.path for part in history.PARTS)
    return path == CATEGORIES or is_history or folder_files.is_snippet(path) or folder_files.came_with_a_sheet(path)


async def _take_categories(desk: Desk, actor: Actor, root: Path) -> AsyncIterator[Became]:
    try:
        listed = folder_files.categories(await asyncio.to_thread(folder_files.text, root, CATEGORIES))
    except (Invalid, Refused) as error:
        yield Became(path=CATEGORIES, what="refused", why=str(error))
        return
    for about in listed:
        yield await took(f"{CATEGORIES}: {about.slug}", desk.transact(actor, pieces.add_category, about))


async def _take_snippet(desk: Desk, actor: Actor, root: Path, path: str) -> str:
    name, language = folder_files.named_snippet(path)
    text = await asyncio.to_thread(folder_files.text, root, path)
    return await desk.transact(actor, pieces.put_snippet, name, language, text)
