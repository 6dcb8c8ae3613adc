"""Articles beside a conversation: what fits what the customer wrote, what of it goes into a reply, what it came to."""

import secrets
from datetime import timedelta
from typing import Any

import pytest

from desk.customers import customers
from desk.kernel.transaction import Actor
from desk.organization.rows import put
from desk.tables import interactions, organization
from knowledgebase.tables import article_files, article_uses
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles, publishing
from tests.integration.knowledgebase.shelf import article_of, shelve
from tests.integration.knowledgebase.test_meaning import ready
from tests.integration.sockets.house import takes_next

REFUND = {
    "title": "How long a refund takes",
    "summary": "A refund is on your account five days after we have the parcel.",
    "body": "We send your money back as soon as the **parcel** is here.\n\nYour bank needs up to five days.",
}
SCAN = {"title": "Refund without a scan of the parcel", "body": "Look into the yard list. Never tell the customer."}


async def written(
    house: Any, about: dict[str, str] = REFUND, audience: str = "public", **more: Any
) -> articles.Created:
    """A published article."""
    sue = await house.floor.supervisor()
    made: articles.Created = await sue.does(
        articles.create, **({"audience": audience, "language": "en", "state": "published"} | about | more)
    )
    return made


async def in_hand(house: Any, text: str = "When will I get my refund for the parcel?") -> tuple[Any, str]:
    """An agent's console, and a chat that they have taken."""
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text=text, client_id="1", language="en"))["interaction_id"]
    await takes_next(ana)
    return ana, id


async def is_known(house: Any, id: str, *, by: str = "email") -> None:
    """It is certain whose contact it is: the customer has an address that somebody has shown to be theirs."""

    def writes(tx: Any) -> None:
        interaction = tx.one(interactions, id)
        customers.add_address(tx, interaction.customer_id, by, "ana@example.org")
        tx.update(interactions, id, certainty="certain")

    await house.floor.desk.transact(Actor.system("test"), writes)


async def sends(agent: Any, id: str, text: str, articles: list[dict[str, str]], **more: Any) -> None:
    """An agent's reply, and the articles that it holds."""
    about = {"interaction_id": id, "client_id": secrets.token_hex(4), "text": text, "articles": articles}
    await agent.does("message.send", **(about | more))


async def tells(agent: Any, id: str, made: articles.Created, how: str = "inserted") -> None:
    """An agent's reply that holds an article, and nothing else."""
    said = await agent.does("article.words", interaction_id=id, text_id=made.text_id, how=how)
    await sends(agent, id, said["text"], [{"text_id": made.text_id, "how": how}])


async def row_of(house: Any, made: articles.Created) -> Any:
    (row,) = await house.floor.rows(articles_table, id=made.id)
    return row


async def test_what_fits_the_customers_words_is_suggested_and_goes_into_the_reply(house):
    refund = await written(house)
    await written(house, {"title": "Opening hours", "body": "We are open from nine to five."})
    ana, id = await in_hand(house)

    first = (await ana.does("article.suggest", interaction_id=id))["articles"][0]
    assert (first["text_id"], first["title"], first["internal"]) == (refund.text_id, REFUND["title"], False)

    said = await ana.does("article.words", interaction_id=id, text_id=refund.text_id, how="inserted")
    assert said["text"] == f"{REFUND['summary']}\nhttp://desk.test/help/a/{refund.slug}"
    linked = await ana.does("article.words", interaction_id=id, text_id=refund.text_id, how="linked")
    assert linked["text"] == f"{REFUND['title']}: http://desk.test/help/a/{refund.slug}"


async def test_an_article_is_used_when_the_reply_that_holds_it_goes_out(house):
    refund = await written(house)
    lamp = await written(house, {"title": "The lamp", "body": "It blinks."})
    ana, id = await in_hand(house)
    for how in ("inserted", "linked"):
        await ana.does("article.words", interaction_id=id, text_id=refund.text_id, how=how)
    assert await house.floor.rows(article_uses) == []  # it may be taken out again

    both = [{"text_id": refund.text_id, "how": how} for how in ("inserted", "linked")]
    await sends(ana, id, "Not for customers", both, internal=True)
    await sends(ana, id, "Good morning", [])
    assert await house.floor.rows(article_uses) == []

    for client_id in ("a1", "a1", "a2"):
        await sends(ana, id, REFUND["summary"], both, client_id=client_id)
    assert sorted(row.how for row in await house.floor.rows(article_uses)) == ["inserted", "linked"]
    assert (await row_of(house, refund)).used == 2  # the same way twice in a contact is once
    assert (await row_of(house, lamp)).used == 0


