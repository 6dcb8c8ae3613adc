"""channels/archives.py: what stands in a ZIP file, by its table of contents: pure. Nothing is ever unpacked but the
list of parts of an office document, and of that no more than is asked for.

    … packed files … │ table of contents: a head and a name for each │ where the table is, how long, how many

Office documents are ZIP files too. What whoever opens one relies on is that table, so one that is broken, or longer
than is read here, is no archive that anybody is given.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Files in one archive.
MOST_ENTRIES = 1_000
#: What one comes to unpacked, in bytes; and how many times its size, from where that is much at all.
MOST_UNPACKED, MOST_TIMES, MUCH = 250_000_000, 100, 10_000_000

#: What packing adds to a file that cannot be made smaller, besides an eighth; whatever is larger by more is another.
_WRAPPING = 128

_ENTRY, _ENTRY_HEAD = b"PK\x01\x02", 46
_FILE, _FILE_HEAD = b"PK\x03\x04", 30
_STORED, _DEFLATED = 0, 8
_LAST, _LAST_HEAD = b"PK\x05\x06", 22
#: Sizes that stand elsewhere, as they need more room: of four gigabytes and more.
_LARGE = 0xFFFFFFFF
#: Locked with a password; and so that not even the table of contents says what is in it.
_LOCKED = 0x0001 | 0x0040 | 0x2000
_UTF_8 = 0x0800

_PROGRAMS = re.compile(
    r"\.(?:exe|com|scr|pif|cpl|ms[ipuc]|msix(?:bundle)?|appx(?:bundle)?|application|gadget|dll|sys|drv|ocx|xll|wll"
    r"|jar|class|apk|ipa|app|pkg|deb|rpm|run|appimage|so|dylib|elf|chm|hlp)\Z",
    re.IGNORECASE,
)
_MACROS = re.compile(r"\.(?:do[ct]m?|xl[sta]m?|xlam|xlsb|p(?:o|p)tm?|pp[sa]m?|sldm)\Z", re.IGNORECASE)
_ARCHIVES = re.compile(
    r"\.(?:zipx?|7z|rar|tar|t?gz|t?bz2?|t?xz|zst|lzh?|lzma|cab|ace|arj|iso|img|vhdx?|dmg|wim)\Z", re.IGNORECASE
)
#: What is a page by itself, and packed only data.
_DATA = re.compile(r"\.(?:xml|css)\Z", re.IGNORECASE)
_UPWARDS = re.compile(r"(?:\A|[/\\])\.\.(?:[/\\]|\Z)|\A[/\\]|\A[A-Za-z]:|[\x00-\x1f]")


_UNTRUE = "a ZIP file that is broken: its table of contents does not say what is in it"
_UNREAD = "an office document whose list of parts cannot be read: save it anew, or as PDF"


class NoArchive(Exception):
    """Why nobody is given it, in words for whoever sent it."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file in an archive, as the table of contents has it."""

    name: str
    packed: int
    unpacked: int
    is_locked: bool
    begins: int  #: at which byte of the archive
    method: int  #: how it is packed


def entries(end: bytes) -> tuple[Entry, ...]:
    """The table of contents of a ZIP file that ends so.

    Raises:
        NoArchive: it has none, one that is broken, or one of more than `MOST_ENTRIES` files.
    """
    last = end.rfind(_LAST)
    if last < 0 or last + _LAST_HEAD > len(end):
        raise NoArchive("a ZIP file that is broken: it has no table of contents")
    count, length = _number(end, last + 10, 2), _number(end, last + 12, 4)
    if count > MOST_ENTRIES:
        raise NoArchive(f"a ZIP file of more than {MOST_ENTRIES:,} files")
    found = tuple(_entries(end[max(0, last - length) : last]))
    if length > last or len(found) != count:
        raise NoArchive(_UNTRUE)
    return found


