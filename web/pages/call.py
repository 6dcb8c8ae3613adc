"""web/pages/call.py: calling us. From the browser it is not possible yet: the page gives the number."""

from aiohttp import web

from web.edge import page
from web.pages.public import frame

routes = web.RouteTableDef()


@routes.get("/call")
async def call(request: web.Request) -> web.StreamResponse:
    return page(request, "call.html", **await frame(request))
