"""web/api/documents.py: the API described for machines, and for people on one plain page.

Both documents are made from the code that serves them, once, when they are first asked for.
"""

from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from aiohttp import web

from desk.kernel.desk import Desk
from web.api.asyncapi import asyncapi
from web.api.openapi import openapi, operations
from web.api.shapes import Anything
from web.api.told import tells
from web.edge import answer, desk, page

routes = web.RouteTableDef()

_made: WeakKeyDictionary[Desk, dict[str, dict[str, Any]]] = WeakKeyDictionary()


@routes.get("/api/v1/openapi.json")
@tells(Anything)
async def get_openapi(request: web.Request) -> web.StreamResponse:
    """This API as OpenAPI 3.1."""
    return answer(_document(request, "openapi"))


@routes.get("/api/v1/asyncapi.json")
@tells(Anything)
async def get_asyncapi(request: web.Request) -> web.StreamResponse:
    """The Socket.IO namespaces as AsyncAPI 3."""
    return answer(_document(request, "asyncapi"))


@routes.get("/api/v1/docs")
@tells(media="text/html")
async def get_docs(request: web.Request) -> web.StreamResponse:
    """The same on a page."""
    channels = _document(request, "asyncapi")["channels"]
    return page(request, "api_docs.html", resources=_document(request, "resources"), channels=channels)


def _document(request: web.Request, name: str) -> dict[str, Any]:
    made = _made.setdefault(desk(request), {})
    if name not in made:
        url = desk(request).settings.public_url
        if name == "openapi":
            made[name] = openapi(request.app, version=_version(), url=url)
        else:
            made[name] = asyncapi(_version(), url) if name == "asyncapi" else _resources(request.app)
    return made[name]


def _resources(app: web.Application) -> dict[str, Any]:
    """Each resource with its operations, and the fields that each takes."""
    by_path = groupby(operations(app), key=lambda operation: operation.path.split("/")[3])
    return {name: [(operation, operation.fields) for operation in found] for name, found in by_path}


def _version() -> str:
    try:
        return version("careline")
    except PackageNotFoundError:
        return "0"
