"""desk/organization/theme.py: how the organization looks to its customers, as the organization file says it.

    theme:
      name: Alderbrook
      accent: "#174a9c"
      accent_dark: "#9dbdf7"
      head: [{to: "https://shop.example.com", label: {en: Shop, zh: 商店}}]
      foot: [{to: "https://shop.example.com/privacy", label: {en: Privacy}}]
      welcome: {en: "Answers about orders, delivery and returns."}
      first: topics

All of it may be left out: a page without a theme is Careline's own. Nothing said here can become a style or a script:
a colour is six digits, an address is `https` or a path of ours, a text is a line of text.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

from channels.characters import undirected, why_no_name
from desk.organization.accents import DARK, LIGHT, fitting, why_unreadable
from desk.organization.colours import is_colour
from desk.organization.logo import LogoText, in_words
from desk.organization.values import Language

MOST_LINKS = 6
MOST_NAME, MOST_LABEL, MOST_WELCOME, MOST_ADDRESS = 60, 40, 200, 500

#: What no address of ours or of others needs, and what browsers read as something else.
_NOT_IN_ADDRESS = re.compile(r"[\s\\<>\"'`{}|^\x00-\x20\x7f-\x9f]")

Wrong = tuple[str, str]


def _line(value: str) -> str:
    text = " ".join(value.split())
    if text and (why := why_no_name(text)):
        raise ValueError(why)
    return text


def _said(value: str) -> str:
    text = _line(value)
    if not text:
        raise ValueError("says nothing")
    return text


def _colour(value: str) -> str:
    colour = value.strip().lower()
    if colour and not is_colour(colour):
        raise ValueError("expected a colour like #174a9c: # and six digits, 0 to 9 and a to f")
    return colour


def _address(value: str) -> str:
    address = value.strip()
    if _NOT_IN_ADDRESS.search(address) or undirected(address) != address:
        raise ValueError("holds a character that no address has; write it as %20 and the like")
    if address.startswith("/") and not address.startswith("//"):
        return address
    if not _is_https(address):
        raise ValueError("expected an address that begins with https://, or a path of this site like /contact")
    return address


def _is_https(address: str) -> bool:
    """Whether it is an address elsewhere, without a name and password in it."""
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.username is None and parts.password is None and parts.port != 0
    except ValueError:
        return False
    return named and address.lower().startswith("https://")


Colour = Annotated[str, AfterValidator(_colour)]
Address = Annotated[str, Field(min_length=1, max_length=MOST_ADDRESS), AfterValidator(_address)]
Label = Annotated[str, Field(max_length=MOST_LABEL), AfterValidator(_said)]
Sentence = Annotated[str, Field(max_length=MOST_WELCOME), AfterValidator(_said)]


class Link(BaseModel, extra="forbid", frozen=True):
    """A link in the head or the foot, and what it is called in each language."""

    to: Address
    label: dict[Language, Label] = Field(min_length=1, max_length=20)


class Theme(BaseModel, extra="forbid", frozen=True):
    """How the pages for customers look."""

    #: As customers know it; without one it is the organization's.
    name: Annotated[str, Field(max_length=MOST_NAME), AfterValidator(_line)] = ""
    logo: LogoText = ""
    #: On light screens; on dark ones `accent_dark`, else the nearest that can be read there.
    accent: Colour = ""
    accent_dark: Colour = ""
    head: list[Link] = Field(default=[], max_length=MOST_LINKS)
    foot: list[Link] = Field(default=[], max_length=MOST_LINKS)
    #: The sentence under the title of the help centre, by language.
    welcome: dict[Language, Sentence] = Field(default={}, max_length=20)
    #: What stands first in the help centre: topics, or what is asked most.
    first: Literal["topics", "questions"] = "topics"


def wrong_in_theme(theme: Theme) -> Iterator[Wrong]:
    """What could not be read in these colours: which contrast is lacking, and the nearest colour that has it."""
    if theme.accent_dark and not theme.accent:
        yield "accent", "say the colour for light screens, too"
    for name, colour, scheme in (("accent", theme.accent, LIGHT), ("accent_dark", theme.accent_dark, DARK)):
        if colour and (why := why_unreadable(colour, scheme)):
            yield name, why


def dark_of(theme: Theme) -> str:
    """The accent on dark screens; empty where there is none."""
    return theme.accent_dark or (fitting(theme.accent, DARK) if theme.accent else "")


def theme_as_told(theme: Theme) -> dict[str, Any]:
    """A theme for the history: the logo in words, and without what is not said."""
    told = theme.model_dump(mode="json", exclude_defaults=True)
    return told | ({"logo": in_words(theme.logo)} if theme.logo else {})