async def test_what_may_not_be_told_is_no_use_of_a_reply_and_holds_up_nobody(house):
    internal = await written(house, SCAN, audience="internal")
    guarded = await written(house, {"title": "For customers", "body": "x"}, audience="customers")
    gone = await written(house)
    await (await house.floor.supervisor()).does(publishing.unpublish, gone.text_id)
    ana, id = await in_hand(house)

    named = [internal.text_id, guarded.text_id, gone.text_id, "nobodys"]
    await sends(ana, id, "Words of mine", [{"text_id": one, "how": "inserted"} for one in named])

    assert await house.floor.rows(article_uses) == []
    more = [{"text_id": gone.text_id, "how": "inserted"}]
    for wrong in (more * 21, [{"text_id": gone.text_id, "how": "read_out"}], [{"text_id": gone.text_id}]):
        about = {"interaction_id": id, "client_id": "x", "text": "x", "articles": wrong}
        assert await ana.is_refused("message.send", **about) == "invalid"


async def test_what_was_read_out_is_told_with_the_suggestions_to_whom_it_is_for(house):
    refund = await written(house)
    ana, id = await in_hand(house)
    assert (await ana.does("article.suggest", interaction_id=id))["read_out"] == []

    for _ in range(2):
        await ana.does("article.read_out", interaction_id=id, text_id=refund.text_id)
    await tells(ana, id, refund, "linked")

    (told,) = (await ana.does("article.suggest", interaction_id=id))["read_out"]
    assert told == {"id": refund.id, "text_id": refund.text_id, "language": "en", "title": REFUND["title"]}
    sue = await house.floor.supervisor()
    await sue.does(articles.save, refund.text_id, title="A draft", body="x", summary="", note="", base=1)
    assert (await ana.does("article.suggest", interaction_id=id))["read_out"] == [told]
    await house.floor.desk.transact(
        Actor.system("test"), lambda tx: put(tx, organization, "teams", value={"yard": {"name": "Yard", "members": []}})
    )
    await sue.does(articles.describe, refund.id, audience="internal", team="yard")
    assert (await ana.does("article.suggest", interaction_id=id))["read_out"] == []


async def test_what_means_the_same_is_found_at_every_door_of_a_contact(house):
    refund = await written(house, {"title": "When your refund arrives", "body": "Within five days."})
    page, _ = await house.visitor()
    await ready(house.floor.desk)
    asked = "how soon am I repaid?"
    ana = await house.console("agent1", available=True)

    id = (await page.does("chat.start", text=asked, client_id="1", language="en"))["interaction_id"]

    assert [one["slug"] for one in (await page.next("suggestions"))["articles"]] == [refund.slug]
    await takes_next(ana)
    for door, about in (("article.suggest", {}), ("article.search", {"q": asked})):
        found = (await ana.does(door, interaction_id=id, **about))["articles"]
        assert [one["text_id"] for one in found] == [refund.text_id]


async def test_the_papers_of_a_public_article_go_into_the_reply_by_their_links(house):
    paper = {"id": "0193", "name": "Form.pdf", "type": "application/pdf", "size": 120_000, "blob": "x", "added_by": "a"}
    body = REFUND | {"body": "Print [the form](/help/files/0193)."}
    made, hidden = await written(house, body), await written(house, body, audience="customers")

    def adds(tx: Any) -> None:
        tx.insert(article_files, article_id=made.id, added_at=tx.now, **paper)
        tx.insert(article_files, article_id=hidden.id, added_at=tx.now, **paper | {"id": "0194"})

    await house.floor.desk.transact(Actor.system("test"), adds)
    ana, id = await in_hand(house)
    await is_known(house, id)

    said = [
        (await ana.does("article.words", interaction_id=id, text_id=one.text_id, how="inserted"))["text"]
        for one in (made, hidden)
    ]

    form = "Form.pdf (PDF, 120 kB): http://desk.test/help/files/0193"
    assert said == [f"{REFUND['summary']}\n{form}\nhttp://desk.test/help/a/{made.slug}", REFUND["summary"]]


