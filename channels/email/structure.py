"""channels/email/structure.py: the parts of a mail, found in one walk, without recursion.

The standard parser asks every enclosing boundary at every line and copies each part at each level;
this walk cuts slices. It forgives what is forgivable (a missing end, no boundary at all) and stops
at the limits, saying so.
"""

import binascii
import re
from binascii import a2b_uu
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from channels.email.encodings import from_base64, from_quoted_printable
from channels.email.headers import TOO_LARGE, TOO_MANY, Headers, split

MAX_PARTS = 1000
MAX_DEPTH = 50
TOO_MANY_PARTS, TOO_DEEP = "more parts than are taken out", "parts that are nested too deeply"
#: A line that may be any container's boundary, and so many of them are looked at below the last level.
_ANY_BOUNDARY = re.compile(rb"(?:\A|[\r\n])--[^\r\n]{1,300}\r?\n")
_MOST_BELOW = 20_000


@dataclass(frozen=True, kw_only=True)
class Part:
    """A leaf. `inside` names the containers around it from the outermost in, each with its own number."""

    headers: Headers
    type: str
    body: bytes  # still encoded
    inside: tuple[tuple[str, int], ...]

    @property
    def container(self) -> str:
        """What directly holds it, as `multipart/alternative`; empty for a mail of one part."""
        return self.inside[-1][0] if self.inside else ""

    def content(self) -> bytes:
        """The decoded bytes; what cannot be decoded stays as it is."""
        return self.decoded()[0]

    def decoded(self) -> tuple[bytes, bool]:
        """The same, and whether something could not be decoded."""
        encoding = self.headers.text("content-transfer-encoding").lower()
        if "base64" in encoding:
            return from_base64(self.body)
        if "quoted-printable" in encoding:
            return from_quoted_printable(self.body)
        if "uue" in encoding or "uuencode" in encoding:
            return _uu(self.body) or self.body, False
        return self.body, False


@dataclass(kw_only=True)
class Structure:
    """A mail taken apart."""

    headers: Headers
    parts: list[Part] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def take_apart(raw: bytes) -> Structure:
    """Finds headers and parts of a mail. Never fails."""
    headers, body, problems = split(raw)
    found = Structure(headers=headers, problems=problems)
    numbers = 0
    waiting: list[tuple[Headers, bytes, tuple[tuple[str, int], ...]]] = [(headers, raw[body:], ())]
    while waiting:
        own, content, inside = waiting.pop()
        kind = own.content_type() if "content-type" in own or not inside else _default(inside)
        pieces = None
        if kind.startswith("multipart/"):
            if len(inside) >= MAX_DEPTH:
                found.problems.append(TOO_DEEP)
                found.parts += _words_below(content, inside, MAX_PARTS - len(found.parts) - len(waiting))
                continue
            room = MAX_PARTS - len(found.parts) - len(waiting)
            pieces = list(_pieces(content, own.parameter("content-type", "boundary"), room + 1))
            if len(pieces) > room:
                found.problems.append(TOO_MANY_PARTS)
                pieces = pieces[:room]
        if pieces:
            numbers += 1
            around = (*inside, (kind, numbers))
            for piece in reversed(pieces):
                headers_of, at, wrong = split_part(piece)
                found.problems += [one for one in wrong if one in (TOO_LARGE, TOO_MANY)]
                waiting.append((headers_of, piece[at:], around))
            continue
        if kind.startswith("multipart/"):
            found.problems.append("a container without parts")
            kind = "text/plain" if not inside else "application/octet-stream"
        found.parts.append(Part(headers=own, type=kind, body=content, inside=inside))
    _say_charset(found)
    return found


def _say_charset(found: Structure) -> None:
    """Tells all headers which charset the mail declares for its text: raw bytes in them are in that, most likely."""
    texts = [part.headers for part in found.parts if part.type.startswith("text/")]
    charset = next(filter(None, (headers.stated_charset for headers in [found.headers, *texts])), "")
    found.headers = found.headers.read_in(charset)
    found.parts = [replace(part, headers=part.headers.read_in(charset)) for part in found.parts]


def split_part(piece: bytes) -> tuple[Headers, int, list[str]]:
    """Like `split`, for a part: it may begin with an empty line, and then has no headers."""
    for empty in (b"\r\n", b"\n"):
        if piece.startswith(empty):
            return Headers([]), len(empty), []
    return split(piece)


def _words_below(content: bytes, inside: tuple[tuple[str, int], ...], most: int) -> list[Part]:
    """The texts in `content`, however deep: every line that may be a boundary is taken for one."""
    ends = [found.span() for found in islice(_ANY_BOUNDARY.finditer(content), _MOST_BELOW)]
    words: list[Part] = []
    for (_, begin), (end, _) in zip(ends, [*ends[1:], (len(content), 0)], strict=True):
        if len(words) >= most or b"text/" not in content[begin : min(end, begin + 1000)].lower():
            continue
        headers, body, _ = split_part(content[begin:end])
        kind = headers.content_type()
        if "content-type" in headers and kind.startswith("text/"):
            words.append(Part(headers=headers, type=kind, body=content[begin + body : end], inside=inside))
    return words


def _default(inside: tuple[tuple[str, int], ...]) -> str:
    return "message/rfc822" if inside[-1][0] == "multipart/digest" else "text/plain"


def _pieces(content: bytes, boundary: str, most: int) -> Iterator[bytes]:
    """What lies between the boundaries; at most `most`. A missing last boundary is forgiven."""
    mark = b"--" + boundary.encode("utf-8", "replace")[:300]
    if len(mark) < 3:
        return
    begin: int | None = None
    given = 0
    at = content.find(mark)
    while at >= 0 and given < most:
        after = at + len(mark)
        ends = content[after : after + 2] == b"--"
        line_end = content.find(b"\n", after, after + 300)
        stop = line_end + 1 if line_end >= 0 else len(content) if len(content) - after < 300 else -1
        tail = content[after + 2 * ends : stop if stop >= 0 else after].strip()
        if (at == 0 or content[at - 1] in b"\r\n") and stop >= 0 and not tail:
            if begin is not None:
                yield _without_line_end(content[begin:at])
                given += 1
            begin = None if ends else stop
            if ends:
                return
        at = content.find(mark, after)
    if begin is not None and given < most:
        yield content[begin:]


def _without_line_end(piece: bytes) -> bytes:
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece[:-1] if piece.endswith((b"\n", b"\r")) else piece


def _uu(body: bytes) -> bytes:
    lines = body.splitlines()
    begin = next((at for at, line in enumerate(lines) if line.startswith(b"begin ")), -1)
    out = []
    for line in lines[begin + 1 :]:
        if line.strip() == b"end":
            break
        try:
            out.append(a2b_uu(line))
        except binascii.Error:
            # Some encoders write a wrong length; the bytes are there all the same.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                out.append(a2b_uu(line[:length]))
            except binascii.Error:
                continue
    return b"".join(out)
