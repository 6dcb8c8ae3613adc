"""web/pages/help_centre.py: the help centre. There are no articles yet: the pages say so, and lead to people."""

from aiohttp import web

from desk.kernel.errors import NotFound
from web.edge import page
from web.pages.public import frame

routes = web.RouteTableDef()


@routes.get("/help")
async def first(request: web.Request) -> web.StreamResponse:
    return page(request, "help/first.html", **await frame(request))


@routes.get("/help/search")
async def search(request: web.Request) -> web.StreamResponse:
    words = " ".join(request.query.get("q", "").split())[:200]
    return page(request, "help/search.html", **await frame(request), words=words)


@routes.get("/help/a/{slug}")
async def article(request: web.Request) -> web.StreamResponse:
    raise NotFound("article", request.match_info["slug"])
