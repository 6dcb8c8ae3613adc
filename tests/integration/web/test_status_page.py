"""How a complaint stands, for its customer: what they get is said in their language."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import jinja2.nodes
import pytest
import pytest_asyncio
import sqlalchemy as sa

from desk.complaint_handlers import STATUS
from desk.complaints.lifecycle import State
from desk.complaints.transitions import transition
from desk.kernel.clock import ManualClock
from desk.kernel.tokens import sign
from desk.kernel.transaction import Tx
from desk.tables import complaints, customers, queues
from tests.integration.web.front import SYSTEM, Front, built_files, open_front
from web.assets import environment
from web.pages import status as status_page
from web.pages.customer_words import WORDS
from web.pages.help import contact

#: What a mapping answers to by itself: a template that reads such a key as an attribute shows a method.
OF_MAPPINGS = frozenset(name for name in dir(dict) if not name.startswith("_"))


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [*status_page.routes, *contact.routes]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=found) as opened:
        await opened.desk.transact(SYSTEM, _open_queues)
        yield opened


@pytest.mark.parametrize("language", WORDS)
async def test_who_gets_money_reads_so_in_their_language(house: Front, language: str) -> None:
    browser = house.browser()
    wrote = {"name": "Ana", "email": "ana@example.org", "text": "Late again", "complaint": "yes", "remedy": "A refund"}
    assert (await browser.post("/contact", data=wrote)).status == 200
    (complaint,) = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(complaints)))
    await house.desk.transact(SYSTEM, _was_paid, complaint.id, complaint.customer_id, language)

    shown = await browser.get(f"/t/{sign(house.desk.settings.secret_key, STATUS, complaint.id)}")

    assert shown.status == 200
    text = unescape(await shown.text())
    assert f"<h2>{WORDS[language]['get']}</h2>" in text
    assert "40.00 EUR" in text
    assert "<built-in" not in text


async def test_nobody_reads_that_it_is_looked_into_before_somebody_looks(house: Front) -> None:
    browser = house.browser()
    wrote = {"name": "Ana", "email": "ana@example.org", "text": "Late again", "complaint": "yes", "remedy": "A refund"}
    assert (await browser.post("/contact", data=wrote)).status == 200
    (complaint,) = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(complaints)))
    address = f"/t/{sign(house.desk.settings.secret_key, STATUS, complaint.id)}"

    new = await (await browser.get(address)).text()
    assert "We have your complaint." in new and "We are looking into it." not in new
    assert re.search(r'aria-current="step"><span class="dot"></span><b>Received', new)

    await house.desk.transact(
        SYSTEM,
        transition,
        complaint.id,
        State.TRIAGE,
        owner_id=await house.add("o@demo.test", "agent"),
        level="general",
    )
    looked = await (await browser.get(address)).text()
    assert "We are looking into it." in looked
    assert re.search(r'aria-current="step"><span class="dot"></span><b>Being looked into', looked)


def test_no_template_reads_as_an_attribute_what_a_mapping_answers_itself(tmp_path: Path) -> None:
    made = environment(built_files(tmp_path / "static"))
    loader = made.loader
    assert loader is not None
    for name in loader.list_templates():
        tree = made.parse(loader.get_source(made, name)[0])
        called = {id(call.node) for call in tree.find_all(jinja2.nodes.Call)}
        read = {found.attr for found in tree.find_all(jinja2.nodes.Getattr) if id(found) not in called}
        assert not read & OF_MAPPINGS, f'{name}: such a key is read as words["{min(read & OF_MAPPINGS)}"]'


def _open_queues(tx: Tx) -> None:
    for key in ("general", "complaints"):
        tx.insert(queues, key=key, name=key, skills={}, priority=0)


def _was_paid(tx: Tx, complaint_id: str, customer_id: str, language: str) -> None:
    tx.update(customers, customer_id, language=language)
    redress = {"kind": "money", "amount": {"amount": "40.00", "currency": "EUR"}}
    tx.update(complaints, complaint_id, state="closed", decision="upheld", response="We are sorry.", redress=redress)
