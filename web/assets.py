"""web/assets.py: the built browser files: which there are, their hashed names, and how they are served.

`make assets` writes `web/static/` and its `manifest.json`. A hashed name never changes its content, so
browsers keep it for a year; the widget's loader has one name for ever, so they ask again.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
import orjson
from aiohttp import web

from desk.kernel.errors import NotFound
from desk.kernel.settings import SettingsError
from web.compiled_templates import CompiledTemplates

STATIC = Path(__file__).parent / "static"
_ICON = Path(__file__).parent / "templates" / "favicon.svg"
FOREVER = "public, max-age=31536000, immutable"
#: Files that sites which are not ours load: the widget and what it loads.
_FOR_ANY_SITE = "widget"
#: Without these there is no page to show.
NEEDED = (
    "app.css",
    "customer.css",
    "paper.css",
    "console.js",
    "floor.js",
    "forms.js",
    "help.js",
    "contact.js",
    "knowledge.css",
    "knowledge.js",
    "widget.js",
    "widget-loader.js",
)
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

routes = web.RouteTableDef()
_compiled = CompiledTemplates()


@dataclass(frozen=True, kw_only=True)
class Built:
    """A file of the build, ready to be sent: as it is, and compressed where that helps."""

    body: bytes
    compressed: bytes | None
    type: str
    etag: str


class Assets:
    """The files of one build, in memory: half a megabyte, compressed once instead of at every request.

    Raises:
        SettingsError: there is no build, or it is not whole.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        try:
            self.names: Mapping[str, str] = orjson.loads((folder / "manifest.json").read_bytes())
            # Only what lies here now is ever served: no name from outside reaches the file system.
            self.files = {path.name: _built(path) for path in folder.iterdir() if _is_asset(path)}
        except (OSError, ValueError) as error:
            raise SettingsError(f"The browser files are not built: {folder}; run `make assets`.") from error
        missing = [name for name in NEEDED if self.names.get(name) not in self.files]
        if missing:
            raise SettingsError(f"The browser files lack {', '.join(missing)}; run `make assets`.")

    def url(self, name: str) -> str:
        """Where the file that sources call `name` is.

        Raises:
            KeyError: the build has no such file.
        """
        return f"/static/{self.names[name]}"


ASSETS: web.AppKey[Assets] = web.AppKey("assets", Assets)


def environment(assets: Assets) -> jinja2.Environment:
    """The templates of our pages: everything is escaped; what is not there is left out."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_compiled,
    )
    made.globals["asset"] = assets.url
    return made


@routes.get("/static/{name}")
async def static(request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    file = request.app[ASSETS].files.get(name)
    if file is None:
        raise NotFound("file", name)
    return _sent(request, file, cache=FOREVER, for_any_site=name.startswith(_FOR_ANY_SITE))


@routes.get("/widget.js")
async def widget(request: web.Request) -> web.StreamResponse:
    """The loader of the chat widget, one script tag on any page."""
    assets = request.app[ASSETS]
    file = assets.files[assets.names["widget-loader.js"]]
    return _sent(request, file, cache="public, max-age=300", for_any_site=True)


@routes.get("/favicon.ico")
async def icon(request: web.Request) -> web.StreamResponse:
    """Our mark. Browsers ask for it by this name where a page names none, and take a drawing."""
    return _sent(request, _icon(), cache="public, max-age=86400", for_any_site=False)


def _sent(request: web.Request, file: Built, *, cache: str, for_any_site: bool) -> web.Response:
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding", "ETag": file.etag}
    if for_any_site:
        headers |= {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
    if request.headers.get("If-None-Match") == file.etag:
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = file.type
    if file.compressed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return web.Response(body=file.compressed, headers=headers)
    return web.Response(body=file.body, headers=headers)


@cache
def _icon() -> Built:
    return _built(_ICON)


def _is_asset(path: Path) -> bool:
    return path.is_file() and path.name != "manifest.json" and not path.name.startswith(".")


def _built(path: Path) -> Built:
    body = path.read_bytes()
    compressed = gzip.compress(body, 9, mtime=0)
    return Built(
        body=body,
        compressed=compressed if len(compressed) < len(body) else None,
        type=_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"',
    )
