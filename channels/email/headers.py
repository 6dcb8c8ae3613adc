"""channels/email/headers.py: a header block as it is in the wild, and safe ways to ask it.

Junk before the first header, lines without a colon, raw 8-bit, encoded words that are folded in
the middle or carry half a character, two From lines: all of it is mail. Values are capped before
anything expensive looks at them, and every expression here is linear.
"""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import takewhile

from channels.characters import undirected
from channels.email.charsets import clean, decode, decode_header

MAX_BLOCK = 256 * 1024
MAX_HEADERS = 1000
#: What is said of a block of headers of which not all were read.
TOO_LARGE, TOO_MANY = "headers that are too long together", "more headers than are read"
#: Longer values are cut before they are decoded.
MAX_VALUE = 16 * 1024
#: So much of one is decoded for people.
MAX_SHOWN = 4 * 1024

_HEADER = re.compile(rb"([!-9;-~]{1,80})[ \t]{0,20}:")
ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9._:+-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?([^?]{0,6000})\?=")
# Some senders end lines with CR CR LF, some old ones with CR alone.
_EMPTY = re.compile(rb"\n\r{0,2}\n")
_EMPTY_OLD = re.compile(rb"\r\r")
_LINE_END = re.compile(rb"\r{0,2}\n|\r")
#: What is looked for beyond the limits as well: who, to whom, about what, in which thread, how it is packed, and
#: whether a machine wrote it. Of each name so many are taken.
_IMPORTANT = re.compile(
    rb"[\r\n](from|to|cc|subject|date|message-id|in-reply-to|references|reply-to|sender|return-path|mime-version"
    rb"|content-(?:type|transfer-encoding|disposition|id|description|language|location)|auto-submitted|precedence"
    rb"|x-auto(?:reply|-response-suppress)|x-failed-recipients|x-careline-loop|list-(?:id|unsubscribe)|feedback-id)"
    rb"[ \t]{0,20}:",
    re.IGNORECASE,
)
_MOST_OF_A_NAME = 3
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))


class Headers:
    """The headers of one mail or part, asked by lower-case name.

    `charset` is what raw bytes in them are in, where they are no UTF-8: what the mail declares for its text.
    """

    def __init__(self, fields: list[tuple[str, bytes]], charset: str = "") -> None:
        self._fields = fields
        self._charset = charset

    def read_in(self, charset: str) -> "Headers":
        """The same headers in a mail whose text is in `charset`."""
        return Headers(self._fields, charset)

    @property
    def charset(self) -> str:
        """The charset of the mail's text; of a mail that was not taken apart, what these headers say. May be empty."""
        return self._charset or self.stated_charset

    @property
    def stated_charset(self) -> str:
        """The charset that these headers themselves declare; empty if they declare none."""
        try:
            return self._message("content-type").get_content_charset("")
        except (ValueError, TypeError, IndexError, KeyError, AttributeError, LookupError):
            return ""

    def __contains__(self, name: str) -> bool:
        return any(own == name for own, _ in self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def names(self) -> list[str]:
        """The names in their order, in lower case."""
        return [own for own, _ in self._fields]

    def raw(self, name: str) -> str:
        """The first value that is not empty, unfolded, otherwise as it stands; bytes beyond ASCII as surrogates."""
        return next((value for value in self.all_raw(name) if value), "")

    def all_raw(self, name: str) -> Iterator[str]:
        """Every value of `name`, like `raw`."""
        for own, value in self._fields:
            if own == name:
                yield _unfold(value).decode("ascii", "surrogateescape")

    def text(self, name: str) -> str:
        """The first value, decoded and on one line."""
        return self.shown(self.raw(name))

    def shown(self, value: str) -> str:
        """A value of these headers, or a piece of one, decoded and on one line."""
        return decoded(value, "" if value.isascii() else self.charset)

    def date(self, name: str = "date") -> datetime | None:
        """The instant in a date header; None if there is none or it is nonsense."""
        try:
            at = parsedate_to_datetime(self.text(name)[:100])
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
        return at if 1980 <= at.year <= 2200 else None

    def content_type(self) -> str:
        """`type/subtype` in lower case; `text/plain` where there is none or it is nonsense."""
        return self._message("content-type").get_content_type()

    def parameter(self, name: str, parameter: str) -> str:
        """A parameter of a header such as Content-Type, RFC 2231 pieces joined, decoded."""
        try:
            value = self._message(name).get_param(parameter, "", header=name)
        except (ValueError, TypeError, IndexError, KeyError, AttributeError):
            return ""
        if isinstance(value, tuple):
            charset, _, escaped = value
            data = escaped.encode("latin-1", "replace")
            return decode(data, charset) if charset else decode_header(data, self.charset)
        return self.shown(str(value).encode("latin-1", "replace").decode("ascii", "surrogateescape"))

    def _message(self, name: str) -> Message:
        # The standard library reads parameters; it gets one header at a time, capped.
        message = Message()
        value = self.raw(name)[:MAX_VALUE]
        message[name] = value.encode("ascii", "surrogateescape").decode("latin-1") if value else ""
        return message


def parse_headers(data: bytes) -> Headers:
    """The headers at the beginning of `data`, which may be cut anywhere."""
    return split(data)[0]


def split(data: bytes) -> tuple[Headers, int, list[str]]:
    """(headers, where the body begins, what was wrong).

    If nothing before the first empty line is a header, everything is body. Of more headers than are read, those
    without which a mail cannot be understood are found wherever they stand.
    """
    begin = len(data[:64]) - len(data[:64].lstrip(b"\r\n"))
    old = b"\r" in data[:MAX_BLOCK] and b"\n" not in data[:MAX_BLOCK]
    ends = (_EMPTY_OLD if old else _EMPTY).search(data, begin)
    stop, body = (ends.start(), ends.end()) if ends else (len(data), len(data))
    fields, at, odd = _first(data, begin, stop)
    problems = []
    if at < stop:
        problems.append(TOO_MANY if len(fields) >= MAX_HEADERS else TOO_LARGE)
        fields += _beyond(data, at, stop, [name for name, _ in fields])
    if not fields:
        return Headers([]), 0, ["no headers"]
    if odd:
        problems.append("lines among the headers that are none")
    return Headers(fields), body, problems


def _first(data: bytes, begin: int, stop: int) -> tuple[list[tuple[str, bytes]], int, int]:
    """(the headers up to the limits, where those not read begin, how many lines are no header)."""
    window = min(stop, begin + MAX_BLOCK)
    fields: list[tuple[str, list[bytes]]] = []
    at, odd = begin, 0
    while at < window:
        found_end = _LINE_END.search(data, at, window)
        if found_end is None and window < stop and at > begin:
            break  # the limit is in the middle of this line
        line = data[at : found_end.start() if found_end else window]
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1][1].append(line)
        elif found := _HEADER.match(line):
            if len(fields) >= MAX_HEADERS:
                break
            fields.append((found[1].decode("ascii").lower(), [line[found.end() :]]))
        elif line.strip() and not line.startswith((b"From ", b">From ")):
            odd += 1
        at = found_end.end() if found_end else window
    return [(name, b"".join(lines)[: MAX_VALUE * 2]) for name, lines in fields], at, odd


