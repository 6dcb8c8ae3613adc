"""knowledgebase/folders/folders.py: a folder of articles, into the knowledge base and out of it.

    SLUG.md                 a text as readers see it, or as it is drafted (knowledgebase/folders/front_matter.py)
    drafts/SLUG.md          what is written of a text that readers see otherwise
    snippets/NAME.LANG.md   a snippet                    categories.yaml   the tree of categories
    files/ID-NAME           a picture or paper that a text shows or links to
    history/…               what became of them (knowledgebase/folders/history.py): written if asked for, never taken

Any other folder of Markdown and HTML files is taken as well: its folders are categories, its files' links to each
other become the articles' addresses, and pictures and papers to which they lead come with them. What cannot be taken
is named with its reason, file by file, and the rest is taken.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError, Conflict, Invalid
from desk.kernel.transaction import Actor, Rx
from knowledgebase.folders import exporting, folder_files, history, importing
from knowledgebase.folders.exporting import DRAFTS
from knowledgebase.folders.file_links import ENDS, Linked, linked
from knowledgebase.folders.files_beside import Beside
from knowledgebase.folders.folder_files import CATEGORIES, SNIPPETS, Kept, Refused
from knowledgebase.folders.front_matter import Sheet, written_sheet
from knowledgebase.folders.importing import Usual
from knowledgebase.writing import snippets
from knowledgebase.writing.categories import tree
from knowledgebase.writing.slugs import slug_of

_SAME_TITLE = "another file has the same title; say a slug in its head, so that each is known again"


@dataclass(frozen=True, kw_only=True)
class Became:
    """What became of a file: added, changed, same or refused, and why; `passed_over` names what was not understood,
    `not_taken` the files that it leads to and that are no articles."""

    path: str
    what: str
    why: str = ""
    passed_over: Sequence[str] = ()
    not_taken: Sequence[str] = ()


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
        yield await _took(path, _take_snippet(desk, actor, root, path))
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
    taking = _Taking(desk=desk, actor=actor, root=root, usual=usual, beside=beside)
    async for became in _take_sheets(taking, kept):
        yield became
    for path, what in taking.files.items():
        yield Became(path=path, what=what)
    for path, why in beside.left(taking.files):
        yield Became(path=path, what="refused", why=why)


def apart(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Sheets in the order in which they can be taken; of those that only a title tells from others, the first."""
    named: set[tuple[str, str | None]] = set()
    kept = []
    for sheet in in_order(sheets):
        name = (slug_of(sheet.head.title), sheet.head.language)
        if sheet.head.slug is not None or name not in named:
            kept.append(sheet)
        named.add(name)
    return kept


