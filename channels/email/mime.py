"""channels/email/mime.py: raw bytes to a `Mail`: who, what, when, what is new, what came with it.

The raw bytes are stored before this runs. Whatever can be understood is, and what could not be is
named in `problems`; if nothing sensible comes out, `Unreadable` says so and the desk queues the
mail with its source attached. Every step has a limit: bytes, parts, depth, headers, text.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from channels.email.addresses import parse_addresses
from channels.email.automatic import Auto, AutoKind, detect
from channels.email.charsets import clean, decode
from channels.email.headers import TOO_LARGE, TOO_MANY, Headers, parse_headers
from channels.email.markup import MAX_HTML, Reading, read, sanitize
from channels.email.names import file_name
from channels.email.quotes import split
from channels.email.structure import TOO_DEEP, TOO_MANY_PARTS, Part, take_apart

#: Larger mails are not taken apart.
MAX_BYTES = 64 * 1024 * 1024
MAX_ATTACHMENTS = 250
#: So much text is shown; the original has the rest.
MAX_TEXT = 256 * 1024
CUT = "a text that is too long"
MORE_FILES = f"more than {MAX_ATTACHMENTS} files"
#: What there may be too much of; the rest is in the source only.
_TOO_MUCH = (CUT, MORE_FILES, TOO_MANY, TOO_LARGE, TOO_MANY_PARTS, TOO_DEEP)
#: What is said of a part whose base64 or quoted-printable is broken; which, is in `Mail.damaged`.
BROKEN = "a part that could not be decoded"
_MAX_TEXT_PARTS = 20
_UTF8 = ("utf-8", "utf8")
_BODIES = ("text/plain", "text/html")


class Unreadable(Exception):
    """Nothing sensible came out of these bytes. The message says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class File:
    """Something that came with a mail. `inline` marks pictures that the HTML shows."""

    name: str
    type: str
    data: bytes
    inline: bool = False
    damaged: bool = False  # only a part of it could be decoded


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail, understood. Nothing in it is to be believed: anybody can write any From."""

    message_id: str
    from_address: str
    from_name: str
    reply_to: str  # empty where it is the same as `from_address`
    to: tuple[tuple[str, str], ...]  # (name, address), To and Cc
    subject: str
    sent_at: datetime | None
    text: str
    html: str | None  # sanitized
    new_text: str
    quoted: str
    attachments: tuple[File, ...]
    in_reply_to: str
    references: str
    authentication: tuple[str, ...]  # the Authentication-Results lines, from the top: whoever wrote them
    auto: Auto | None
    problems: tuple[str, ...]
    digest: str

    @property
    def damaged(self) -> tuple[str, ...]:
        """What could not be decoded whole: `the text`, and files by name."""
        files = tuple(file.name for file in self.attachments if file.damaged)
        return ("the text", *files) if BROKEN in self.problems else files

    @property
    def too_much(self) -> tuple[str, ...]:
        """What there was too much of to be read whole."""
        return tuple(problem for problem in dict.fromkeys(self.problems) if problem in _TOO_MUCH)

    @property
    def bounce_of(self) -> str:
        """The Message-ID of the mail that this one says did not arrive; empty for any other."""
        return self.auto.original_message_id if self.auto is not None and self.auto.kind is AutoKind.BOUNCE else ""

    @property
    def thread_headers(self) -> tuple[str, str]:
        """What `threads.recognise` wants."""
        return self.in_reply_to, self.references


def parse(raw: bytes, *, envelope_sender: str | None = None) -> Mail:
    """Understands a mail. `envelope_sender` is the SMTP session's, empty for bounces, None if unknown.

    Raises:
        Unreadable: too large, empty, without a sender and without any text or file.
    """
    if len(raw) > MAX_BYTES:
        raise Unreadable("larger than is taken apart")
    if not raw.strip():
        raise Unreadable("empty")
    found = take_apart(raw)
    headers = found.headers
    problems = list(dict.fromkeys(found.problems))
    bodies, files = _sort(found.parts)
    text, html, reading = _body(bodies, problems)
    attachments = _attachments(files, problems)
    name, address = _author(headers)
    if not address:
        address = envelope_sender or ""
        problems.append("no sender")
    if not len(headers) or (not address and not text and not attachments and not headers.text("subject")):
        raise Unreadable("no headers" if not len(headers) else "no sender, no text, no files")
    reply_to = next((address for _, address in parse_addresses(headers.raw("reply-to"))), "")
    subject = headers.text("subject")[:1000]
    new = reading.split if reading is not None and reading.split is not None else split(text)
    return Mail(
        message_id=_one_id(_ids(headers, "message-id")),
        from_address=address,
        from_name=name,
        reply_to="" if reply_to.lower() == address.lower() else reply_to,
        to=tuple(person for name in ("to", "cc") for person in parse_addresses(headers.raw(name), headers.charset)),
        subject=subject,
        sent_at=headers.date(),
        text=text,
        html=html,
        new_text=new.new,
        quoted=new.quoted,
        attachments=attachments,
        in_reply_to=_safe(_ids(headers, "in-reply-to"))[:2000],
        references=_safe(_ids(headers, "references"))[-8000:],
        authentication=tuple(islice(headers.all_raw("authentication-results"), 20)),
        auto=detect(headers=headers, sender=envelope_sender, subject=subject, text=text, parts=found.parts),
        problems=tuple(problems),
        digest=hashlib.sha256(raw).hexdigest(),
    )


def _author(headers: Headers) -> tuple[str, str]:
    """Who wrote it. Several From lines, or an empty one, are resolved; Reply-To and Sender only help out."""
    for name in ("from", "reply-to", "sender", "return-path"):
        for value in headers.all_raw(name):
            for person in parse_addresses(value, headers.charset):
                return person
    return headers.text("from")[:200], ""


def _sort(parts: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """Which parts are the mail's words and which are files."""
    bodies: list[Part] = []
    files: list[Part] = []
    for part in parts:
        attached = part.headers.text("content-disposition").lower().startswith("attachment")
        named = bool(
            part.headers.parameter("content-disposition", "filename") or part.headers.parameter("content-type", "name")
        )
        word = part.type in _BODIES and not attached and not (named and bodies)
        (bodies if word and len(bodies) < _MAX_TEXT_PARTS else files).append(part)
    return bodies, files


