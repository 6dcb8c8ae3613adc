"""What the knowledge base lacks, as programs read it."""

from typing import Any

from knowledgebase.learning import night
from knowledgebase.reading import questions
from tests.integration.api.house import House
from tests.integration.knowledgebase.cases import case, complaint, known_causes
from tests.integration.knowledgebase.shelf import shelve
from tests.integration.web.front import SYSTEM
from web.api.article_learning import ArticleLearning


def before(tx: Any) -> None:
    questions.asked(tx, door="widget", words="do you sell bicycles", hits=0, language="en")
    shelve(tx, "Refunds", "We refund you within 5 days of receiving your parcel.", days_ago=400)
    shelve(tx, "Returns", "A refund arrives within 14 days of receiving the parcel.")
    case(tx, ("customer", "How do I return a lamp?"), ("agent", "Print the label."), answers={"csat": 5})
    known_causes(tx, lateness="Parcels that come late")
    complaint(tx, cause="lateness")


async def test_who_writes_reads_what_is_missing_and_nobody_else(house: House) -> None:
    await house.desk.transact(SYSTEM, before)
    await night.learn(house.desk, night.Learn())

    said = await house.program("supervisor").get("articles/learning")

    found = ArticleLearning.model_validate(said.data)
    assert [(one.title, one.doors) for one in found.questions] == [("do you sell bicycles", {"widget": 1})]
    assert [one.title for one in found.unused] == ["Refunds"] and found.unhelpful == found.due == found.behind == []
    (pair,) = found.contradictions
    assert {pair.one.title, pair.other.title} == {"Refunds", "Returns"} and pair.kind == "days"
    assert [one.channel for one in found.contacts] == ["email"]
    assert [(one.name, one.times, one.is_answered) for one in found.causes] == [("Parcels that come late", 1, False)]
    assert [(one.door, one.nothing) for one in found.deflection if one.nothing] == [("widget", 1)]
    assert (await house.program("agent1").get("articles/learning")).status == 403
    assert (await house.program().get("articles/learning")).status == 401


async def test_an_empty_knowledge_base_lacks_nothing(house: House) -> None:
    said = await house.program("supervisor").get("articles/learning")
    assert said.status == 200 and set(said.data) == set(ArticleLearning.model_fields)
    doors = said.data.pop("deflection")
    assert not any(said.data.values())
    assert all(number == 0 for door in doors for field, number in door.items() if field != "door")
