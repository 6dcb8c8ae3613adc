"""knowledgebase/folders/folder_files.py: the files of a folder of articles, read one by one with bounds, and written.

What cannot be read says why. A link leads nowhere: what it points to is not looked at, so that none can lead around
or out of the folder.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ValidationError

from channels.content import type_of
from channels.email.charsets import codec_for
from channels.image_sizes import why_not_shown
from channels.images import without_metadata
from channels.papers import BEGINNING, END, NoPaper, paper
from desk.kernel.errors import Invalid, NotFound
from desk.organization.plain_yaml import read_mapping, wrong_values
from knowledgebase.folders.exporting import DRAFTS
from knowledgebase.folders.from_html import from_html
from knowledgebase.folders.front_matter import Filed, Head, Sheet, read_sheet, untitled
from knowledgebase.languages import is_language

MOST_FILES = 50_000
MOST_BYTES = 2_000_000
MOST_PICTURE, MOST_PAPER = 10 * 1024 * 1024, 25 * 1024 * 1024
CATEGORIES, SNIPPETS, FILES = "categories.yaml", "snippets/", "files/"
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_MARKDOWN, _HTML = frozenset({".md", ".markdown"}), frozenset({".html", ".htm"})
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html[^>]{0,400}\slang\s*=\s*["']?([A-Za-z-]{2,16})""", re.IGNORECASE)
_SNIPPET = re.compile(r"([a-z0-9-]+)\.([A-Za-z-]+)\.md")
_CALLED_A_SNIPPET = re.compile(re.escape(SNIPPETS) + r"[^/]+\.([A-Za-z-]+)\.md")
_FILE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CAME_WITH = re.compile(rf"{re.escape(FILES)}{_FILE_ID.pattern}-[^/]+")


class _Filing(BaseModel, extra="forbid", frozen=True):
    categories: list[Filed]


class Refused(Exception):
    """Why a file is not taken."""


def files(place: Path) -> tuple[Path, list[str]]:
    """A folder, and every file below it by its path from there; of one file, that alone. What is hidden is passed over;
    what is no plain file is among them, so that it is refused by its name.

    Raises:
        Refused: there are too many, or it is neither a folder nor a plain file.
    """
    if not place.is_dir():
        if not place.is_file():
            raise Refused("neither a folder nor a plain file")
        return place.parent, [place.name]
    found: list[str] = []
    for path in place.rglob("*"):
        within = path.relative_to(place)
        if not any(part.startswith(".") for part in within.parts) and (path.is_symlink() or not path.is_dir()):
            found.append(within.as_posix())
        if len(found) > MOST_FILES:
            raise Refused(f"more than {MOST_FILES:,} files: import its folders one after the other")
    return place, sorted(found)


def sheet(root: Path, path: str) -> Sheet:
    """A file as a sheet. The categories of one that says none are the folders that it lies in.

    Raises:
        Refused: it cannot be read.
    """
    is_markdown = Path(path).suffix.lower() in _MARKDOWN
    try:
        found = read_sheet(path, text(root, path)) if is_markdown else _page(root, path)
    except Invalid as error:
        raise Refused(error.message) from error
    folders = tuple(path.split("/")[:-1])
    return replace(found, filed=folders) if folders and not path.startswith(DRAFTS) else found


def text(root: Path, path: str, *, is_html: bool = False) -> str:
    """The text of a file: UTF-8, or what its HTML says.

    Raises:
        Refused: it is not, is too large, is a link, or cannot be read.
    """
    data = _bytes(root, path, MOST_BYTES)
    declared = _CHARSET.search(data[:4096]) if is_html else None
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Refused("UTF-16 text, not UTF-8; convert it first, for example with iconv")
        if declared is not None and (codec := codec_for(declared[1].decode("ascii"))):
            return data.decode(codec)
        return data.decode("utf-8-sig")
    except UnicodeError as error:
        raise Refused("not UTF-8 text; convert it first, for example with iconv") from error


def is_snippet(path: str) -> bool:
    """Whether a file is meant as a snippet: it lies where they do, and its name ends with a language."""
    found = _CALLED_A_SNIPPET.fullmatch(path)
    return found is not None and is_language(found[1])


