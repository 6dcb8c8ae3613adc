"""One question to a customer: an answer that is missing is not one that was given before."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.complaint_handlers import SURVEY
from desk.kernel.clock import ManualClock
from desk.kernel.tokens import sign
from desk.kernel.transaction import Tx
from desk.tables import customers, surveys
from tests.integration.web.front import SYSTEM, Front, open_front
from web.pages import survey as survey_page


@pytest.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=[*survey_page.routes]) as opened:
        yield opened


async def answered(house: Front, path: str, **said: Any) -> tuple[int, str]:
    async with house.browser().post(path, json=said) as answer:
        return answer.status, await answer.text()


async def test_no_answer_at_all_is_one_that_is_missing(house: Front) -> None:
    path = await asked(house)
    none: list[dict[str, Any]] = [{"answers": {}}, {"answers": {}, "comment": " "}]
    for nothing in none:
        status, said = await answered(house, path, **nothing)
        assert status == 422 and "an answer is missing" in said, said

    assert (await answered(house, path, answers={"csat": 4}))[0] == 200
    for given in ({}, {"csat": 5}):
        status, said = await answered(house, path, answers=given)
        assert status == 409 and "answered already" in said, said


async def test_words_alone_are_an_answer(house: Front) -> None:
    assert (await answered(house, await asked(house), answers={}, comment="Slow"))[0] == 200


async def test_a_form_without_a_choice_asks_once_more(house: Front) -> None:
    path, browser = await asked(house), house.browser()
    async with browser.post(path, data={"comment": " "}) as shown:
        assert shown.status == 200
        assert 'name="csat"' in await shown.text()
    (survey,) = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(surveys)))
    assert survey.state == "sent"


async def asked(house: Front) -> str:
    """Where the customer of a fresh survey answers it."""
    survey_id = await house.desk.transact(SYSTEM, _ask)
    return f"/s/{sign(house.desk.settings.secret_key, SURVEY, survey_id)}"


def _ask(tx: Tx) -> str:
    customer_id, survey_id = tx.new_id(), tx.new_id()
    tx.insert(customers, id=customer_id, name="Ana", language="en", created_at=tx.now)
    about = {"customer_id": customer_id, "kind": "interaction", "channel": "sms", "address": "+493023125001"}
    tx.insert(surveys, id=survey_id, planned_at=tx.now, sent_at=tx.now, state="sent", **about)
    return survey_id
