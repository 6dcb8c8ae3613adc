"""knowledgebase/folders/files_beside.py: pictures and papers that lie beside the texts of a folder.

    guide/one.md:  [form](papers/form.pdf)   ──▶   [form](/help/files/5e0c…)

A file is taken by each text that leads to it, so that each article has its own. Its id is made of the
text's slug and the file's bytes: the same folder twice gives the same ids and changes nothing.
"""

from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from knowledgebase.contents import FILES
from knowledgebase.folders import folder_files
from knowledgebase.folders.file_links import linked
from knowledgebase.folders.folder_files import Kept, Refused
from knowledgebase.folders.front_matter import Sheet
from knowledgebase.writing.slugs import slug_of

#: So many files are taken with one text.
MOST_FILES = 200
_WITHOUT = "no article that links to it was taken"
_UNASKED = "neither Markdown nor HTML, and no article links to it"


class Beside:
    """The files of a folder that are no texts; what of them is taken, and why what is not."""

    def __init__(self, root: Path, paths: Iterable[str]) -> None:
        self._root = root
        self._paths = frozenset(paths)
        self._refused: dict[str, str] = {}
        self._ids: dict[str, dict[str, str]] = {}

    def of(self, sheet: Sheet) -> dict[str, str]:
        """By their paths, the ids of the files that `sheet` leads to and that can be taken. Reads them the first time:
        call it from a thread."""
        if sheet.path not in self._ids:
            self._ids[sheet.path] = dict(self._looked_at(sheet))
        return self._ids[sheet.path]

    def addresses(self, sheet: Sheet) -> dict[str, str]:
        """By their paths, where those files will be read; of a sheet that was looked at."""
        return {path: f"{FILES}{id}" for path, id in self._ids.get(sheet.path, {}).items()}

    def read(self, path: str) -> Kept:
        """A file as it is kept. Blocks.

        Raises:
            Refused: it cannot be taken.
        """
        return folder_files.kept(self._root, path, path.rpartition("/")[2])

    def left(self, taken: Collection[str]) -> Iterator[tuple[str, str]]:
        """What is not among those `taken`, and why."""
        asked = {path for ids in self._ids.values() for path in ids}
        for path in sorted(self._paths.difference(taken)):
            yield path, self._refused.get(path) or (_WITHOUT if path in asked else _UNASKED)

    def _looked_at(self, sheet: Sheet) -> Iterator[tuple[str, str]]:
        leads_to = [path for path in linked(sheet.body, sheet.path, {}).places if path in self._paths]
        for path in leads_to[:MOST_FILES]:
            try:
                found = self.read(path)
            except Refused as refused:
                self._refused[path] = str(refused)
            else:
                yield path, _id(sheet, found.data)


def _id(sheet: Sheet, data: bytes) -> str:
    head = sheet.head
    text = f"{head.slug or slug_of(head.title)}\n{head.language or ''}\n{head.original or ''}\n"
    return str(UUID(bytes=sha256(text.encode() + data).digest()[:16], version=5))
