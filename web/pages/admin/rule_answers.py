"""web/pages/admin/rule_answers.py: what a form of rules answers: the rules as they are, what is refused, what has been
changed by whom.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.kernel.errors import Invalid, Stale
from desk.kernel.transaction import Rx
from desk.organization.days import zone_of_site
from desk.organization.history import Change
from desk.tables import queues, users
from web.edge import page
from web.pages.admin import rule_words as words
from web.pages.admin.rule_conflicts import differing, kept, with_room
from web.pages.admin.rule_forms import beside, filled

#: So many changes beside a form.
FEW = 10


def shown(request: web.Request, template: str, view: dict[str, Any]) -> web.StreamResponse:
    """A form with the rules as they are."""
    told = {"wrong": {}, "refused": "", "now": {}, "slower": False, "saved": "saved" in request.query}
    return page(request, template, **told, filled=filled(view["typed"]), **view)


def refused(
    request: web.Request,
    template: str,
    view: dict[str, Any],
    error: Invalid | Stale,
    fields: Mapping[str, str],
    said: Mapping[str, str],
) -> web.StreamResponse:
    """The form again, with what was typed: and with what is wrong with it, or with how it is now that somebody was
    faster. `fields` is the form as it came, `said` the same without the steps that are to go, by whose numbers errors
    are named."""
    is_late = isinstance(error, Stale)
    here = kept(fields) if is_late else said
    now = differing(here, view["typed"]) if is_late or fields.get("slower") else {}
    wrong = {} if isinstance(error, Stale) else beside(error.errors)
    told = {
        "wrong": wrong,
        "now": now,
        "slower": is_late or bool(fields.get("slower")),
        # What is saved next is held against what this page shows: of others' work that is `now`, or what it was before.
        "seen": view["seen"] if is_late else fields.get("seen", view["seen"]),
        "refused": words.slower(len(now), view["history"]) if is_late else words.to_correct(len(wrong)),
        "saved": False,
        "typed": here,
        "filled": filled([*here, *now]),
    }
    room = with_room(view, here, now, empty=1 if is_late else 0)
    answer = page(request, template, **(view | room | told))
    answer.set_status(409 if is_late else 422)
    return answer


def saved(request: web.Request) -> web.HTTPSeeOther:
    """Back to the form, which says that it is saved."""
    return web.HTTPSeeOther(f"{request.rel_url.path}?saved=1")


def history_lines(rx: Rx, found: list[Change], *, most: int = words.MOST_LINES) -> list[dict[str, Any]]:
    """The history in words, of each act at `most` so many lines; times are the site's."""
    zone = zone_of_site(rx)
    ids = {path.split(".")[1] for change in found for path in change.changes if path.startswith("agents.")}
    known = rx.all(sa.select(users.c.id, users.c.name).where(users.c.id.in_(ids))) if ids else ()
    names = named(rx, queues)
    return [
        {
            "at": change.at.astimezone(zone),
            "who": change.who if change.by_user else "From the organization file",
            "lines": words.lines(change.changes, queues=names, agents={row.id: row.name for row in known}, most=most),
        }
        for change in found
        if change.changes
    ]


def named(rx: Rx, table: sa.Table) -> dict[str, str]:
    """What the rows of a table are called, by key."""
    return {row.key: row.name for row in rx.all(sa.select(table.c.key, table.c.name).order_by(table.c.name))}