async def test_without_a_summary_the_first_sentences_are_inserted_without_any_mark(house):
    made = await written(house, REFUND | {"summary": "", "body": "**Yes.** We do. " * 100}, audience="customers")
    ana, id = await in_hand(house)
    await is_known(house, id)

    said = (await ana.does("article.words", interaction_id=id, text_id=made.text_id, how="inserted"))["text"]

    assert said.startswith("Yes. We do. Yes.") and said.endswith(".") and len(said) <= 700
    assert "http" not in said  # who has not signed in cannot open it
    assert await ana.is_refused("article.words", interaction_id=id, text_id=made.text_id, how="linked") == "conflict"


async def test_an_internal_article_is_read_and_never_said_to_a_customer(house):
    internal = await written(house, SCAN, audience="internal")
    ana, id = await in_hand(house)

    found = (await ana.does("article.search", q="refund scan", interaction_id=id))["articles"]
    assert [(one["text_id"], one["internal"]) for one in found] == [(internal.text_id, True)]
    for door, how in (("words", "inserted"), ("words", "linked"), ("read_out", "read_out")):
        answer = await ana.asks(f"article.{door}", interaction_id=id, text_id=internal.text_id, how=how)
        assert answer["error"]["code"] == "conflict" and "text" not in answer
    assert await house.floor.rows(article_uses) == []


@pytest.mark.parametrize("who", ["public", "customers", "internal", "draft", "team"])
async def test_each_door_of_the_console_shows_what_is_an_agents_to_read(house, who):
    """What is suggested, found and used agree: a colleague's team and drafts are nobody's here."""
    sue = await house.floor.supervisor()
    about: dict[str, Any] = {"audience": who if who in ("public", "customers") else "internal", "language": "en"}
    made = await sue.does(articles.create, **REFUND, **about, state="draft" if who == "draft" else "published")
    if who == "team":
        await sue.does(articles.describe, made.id, audience="internal", team="complaints")
    ana, id = await in_hand(house)
    await is_known(house, id)

    seen = who not in ("draft", "team")
    for door, asked in (("article.suggest", {}), ("article.search", {"q": "refund"})):
        found = (await ana.does(door, interaction_id=id, **asked))["articles"]
        assert [one["text_id"] for one in found] == ([made.text_id] if seen else []), door
    answer = await ana.asks("article.words", interaction_id=id, text_id=made.text_id, how="inserted")
    assert answer["ok"] is (who in ("public", "customers"))
    assert answer["ok"] or answer["error"]["code"] == ("conflict" if who == "internal" else "not_found")


@pytest.mark.parametrize("who", ["new", "came back", "only says so"])
async def test_what_is_for_customers_is_told_to_nobody_of_whom_it_is_not_certain_that_they_are_one(house, who):
    made = await written(house, audience="customers")
    ana, id = await in_hand(house)
    if who != "new":  # a browser that came back, and one whose visitor typed a mailbox
        await is_known(house, id, by="chat" if who == "came back" else customers.CLAIMED)

    for door, asked in (("article.suggest", {}), ("article.search", {"q": "refund"})):
        (found,) = (await ana.does(door, interaction_id=id, **asked))["articles"]
        assert (found["text_id"], found["internal"], found["uncertain"]) == (made.text_id, False, True), door
    for door, how in (("words", "inserted"), ("words", "linked"), ("read_out", "read_out")):
        answer = await ana.asks(f"article.{door}", interaction_id=id, text_id=made.text_id, how=how)
        assert answer["error"]["code"] == "conflict" and "text" not in answer
        assert "not certain" in answer["error"]["message"]
    assert await house.floor.rows(article_uses) == []

    await is_known(house, id)
    (found,) = (await ana.does("article.suggest", interaction_id=id))["articles"]
    assert found["uncertain"] is False
    said = await ana.does("article.words", interaction_id=id, text_id=made.text_id, how="inserted")
    assert said["text"] == REFUND["summary"]