def came_with_a_sheet(path: str) -> bool:
    """Whether a file lies where the head of a sheet names it by its id."""
    return _CAME_WITH.fullmatch(path) is not None


def named_snippet(path: str) -> tuple[str, str]:
    """The name and the language of a snippet's file.

    Raises:
        Refused: it is not called as one.
    """
    found = _SNIPPET.fullmatch(path.removeprefix(SNIPPETS))
    if found is None:
        raise Refused("a snippet is called NAME.LANGUAGE.md")
    return found[1], found[2]


def categories(said: str) -> list[Filed]:
    """The tree of categories that a file says, each after the one above it.

    Raises:
        Invalid: it says none; names what is wrong.
    """
    content = read_mapping(said, most_characters=MOST_BYTES, begins_with="expected categories:")
    try:
        return _Filing.model_validate(content).categories
    except ValidationError as error:
        raise Invalid.many(wrong_values(error)) from error


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A picture, without what cameras add, or a paper: what it is, what it is called, its bytes."""

    type: str
    name: str
    data: bytes


def kept(root: Path, path: str, name: str) -> Kept:
    """The picture or paper at `path`, called `name`.

    Raises:
        Refused: it is neither, or none that we show or hand out.
    """
    data = _bytes(root, path, MOST_PAPER)
    kind = type_of(data[:BEGINNING], "")
    if kind not in _PICTURES:
        try:
            found = paper(data[:BEGINNING], data[-END:], name)
        except NoPaper as refused:
            raise Refused(str(refused)) from refused
        return Kept(type=found.type, name=found.name, data=data)
    if len(data) > MOST_PICTURE:
        raise Refused(f"larger than {MOST_PICTURE:,} bytes")
    bare = without_metadata(data)
    if why := why_not_shown(bare):
        raise Refused(why)
    return Kept(type=kind, name=name, data=bare)


def came_with(root: Path, id: str, name: str) -> Kept:
    """The file that came with a sheet under an id.

    Raises:
        Refused: there is none, or it is none that we show or hand out.
    """
    if not _FILE_ID.fullmatch(id):
        raise Refused(f"its words are taken; {id} is no id of a file")
    try:
        return kept(root, kept_at(id, name), name)
    except Refused as refused:
        raise Refused(f"its words are taken; the file {name}: {refused}") from refused


def kept_at(id: str, name: str) -> str:
    """Where a picture or paper lies in a folder."""
    plain = re.sub(r"[^\w.-]", "_", name)[-60:]
    return f"{FILES}{id}-{plain}"


def is_text(path: str) -> bool:
    """Whether a file is called as one of Markdown or HTML is."""
    return Path(path).suffix.lower() in _MARKDOWN | _HTML


def write(root: Path, texts: Mapping[str, str]) -> None:
    """Writes texts by their paths, and the folders in which they lie."""
    for path, said in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(said.encode())


def copy(root: Path, path: str, source: Path) -> None:
    """Writes a copy of a file, piece by piece.

    Raises:
        NotFound: its bytes are gone.
    """
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, root / path)
    except FileNotFoundError as error:
        raise NotFound("file", source.name) from error


def is_empty(root: Path) -> bool:
    """Makes a folder if there is none; says whether nothing is in it."""
    root.mkdir(parents=True, exist_ok=True)
    return not any(root.iterdir())


def _page(root: Path, path: str) -> Sheet:
    html = text(root, path, is_html=True)
    page, language = from_html(html), _LANGUAGE.search(html)
    title = page.title or untitled(path, "").head.title
    head = Head(title=title, language=language[1] if language else None)
    return Sheet(path=path, head=head, body=page.body, parts=page.parts)


def _bytes(root: Path, path: str, most: int) -> bytes:
    file = root / path
    if any(place.is_symlink() for place in (file, *file.parents) if place != root and root in place.parents):
        raise Refused("a link to another place; links are not followed")
    if file.exists() and not file.is_file():
        raise Refused("not a plain file")
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        raise Refused(error.strerror or "cannot be read") from error
    if len(data) > most:
        raise Refused(f"larger than {most:,} bytes")
    return data