def _body(bodies: Sequence[Part], problems: list[str]) -> tuple[str, str | None, Reading | None]:
    """(text, sanitized HTML, how the HTML reads). Of alternatives one is read; of several parts, all."""
    plain: list[str] = []
    html: list[str] = []
    read_as: list[str] = []
    for part in bodies:
        words = _words(part, problems)
        if part.type == "text/html":
            html.append(words)
            read_as.append("html")
        elif words.strip():
            plain.append(words.strip("\n"))
            read_as.append("plain")
    alternative = {part.inside for part in bodies if part.container == "multipart/alternative"} or any(
        name == "multipart/alternative" for part in bodies for name, _ in part.inside
    )
    text = _short("\n\n".join(plain), problems)
    if not html:
        return text.strip("\n"), None, None
    joined = "<hr>".join(html)
    if len(joined) > MAX_HTML and CUT not in problems:
        problems.append(CUT)
    try:
        clean_html, reading = sanitize(joined), read(joined)
    except (RecursionError, ValueError, AssertionError):
        problems.append("HTML that could not be read")
        return text.strip("\n"), None, None
    if not text.strip():
        return _short(reading.text, problems), clean_html, reading
    if not alternative:
        # Text and HTML one after the other: both are words of this mail (list footers, scanners' notes).
        both = Reading(text=f"{text}\n\n{reading.text}".strip(), split=None)
        return _short(both.text, problems), clean_html, both if len(reading.text) else None
    if len(reading.text) < 5 <= len(text.strip()):
        return text.strip("\n"), clean_html, None
    return text.strip("\n"), clean_html, reading


def _short(text: str, problems: list[str]) -> str:
    if len(text) > MAX_TEXT and CUT not in problems:
        problems.append(CUT)
    return text[:MAX_TEXT]


def _words(part: Part, problems: list[str]) -> str:
    data, damaged = part.decoded()
    if damaged and BROKEN not in problems:
        problems.append(BROKEN)
    if len(data) > 4 * MAX_TEXT:
        data = data[: 4 * MAX_TEXT]
        problems.append(CUT)
    charset = part.headers.parameter("content-type", "charset")
    if part.type == "text/html" and not charset:
        charset = _meta_charset(data)
    # Of what is broken a few characters are wrong: that is no sign that all are in another charset than is said.
    words = clean(data.decode("utf-8", "replace") if damaged and charset.lower() in _UTF8 else decode(data, charset))
    if "\ufffd" in words:
        problems.append("characters that could not be read")
    return words


def _meta_charset(data: bytes) -> str:
    head = data[:2000].lower()
    at = head.find(b"charset=")
    return (
        ""
        if at < 0
        else head[at + 8 : at + 48]
        .strip(b"\"' ")
        .split(b'"')[0]
        .split(b"'")[0]
        .split(b">")[0]
        .decode("ascii", "replace")
    )


def _attachments(files: Sequence[Part], problems: list[str]) -> tuple[File, ...]:
    if len(files) > MAX_ATTACHMENTS:
        problems.append(MORE_FILES)
    found = []
    for number, part in enumerate(files[:MAX_ATTACHMENTS], start=1):
        stated = part.headers.parameter("content-disposition", "filename") or part.headers.parameter(
            "content-type", "name"
        )
        if part.type == "message/rfc822" and not stated:
            stated = take_subject(part.content())
        inline = (
            part.type.startswith("image/") and part.container == "multipart/related" and "content-id" in part.headers
        )
        data, damaged = part.decoded()
        name = file_name(stated, part.type, number)
        if damaged:
            problems.append(f"{name} could not be decoded whole"[:300])
        found.append(File(name=name, type=part.type[:120], data=data, inline=inline, damaged=damaged))
    return tuple(found)


def take_subject(raw: bytes) -> str:
    """What an attached mail is called: its subject."""
    subject = parse_headers(raw[: 64 * 1024].lstrip()).text("subject")[:100]
    return f"{subject}.eml" if subject else ""


def _ids(headers: Headers, name: str) -> str:
    """Ids as they stand; some senders (Python's own library) write long ones as encoded words."""
    value = headers.raw(name)
    return headers.text(name) if "=?" in value else value


def _one_id(value: str) -> str:
    begin, end = value.find("<"), value.find(">")
    return _safe(value[begin : end + 1] if 0 <= begin < end else value.strip())[:300]


def _safe(value: str) -> str:
    return " ".join(clean(value.encode("ascii", "surrogateescape").decode("utf-8", "replace")).split())
