"""web/slashes.py: a page's address is the one without a slash at its end; the one with it leads there.

That holds for every page that there is, and for nothing else: an address is only led on to one that has a page, so that
none leads out of the house (`//elsewhere.example/`).
"""

from aiohttp import web

from web.edge import SAFE_METHODS


async def lead_on(request: web.Request) -> None:
    """Returns where the address is one, or there is none without the slash.

    Raises:
        HTTPMovedPermanently: to the one without it.
    """
    path = request.rel_url.raw_path.rstrip("/")
    is_one = request.match_info.http_exception is None or request.method not in SAFE_METHODS
    if is_one or not path or path.startswith("//") or not request.rel_url.raw_path.endswith("/"):
        return
    address = request.rel_url.with_path(path, encoded=True, keep_query=True)
    found = await request.app.router.resolve(request.clone(rel_url=address))
    if found.http_exception is None:
        raise web.HTTPMovedPermanently(address)
