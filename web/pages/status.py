"""web/pages/status.py: how a complaint stands, for whoever holds its link."""

from datetime import datetime
from typing import Any

from aiohttp import web

from desk.complaint_handlers import STATUS
from desk.complaints.letters import LINK
from desk.complaints.lifecycle import REOPENABLE, State
from desk.complaints.packs import PACKS
from desk.complaints.register import is_open, one_complaint
from desk.complaints.replies import customer_writes
from desk.complaints.site import calendar_of
from desk.contacts.closed_to_customers import notice
from desk.kernel.dates import day_in_words
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.tokens import verify
from desk.kernel.transaction import Actor, Rx
from web.edge import desk, form, page
from web.pages.customer_words import words_in
from web.pages.theme import look

routes = web.RouteTableDef()


@routes.get("/t/{token}")
async def status(request: web.Request) -> web.StreamResponse:
    return await _show(request, said="kept" if "kept" in request.query else "")


@routes.post("/t/{token}")
async def write(request: web.Request) -> web.StreamResponse:
    complaint_id = _complaint_id(request)
    typed = await form(request)
    try:
        who = Actor.customer(complaint_id)
        await desk(request).transact(who, customer_writes, complaint_id, typed.get("text", ""))
    except (Invalid, Conflict) as error:
        about_text = isinstance(error, Invalid) and error.errors[0][0] == "text"
        said = "empty" if about_text else "window" if isinstance(error, Invalid) else "too_much"
        shown = await _show(request, said=said, typed=typed.get("text", ""))
        shown.set_status(422)
        return shown
    raise web.HTTPSeeOther(f"{request.path}?kept")


def _complaint_id(request: web.Request) -> str:
    return verify(desk(request).settings.secret_key, STATUS, request.match_info["token"])


async def _show(request: web.Request, *, said: str, typed: str = "") -> web.StreamResponse:
    complaint_id = _complaint_id(request)
    link = f"{desk(request).settings.public_url}{request.path}"
    view = await desk(request).read(Actor.customer(complaint_id), _view, complaint_id, link)
    return page(request, "status.html", **view, said=said, typed=typed)


def _view(rx: Rx, complaint_id: str, link: str) -> dict[str, Any]:
    card = one_complaint(rx, complaint_id)
    language, words = words_in(card["customer"]["language"])
    zone = calendar_of(rx).zone

    def day(at: datetime) -> str:
        return day_in_words(at, zone, language)

    final = next(item for item in card["deadlines"] if item["name"] == "final_response")
    reached = {item["name"]: item["at"] for item in card["milestones"] if item["cycle"] == card["cycle"]}
    state, open_now = State(card["state"]), is_open(card)
    late = open_now and rx.now > final["due_at"]
    looked = next((span["from_at"] for span in reversed(card["spans"]) if span["state"] == "triage"), None)
    if state is State.EXTERNAL:
        headline = words["external"].format(body=card["body"])
    elif open_now:
        headline = words["late" if late else "open" if looked else "new"].format(day=day(final["due_at"]))
    else:
        headline = words.get(card["decision"] if state in (State.CLOSED, State.RESOLVED_EARLY) else str(state), "")
    answered = reached.get("final_response") or reached.get("summary_resolution")
    track = [
        (words["received"], day(card["received_at"]), "done" if looked or not open_now else "now"),
        (words["looked"], day(looked) if looked else words["not_yet"], _looked(looked, reached, open_now)),
        (
            words["decided"],
            day(reached["decision"]) if "decision" in reached else words["not_yet"],
            _dot(reached, "decision"),
        ),
        (
            words["final"],
            day(answered) if answered else words["by"].format(day=day(final["due_at"])),
            "done" if answered else "",
        ),
    ]
    said = [
        (
            item["created_at"],
            words["you_wrote"] if item["kind"] == "from_customer" else words["we_wrote"],
            _body(item, link),
        )
        for item in card["letters"]
    ]
    return {
        "complaint": card,
        "lang": language,
        "w": words,
        **look(rx, language),
        "headline": headline,
        # Withdrawn, or handled elsewhere: nothing more is coming from here.
        "track": track if open_now or answered else track[:2],
        "question": card["question"] if state is State.WAITING_CUSTOMER else "",
        "said_so_far": [(day(at), title, text) for at, title, text in reversed(said)],
        "handler": card["owner"]["name"] if card["owner"] else words["team"],
        "may_disagree": state in REOPENABLE,
        "may_add": open_now,
        "window": words["window"].format(days=PACKS[card["pack"]].reopen_days),
        "response": card["response"] if state is State.CLOSED else "",
        "closed": notice(rx, language, "form", "complaints"),
    }


def _looked(looked: datetime | None, reached: dict[str, Any], open_now: bool) -> str:
    """Being looked into begins when somebody has it, and is over with the decision."""
    if not looked:
        return ""
    return "done" if "decision" in reached or not open_now else "now"


def _dot(reached: dict[str, Any], name: str) -> str:
    return "done" if name in reached else ""


def _body(item: dict[str, Any], link: str) -> str:
    return str(item["body"]).replace(LINK, link)
