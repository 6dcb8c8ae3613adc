"""web/api/reports.py: which reports there are, and each of them in every format."""

from aiohttp import web

from desk.complaint_report.report import Month, read_site
from desk.people.permissions import Right
from web.api.lists import filters_of
from web.api.shapes import Anything, Report
from web.api.told import tells
from web.edge import actor, answer, desk, needs, page_of
from web.reports.filling import FORMATS, filled, format_of
from web.reports.worker import TYPES

routes = web.RouteTableDef()

#: Months that are named, the newest first; any other can be asked for as well.
_NAMED = 13


@routes.get("/api/v1/reports")
@needs(Right.REPORTS)
@tells(Report, filters=())
async def get_all(request: web.Request) -> web.StreamResponse:
    """Reports, with the months that they were made for."""
    page_of(request)
    filters_of(request, ())
    site = await desk(request).read(actor(request), read_site)
    newest = Month.of(desk(request).clock.now(), site.zone)
    complaints = {
        "key": "complaints",
        "title": "Complaints of a month",
        "months": [str(newest.plus(-back)) for back in range(_NAMED)],
        "formats": list(FORMATS),
        "url": "/api/v1/reports/complaints/{month}",
    }
    return answer({"items": [complaints], "next_cursor": None})


@routes.get("/api/v1/reports/complaints/{month}")
@needs(Right.REPORTS)
@tells(Anything, parameters=("format", "language"))
async def get_complaints(request: web.Request) -> web.StreamResponse:
    """The complaint report of a month: in the `format` that is named, else as Accept asks, else as JSON."""
    month, format = request.match_info["month"], format_of(request)
    document = await filled(request, month=month, format=format)
    headers = {"Vary": "Accept"}
    if format != "json":
        headers["Content-Disposition"] = f'attachment; filename="complaints-{month}.{format}"'
    charset = "utf-8" if format == "html" else None
    return web.Response(body=document, content_type=TYPES[format], charset=charset, headers=headers)
