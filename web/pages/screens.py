"""web/pages/screens.py: the frames of the two applications, console and floor; their scripts do the rest."""

from aiohttp import web

from desk.people.permissions import Right
from web.edge import needs, page

routes = web.RouteTableDef()


@routes.get("/console")
@needs(Right.WORK)
async def console(request: web.Request) -> web.StreamResponse:
    return page(request, "console.html")


@routes.get("/floor")
@needs(Right.SUPERVISE)
async def floor(request: web.Request) -> web.StreamResponse:
    return page(request, "floor.html")
