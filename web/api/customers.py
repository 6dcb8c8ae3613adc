"""web/api/customers.py: customers, for people and for other systems."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from channels.characters import undirected, why_no_name
from desk.customers.contact_safety import ContactSafety
from desk.customers.profiles import FILTERS, add_customer, change_customer, matching_customers, one_profile, profiles
from desk.kernel.transaction import Rx, Tx
from desk.people.permissions import Right
from desk.screens.past import as_seen_by
from desk.screens.pop import pop
from desk.tables import customers
from web.api.creating import create
from web.api.lists import filters_of, page_by
from web.api.shapes import Anything, Customer, Reachable
from web.api.told import tells
from web.edge import actor, answer, body, created, desk, needs, page_of

routes = web.RouteTableDef()


def _called(name: str) -> str:
    """A customer's name as it is kept; an empty one is none. Copied from a message it may hold a mark of direction."""
    plain = undirected(name)
    if name and (why := why_no_name(plain)):
        raise ValueError(f"{why}, or none")
    return plain.strip()


Name = Annotated[str, StringConstraints(max_length=200), AfterValidator(_called)]


class CustomerChange(BaseModel, extra="forbid"):
    """What is left out stays. With `version`, only if nobody changed the customer since."""

    name: Name | None = None
    tier: str | None = None
    language: Annotated[str, StringConstraints(max_length=16)] | None = None
    time_zone: Annotated[str, StringConstraints(max_length=40)] | None = None
    note: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    vulnerable: bool | None = None
    contact_safety: ContactSafety | None = None
    version: int | None = None


class Address(Reachable, extra="forbid"):
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,23}$")]
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)]


class NewCustomer(BaseModel, extra="forbid"):
    """The same `external_id` again is the same customer, brought up to date."""

    external_id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)] | None = None
    name: Name
    tier: str | None = None
    language: Annotated[str, StringConstraints(max_length=16)] | None = None
    time_zone: Annotated[str, StringConstraints(max_length=40)] | None = None
    note: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    vulnerable: bool | None = None
    addresses: Annotated[list[Address], Field(max_length=20)] = []


@routes.get("/api/v1/customers")
@needs(Right.WORK)
@tells(Customer, filters=FILTERS)
async def get_all(request: web.Request) -> web.StreamResponse:
    """Customers, the newest first. `name` finds any part of a name; `email` and `phone` find by address."""
    cursor, limit = page_of(request)
    return answer(await desk(request).read(actor(request), _list, cursor, limit, filters_of(request, FILTERS)))


@routes.post("/api/v1/customers")
@needs(Right.WORK)
@tells(Customer, status=201, repeated=200, key=True)
async def post(request: web.Request) -> web.StreamResponse:
    """Adds a customer; one with a known `external_id` is brought up to date and answered with 200."""
    new = await body(request, NewCustomer)
    made = await create(request, new, _add, new)
    if not made["new"]:
        return answer(made["customer"])
    return created(f"/api/v1/customers/{made['customer']['id']}", **made["customer"])


@routes.get("/api/v1/customers/{id}")
@needs(Right.WORK)
@tells(Customer)
async def get_one(request: web.Request) -> web.StreamResponse:
    """One customer."""
    return answer(await desk(request).read(actor(request), one_profile, request.match_info["id"]))


@routes.patch("/api/v1/customers/{id}")
@needs(Right.WORK)
@tells(Customer)
async def patch(request: web.Request) -> web.StreamResponse:
    """Changes what is known of a customer."""
    changes = (await body(request, CustomerChange)).model_dump(exclude_none=True)  # {} takes every rule away
    version = changes.pop("version", None)
    await desk(request).transact(actor(request), change_customer, request.match_info["id"], changes, version)
    return await get_one(request)


@routes.get("/api/v1/customers/{id}/pop")
@needs(Right.WORK)
@tells(Anything)
async def get_pop(request: web.Request) -> web.StreamResponse:
    """What an agent sees of a customer before accepting: history, open complaints, recoveries, satisfaction."""
    return answer(await desk(request).read(actor(request), _pop, request.match_info["id"]))


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    return page_by(rx, matching_customers(filters), customers.c.id, cursor=cursor, limit=limit, show=profiles)


def _pop(rx: Rx, id: str) -> dict[str, Any]:
    known = pop(rx, id)
    (past,) = as_seen_by(rx, [(rx.actor.id, known["history"])])
    return known | {"history": past}


def _add(tx: Tx, new: NewCustomer) -> dict[str, Any]:
    fields = new.model_dump(exclude_none=True, exclude={"external_id", "addresses"})
    reachable = [(address.kind, address.value) for address in new.addresses]
    customer_id, fresh = add_customer(tx, external_id=new.external_id, reachable=reachable, fields=fields)
    return {"new": fresh, "customer": one_profile(tx, customer_id)}