def read(beginning: bytes, end: bytes, entry: Entry, most: int) -> bytes:
    """What one file of an archive says, unpacked to `most` bytes and no further.

    Raises:
        NoArchive: it stands neither at the beginning nor at the end, says more, or is packed in a way of its own.
    """
    last = end.rfind(_LAST)
    end_begins = _number(end, last + 16, 4) + _number(end, last + 12, 4) - last
    seen, at = (beginning, entry.begins) if entry.begins < len(beginning) else (end, entry.begins - end_begins)
    if at < 0 or not seen.startswith(_FILE, at):
        raise NoArchive(_UNREAD)
    begins = at + _FILE_HEAD + _number(seen, at + 26, 2) + _number(seen, at + 28, 2)
    packed = seen[begins : begins + entry.packed]
    if (
        len(packed) < entry.packed
        or max(entry.packed, entry.unpacked) > most
        or entry.method not in (_STORED, _DEFLATED)
    ):
        raise NoArchive(_UNREAD)
    if entry.method == _STORED:
        return packed
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    except zlib.error as error:
        raise NoArchive(_UNREAD) from error


def check_size(found: Sequence[Entry]) -> None:
    """Whether whoever unpacks it gets about what they have been given.

    Raises:
        NoArchive: it is locked, or would fill a disk.
    """
    if any(entry.is_locked for entry in found):
        raise NoArchive("locked with a password: nobody can look into it before they open it")
    unpacked, packed = sum(entry.unpacked for entry in found), sum(entry.packed for entry in found)
    if unpacked > MOST_UNPACKED or (unpacked > MUCH and unpacked > MOST_TIMES * packed):
        raise NoArchive(f"too large: unpacked it would be {unpacked // 1_000_000:,} MB")
    if any(entry.packed > entry.unpacked + entry.unpacked // 8 + _WRAPPING for entry in found):
        raise NoArchive(_UNTRUE)


def check_names(found: Sequence[Entry], is_script: re.Pattern[str]) -> None:
    """Whether everything in it is for reading, as far as its names say.

    Raises:
        NoArchive: something would be run, cannot be looked into, or would be put elsewhere; which.
    """
    for entry in found:
        if _UPWARDS.search(entry.name):
            raise NoArchive(f"“{_shown(entry.name)}” in it would be put outside of its folder")
        name = entry.name.rstrip(" .")
        if _PROGRAMS.search(name) or (is_script.search(name) and not _DATA.search(name)):
            raise NoArchive(f"“{_shown(name)}” in it is a program, a script or a page: nobody could open it safely")
        if _MACROS.search(name):
            raise NoArchive(f"“{_shown(name)}” in it may hold macros: save it as DOCX, XLSX, PPTX or PDF")
        if _ARCHIVES.search(name):
            raise NoArchive(f"“{_shown(name)}” in it is packed once more: put its files in unpacked")


def _entries(table: bytes) -> Iterator[Entry]:
    at = 0
    while table.startswith(_ENTRY, at) and at + _ENTRY_HEAD <= len(table):
        flags, name_length = _number(table, at + 8, 2), _number(table, at + 28, 2)
        packed, unpacked = _number(table, at + 20, 4), _number(table, at + 24, 4)
        name = table[at + _ENTRY_HEAD : at + _ENTRY_HEAD + name_length]
        yield Entry(
            name=name.decode("utf-8" if flags & _UTF_8 else "cp437", "replace"),
            packed=packed,
            unpacked=MOST_UNPACKED + 1 if unpacked == _LARGE else unpacked,
            is_locked=bool(flags & _LOCKED),
            begins=_number(table, at + 42, 4),
            method=_number(table, at + 10, 2),
        )
        at += _ENTRY_HEAD + name_length + _number(table, at + 30, 2) + _number(table, at + 32, 2)


def _number(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "little")


def _shown(name: str) -> str:
    """A name in a sentence: its end, where it is long, and nothing that turns text around."""
    plain = "".join(sign if sign.isprintable() else "�" for sign in name)
    return plain if len(plain) <= 60 else f"…{plain[-60:]}"
