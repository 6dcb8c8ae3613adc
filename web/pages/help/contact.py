"""web/pages/help/contact.py: the contact and complaint form. Works without JavaScript, keeps what was typed.

It speaks as the help centre does: the language of its address, else the one that the browser likes best.
Each form carries a name of its own: sent twice, it is one message. What is typed proves nobody's
mailbox, so little goes to it: the acknowledgement of a complaint, a few times an hour at most, and
in it nothing that was typed here.
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from channels.characters import undirected
from channels.email.addresses import is_address
from channels.types import Arrival
from desk.contacts.contact_form import write_in
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.tokens import sign, verify
from desk.kernel.transaction import Actor, Tx
from knowledgebase.contacts.names import names_of_asker
from knowledgebase.reading import questions
from web.edge import desk, form, page
from web.errors import TooMany
from web.limiter import FORMS, LIMITER, client_address, networks
from web.pages.help.browsers import browser_of, remember
from web.pages.help.contact_answers import answers_for, may_look, shown_answers
from web.pages.help.contact_words import contact_words
from web.pages.help.frame import VISITOR, Shown, question_of
from web.pages.help.refusal_words import how_long

routes = web.RouteTableDef()

#: Forms that name one mailbox, however its tags are spelled.
PER_MAILBOX = "5/hour"
#: Complaints, which we acknowledge by mail: to mailboxes of one domain, and to all together.
PER_DOMAIN = "30/hour"
TOGETHER = "200/hour"
LONGEST = 10_000
#: The field, its longest content.
FIELDS = (("name", 200), ("email", 320), ("text", LONGEST), ("remedy", 2_000))
_SENT = "contact-sent"
_FORM_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)\s*(?:[,;]|$)")


@routes.get("/contact")
async def show(request: web.Request) -> web.StreamResponse:
    return await _show(request, typed={"question": request.query.get("question", "")}, errors=[])


@routes.get("/contact/sent/{token}")
async def sent(request: web.Request) -> web.StreamResponse:
    number = verify(desk(request).settings.secret_key, _SENT, request.match_info["token"])
    return page(request, "contact_sent.html", **await _frame(request), number=number)


@routes.post("/contact")
async def post(request: web.Request) -> web.StreamResponse:
    typed = {name: value.strip() for name, value in (await form(request)).items()}
    if typed.get("website"):  # a field that people do not see
        raise NotFound("page", request.path)
    if typed.get("again"):  # what is written is to be changed before it is sent
        return await _show(request, typed=typed, errors=[])
    try:
        arrival = _arrival(request, typed, Shown(request))
        if (step := await _step(request, typed)) is not None:
            return step
        _count(request, arrival.address, complains=bool(typed.get("complaint")))
        who = Actor.customer(arrival.external_id.removeprefix("form-")[:36])
        words = typed["text"] if typed.get("complaint") else None
        received, number = await desk(request).transact(
            who, write_in, arrival, complaint=words, remedy_sought=typed.get("remedy", "")
        )
    except Invalid as error:
        return await _show(request, typed=typed, errors=error.errors, status=422)
    except TooMany as error:
        language = Shown(request).language
        why = contact_words(language)["c_too_many"].format(wait=how_long(language, error.retry_after_s))
        shown = await _show(request, typed=typed, errors=[("", why)], status=429)
        shown.headers["Retry-After"] = str(error.retry_after_s)
        return shown
    question = question_of(request, typed.get("question", ""))
    if question is not None:
        await desk(request).transact(VISITOR, _gave_up, question, received.interaction_id, browser_of(request))
    token = sign(desk(request).settings.secret_key, _SENT, number)
    raise web.HTTPSeeOther(Shown(request).at(f"/contact/sent/{token}"))


async def _step(request: web.Request, typed: Mapping[str, str]) -> web.Response | None:
    """The page with articles that may answer a question, once before it is sent; None where none may, and where this
    address has looked up so much that it is left out."""
    if typed.get("seen") or typed.get("complaint") or not may_look(request):
        return None
    found = await answers_for(request, typed)
    if not found.hits:
        return None
    response = page(
        request,
        "contact_answers.html",
        **await _frame(request),
        answers=shown_answers(request, found),
        typed={**_kept(typed), "question": found.token, "seen": "yes"},
    )
    remember(request, response)
    return response


def _gave_up(tx: Tx, question: str, interaction_id: str, browser: str) -> None:
    if questions.claimed(tx, question, browser):
        questions.ended(tx, question, questions.GAVE_UP, names=names_of_asker(tx, interaction_id))


def _kept(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, for the form that is shown next."""
    names = ("name", "email", "text", "remedy", "complaint", "question", "seen")
    form_id = typed.get("form_id", "")
    is_ours = _FORM_ID.fullmatch(form_id) is not None
    return {name: typed.get(name, "") for name in names} | {
        "form_id": form_id if is_ours else secrets.token_urlsafe(18)
    }


def _arrival(request: web.Request, typed: Mapping[str, str], shown: Shown) -> Arrival:
    """The message that a form holds.

    Raises:
        Invalid: names each field that is wrong.
    """
    words = contact_words(shown.language)
    wrong = [(name, words["c_too_long"].format(most=most)) for name, most in FIELDS if len(typed.get(name, "")) > most]
    if not is_address(typed.get("email", "")):
        wrong.append(("email", words["c_wrong_email"]))
    if not typed.get("text"):
        wrong.append(("text", words["c_wrong_text"]))
    if wrong:
        raise Invalid.many(wrong)
    given = typed.get("form_id", "")
    text, complains = typed["text"], bool(typed.get("complaint"))
    return Arrival(
        channel="form",
        external_id=f"form-{given if _FORM_ID.fullmatch(given) else secrets.token_urlsafe(18)}",
        address_kind="email",
        address=typed["email"],
        name=undirected(typed.get("name", "")),
        subject=undirected(text.split("\n", 1)[0])[:80],
        text=f"{text}\n\nWhat would put it right: {typed['remedy']}" if complains and typed.get("remedy") else text,
        language=_language(request),
        headers={"topic": "complaints"} if complains else {},
    )


def _count(request: web.Request, mailbox: str, *, complains: bool) -> None:
    limiter = request.app[LIMITER]
    limiter.count(FORMS, "form", client_address(request, networks(desk(request).settings.trusted_proxies)))
    local, _, domain = mailbox.lower().rpartition("@")
    limiter.count(PER_MAILBOX, "mailbox", f"{local.partition('+')[0]}@{domain}")
    if complains:
        limiter.count(PER_DOMAIN, "domain", domain)
        limiter.count(TOGETHER, "complaints by form")


def _language(request: web.Request) -> str:
    """In which language we are to answer: that which was chosen here, else the browser's own, whichever it is."""
    if said := Shown(request).said:
        return said
    found = _LANGUAGE.match(request.headers.get("Accept-Language", ""))
    return found[1] if found else ""


async def _frame(request: web.Request) -> dict[str, Any]:
    """What the form's pages stand in, in the reader's language."""
    shown = Shown(request)
    return await desk(request).read(VISITOR, shown.frame) | {"w": contact_words(shown.language)}


async def _show(
    request: web.Request, *, typed: Mapping[str, str], errors: list[tuple[str, str]], status: int = 200
) -> web.Response:
    # What is typed goes nowhere: another language is offered on the empty form alone.
    languages = Shown(request).in_languages("/contact") if request.method == "GET" else []
    view = {"typed": _kept(typed), "why": dict(errors), "languages": languages}
    response = page(request, "contact.html", **await _frame(request), **view)
    response.set_status(status)
    return response
