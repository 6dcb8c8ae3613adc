"""channels/email/encodings.py: what a transfer encoding holds, as far as it can be read, and whether that is all.

Base64 is broken in transit by characters that get lost, turn into others or are put in (a footer at the end), and by
being cut. It comes in groups of four characters and, nearly always, in lines of whole groups: what is broken then
costs its group, or what follows in its line, and no other line. A body that is plainly no base64 stays as it is.
"""

import re
from base64 import b64decode, b64encode
from binascii import a2b_qp

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_ALPHABET = bytes(set(range(256)) - set(_ALPHABET))
_BREAKS = b"\r\n \t\0"
_STRAY = re.compile(rb"[^A-Za-z0-9+/]")
_GROUP = 4
#: Of so many characters one may be no base64; where it is more, the body is something else.
_ONE_IN = 10
#: Of longer lines, and of more of them, no single group is looked for: that would take long.
_LONGEST_LINE, _MOST_LINES = 1000, 400_000
#: An equals sign that says nothing: neither a character nor the end of a line.
_IDLE_EQUALS = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")


def from_base64(body: bytes) -> tuple[bytes, bool]:
    """(the bytes, whether any are missing or wrong); a body in which nothing can be read stays as it is."""
    data = body.translate(None, _BREAKS)
    core = data.rstrip(b"=")
    padded = len(data) - len(core)
    if not core.translate(None, _ALPHABET) and padded <= 2:
        found = _groups(core)
        if len(data) % _GROUP == 0 or b64encode(found).rstrip(b"=") == core:  # padding may be left out
            return found, False
    strays = len(body.translate(None, _ALPHABET + b"=\r\n\0"))
    if strays * _ONE_IN > len(data):
        return body, True
    lines = [] if body.count(b"\n") > _MOST_LINES else [line.strip(b" \t\0") for line in body.splitlines()]
    if sum(len(line) % _GROUP == 0 for line in lines) * 2 > len(lines):
        found = b"".join(map(_line, lines))
    else:
        found = _groups(data.translate(None, _NOT_ALPHABET))
    return (found, True) if found else (body, bool(data))


def from_quoted_printable(body: bytes) -> tuple[bytes, bool]:
    """(the bytes, whether something in it means nothing and stays as it stands)."""
    return a2b_qp(body), _IDLE_EQUALS.search(body) is not None


def _line(line: bytes) -> bytes:
    """What can be read of a line of groups: of one that still has its length, every whole group."""
    core = line.rstrip(b"=")
    if len(line) % _GROUP or len(line) > _LONGEST_LINE:
        return _groups(core.translate(None, _NOT_ALPHABET))
    if not _STRAY.search(core):
        return _groups(core)
    groups = (core[at : at + _GROUP] for at in range(0, len(core), _GROUP))
    return b"".join(_groups(group) for group in groups if not _STRAY.search(group))


def _groups(core: bytes) -> bytes:
    """Characters of the alphabet alone, decoded; one that is left over says nothing."""
    rest = len(core) % _GROUP
    if rest == 1:
        core = core[:-1]
    return b64decode(core + b"=" * (-len(core) % _GROUP))
