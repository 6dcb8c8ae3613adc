"""web/pages/theme.py: how the organization looks on the pages that customers read: its name, colours, logo and links.

The colours are one small style sheet and the logo one picture, each at an address that is another when it is: browsers
keep them for good, and the page that names them has the new ones at once. What is in them was checked when it was said;
nothing of it is written into a page but as text.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.kernel.errors import NotFound
from desk.kernel.transaction import Actor, Rx
from desk.organization.accents import DARK, LIGHT, Accent, made
from desk.organization.logo import KINDS
from desk.organization.setting import DEFAULTS
from desk.organization.theme import Theme, dark_of
from desk.organization.theme_kept import logo_kept
from desk.tables import organization
from ivr.languages import nearest
from web.assets import FOREVER
from web.edge import desk

routes = web.RouteTableDef()

#: Languages in which a page for customers may speak.
LANGUAGES = ("en", "zh", "zh-Hant", "de", "es", "fr")
#: An address with another version is one of before: it has what there is now, and is asked for again.
_ONCE = "no-cache"
_VISITOR = Actor.customer("visitor")
_SHEET = re.compile(r"([0-9a-f]{16})\.css")
_PICTURE = re.compile(r"([0-9a-f]{16})\.(?:png|jpg|webp)")
_SETTINGS = sa.select(organization.c.key, organization.c.value).where(organization.c.key.in_(("name", "theme")))
#: No page can run it, whatever a browser takes it for.
_INERT = {"Content-Security-Policy": "default-src 'none'; sandbox", "Content-Disposition": "inline"}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a page says and shows of the organization, in one language."""

    #: Addresses of the style sheet and the logo; empty where there are none.
    css: str = ""
    logo: str = ""
    width: int = 0
    height: int = 0
    #: What the chat's button is coloured with; empty: as it is.
    accent: str = ""
    on: str = ""
    head: list[tuple[str, str]] = field(default_factory=list)
    foot: list[tuple[str, str]] = field(default_factory=list)
    welcome: str = ""
    questions_first: bool = False


@routes.get("/theme/{name}")
async def get(request: web.Request) -> web.StreamResponse:
    """The colours as a style sheet, or the logo."""
    name = request.match_info["name"]
    if found := _SHEET.fullmatch(name):
        text = sheet(Theme(**(await desk(request).read(_VISITOR, _said))["theme"]))
        return _kept(request, found[1], version_of(text), text.encode(), "text/css; charset=utf-8")
    found = _PICTURE.fullmatch(name)
    logo = await desk(request).read(_VISITOR, logo_kept) if found else None
    if found is None or logo is None:
        raise NotFound("file", name)
    return _kept(request, found[1], logo.version, logo.data, logo.type)


def look(rx: Rx, language: str) -> dict[str, Any]:
    """The name of the organization as customers know it, and its `theme`, for the frame of a page."""
    said = _said(rx)
    theme = Theme(**said["theme"])
    return {"organization": theme.name or said["name"], "theme": _look(theme, said["logo"], language)}


def shop_name(rx: Rx) -> str:
    """What customers call the organization."""
    said = _said(rx)
    return str(said["theme"].get("name") or said["name"])


def sheet(theme: Theme, selector: str = ":root") -> str:
    """The style sheet of a theme's colours; empty where it has none."""
    if not theme.accent:
        return ""
    light, dark = _accents(theme)
    pairs = {
        "accent": (light.colour, dark.colour),
        "on-accent": (light.on, dark.on),
        "accent-bg": (light.pale, dark.pale),
    }
    colours = "".join(f"--{name}:light-dark({one},{other});" for name, (one, other) in pairs.items())
    return f"{selector}{{{colours}}}\n"


def version_of(text: str) -> str:
    """A name that is another for each text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Of texts by language the one for readers of `language`, if need be in its other script.

    Without one the English one, without that the first.
    """
    by_language = {page_language(tag): text for tag, text in reversed(list(texts.items()))}
    asked = page_language(language)
    kin = (text for tag, text in by_language.items() if tag.split("-")[0] == asked.split("-")[0])
    return by_language.get(asked) or next(kin, "") or by_language.get("en") or next(iter(texts.values()), "")


def page_language(tag: str) -> str:
    """The language of our pages that a tag means; the tag itself where none does."""
    found = nearest(tag, LANGUAGES)
    return found if tag.lower().split("-")[0] == found.split("-")[0] else tag


def _said(rx: Rx) -> dict[str, Any]:
    """Name and theme as they are kept; the theme without its logo, which is only described."""
    found = {"name": DEFAULTS["name"], "theme": DEFAULTS["theme"]} | {row.key: row.value for row in rx.all(_SETTINGS)}
    theme = dict(found["theme"])
    return {"name": str(found["name"]), "logo": theme.pop("logo", None), "theme": theme}


def _look(theme: Theme, logo: Mapping[str, Any] | None, language: str) -> Look:
    css = sheet(theme)
    light, dark = _accents(theme) if css else (None, None)
    picture: dict[str, Any] = {}
    if logo:
        picture = {"logo": f"/theme/{logo['version']}.{KINDS[logo['type']]}"}
        picture |= {"width": logo["width"], "height": logo["height"]}
    return Look(
        css=f"/theme/{version_of(css)}.css" if css else "",
        accent=f"light-dark({light.colour}, {dark.colour})" if light and dark else "",
        on=f"light-dark({light.on}, {dark.on})" if light and dark else "",
        head=_links(((link.to, link.label) for link in theme.head), language),
        foot=_links(((link.to, link.label) for link in theme.foot), language),
        welcome=in_language(theme.welcome, language),
        questions_first=theme.first == "questions",
        **picture,
    )


def _links(links: Iterable[tuple[str, Mapping[str, str]]], language: str) -> list[tuple[str, str]]:
    return [(to, in_language(label, language)) for to, label in links]


def _accents(theme: Theme) -> tuple[Accent, Accent]:
    return made(theme.accent, LIGHT), made(dark_of(theme), DARK)


def _kept(request: web.Request, asked: str, version: str, body: bytes, type: str) -> web.Response:
    headers = {"ETag": f'"{version}"', "Cache-Control": FOREVER if asked == version else _ONCE}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, headers=headers | _INERT | {"Content-Type": type})
