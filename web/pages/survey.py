"""web/pages/survey.py: one question, answered by one tap. Opening the link answers nothing: the tap is a POST."""

from typing import Any

from aiohttp import web
from pydantic import BaseModel

from desk.complaint_handlers import SURVEY
from desk.complaints.surveys import SCALES, answer_survey, detractor
from desk.kernel.errors import Conflict
from desk.kernel.tokens import verify
from desk.kernel.transaction import Actor, Rx
from desk.tables import complaints, customers, surveys
from web.edge import answer, body, desk, form, page
from web.pages.customer_words import words_in
from web.pages.theme import look

routes = web.RouteTableDef()


class Answers(BaseModel, extra="forbid"):
    answers: dict[str, int | str]
    comment: str = ""


@routes.get("/s/{token}")
async def show(request: web.Request) -> web.StreamResponse:
    return await _show(request, thanks="thanks" in request.query)


@routes.post("/s/{token}")
async def post(request: web.Request) -> web.StreamResponse:
    survey_id = _survey_id(request)
    who = Actor.customer(survey_id)
    if request.content_type == "application/json":
        said = await body(request, Answers)
        called = await desk(request).transact(who, answer_survey, survey_id, said.answers, said.comment)
        return answer({"id": survey_id, "callback": called})
    typed = await form(request)
    answers = {key: value for key, value in typed.items() if key in SCALES and value}
    if not answers and not typed.get("comment", "").strip():
        # Nothing was chosen: the page asks once more, or says thanks for what was answered before.
        raise web.HTTPSeeOther(f"{request.path}?thanks")
    try:
        await desk(request).transact(who, answer_survey, survey_id, answers, typed.get("comment", ""))
    except Conflict:
        raise web.HTTPSeeOther(f"{request.path}?thanks") from None
    raise web.HTTPSeeOther(request.path if "csat" in answers and len(answers) == 1 else f"{request.path}?thanks")


def _survey_id(request: web.Request) -> str:
    return verify(desk(request).settings.secret_key, SURVEY, request.match_info["token"])


async def _show(request: web.Request, *, thanks: bool) -> web.StreamResponse:
    survey_id = _survey_id(request)
    view = await desk(request).read(Actor.customer(survey_id), _view, survey_id)
    answers = view["answers"]
    step = "ask" if not answers else "thanks" if thanks or "effort" in answers or "nps" in answers else "more"
    return page(request, "survey.html", **view, step=step)


def _view(rx: Rx, survey_id: str) -> dict[str, Any]:
    survey = rx.one(surveys, survey_id)
    language, words = words_in(rx.one(customers, survey.customer_id).language)
    number = rx.one(complaints, survey.complaint_id).number if survey.complaint_id else ""
    about = words["about_complaint"].format(number=number) if number else words["about_contact"]
    answers = dict(survey.answers or {})
    return {
        "lang": language,
        "w": words,
        **look(rx, language),
        "about": about,
        "answers": answers,
        "saved": words["saved"].format(value=answers.get("csat", "")),
        "called": detractor(answers),
    }