async def test_who_does_not_have_the_contact_uses_nothing_in_it(house):
    refund = await written(house)
    _, id = await in_hand(house)
    bo = await house.console("agent2")

    assert (
        await bo.is_refused("article.words", interaction_id=id, text_id=refund.text_id, how="inserted") == "forbidden"
    )
    assert await bo.is_refused("article.suggest", interaction_id="nobodys") == "not_found"
    assert await bo.is_refused("article.search", q="x" * 301) == "invalid"


async def test_what_was_used_has_settled_a_contact_that_stays_closed_for_a_week(house):
    refund = await written(house)
    ana, id = await in_hand(house)
    await tells(ana, id, refund)
    await house.floor.passes(timedelta(days=3))
    await ana.does("interaction.wrap_up", interaction_id=id, disposition="solved")

    await house.floor.passes(timedelta(days=6))
    assert (await row_of(house, refund)).settled == 0
    await house.floor.passes(timedelta(days=1))
    assert (await row_of(house, refund)).settled == 1
    await house.floor.passes(timedelta(days=30))
    assert (await row_of(house, refund)).settled == 1


async def test_what_a_person_told_last_has_settled_a_contact_and_nothing_else(house):
    first, second, third, fourth = [
        await written(house, REFUND | {"title": f"Refund {n}"}) for n in ("one", "two", "three", "four")
    ]
    ana, id = await in_hand(house)
    for told in (first, second, third, first):
        await tells(ana, id, told)
        house.floor.clock.advance(timedelta(minutes=1))
    await ana.does("article.words", interaction_id=id, text_id=fourth.text_id, how="inserted")  # and deleted
    await ana.does("interaction.wrap_up", interaction_id=id, disposition="solved")
    await house.floor.passes(timedelta(days=8))

    assert [(await row_of(house, one)).settled for one in (first, second, third, fourth)] == [1, 0, 0, 0]


async def test_articles_of_one_reply_have_settled_a_contact_together(house):
    both = [await written(house, REFUND | {"title": f"Refund {n}"}) for n in ("one", "two")]
    ana, id = await in_hand(house)
    ways = [{"text_id": one.text_id, "how": how} for one in both for how in ("inserted", "linked")]
    await sends(ana, id, "Both", ways)
    await ana.does("interaction.wrap_up", interaction_id=id, disposition="solved")
    await house.floor.passes(timedelta(days=8))

    assert [(await row_of(house, one)).settled for one in both] == [1, 1]


async def test_what_was_used_before_a_customer_came_back_settled_nothing(house):
    refund = await written(house)
    other = await written(house, {"title": "Who pays for the refund", "body": "We do."})
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="My refund?", client_id="1"))["interaction_id"]
    await takes_next(ana)
    await tells(ana, id, refund)
    await ana.does("interaction.wrap_up", interaction_id=id, disposition="solved")
    house.floor.clock.advance(timedelta(minutes=5))

    again = await page.does("message.send", text="It is not here still.", client_id="2")
    assert again["interaction_id"] == id
    bo = await house.floor.agent(1)
    await bo.takes_next()
    await tells(ana, id, other)
    await ana.does("interaction.wrap_up", interaction_id=id, disposition="solved")
    await house.floor.passes(timedelta(days=8))

    assert ((await row_of(house, refund)).settled, (await row_of(house, other)).settled) == (0, 1)


async def test_what_readers_see_no_more_is_not_used(house):
    refund = await written(house)
    ana, id = await in_hand(house)
    await (await house.floor.supervisor()).does(publishing.unpublish, refund.text_id)

    assert (await ana.does("article.suggest", interaction_id=id))["articles"] == []
    assert await ana.is_refused("article.words", interaction_id=id, text_id=refund.text_id, how="linked") == "not_found"


LAMP = {
    "title": "The refund lamp",
    "body": """It blinks while a refund for a parcel is on its way.

```Guide
? start: Is the lamp *dead*?
  - Yes -> plug
  - No -> waits

? plug: Is it plugged in?
  - Yes -> broken
  - No -> waits

= waits: Wait.
= broken: Send it **back**:

  1. Pack it.
  2. Use [our label](https://shop.example/label).
```
""",
}