def _beyond(data: bytes, at: int, stop: int, known: list[str]) -> list[tuple[str, bytes]]:
    """The headers between `at` and `stop` without which a mail cannot be understood, in one pass."""
    fields = []
    taken = Counter(known)
    for found in _IMPORTANT.finditer(data, max(at - 1, 0), stop):
        name = found[1].decode("ascii").lower()
        if taken[name] < _MOST_OF_A_NAME:
            taken[name] += 1
            first, *more = _LINE_END.split(data[found.end() : min(stop, found.end() + MAX_VALUE * 2)])
            fields.append((name, b"".join([first, *takewhile(lambda line: line[:1] in (b" ", b"\t"), more)])))
    return fields


def decoded(value: str, charset: str = "") -> str:
    """A header's value for people: encoded words and raw 8-bit decoded, on one line, no invisible characters.

    Raw bytes are read as UTF-8, else in `charset`, else as windows-1252.
    """
    value = value[:MAX_SHOWN]
    out: list[str] = []
    position = 0
    run: tuple[str, bytes] | None = None  # words of one charset are decoded together: they may split a character
    for word in ENCODED_WORD.finditer(value):
        between = value[position : word.start()]
        if between.strip() or run is None:
            out.append(_flush(run) + _plain(between, charset))
            run = None
        charset, data = word[1].lower(), _word(word[2], word[3])
        if run is not None and run[0] != charset:
            out.append(_flush(run))
            run = None
        run = (charset, (run[1] if run else b"") + data)
        position = word.end()
    out.append(_flush(run) + _plain(value[position:], charset))
    return " ".join(undirected(clean("".join(out))).split())


def _flush(run: tuple[str, bytes] | None) -> str:
    return decode(run[1], run[0]) if run else ""


def _plain(value: str, charset: str) -> str:
    if value.isascii():
        return value
    try:
        return decode_header(value.encode("ascii", "surrogateescape"), charset)
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("utf-8")


def _word(kind: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    return base64_bytes(data) if kind in "bB" else binascii.a2b_qp(data, header=True)


def base64_bytes(data: bytes) -> bytes:
    """What base64 holds, as far as it can be read: stray characters and missing padding are forgiven."""
    data = data.translate(None, _NOT_BASE64).partition(b"=")[0]
    whole, rest = len(data) // 4 * 4, len(data) % 4
    return base64.b64decode(data[:whole] + (data[whole:] + b"=" * (4 - rest) if rest > 1 else b""))


def _unfold(value: bytes) -> bytes:
    return value.strip().translate(None, b"\r\n\x00")
