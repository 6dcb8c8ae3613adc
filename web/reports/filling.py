"""web/reports/filling.py: a report as a request asks for it: month, language and format."""

from typing import Any

from aiohttp import web

from desk.complaint_report.report import LANGUAGES, Month
from desk.kernel.errors import Invalid
from web.edge import desk
from web.reports.clerk import CLERK
from web.reports.worker import TYPES, Order

#: The first is what a program gets that does not mind.
FORMATS = ("json", "html", "pdf", "xlsx")


async def filled(request: web.Request, **ordered: Any) -> bytes:
    """The report, made by a process of its own.

    Raises:
        Invalid: no such month or language.
    """
    house = desk(request)
    Month.parse(ordered["month"])  # a process is started for a month only
    return await request.app[CLERK].fill(
        Order(
            database_url=house.settings.database_url,
            now=house.clock.now().isoformat(),
            language=language_of(request),
            **ordered,
        )
    )


def language_of(request: web.Request) -> str:
    """The language that the address names, or English.

    Raises:
        Invalid: there are no reports in it.
    """
    language = request.query.get("language", "en")
    if language not in LANGUAGES:
        raise Invalid("language", f"expected one of {', '.join(LANGUAGES)}")
    return language


def format_of(request: web.Request) -> str:
    """Which format a program wants: what `format` says, else what it accepts most, else the first.

    Raises:
        Invalid: there is no such format.
        HTTPNotAcceptable: it accepts none of them.
    """
    said = request.query.get("format")
    if said is not None:
        if said not in FORMATS:
            raise Invalid("format", f"expected one of {', '.join(FORMATS)}")
        return said
    accepted = _accepted(request.headers.get("Accept") or "*/*")
    liked = {format: _liking(accepted, TYPES[format]) for format in FORMATS}
    best = max(FORMATS, key=liked.__getitem__)
    if not liked[best]:
        raise web.HTTPNotAcceptable(text=f"It can be had as {', '.join(TYPES[format] for format in FORMATS)}.")
    return best


def _liking(accepted: dict[str, float], type: str) -> float:
    """By the range that says most about the type."""
    ranges = (type, f"{type.partition('/')[0]}/*", "*/*")
    return next((accepted[range] for range in ranges if range in accepted), 0.0)


def _accepted(header: str) -> dict[str, float]:
    """The media ranges of an Accept header with how much each is liked."""
    likes = {}
    for part in header.lower().split(","):
        media, *parameters = (word.strip() for word in part.split(";"))
        quality = next((word[2:] for word in parameters if word.startswith("q=")), "1")
        likes[media] = float(quality) if quality.replace(".", "", 1).isdecimal() and quality.isascii() else 0.0
    return likes
