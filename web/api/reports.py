"""web/api/reports.py: which reports there are. The figures themselves are at each report's address."""

from aiohttp import web

from desk.complaints.report import Month, read_site
from desk.permissions import Right
from web.api.lists import filters_of
from web.api.shapes import Report
from web.api.told import tells
from web.edge import actor, answer, desk, needs, page_of

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
        "formats": ["json", "html", "pdf", "xlsx"],
        "url": "/api/v1/reports/complaints/{month}",
    }
    return answer({"items": [complaints], "next_cursor": None})
