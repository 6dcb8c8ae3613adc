"""Who is asked how it was, and who is called because of the answer."""

from datetime import timedelta

import pytest

from desk.complaints.surveys import answer_survey, plan_interaction_survey, ways_to_ask
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.questions import answer
from desk.kernel.transaction import Row, Tx
from desk.tables import (
    interactions,
    surveys,
)
from tests.integration.complaint_house import House

DAY = timedelta(days=1)


async def test_the_survey_goes_out_and_a_detractor_is_called(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(14 * DAY)
    survey = await house.row(surveys)
    assert survey.state == "sent"
    assert "https://desk.example/s/" in house.mail.sent[-1].text

    someone = house.system
    with pytest.raises(Invalid) as wrong:
        await house.transact(someone, answer_survey, survey.id, {"csat": 6, "nps": "x", "mood": 1})
    assert len(wrong.value.errors) == 3
    assert await house.transact(someone, answer_survey, survey.id, {"csat": "1"}) is True
    await house.transact(someone, answer_survey, survey.id, {"nps": 3, "effort": 7}, "Never again")
    with pytest.raises(Conflict):
        await house.transact(someone, answer_survey, survey.id, {"csat": 5})

    survey = await house.row(surveys)
    assert (survey.state, survey.answers) == ("answered", {"csat": 1, "nps": 3, "effort": 7})
    (call,) = await house.work("callback")
    assert call.due_at - house.clock.now() == timedelta(hours=48)


def _ask_about(tx: Tx, interaction: Row) -> None:
    plan_interaction_survey(tx, interaction, answer(tx, ways_to_ask(tx, interaction.customer_id)))


async def test_a_customer_is_asked_about_interactions_once_in_thirty_days(house: House) -> None:
    eva = await house.customer()
    for _ in range(3):
        id = await house.interaction(eva)
        row = await house.row(interactions, id=id)
        await house.transact(house.system, _ask_about, row)
        await house.passes(2 * DAY)
    assert [row.state for row in await house.rows(surveys)] == ["sent"]

    await house.passes(30 * DAY)
    row = await house.row(interactions, id=await house.interaction(eva))
    await house.transact(house.system, _ask_about, row)
    await house.passes(2 * DAY)
    assert [row.state for row in await house.rows(surveys)] == ["sent", "sent"]


async def test_who_complains_is_asked_about_the_complaint_and_not_about_the_contact_as_well(house: House) -> None:
    eva = await house.customer()
    row = await house.row(interactions, id=await house.interaction(eva))
    issued = await house.logs(eva)
    await house.transact(house.system, _ask_about, row)
    await house.passes(2 * DAY)
    assert [(row.kind, row.state) for row in await house.rows(surveys)] == [("interaction", "held_back")]

    await house.until(issued, "closed")
    await house.passes(30 * DAY)
    assert {(row.kind, row.state) for row in await house.rows(surveys)} == {
        ("interaction", "held_back"),
        ("complaint", "sent"),
    }


async def test_a_complaint_that_is_open_again_is_not_surveyed(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(DAY)
    await house.moves(issued, "reopened", reason="Not right")
    await house.passes(20 * DAY)

    assert [row.state for row in await house.rows(surveys)] == ["held_back"]