def in_order(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Sheets in the order in which they can be taken: originals, translations, drafts."""
    return sorted(sheets, key=lambda one: (one.path.startswith(DRAFTS), bool(one.head.original), one.path))


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


def _has_its_own_way(path: str) -> bool:
    """Whether a file is one of an export that is no text and no paper beside one."""
    is_history = any(path == part.path for part in history.PARTS)
    return path == CATEGORIES or is_history or folder_files.is_snippet(path) or folder_files.came_with_a_sheet(path)


async def _took(path: str, work: Awaitable[str], passed_over: Sequence[str] = ()) -> Became:
    try:
        return Became(path=path, what=await work, passed_over=passed_over)
    except CarelineError as error:
        return Became(path=path, what="refused", why=error.message)
    except Refused as refused:
        return Became(path=path, what="refused", why=str(refused))


async def _take_categories(desk: Desk, actor: Actor, root: Path) -> AsyncIterator[Became]:
    try:
        listed = folder_files.categories(await asyncio.to_thread(folder_files.text, root, CATEGORIES))
    except (Invalid, Refused) as error:
        yield Became(path=CATEGORIES, what="refused", why=str(error))
        return
    for about in listed:
        yield await _took(f"{CATEGORIES}: {about.slug}", desk.transact(actor, importing.add_category, about))


async def _take_snippet(desk: Desk, actor: Actor, root: Path, path: str) -> str:
    name, language = folder_files.named_snippet(path)
    text = await asyncio.to_thread(folder_files.text, root, path)
    return await desk.transact(actor, importing.put_snippet, name, language, text)


@dataclass(frozen=True, kw_only=True)
class _Taking:
    """Sheets on their way in; `slugs` are those that they came by, by their paths."""

    desk: Desk
    actor: Actor
    root: Path
    usual: Usual
    beside: Beside
    slugs: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  #: what became of those beside

    async def take(self, sheet: Sheet, slugs: Mapping[str, str]) -> Became:
        """Takes a sheet whose links lead to articles with these slugs."""
        links = self._linked(sheet, slugs)
        return await _took(sheet.path, self._take(replace(sheet, body=links.body)), sheet.passed_over)

    async def put_right(self, sheet: Sheet, first: Became, planned: Mapping[str, str]) -> Became:
        """Takes a sheet once more where one that it leads to has another slug than was planned."""
        links = self._linked(sheet, self.slugs)
        what = first.what
        if what != "refused" and links.body != self._linked(sheet, planned).body:
            again = await self.take(sheet, self.slugs)
            what = again.what if what == importing.SAME else what
        return replace(first, what=what, not_taken=links.missing)

    async def is_refused(self, sheet: Sheet, planned: Mapping[str, str]) -> bool:
        """Whether a sheet will be refused; nothing of it is taken."""
        tried = replace(sheet, body=self._linked(sheet, planned).body)
        try:
            await self.desk.transact(self.actor, importing.try_in, tried, self.usual)
        except importing.Tried:
            return False
        except CarelineError:
            return True
        return False

    async def _take(self, sheet: Sheet) -> str:
        taken = await self.desk.transact(self.actor, importing.take_in, sheet, self.usual)
        self.slugs[sheet.path] = taken.slug
        for id, name in sheet.head.files.items():
            await self._keep(id, taken.article_id, await asyncio.to_thread(folder_files.came_with, self.root, id, name))
        for path, id in self.beside.of(sheet).items():
            if await self.desk.read(self.actor, importing.is_there, id):
                self.files.setdefault(path, importing.SAME)
            else:
                await self._keep(id, taken.article_id, await asyncio.to_thread(self.beside.read, path))
                self.files[path] = importing.ADDED
        return taken.what

    async def _keep(self, id: str, article_id: str, kept: Kept) -> None:
        blob = await self.desk.blobs.put(kept.data)
        about = importing.NewFile(id=id, name=kept.name, type=kept.type, size=len(kept.data), blob=blob)
        if not await self.desk.transact(self.actor, importing.add_file, article_id, about):
            await self.desk.blobs.remove(blob)

    def _linked(self, sheet: Sheet, slugs: Mapping[str, str]) -> Linked:
        return linked(sheet.body, sheet.path, slugs, self.beside.addresses(sheet))


async def _take_sheets(taking: _Taking, sheets: Sequence[Sheet]) -> AsyncIterator[Became]:
    """Takes sheets. What leads to others is taken with the slugs that these will have, and put right where they came by
    another, or were refused."""
    leading = {sheet.path: sheet for sheet in sheets if linked(sheet.body, sheet.path, {}).places}
    for sheet in leading.values():
        await asyncio.to_thread(taking.beside.of, sheet)
    planned = await _planned(taking, sheets, leading.values())
    first: dict[str, Became] = {}
    for sheet in sheets:
        became = await taking.take(sheet, planned)
        if sheet.path in leading:
            first[sheet.path] = became
        else:
            yield became
    for path, sheet in leading.items():
        yield await taking.put_right(sheet, first[path], planned)


async def _planned(taking: _Taking, sheets: Sequence[Sheet], leading: Collection[Sheet]) -> dict[str, str]:
    """The slugs of the sheets to which others lead, without those that will be refused: a link that is made and taken
    back would be two revisions, each time."""
    if not leading:
        return {}
    slugs = await taking.desk.read(taking.actor, importing.slugs_for, sheets, taking.usual)
    asked = {place for sheet in leading for place in linked(sheet.body, sheet.path, {}).places}
    asked |= {f"{place}{end}" for place in asked for end in ENDS}
    planned = {path: slug for path, slug in slugs.items() if path in asked}
    for sheet in sheets:
        if sheet.path in planned and await taking.is_refused(sheet, planned):
            del planned[sheet.path]
    return planned


def _beside(rx: Rx) -> dict[str, str]:
    """Categories and snippets, as files."""
    said = {f"{SNIPPETS}{one.name}.{one.language}.md": f"{one.body}\n" for one in snippets.every(rx)}
    every = tree(rx)
    slugs = {one.id: one.slug for one in every}
    listed = []
    for one in every:
        about: dict[str, Any] = {"slug": one.slug, "parent": slugs.get(one.parent_id or ""), "names": dict(one.names)}
        about |= {"about": dict(one.about), "position": one.position}
        listed.append({name: value for name, value in about.items() if value})
    if listed:
        said[CATEGORIES] = yaml.safe_dump({"categories": listed}, sort_keys=False, allow_unicode=True, width=118)
    return said
