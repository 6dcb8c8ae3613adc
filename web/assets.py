"""web/assets.py: the built browser files: which there are, their hashed names, and how they are served.

`make assets` writes `web/static/` and its `manifest.json`. A hashed name never changes its content, so
browsers keep it for a year; the widget's loader has one name for ever, so they ask again.
"""

import mimetypes
from collections.abc import Mapping
from pathlib import Path

import jinja2
import orjson
from aiohttp import web

from desk.errors import NotFound
from desk.settings import SettingsError

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
#: Files that sites which are not ours load: the widget and what it loads.
_FOR_ANY_SITE = "widget"
#: Without these there is no page to show.
NEEDED = ("app.css", "customer.css", "console.js", "floor.js", "widget.js", "widget-loader.js")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

routes = web.RouteTableDef()


class Assets:
    """The files of one build.

    Raises:
        SettingsError: there is no build, or it is not whole.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        try:
            self.names: Mapping[str, str] = orjson.loads((folder / "manifest.json").read_bytes())
        except (OSError, ValueError) as error:
            raise SettingsError(f"The browser files are not built: {folder}; run `make assets`.") from error
        missing = [name for name in NEEDED if name not in self.names]
        if missing:
            raise SettingsError(f"The browser files lack {', '.join(missing)}; run `make assets`.")
        # Only what lies here now is ever served: no name from outside reaches the file system.
        self.files = {path.name: path for path in folder.iterdir() if path.is_file() and path.name != "manifest.json"}

    def url(self, name: str) -> str:
        """Where the file that sources call `name` is.

        Raises:
            KeyError: the build has no such file.
        """
        return f"/static/{self.names[name]}"


ASSETS: web.AppKey[Assets] = web.AppKey("assets", Assets)


def environment(assets: Assets) -> jinja2.Environment:
    """The templates of our pages: everything is escaped, nothing may be missing."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals["asset"] = assets.url
    return made


@routes.get("/static/{name}")
async def static(request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    path = request.app[ASSETS].files.get(name)
    if path is None:
        raise NotFound("file", name)
    return _file(path, cache=FOREVER)


@routes.get("/widget.js")
async def widget(request: web.Request) -> web.StreamResponse:
    """The loader of the chat widget, one script tag on any page."""
    assets = request.app[ASSETS]
    path = assets.files.get(assets.names["widget-loader.js"])
    if path is None:
        raise NotFound("file", "widget.js")
    return _file(path, cache="public, max-age=300")


def _file(path: Path, *, cache: str) -> web.FileResponse:
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {"Cache-Control": cache, "Content-Type": kind}
    if path.name.startswith(_FOR_ANY_SITE):
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Access-Control-Allow-Origin"] = "*"
    return web.FileResponse(path, headers=headers)
