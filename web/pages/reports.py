"""web/pages/reports.py: the monthly reports: a list of months, the report, its files, the rows behind a figure."""

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web

from desk.complaint_report.report import Month, read_site
from desk.complaint_report.words import Words
from desk.kernel.clock import Clock
from desk.kernel.errors import Invalid
from desk.people.permissions import Right
from web.assets import ASSETS
from web.edge import actor, desk, needs, page
from web.reports.filling import filled, language_of
from web.reports.html import styles
from web.reports.worker import PAGE, TYPES

routes = web.RouteTableDef()

#: Months that the list offers, newest first.
LISTED = 13
_STYLE_VERSION = hashlib.sha256(styles().encode()).hexdigest()[:12]
STYLE_URL = f"/reports/report.css?v={_STYLE_VERSION}"


@routes.get("/reports/report.css")
async def get_styles(request: web.Request) -> web.Response:
    """The report's style sheet; it is no secret, and its address changes with it."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return web.Response(text=styles(), content_type="text/css", headers=headers)


@routes.get("/reports")
@needs(Right.REPORTS)
async def get_list(request: web.Request) -> web.StreamResponse:
    """The months that can be looked at; one that is named leads to its report."""
    language = language_of(request)
    if "month" in request.query:
        month = Month.parse(request.query["month"])
        raise web.HTTPSeeOther(f"/reports/complaints/{month}{_query(language)}")
    say = Words(language)
    site = await desk(request).read(actor(request), read_site)
    clock: Clock = desk(request).clock
    newest = Month.of(clock.now(), site.zone)
    months = [newest.plus(-back) for back in range(LISTED)]
    return page(
        request,
        "reports/list.html",
        say=say,
        lang=language,
        style_url=STYLE_URL,
        organization=site.name,
        months=[(str(month), say.month(month), month == newest) for month in months],
        formats=("pdf", "xlsx", "json"),
        query=_query(language),
    )


@routes.get(r"/reports/complaints/{month:\d{4}-\d\d}")
@needs(Right.REPORTS)
async def get_report(request: web.Request) -> web.StreamResponse:
    """The report of a month, with every figure a link to what it counts."""
    month, language = request.match_info["month"], language_of(request)
    address = f"/reports/complaints/{month}"
    other = "en" if language == "zh" else "zh"
    say = Words(language)
    links = (
        (say("All months"), f"/reports{_query(language)}"),
        *((format.upper(), f"{address}.{format}{_query(language)}") for format in ("pdf", "xlsx", "json")),
        ("中文" if other == "zh" else "English", f"{address}{_query(other)}"),
    )
    rows_url = f"{address}/rows?" + ("language=zh&" if language == "zh" else "") + "figure="
    on_screen = {
        "style_url": STYLE_URL,
        "paper_url": request.app[ASSETS].url("paper.css"),
        "top": page(request, "staff_top.html").text,
    }
    document = await filled(request, month=month, rows_url=rows_url, links=links, **on_screen)
    return web.Response(body=document, content_type="text/html", charset="utf-8")


@routes.get(r"/reports/complaints/{month:\d{4}-\d\d}.{format:html|pdf|xlsx|json}")
@needs(Right.REPORTS)
async def get_file(request: web.Request) -> web.StreamResponse:
    """The report of a month as a file to keep."""
    month, format = request.match_info["month"], request.match_info["format"]
    document = await filled(request, month=month, format=format)
    headers = {"Content-Disposition": f'attachment; filename="complaints-{month}.{format}"'}
    return web.Response(body=document, content_type=TYPES[format], headers=headers)


@routes.get(r"/reports/complaints/{month:\d{4}-\d\d}/rows")
@needs(Right.REPORTS)
async def get_rows(request: web.Request) -> web.StreamResponse:
    """The complaints that a figure counts, a page at a time."""
    month, language = request.match_info["month"], language_of(request)
    figure, offset = request.query.get("figure", ""), _offset(request)
    said = orjson.loads(await filled(request, month=month, format="rows", figure=figure, offset=offset))
    zone, say = ZoneInfo(said["time_zone"]), Words(language)
    following = offset + PAGE
    more = {"figure": figure, "offset": following} | ({"language": language} if language != "en" else {})
    return page(
        request,
        "reports/rows.html",
        say=say,
        lang=language,
        style_url=STYLE_URL,
        figure=figure,
        said=said,
        rows=[_row(row, zone, say) for row in said["rows"]],
        report_url=f"/reports/complaints/{month}{_query(language)}",
        next_url=f"?{urlencode(more)}" if following < said["total"] else "",
    )


def _row(row: dict[str, Any], zone: ZoneInfo, say: Words) -> dict[str, Any]:
    from_text = {name: _at(row[name], zone) for name in ("received_at", "logged_at")}
    return row | from_text | {"state": say.state(row["state"]), "channel": say.channel(row["channel"])}


def _at(text: str | None, zone: ZoneInfo) -> str:
    """An RFC 3339 instant as date and time at the site; nothing of nothing."""
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}" if text else ""


def _offset(request: web.Request) -> int:
    text = request.query.get("offset", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Invalid("offset", "expected a whole number")
    return int(text)


def _query(language: str) -> str:
    return "" if language == "en" else f"?language={language}"
