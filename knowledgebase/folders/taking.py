"""knowledgebase/folders/taking.py: sheets on their way in, with the links between them and the files that they lead to.

What leads to others is taken after them, or with the slugs that these will have, and put right where they came by
another.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
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
from knowledgebase.folders.order import in_turn


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
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: of sheets that name some, by their paths
    slugs: dict[str, str] = field(default_factory=dict)
    lost: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: what of their heads could not be kept
    files: dict[str, str] = field(default_factory=dict)  #: what became of those beside

    async def take(self, sheet: Sheet, slugs: Mapping[str, str]) -> Became:
        """Takes a sheet whose links lead to articles with these slugs."""
        links = self._linked(sheet, slugs)
        became = await took(sheet.path, self._take(replace(sheet, body=links.body)))
        return replace(became, passed_over=(*sheet.passed_over, *self.lost.get(sheet.path, ())))

    async def put_right(self, sheet: Sheet, first: Became, slugs: Mapping[str, str]) -> Became:
        """Takes a sheet once more where one that it leads to came by another slug than one of those."""
        links = self._linked(sheet, self.slugs)
        what = first.what
        if what != "refused" and links.body != self._linked(sheet, slugs).body:
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
        return linked(sheet.body, sheet.path, slugs, self.beside.addresses(sheet), self.parts)


async def take_sheets(taking: Taking, sheets: Sequence[Sheet]) -> AsyncIterator[Became]:
    """Takes sheets that are in order, what others lead to before them where that can be."""
    places = {sheet.path: found for sheet in sheets if (found := linked(sheet.body, sheet.path, {}).places)}
    planned = await taking.desk.read(taking.actor, importing.slugs_for, sheets, taking.usual) if places else {}
    leads = {path: _meant(found, planned) for path, found in places.items()}
    coming = _Coming(taking=taking, sheets=sheets, planned=planned)
    first: list[tuple[Sheet, Became, dict[str, str]]] = []
    for sheet, later in in_turn(sheets, leads):
        if sheet.path in places:
            await asyncio.to_thread(taking.beside.of, sheet)
        slugs = await coming.of(later)
        slugs |= {path: taking.slugs[path] for path in leads.get(sheet.path, ()) if path in taking.slugs}
        if sheet.path in planned:
            slugs[sheet.path] = planned[sheet.path]  # it may lead to itself
        became = await taking.take(sheet, slugs)
        if sheet.path in places:
            first.append((sheet, became, slugs))
        else:
            yield became
    for sheet, became, slugs in first:
        yield await taking.put_right(sheet, became, slugs)


def _meant(places: Sequence[str], known: Container[str]) -> list[str]:
    """The sheets among `known` to which places lead."""
    meant = (next((place + end for end in ENDS if place + end in known), None) for place in places)
    return [path for path in meant if path is not None]


@dataclass(frozen=True, kw_only=True)
class _Coming:
    """Sheets that others lead to before they are taken. Whether they will be is tried: a link that is made and taken
    back would be two revisions, each time."""

    taking: Taking
    sheets: Sequence[Sheet]
    planned: Mapping[str, str]
    tried: dict[str, bool] = field(default_factory=dict)

    async def of(self, paths: Sequence[str]) -> dict[str, str]:
        """The slugs that those of `paths` will have that are not refused."""
        for path in paths:
            if path not in self.tried:
                self.tried[path] = await self.taking.is_refused(self._with_original(path), self.planned)
        return {path: self.planned[path] for path in paths if not self.tried[path]}

    def _with_original(self, path: str) -> list[Sheet]:
        """A sheet, after what it translates if that is to come as well: without it, it cannot be taken."""
        sheet = self._by_path[path]
        original = self._originals.get(sheet.head.original or "")
        return [sheet] if original is None or original.path in self.taking.slugs else [original, sheet]

    @cached_property
    def _by_path(self) -> dict[str, Sheet]:
        return {sheet.path: sheet for sheet in self.sheets}

    @cached_property
    def _originals(self) -> dict[str, Sheet]:
        there = (sheet for sheet in self.sheets if sheet.path in self.planned and not sheet.head.original)
        return {self.planned[sheet.path]: sheet for sheet in there}
