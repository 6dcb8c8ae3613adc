"""web/pages/admin/ringing_back.py: how customers are rung back, changed by hand: what holds for every queue."""

from typing import Any

from aiohttp import web

from desk.kernel.errors import Invalid, Stale
from desk.kernel.transaction import Rx
from desk.organization.changes import CALLBACKS, change_callbacks
from desk.organization.file import written_part
from desk.organization.history import history, mark
from desk.organization.routing_rules import callbacks_said, rules_now
from desk.people.permissions import Right
from web.edge import actor, desk, form, needs
from web.pages.admin.rule_answers import FEW, history_lines, refused, saved, shown
from web.pages.admin.rule_conflicts import kept
from web.pages.admin.rule_forms import typed

routes = web.RouteTableDef()


@routes.get("/admin/ringing-back")
@needs(Right.ADMINISTER)
async def ringing_back(request: web.Request) -> web.StreamResponse:
    return shown(request, "admin/ringing_back.html", await desk(request).read(actor(request), _callbacks))


@routes.post("/admin/ringing-back")
@needs(Right.ADMINISTER)
async def put_ringing_back(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    content = {name: value.strip() for name, value in kept(fields).items()}
    try:
        await desk(request).transact(actor(request), change_callbacks, content, fields.get("seen"))
    except (Invalid, Stale) as error:
        view = await desk(request).read(actor(request), _callbacks)
        return refused(request, "admin/ringing_back.html", view, error, fields, kept(fields))
    raise saved(request)


def _callbacks(rx: Rx) -> dict[str, Any]:
    content = callbacks_said(rx).model_dump(mode="json")
    return {
        "here": "ringing-back",
        "typed": typed(content),
        "seen": mark(rules_now(rx, only=CALLBACKS)),
        "in_the_file": written_part({"callbacks": content}),
        "history": history_lines(rx, history(rx, CALLBACKS, most=FEW)),
    }
