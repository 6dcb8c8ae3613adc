"""web/pages/admin/theme.py: how the organization looks to customers, changed by hand: shown first, then saved.

A preview is the same form sent by another button: what is typed is drawn in light and in dark, and nothing is kept. Its
colours come as a style sheet of their own, since no page may carry styles in itself.
"""

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from desk.kernel.errors import Invalid, Stale
from desk.kernel.transaction import Rx
from desk.organization.file import written_part
from desk.organization.history import history
from desk.organization.logo import KINDS, MOST_BYTES, MOST_SIDE
from desk.organization.organization import setting
from desk.organization.theme import Theme, dark_of, theme_as_told
from desk.organization.theme_kept import change_logo, change_theme, mark_of_theme, theme_said, valid_theme
from desk.people.permissions import Right
from web.edge import actor, desk, form, form_of_our_own, needs, page
from web.files import received
from web.pages.admin import rule_words
from web.pages.admin.rule_answers import FEW, history_lines
from web.pages.admin.theme_forms import beside, differing, languages_in, rows_in, said, typed_of
from web.pages.help.words import NAMES
from web.pages.theme import in_language, look, page_language, sheet

routes = web.RouteTableDef()

HERE = "/admin/theme"
#: Languages that the pages for customers speak, as they call themselves.
_TONGUES = {key: name for key, (name, _) in NAMES.items()} | {"de": "Deutsch", "es": "Español", "fr": "Français"}
_HEX = re.compile(r"[0-9a-f]{6}", re.ASCII)


@routes.get(HERE)
@needs(Right.ADMINISTER)
async def show(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _view)
    return _shown(request, view, Theme(**view["said"]), saved="saved" in request.query)


@routes.post(HERE)
@needs(Right.ADMINISTER)
async def put(request: web.Request) -> web.StreamResponse:
    """Draws what is typed, or keeps it."""
    fields = await form(request)
    content = said(fields)
    try:
        if fields.get("do") != "show":
            await desk(request).transact(actor(request), change_theme, content, fields.get("seen"))
            raise web.HTTPSeeOther(f"{HERE}?saved=1")
        view = await desk(request).read(actor(request), _view)
        drawn = valid_theme(Theme(**view["said"]), content)
        return _shown(request, view, drawn, typed=fields, seen=fields.get("seen", ""))
    except (Invalid, Stale) as error:
        view = await desk(request).read(actor(request), _view)
        return _refused(request, view, error, fields)


@routes.post(f"{HERE}/logo")
@needs(Right.ADMINISTER)
async def put_logo(request: web.Request) -> web.StreamResponse:
    """Keeps another logo."""
    try:
        file, fields = await received(request, most=MOST_BYTES, only=KINDS)
        try:
            form_of_our_own(request, fields.get("csrf_token", ""))
            data = await desk(request).blobs.get(file.blob)
        finally:
            await desk(request).blobs.remove(file.blob)  # it is kept among the settings
        await desk(request).transact(actor(request), change_logo, data)
    except Invalid as error:
        return await _refused_logo(request, error.errors[0][1], 422)
    except web.HTTPRequestEntityTooLarge:
        return await _refused_logo(request, f"more than {MOST_BYTES // 1024} kB: make it smaller", 413)
    raise web.HTTPSeeOther(f"{HERE}?saved=1#logo")


@routes.post(f"{HERE}/logo/remove")
@needs(Right.ADMINISTER)
async def remove_logo(request: web.Request) -> web.StreamResponse:
    await form(request)
    await desk(request).transact(actor(request), change_logo, b"")
    raise web.HTTPSeeOther(f"{HERE}?saved=1#logo")


@routes.get(f"{HERE}/preview.css")
@needs(Right.ADMINISTER)
async def preview(request: web.Request) -> web.StreamResponse:
    """The colours of a preview; an address without two colours has none."""
    light, dark = request.query.get("light", ""), request.query.get("dark", "")
    are_colours = _HEX.fullmatch(light) and _HEX.fullmatch(dark)
    drawn = Theme(accent=f"#{light}", accent_dark=f"#{dark}") if are_colours else Theme()
    return web.Response(text=sheet(drawn, ".theme-preview"), content_type="text/css")


def _view(rx: Rx) -> dict[str, Any]:
    theme = theme_said(rx)
    told = theme_as_told(theme)
    spoken = {page_language(tag) for tag in setting(rx, "languages")}
    typed = typed_of(theme)
    used = languages_in(typed)
    tongues = {key: name for key, name in _TONGUES.items() if key in NAMES or key in spoken | used}
    return {
        "here": "theme",
        "said": theme.model_dump(mode="json"),
        "typed": typed,
        "seen": mark_of_theme(theme),
        "house": str(setting(rx, "name")),
        "kept_look": look(rx, "en")["theme"],
        "tongues": tongues | {key: key for key in sorted(used - _TONGUES.keys())},
        "in_the_file": written_part({"theme": {name: value for name, value in told.items() if name != "logo"}}),
        "logo_told": told.get("logo", ""),
        "most": {"kb": MOST_BYTES // 1024, "side": MOST_SIDE},
        "history": history_lines(rx, history(rx, "theme.", most=FEW)),
    }


def _shown(request: web.Request, view: dict[str, Any], drawn: Theme, **more: Any) -> web.Response:
    typed = more.get("typed", view["typed"])
    told = {"wrong": {}, "refused": "", "refused_logo": "", "now": {}, "slower": False, "saved": False} | more
    return page(request, "admin/theme.html", **(view | _drawn(view, drawn) | {"rows": rows_in(typed)} | told))


def _refused(
    request: web.Request, view: dict[str, Any], error: Invalid | Stale, fields: Mapping[str, str]
) -> web.Response:
    """The form again, with what was typed and what is wrong with it, or with how it is now."""
    is_late = isinstance(error, Stale)
    wrong = {} if isinstance(error, Stale) else beside(error.errors)
    now = differing(fields, view["typed"]) if is_late else {}
    refused = rule_words.slower(len(now), view["history"]) if is_late else rule_words.to_correct(len(wrong))
    shown = _shown(
        request,
        view,
        Theme(**view["said"]),
        typed=fields,
        wrong=wrong,
        now=now,
        refused=refused,
        slower=is_late,
        seen=view["seen"] if is_late else fields.get("seen", ""),
    )
    shown.set_status(409 if is_late else 422)
    return shown


async def _refused_logo(request: web.Request, why: str, status: int) -> web.Response:
    view = await desk(request).read(actor(request), _view)
    shown = _shown(request, view, Theme(**view["said"]), refused_logo=why)
    shown.set_status(status)
    return shown


def _drawn(view: dict[str, Any], theme: Theme) -> dict[str, Any]:
    """What the preview shows."""
    colours = f"?light={theme.accent[1:]}&dark={dark_of(theme)[1:]}" if theme.accent else ""
    links = (
        [in_language(link.label, "en") for link in theme.head],
        [in_language(link.label, "en") for link in theme.foot],
    )
    return {
        "drawn": {
            "css": f"{HERE}/preview.css{colours}" if colours else "",
            "name": theme.name or view["house"],
            "head": links[0],
            "foot": links[1],
            "welcome": in_language(theme.welcome, "en"),
            "questions_first": theme.first == "questions",
            "dark": dark_of(theme),
        }
    }
