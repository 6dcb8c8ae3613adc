"""knowledgebase/folders/taking.py: sheets on their way in, with the links between them and the files that they lead to.

What leads to others is taken with the slugs that these will have, and put right where they came by another, or were
refused.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError
from desk.kernel.transaction import Actor
from knowledgebase.folders import folder_files, importing, pieces
from knowledgebase.folders.file_links import ENDS, Linked, linked
from knowledgebase.folders.files_beside import Beside
from knowledgebase.folders.folder_files import Kept, Refused
from knowledgebase.folders.front_matter import Sheet
from knowledgebase.folders.importing import Usual


@dataclass(frozen=True, kw_only=True)
class Became:
    """What became of a file: added, changed, same or refused, and why; `passed_over` names what was not understood or
    could not be kept, `not_taken` the files that it leads to and that are no articles."""

    path: str
    what: str
    why: str = ""
    passed_over: Sequence[str] = ()
    not_taken: Sequence[str] = ()


async def took(path: str, work: Awaitable[str]) -> Became:
    """What became of a file, whatever came of the work with it."""
    try:
        return Became(path=path, what=await work)
    except CarelineError as error:
        return Became(path=path, what="refused", why=error.message)
    except Refused as refused:
        return Became(path=path, what="refused", why=str(refused))


@dataclass(frozen=True, kw_only=True)
class Taking:
    """Sheets on their way in; `slugs` are those that they came by, by their paths."""

    desk: Desk
    actor: Actor
    root: Path
    usual: Usual
    beside: Beside
    slugs: dict[str, str] = field(default_factory=dict)
    lost: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: what of their heads could not be kept
    files: dict[str, str] = field(default_factory=dict)  #: what became of those beside

    async def take(self, sheet: Sheet, slugs: Mapping[str, str]) -> Became:
        """Takes a sheet whose links lead to articles with these slugs."""
        links = self._linked(sheet, slugs)
        became = await took(sheet.path, self._take(replace(sheet, body=links.body)))
        return replace(became, passed_over=(*sheet.passed_over, *self.lost.get(sheet.path, ())))

    async def put_right(self, sheet: Sheet, first: Became, planned: Mapping[str, str]) -> Became:
        """Takes a sheet once more where one that it leads to has another slug than was planned."""
        links = self._linked(sheet, self.slugs)
        what = first.what
        if what != "refused" and links.body != self._linked(sheet, planned).body:
            again = await self.take(sheet, self.slugs)
            what = again.what if what == pieces.SAME else what
        return replace(first, what=what, not_taken=links.missing)

    async def is_refused(self, sheets: Sequence[Sheet], planned: Mapping[str, str]) -> bool:
        """Whether sheets will be refused, one after the other; nothing of them is taken."""
        tried = [replace(sheet, body=self._linked(sheet, planned).body) for sheet in sheets]
        try:
            await self.desk.transact(self.actor, importing.try_in, tried, self.usual)
        except importing.Tried:
            return False
        except CarelineError:
            return True
        return False

    async def _take(self, sheet: Sheet) -> str:
        taken = await self.desk.transact(self.actor, importing.take_in, sheet, self.usual)
        self.slugs[sheet.path], self.lost[sheet.path] = taken.slug, taken.lost
        for id, name in sheet.head.files.items():
            await self._keep(id, taken.article_id, await asyncio.to_thread(folder_files.came_with, self.root, id, name))
        for path, id in self.beside.of(sheet).items():
            if await self.desk.read(self.actor, pieces.is_there, id):
                self.files.setdefault(path, pieces.SAME)
            else:
                await self._keep(id, taken.article_id, await asyncio.to_thread(self.beside.read, path))
                self.files[path] = pieces.ADDED
        return taken.what

    async def _keep(self, id: str, article_id: str, kept: Kept) -> None:
        blob = await self.desk.blobs.put(kept.data)
        about = pieces.NewFile(id=id, name=kept.name, type=kept.type, size=len(kept.data), blob=blob)
        if not await self.desk.transact(self.actor, pieces.add_file, article_id, about):
            await self.desk.blobs.remove(blob)

    def _linked(self, sheet: Sheet, slugs: Mapping[str, str]) -> Linked:
        return linked(sheet.body, sheet.path, slugs, self.beside.addresses(sheet))


async def take_sheets(taking: Taking, sheets: Sequence[Sheet]) -> AsyncIterator[Became]:
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


async def _planned(taking: Taking, sheets: Sequence[Sheet], leading: Collection[Sheet]) -> dict[str, str]:
    """The slugs of the sheets to which others lead, without those that will be refused: a link that is made and taken
    back would be two revisions, each time."""
    if not leading:
        return {}
    slugs = await taking.desk.read(taking.actor, importing.slugs_for, sheets, taking.usual)
    asked = {place for sheet in leading for place in linked(sheet.body, sheet.path, {}).places}
    asked |= {f"{place}{end}" for place in asked for end in ENDS}
    planned = {path: slug for path, slug in slugs.items() if path in asked}
    originals = {slugs[sheet.path]: sheet for sheet in sheets if sheet.path in slugs and not sheet.head.original}
    for sheet in sheets:
        first = originals.get(sheet.head.original or "")  # without it, its translation cannot be taken
        if sheet.path in planned and await taking.is_refused([first, sheet] if first else [sheet], planned):
            del planned[sheet.path]
    return planned
