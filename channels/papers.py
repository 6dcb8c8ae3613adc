"""channels/papers.py: what a paper is that somebody hands out, by its bytes: pure.

A paper is a PDF, an office document, a table or a text, or a ZIP file. What it was called and said to be tells only
how plain text is laid out (`.csv`); its name is given the ending of what it is. Of ZIP files, which office documents
are too, the table of contents is read (`archives.py`), as it stands at the end, and of office documents the list that
says what each part is; all else that is in them stays packed.

What a browser or a desktop would run is no paper: pages, drawings that hold scripts, scripts, programs, documents with
macros. The same holds for what is in a ZIP file, by its name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from channels.archives import Entry, NoArchive, check_names, check_size, entries, read
from channels.email.names import file_name

#: How many bytes of its beginning and of its end `paper` wants to see.
BEGINNING, END = 64 * 1024, 256 * 1024

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
PDF, ZIP, TEXT, TABLE = "application/pdf", "application/zip", "text/plain", "text/csv"
_WORD = f"{_OFFICE}wordprocessingml.document"
_EXCEL = f"{_OFFICE}spreadsheetml.sheet"
_SLIDES = f"{_OFFICE}presentationml.presentation"
#: Every kind, and how the name of one ends.
ENDINGS = {
    PDF: ".pdf",
    _WORD: ".docx",
    _EXCEL: ".xlsx",
    _SLIDES: ".pptx",
    f"{_OPEN}text": ".odt",
    f"{_OPEN}spreadsheet": ".ods",
    TABLE: ".csv",
    TEXT: ".txt",
    ZIP: ".zip",
}
#: What the main part of an office document is called in its table of contents.
_PARTS = {"word/document.xml": _WORD, "xl/workbook.xml": _EXCEL, "ppt/presentation.xml": _SLIDES}
_MACROS = re.compile(r"(?:word|xl|ppt)/vba|xl/(?:intl)?(?:macro|dialog)sheets?/|(?:Basic|Scripts)/", re.IGNORECASE)
#: The list that says what each part of an office document is, whatever the part is called.
_LIST, _MOST_OF_LIST = "[Content_Types].xml", 256 * 1024
_LISTED_MACROS = re.compile(rb"vba|macro|dialogsheet", re.IGNORECASE)
#: By which a list could say something in other letters.
_DISGUISED = re.compile(rb"&#|<!|\0|encoding=[\"'](?!(?:utf-8|(?:us-)?ascii)[\"'])", re.IGNORECASE)
_OPEN_MARK = b"mimetype" + _OPEN.encode()
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What begins an element, a comment or a declaration: a browser that guesses, by the beginning, takes it for a page.
_GUESSED = 4096
_MARKUP = re.compile(rb"<[A-Za-z/!?]")
_UNPRINTABLE = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
#: Plain text that a desktop runs when somebody opens it.
_SCRIPTS = re.compile(
    r"\.(?:bat|cmd|ps[dm]?1|js|mjs|cjs|jse|vbs?|vbe|wsf?|hta|sh|bash|zsh|command|py|pyw|pl|rb|php|reg|inf|scf|url|lnk"
    r"|desktop|html?|xhtml|mht(?:ml)?|svgz?|xml|css|jnlp|iqy|slk)\Z",
    re.IGNORECASE,
)
_KINDS = "PDF, DOCX, XLSX, PPTX, ODT, ODS, CSV, TXT, ZIP"
_NONE = f"neither a picture (PNG, JPEG, GIF, WebP) nor a paper ({_KINDS}), by what is in it"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What a file is, and what it is called: with the ending of what it is."""

    type: str
    name: str


class NoPaper(Exception):
    """Why a file is no paper, in words for whoever sent it."""


def paper(beginning: bytes, end: bytes, stated: str) -> Paper:
    """The paper that begins and ends so and was called `stated`.

    Raises:
        NoPaper: it is none.
    """
    kind = _kind(beginning, end, stated)
    name = file_name(stated, "", 1).removesuffix(".bin")
    return Paper(type=kind, name=name if name.lower().endswith(ENDINGS[kind]) else f"{name}{ENDINGS[kind]}")


def called(kind: str) -> str:
    """What people call a kind: PDF, DOCX; nothing where it is none of papers."""
    return ENDINGS.get(kind, "").removeprefix(".").upper()


def _kind(beginning: bytes, end: bytes, stated: str) -> str:
    if not beginning:
        raise NoPaper("there is nothing in it")
    if beginning.startswith(b"%PDF-"):
        return PDF
    if beginning.startswith(b"PK\x03\x04"):
        return _packed(beginning, end)
    if beginning.startswith(_PROGRAMS):
        raise NoPaper("a program: nobody could open it safely")
    if beginning.startswith(_OLD_OFFICE):
        raise NoPaper("an older office document, which may hold macros: save it as DOCX, XLSX, PPTX or PDF")
    return _words(beginning, end, stated)


def _packed(beginning: bytes, end: bytes) -> str:
    try:
        found = entries(end)
        check_size(found)
        kind = _kind_of_packed(beginning, [entry.name for entry in found])
        if kind == ZIP:
            check_names(found, _SCRIPTS)
        elif kind.startswith(_OFFICE):
            _check_list(beginning, end, found)
    except NoArchive as refused:
        raise NoPaper(str(refused)) from refused
    return kind


def _check_list(beginning: bytes, end: bytes, found: Sequence[Entry]) -> None:
    """Whether its list of parts names none with macros: a part can be called anything.

    Raises:
        NoPaper: it does, or cannot be believed.
        NoArchive: it cannot be read.
    """
    for entry in found:
        if entry.name.lower() == _LIST.lower():
            listed = read(beginning, end, entry, _MOST_OF_LIST)
            if _DISGUISED.search(listed):
                raise NoPaper("an office document whose list of parts is not written as any program writes it")
            if _LISTED_MACROS.search(listed):
                raise NoPaper("a document with macros: save it without them")


def _kind_of_packed(beginning: bytes, names: list[str]) -> str:
    if any(_MACROS.match(name) for name in names):
        raise NoPaper("a document with macros: save it without them")
    if beginning.startswith(_OPEN_MARK, 30):
        # Stored as it is, and first: so says the format, for whoever wants to know the kind without unpacking.
        named = re.match(rb"[a-z-]*", beginning[30 + len(_OPEN_MARK) :])
        kind = _OPEN + (named[0].decode() if named else "")
        return kind if kind in ENDINGS else ZIP
    kinds = [_PARTS[name] for name in names if name in _PARTS]
    return kinds[0] if len(kinds) == 1 and _LIST in names else ZIP


def _words(beginning: bytes, end: bytes, stated: str) -> str:
    name = file_name(stated, TEXT, 1)
    if beginning.startswith(b"#!") or _SCRIPTS.search(name):
        raise NoPaper("a script or a page: nobody could open it safely")
    if beginning.startswith(_WIDE):
        raise NoPaper("UTF-16 text: save it as UTF-8")
    if _UNPRINTABLE.search(beginning) or _UNPRINTABLE.search(end):
        raise NoPaper(_NONE)
    if _MARKUP.search(beginning[:_GUESSED]):
        raise NoPaper("a page or a drawing that could hold scripts (HTML, SVG, XML)")
    return TABLE if name.lower().endswith(ENDINGS[TABLE]) else TEXT
