"""web/pages/help/browsers.py: which browser says something of an article, or speaks for a question: a cookie tells.

The cookie says nothing. It is set when an answer is opened from a question, or is shown beside the contact form, until
the browser is closed; what is said of an article sets it for a year. Who takes none is somebody new each time.
"""

import secrets

from aiohttp import web

from web.edge import desk

COOKIE = "careline_reader"
_YEAR_S = 365 * 86_400
_SHORTEST, _LONGEST = 21, 64
_NEW: web.RequestKey[str] = web.RequestKey("help_browser", str)


def browser_of(request: web.Request) -> str:
    """Who holds the cookie; who holds none, or one that we did not make, is somebody new."""
    held = request.cookies.get(COOKIE, "")
    if _is_ours(held):
        return held
    if _NEW not in request:
        request[_NEW] = secrets.token_urlsafe(24)
    return request[_NEW]


def remember(request: web.Request, response: web.StreamResponse, *, lasting: bool = False) -> None:
    """Has the browser known again; what is answered is for it alone then, and kept for nobody else."""
    if not lasting and _NEW not in request:
        return
    secure, lasts_s = desk(request).settings.secure_cookies, _YEAR_S if lasting else None
    response.set_cookie(COOKIE, browser_of(request), max_age=lasts_s, httponly=True, samesite="Lax", secure=secure)
    if "no-store" not in response.headers.get("Cache-Control", "no-store"):
        response.headers["Cache-Control"] = "private, no-cache"


def _is_ours(held: str) -> bool:
    is_plain = held.isascii() and held.replace("-", "").replace("_", "").isalnum()
    return is_plain and _SHORTEST <= len(held) <= _LONGEST
