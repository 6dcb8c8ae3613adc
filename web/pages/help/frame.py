"""web/pages/help/frame.py: what every page of the help centre has: its language, its addresses, and how it is kept.

The language is the one that an address names (`?lang=zh`), else the one that the browser likes best; no cookie.
Pages may be kept and are asked for again each time: what is no longer public is gone at once. What is for customers who
have signed in is kept by nobody.
"""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from desk.floor.lookout import Lookout
from desk.kernel.errors import NotFound
from desk.kernel.tokens import sign, verify
from desk.kernel.transaction import Actor, Rx
from web.accepted_languages import all_accepted, spoken
from web.edge import desk, page
from web.errors import TooMany
from web.limiter import LIMITER, client_address, networks
from web.pages.help.tongues import own_name
from web.pages.help.visits import account, is_private, varies
from web.pages.help.waits import Waits, in_words
from web.pages.help.words import LOCALES, NAMES, help_words
from web.pages.public import facts

#: Who reads without having signed in.
VISITOR = Actor.customer("visitor")
#: Pages that look for something, from one address; and questions of one address that are kept, at once and in all: what
#: one house asks must not push out of the lists what all others do.
LOOKS, KEPT_QUESTIONS, KEPT_A_DAY = "120/minute", "30/minute", "300/day"
MOST_WORDS, MOST_TOKEN = 200, 300

_QUESTION = "question"
_VARY = "Accept-Language, Accept-Encoding"


class Shown:
    """A page of the help centre that is being made for a request."""

    def __init__(self, request: web.Request, *, language: str | None = None) -> None:
        self.request = request
        self.said = spoken(request.query.get("lang", ""))
        #: Languages that the browser names, the best first.
        self.reads = all_accepted(request.headers.get("Accept-Language", ""))
        self.language = self.said or language or next(iter(self.reads), "en")
        self.words = help_words(self.language)
        self._carried = bool(self.said or language)

    def at(self, path: str, **query: str) -> str:
        """An address of ours on which the language that was chosen stays."""
        asked = {name: value for name, value in query.items() if value}
        if self._carried:
            asked["lang"] = self.language
        return f"{path}?{urlencode(asked)}" if asked else path

    def absolute(self, path: str, **query: str) -> str:
        """An address for machines, spelled in one way everywhere; without a language that it does not name itself."""
        asked = {name: value for name, value in query.items() if value}
        public = desk(self.request).settings.public_url
        return f"{public}{quote(path)}{'?' + urlencode(asked) if asked else ''}"

    def frame(self, rx: Rx) -> dict[str, Any]:
        """The values that the templates need, from the same snapshot as the page's own."""
        around = {"lang": self.language, "w": self.words, "at": self.at, "account": account(self.request, rx)}
        return {**facts(rx, self.language), **around}

    def waits(self, rx: Rx) -> dict[str, str]:
        """How long it takes now until a person answers, in words, by the channels of which that is known."""
        house = desk(self.request)
        known = house.kept(Waits).now(rx, house.kept(Lookout))
        return {channel: in_words(wait, self.words) for channel, wait in known.items()}

    def in_languages(self, path: str, **query: str) -> list[dict[str, Any]]:
        """The same page in each language: its name, tag and addresses."""
        return [self.in_language(key, path, **query, lang=key) for key in NAMES]

    def in_language(self, key: str, path: str, **query: str) -> dict[str, Any]:
        """One of them."""
        name, tag = NAMES.get(key) or (own_name(key), key)
        href = f"{path}?{urlencode(query)}" if query else path
        absolute = self.absolute(path, **query)
        return {"name": name, "tag": tag, "href": href, "absolute": absolute, "here": key == self.language}

    @property
    def locale(self) -> str:
        """The language as Open Graph calls it."""
        return LOCALES[self.language]


def answered(
    request: web.Request, template: str, view: dict[str, Any], *, modified: datetime | None = None
) -> web.Response:
    """A page that may be kept, or word that what is kept is still right."""
    return kept(request, page(request, template, **view), modified=modified)


def kept(request: web.Request, response: web.Response, *, modified: datetime | None = None) -> web.Response:
    """`response` with its mark; only word that it is the same where the mark says so.

    What a customer reads who has signed in is for them alone, and is kept nowhere.
    """
    if is_private(request):
        response.headers.update({"Cache-Control": "private, no-store", "Vary": f"{_VARY}, Cookie"})
        response.enable_compression()
        return response
    body = response.body if isinstance(response.body, bytes) else b""
    headers = {
        "ETag": f'W/"{hashlib.sha256(body).hexdigest()[:24]}"',
        "Cache-Control": "public, no-cache",
        "Vary": f"{_VARY}, Cookie" if varies(request) else _VARY,
    }
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    response.headers.update(headers)
    response.enable_compression()
    return response


def asks_politely(request: web.Request, rule: str = LOOKS, *, about: str = "help") -> None:
    """Counts a look-up.

    Raises:
        TooMany: this address asks more than people do.
    """
    request.app[LIMITER].count(rule, about, client_address(request, networks(desk(request).settings.trusted_proxies)))


def is_polite(request: web.Request, rule: str, *, about: str) -> bool:
    """Counts something that is done for nobody but our own figures; whether it is to be counted there."""
    try:
        asks_politely(request, rule, about=about)
    except TooMany:
        return False
    return True


def keeps_question(request: web.Request) -> bool:
    """Whether one more question of this address is kept."""
    return all(is_polite(request, rule, about="question") for rule in (KEPT_QUESTIONS, KEPT_A_DAY))


def words_of(request: web.Request) -> str:
    """What is looked for, on one line."""
    return " ".join(request.query.get("q", "")[: 10 * MOST_WORDS].split())[:MOST_WORDS]


def question_token(request: web.Request, question_id: str) -> str:
    """What stands for a question in an address or a form."""
    return sign(desk(request).settings.secret_key, _QUESTION, question_id)


def question_of(request: web.Request, token: str) -> str | None:
    """The question that a token stands for; None where it is not one of ours."""
    if not token or len(token) > MOST_TOKEN:
        return None
    try:
        return verify(desk(request).settings.secret_key, _QUESTION, token)
    except NotFound:
        return None
