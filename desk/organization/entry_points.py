"""desk/organization/entry_points.py: a number, mailbox, form or widget, and where it leads.

An address is spelled as what comes to it says it, so that one which is written otherwise in the file leads there too.
"""

import re
from typing import Annotated
from unicodedata import normalize

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from channels.characters import as_typed
from channels.email.addresses import is_address
from channels.voice.numbers import extension_of, normalise
from desk.organization.values import Key, typed

#: A few digits that a carrier leads to a house: `60 660`.
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
#: What a telephone line may be called besides its number.
_LINE = re.compile(r"(sips?|client):([\x21-\x7e]{1,300})", re.IGNORECASE)
_CALLED = re.compile(r"(?:sips?|client):", re.IGNORECASE)
#: How a number begins in links, and abroad: `tel:+44…`, `0044…`.
_IN_LINKS, _ABROAD = re.compile(r"\Atel:", re.IGNORECASE), re.compile(r"[\s(]*0\s*0(?=[\s\d(])")
#: A mailbox with the name of who reads it.
_NAMED = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>")
#: How a part of a domain begins that is written in ASCII and is not read so.
_ENCODED = "xn--"
#: Where visitors write, on whichever site.
WIDGET = "widget"
#: What callers are led through.
_HAS_FLOWS = "voice"


class EntryPoint(BaseModel, extra="forbid", frozen=True):
    """A number, mailbox, form or widget, and where it leads."""

    channel: Key
    address: Annotated[str, Field(min_length=1, max_length=320)]
    queue: Key
    flow: Key | None = None

    @field_validator("address")
    @classmethod
    def _as_it_arrives(cls, address: str, info: ValidationInfo) -> str:
        return spelled(str(info.data.get("channel")), address)

    @field_validator("flow")
    @classmethod
    def _of_calls(cls, flow: str | None, info: ValidationInfo) -> str | None:
        if flow is not None and info.data.get("channel") != _HAS_FLOWS:
            raise ValueError("only callers are led through a flow")
        return flow


def spelled(channel: str, address: str) -> str:
    """The one spelling of an address of a channel: what arrives is spelled so, too.

    Raises:
        ValueError: nothing could ever arrive there; why, in words.
    """
    address = normalize("NFC", address.strip())
    if not address:
        raise ValueError("an address is missing")
    return typed(normalize("NFC", _spelled(channel, address)))


def _spelled(channel: str, address: str) -> str:
    """The same before anybody has looked for what nobody sees in it; where that alone is wrong, it is what is named."""
    spelling = _SPELLINGS.get(channel, str)
    try:
        return spelling(address)
    except ValueError:
        spelling(as_typed(address))
        typed(address)
        raise


def is_line(text: str) -> bool:
    """Whether a telephone line is named by something else than its number."""
    return _CALLED.match(text) is not None


def without_link(text: str) -> str:
    """`text`, a number, in plain digits and without what makes a link of it: `tel:+44-…`."""
    return _IN_LINKS.sub("", normalize("NFKC", text).strip()).strip()


def from_abroad(text: str) -> str:
    """`text`, a number, as it is read in whichever country: `0044 …` and `tel:+44-…` are `+44 …`."""
    number = without_link(text)
    abroad = _ABROAD.match(number)
    return "+" + number[abroad.end() :] if abroad else number


def _mailbox(text: str) -> str:
    named = _NAMED.fullmatch(text)
    address = named[1] if named else text
    if not is_address(address):
        raise ValueError("is no mail address")
    local, _, domain = address.lower().rpartition("@")
    return f"{local}@{'.'.join(map(_as_read, domain.split('.')))}"


def _as_read(label: str) -> str:
    """A part of a domain as people read it: `xn--mller-kva` is `müller`."""
    if not label.startswith(_ENCODED):
        return normalize("NFC", label)
    try:
        found = label.removeprefix(_ENCODED).encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    plain = found.isprintable() and not found.isascii() and found == normalize("NFC", found.lower())
    return found if plain and is_address(f"a@{found}.test") else label


def _line(text: str) -> str:
    found = _LINE.fullmatch(text)
    if found is None and is_line(text):
        raise ValueError("is no line; one is sip:desk@pbx.example")
    if found is None:
        return _number(text)
    user, at, host = found[2].rpartition("@")
    return f"{found[1].lower()}:{user}{at}{host.lower() if at else host}"


def _texted(text: str) -> str:
    digits = re.sub(r"[\s-]", "", without_link(text))
    return digits if _SHORT_CODE.fullmatch(digits) and normalise(from_abroad(text)) is None else _number(text)


def _number(text: str) -> str:
    text = from_abroad(text)
    number = normalise(text)
    if number is None:
        raise ValueError("is no telephone number; with its country it is one: +44 20 7946 0100")
    if extension_of(text):
        raise ValueError("has an extension, which nobody is rung by: say the number alone")
    return number


def _widget(text: str) -> str:
    if text.lower() != WIDGET:
        raise ValueError(f"is no entry of visitors: all come by {WIDGET}, and a topic says more")
    return WIDGET


#: Where carriers say which of our numbers is meant.
BY_NUMBER = ("voice", "sms")
_SPELLINGS = {"email": _mailbox, "voice": _line, "sms": _texted, "form": str.lower, "chat": _widget}