async def test_a_guide_is_walked_beside_a_contact_and_its_answer_goes_into_the_reply(house):
    await written(house)
    lamp = await written(house, LAMP)
    ana, id = await in_hand(house)

    listed = (await ana.does("article.suggest", interaction_id=id))["articles"]
    assert {one["title"]: one["guided"] for one in listed} == {REFUND["title"]: False, LAMP["title"]: True}
    opened = await ana.does("article.guide", text_id=lamp.text_id)
    first, plug, _, broken = opened["guides"][0]
    assert (first["says"], first["choices"][0]) == ("Is the lamp dead?", {"says": "Yes", "to": plug["name"]})
    assert broken["says"] == "Send it back:\n1. Pack it.\n2. Use our label (https://shop.example/label)."

    told = {"interaction_id": id, "text_id": lamp.text_id, "how": "inserted"}
    walked = {"guide": 1, "revision": opened["revision"], "way": [1, 1]}
    said = await ana.does("article.words", **told, walked=walked)

    assert said["text"] == f"{broken['says']}\nhttp://desk.test/help/a/{lamp.slug}"
    assert await house.floor.rows(article_uses) == []
    await ana.does("article.read_out", interaction_id=id, text_id=lamp.text_id, walked=walked)
    (use,) = await house.floor.rows(article_uses, article_id=lamp.id)
    assert (use.how, use.interaction_id) == ("read_out", id)
    others: list[dict[str, Any]] = [{"way": [1]}, {"way": [2, 1]}, {"way": [3]}, {"guide": 2}, {"revision": 2}]
    for wrong in others:
        assert await ana.is_refused("article.words", **told, walked=walked | wrong) == "conflict"
    none: list[dict[str, Any]] = [{"way": []}, {"way": [0]}, {"way": [1] * 21}, {"guide": 11}]
    for wrong in none:
        assert await ana.is_refused("article.words", **told, walked=walked | wrong) == "invalid"


async def test_an_internal_guide_is_walked_and_told_to_nobody_else(house):
    await written(house)
    internal = await written(house, LAMP, audience="internal")
    away = await written(house, {"title": "A draft of the lamp", "body": LAMP["body"]}, state="draft")
    ana, id = await in_hand(house)
    opened = await ana.does("article.guide", text_id=internal.text_id)

    walked = {"guide": 1, "revision": opened["revision"], "way": [2]}
    told = {"interaction_id": id, "text_id": internal.text_id, "how": "inserted", "walked": walked}
    assert await ana.is_refused("article.words", **told) == "conflict"
    assert await house.floor.rows(article_uses, article_id=internal.id) == []
    for nobodys in (away.text_id, "nobodys"):
        assert await ana.is_refused("article.guide", text_id=nobodys) == "not_found"


def in_two_languages(tx: Any) -> None:
    """What is in Chinese says the code in fewer words."""
    original = shelve(tx, "Washing machine shows E20", "The pump does not get the water out. Clean the filter.")
    shelve(tx, "洗衣机显示 E20", "请清洗滤网。", language="zh", article_id=article_of(tx, original))
    refund = shelve(tx, "退款什么时候到账", "三天后到账。", language="zh")
    shelve(tx, "退款什麼時候到帳", "三天後到帳。", language="zh-Hant", article_id=article_of(tx, refund))


@pytest.mark.parametrize(
    ("wrote", "looked_for", "found"),
    [
        ("my machine shows E20", "E20", "Washing machine shows E20"),
        ("我的洗衣机坏了", "E20", "洗衣机显示 E20"),
        ("E20", "E20", "Washing machine shows E20"),
        ("請問退款要多久", "退款", "退款什麼時候到帳"),
        ("请问退款要多久", "退款", "退款什么时候到账"),
    ],
)
async def test_where_nobody_said_the_language_of_a_contact_what_its_customer_wrote_tells_it(
    house, wrote, looked_for, found
):
    await house.floor.desk.transact(Actor.system("test"), in_two_languages)
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text=wrote, client_id="1"))["interaction_id"]
    await takes_next(ana)

    hits = (await ana.does("article.search", interaction_id=id, q=looked_for))["articles"]
    assert hits[0]["title"] == found
    if looked_for in wrote:
        assert (await ana.does("article.suggest", interaction_id=id))["articles"][0]["title"] == found
