"""web/api/complaints.py: complaints for programs and for the console."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from desk.complaints.complaints import correct, extend, log_complaint, send_update, wrong_record
from desk.complaints.lifecycle import State
from desk.complaints.packs import Level
from desk.complaints.register import FILTERS, list_complaints, one_complaint
from desk.complaints.transitions import transition
from desk.kernel.errors import Invalid
from desk.kernel.instants import Moment
from desk.kernel.transaction import Rx, Tx
from desk.people.permissions import Right
from desk.people.reach import interaction_for
from web.api.creating import create
from web.api.lists import filters_of
from web.api.shapes import Anything, Made
from web.api.told import tells
from web.edge import actor, answer, body, created, desk, needs, page_of
from web.errors import wrong_fields

routes = web.RouteTableDef()

#: Fields of a new complaint that are right or wrong whatever the others are.
_BY_THEMSELVES = ("customer_id", "category", "severity", "remedy_sought", "verbatim")
_INSTANT = TypeAdapter[datetime](AwareDatetime)
#: What these filters take; `open` is every state in which something is still to be done.
CHOICES = {"state": ("open", *State), "level": tuple(Level)}


class NewComplaint(BaseModel, extra="forbid"):
    customer_id: str
    interaction_id: str | None = None
    category: str
    severity: int
    remedy_sought: str
    verbatim: str
    first_expressed_at: Moment | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, data: Any, read: ModelWrapValidatorHandler["NewComplaint"]) -> "NewComplaint":
        """Who gave fields that are not of their kind is told of the others that are wrong as well."""
        try:
            return read(_dated(data))
        except ValidationError as error:
            wrong = wrong_fields(error)
            named = {name.partition(".")[0] for name, _ in wrong}
            given = data if isinstance(data, dict) else {}
            raise HalfRight(wrong, {name: value for name, value in given.items() if name not in named}) from error


def _dated(data: Any) -> Any:
    """`data` with the instant that it names in words as one: read as kinds, it would be no more than words."""
    words = data.get("first_expressed_at") if isinstance(data, dict) else None
    if not isinstance(words, str):
        return data
    try:
        return data | {"first_expressed_at": _INSTANT.validate_python(words)}
    except ValidationError:
        return data


class HalfRight(Invalid):
    """A complaint of which some fields are not even of their kind; `given` are the others."""

    def __init__(self, errors: list[tuple[str, str]], given: Mapping[str, Any]) -> None:
        super().__init__("", "")
        self.errors, self.given = errors, given


class Transition(BaseModel, extra="forbid"):
    """Where to, and whatever the guard of that state asks for."""

    to: State
    owner_id: str | None = None
    level: str | None = None
    plan: str | None = None
    answer: str | None = None
    question: str | None = None
    due_at: Moment | None = None
    findings: str | list[Any] | dict[str, Any] | None = None
    no_investigation_reason: str | None = None
    cause: str | None = None
    redress: str | dict[str, Any] | list[Any] | None = None
    decision: str | None = None
    response: str | None = None
    acceptance: str | None = None
    words: str | None = None
    reason: str | None = None
    body: str | None = None


class Correction(BaseModel, extra="forbid"):
    category: str | None = None
    severity: int | None = None
    remedy_sought: str | None = Field(None, max_length=20_000)
    product: str | None = Field(None, max_length=64)
    vulnerable: bool | None = None
    acceptance: str | None = Field(None, max_length=20_000)
    first_expressed_at: Moment | None = None


class NewLetter(BaseModel, extra="forbid"):
    """An update to the complainant; with `extend` it also extends the final response, as approved by the sender."""

    message: str
    extend: bool = False


@routes.post("/api/v1/complaints")
@needs(Right.WORK)
@tells(Anything, status=201, key=True)
async def post(request: web.Request) -> web.StreamResponse:
    """Takes a complaint down; answers with everything on record, as `GET` does."""
    try:
        new = await body(request, NewComplaint)
    except HalfRight as half:
        raise Invalid.many(await desk(request).read(actor(request), _every_fault, half)) from half
    issued = await create(request, new, _log, new)
    return created(f"/api/v1/complaints/{issued['id']}", **issued)


@routes.get("/api/v1/complaints")
@needs(Right.COMPLAINTS)
@tells(Anything, filters=FILTERS, choices=CHOICES)
async def get_all(request: web.Request) -> web.StreamResponse:
    cursor, limit = page_of(request)
    filters = filters_of(request, FILTERS)
    found = await desk(request).read(actor(request), list_complaints, cursor=cursor, limit=limit, **filters)
    return answer(found)


@routes.get("/api/v1/complaints/{id}")
@needs(Right.COMPLAINTS)
async def get_one(request: web.Request) -> web.StreamResponse:
    return answer(await desk(request).read(actor(request), one_complaint, request.match_info["id"]))


@routes.patch("/api/v1/complaints/{id}")
@needs(Right.COMPLAINTS)
async def patch(request: web.Request) -> web.StreamResponse:
    changes = await body(request, Correction)
    await desk(request).transact(actor(request), correct, request.match_info["id"], **dict(changes))
    return await get_one(request)


@routes.post("/api/v1/complaints/{id}/transitions")
@needs(Right.COMPLAINTS)
async def post_transition(request: web.Request) -> web.StreamResponse:
    """Moves it on; answers with everything on record.

    `pending` says that a letter is on its way or an approval is missing, `awaits` what for.
    """
    fields = dict(await body(request, Transition))
    to = fields.pop("to")
    said = await desk(request).transact(actor(request), _move, request.match_info["id"], to, fields)
    return answer(said, status=202 if to is State.CLOSED else 200)


@routes.post("/api/v1/complaints/{id}/letters")
@needs(Right.COMPLAINTS)
@tells(Made, status=202)
async def post_letter(request: web.Request) -> web.StreamResponse:
    letter = await body(request, NewLetter)
    write = extend if letter.extend else send_update
    letter_id = await desk(request).transact(actor(request), write, request.match_info["id"], letter.message)
    return answer({"id": letter_id}, status=202)


def _every_fault(rx: Rx, half: HalfRight) -> list[tuple[str, str]]:
    # What is compared with other fields or the clock has to wait until all are of their kind.
    given = {name: half.given[name] for name in _BY_THEMSELVES if name in half.given}
    return [*half.errors, *wrong_record(rx, **given)]


def _log(tx: Tx, new: NewComplaint) -> dict[str, Any]:
    if new.interaction_id is not None:
        interaction_for(tx, new.interaction_id)
    issued = log_complaint(tx, **dict(new))
    return one_complaint(tx, issued.id)


def _move(tx: Tx, id: str, to: State, fields: dict[str, Any]) -> dict[str, Any]:
    moved = transition(tx, id, to, **fields)
    return one_complaint(tx, id) | {"pending": moved.pending, "awaits": moved.awaits}
