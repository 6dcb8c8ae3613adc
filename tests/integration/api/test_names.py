"""A name that nobody can see is refused at every door where a person or a program gives one, and nothing is lost."""

from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.errors import Invalid
from desk.people.access import add_user
from desk.tables import customers, queues
from tests.integration.api.house import House
from tests.integration.web.front import SYSTEM

UNSEEN = ["\u00a0", " ", "\u200b", "\u3164\u00ad", "\0"]
#: What no name holds: the door for programs leaves control characters out before it looks.
TURNED = "Ada\u202egpj"

CATEGORY = {"names": {"en": "Parcels"}}
ARTICLE = {"title": "Where is my parcel?", "body": "On its way.", "language": "en", "audience": "public"}


@pytest.mark.parametrize("name", UNSEEN)
async def test_a_customer_keeps_their_name_when_one_is_said_that_nobody_sees(house: House, name: str) -> None:
    program = house.program("agent1")
    made = await program.post("customers", {"name": "Ada\0 Lovelace\u200e", "external_id": "ada"})
    assert (made.status, made["name"]) == (201, "Ada Lovelace")

    for said in (
        await program.patch(f"customers/{made['id']}", {"name": name}),
        await program.post("customers", {"name": name, "external_id": "ada"}),
        await program.post("customers", {"name": name}),
    ):
        assert (said.status, said.wrong) == (422, {"name"})
    (kept,) = await house.rows(customers, external_id="ada")
    assert kept.name == "Ada Lovelace"
    unnamed = await program.patch(f"customers/{made['id']}", {"name": ""})
    assert (unnamed.status, unnamed["name"]) == (200, "")


@pytest.mark.parametrize("name", [*UNSEEN, TURNED])
async def test_nothing_else_is_called_what_nobody_sees(house: House, name: str) -> None:
    admin = house.program("admin")
    reply = {"title": "Hello", "text": "Hello!"}
    category, article = await admin.post("article-categories", CATEGORY), await admin.post("articles", ARTICLE)
    assert (category.status, article.status) == (201, 201), (category.data, article.data)
    assert (await admin.post("canned-replies", reply | {"key": "greets"})).status == 201

    tried: list[tuple[str, str, dict[str, Any], str]] = [
        ("PATCH", "queues/billing", {"name": name}, "name"),
        ("PATCH", "canned-replies/greets", {"title": name}, "title"),
        ("POST", "canned-replies", reply | {"key": "other", "title": name}, "title"),
        ("POST", "article-categories", {"names": {"en": name}}, "names"),
        ("PATCH", f"article-categories/{category['id']}", {"names": {"en": name}, "version": 0}, "names"),
        ("POST", "articles", ARTICLE | {"title": name}, "title"),
    ]
    for method, path, said, field in tried:
        answer = await admin.ask(method, path, json=said)
        assert answer.status == 422, (method, path, answer.data)
        assert {one.partition(".")[0] for one in answer.wrong} == {field}, (method, path)
    (queue,) = await house.rows(queues, key="billing")
    assert queue.name == "Billing"


@pytest.mark.parametrize(
    ("email", "name", "field"),
    [
        ("ada@demo.test", "\u00a0", "name"),
        ("ada@demo.test", "A\0da", "name"),
        ("ada@demo.test", TURNED, "name"),
        ("a\u200bda@demo.test", "Ada", "email"),
        ("ada@de\u00admo.test", "Ada", "email"),
    ],
)
async def test_nobody_signs_in_by_what_nobody_sees(house: House, email: str, name: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await house.desk.transact(SYSTEM, add_user, email=email, name=name, role="agent", password_hash="x")
    assert [where for where, _ in refused.value.errors] == [field]


async def test_an_address_that_nobody_types_is_no_customers(house: House) -> None:
    said = await house.program("agent1").post(
        "customers", {"name": "Ada", "addresses": [{"kind": "email", "value": "a\u200bda@demo.test"}]}
    )
    assert (said.status, said.wrong) == (422, {"addresses"})
    found = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(customers).where(customers.c.name == "Ada")))
    assert found == []
