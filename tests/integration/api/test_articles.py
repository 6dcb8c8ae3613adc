"""Articles, as programs write, find and read them: everybody what is for them, and nobody a draft of others."""

from typing import Any

import pytest

from desk.organization.rows import put
from desk.tables import organization
from knowledgebase.tables import article_files, article_texts
from knowledgebase.writing import categories
from tests.integration.api.house import House, Program, Said
from tests.integration.knowledgebase.shelf import article_of, shelve
from tests.integration.knowledgebase.test_articles import needing_review
from tests.integration.web.front import SYSTEM
from web.api import article_filing, article_shapes

REFUND = {
    "title": "When does my refund arrive?",
    "body": "Within **five** days.",
    "language": "en",
    "audience": "public",
}


async def written(by: Program, **more: Any) -> Said:
    said = await by.post("articles", REFUND | more)
    assert said.status == 201, said.data
    return said


async def step(by: Program, id: str, to: str, **more: Any) -> Said:
    return await by.post(f"articles/{id}/transitions", {"to": to} | more)


async def published(by: Program, id: str, **more: Any) -> Said:
    """Publishes what an article says now."""
    return await step(by, id, "published", version=(await by.get(f"articles/{id}"))["version"], **more)


async def approved(by: Program, id: str, **more: Any) -> Said:
    """Approves what an article says now."""
    return await step(by, id, "approved", version=(await by.get(f"articles/{id}"))["version"], **more)


@pytest.fixture
async def writer(house: House) -> Program:
    return house.program("supervisor")


@pytest.fixture
async def agent(house: House) -> Program:
    return house.program("agent1")


async def test_a_reply_says_which_articles_it_holds_and_only_then_they_are_used(house, writer, agent):
    made = await written(writer, state="published")
    text_id = (await writer.get(f"articles/{made['id']}"))["text_id"]
    path = f"interactions/{await house.held_by('agent1')}/messages"
    named = {"articles": [{"text_id": text_id, "how": "linked"}]}

    assert (await agent.post(path, {"text": "Five days"})).status == 201
    assert (await agent.post(path, {"text": "She knows it", "internal": True} | named)).status == 201
    assert (await writer.get(f"articles/{made['id']}"))["used"] == 0
    assert (await agent.post(path, {"text": "See …"} | named)).status == 201
    assert (await writer.get(f"articles/{made['id']}"))["used"] == 1
    read_out = {"articles": [{"text_id": text_id, "how": "read_out"}]}
    assert (await agent.post(path, {"text": "x"} | read_out)).status == 422


async def test_what_is_published_is_found_by_everybody_and_a_draft_by_who_writes(writer, agent):
    made = await written(writer, state="published", tags=["Money"])
    await written(writer, title="Refund rules for colleagues")
    article_shapes.Article.model_validate(made.data)
    assert made.headers["Location"] == f"/api/v1/articles/{made['id']}"

    (hit,) = (await agent.get("articles", q="refund"))["items"]
    article_shapes.ArticleHit.model_validate(hit)
    assert (hit["id"], hit["title"], hit["slug"]) == (made["id"], REFUND["title"], "when-does-my-refund-arrive")
    assert hit["score"] > 0 and "five" in hit["snippet"]
    assert [one["title"] for one in (await agent.get("articles"))["items"]] == [REFUND["title"]]
    assert len((await writer.get("articles"))["items"]) == 2
    assert len((await writer.get("articles", state="draft", language="en"))["items"]) == 1
    assert (await agent.get("articles", state="draft"))["items"] == []
    assert len((await agent.get("articles", tag="money", audience="public"))["items"]) == 1
    assert len((await agent.get("articles", tag=" ＭＯＮＥＹ", audience="public"))["items"]) == 1
    for nothing in ({"tag": "x"}, {"language": "zh"}):
        assert (await agent.get("articles", **nothing))["items"] == []


@pytest.mark.parametrize("more", [{}, {"q": "refund"}])
async def test_a_category_that_does_not_exist_is_refused_and_not_empty(agent, more):
    said = await agent.get("articles", category="nosuch", **more)
    assert (said.status, said.wrong) == (422, {"category"})


async def test_a_list_goes_a_page_at_a_time_with_words_and_without(writer, agent):
    for number in range(7):
        await written(writer, title=f"Refund {number}", state="published")
    assert len({one["id"] for one in await agent.pages("articles", 3)}) == 7
    assert len({one["id"] for one in await agent.pages("articles", 3, q="refund")}) == 7
    assert (await agent.get("articles", q="refund", cursor="x")).wrong == {"cursor"}
    assert (await agent.get("articles", q="refund", state="draft")).wrong == {"state"}
    assert (await agent.get("articles", state="gone")).wrong == {"state"}
    assert (await agent.get("articles", language="klingon")).wrong == {"language"}


async def test_a_slip_of_the_pen_is_asked_about(writer, agent):
    await written(writer, state="published")
    said = await agent.get("articles", q="refudn")
    assert said["did_you_mean"] == "refund"


async def test_of_a_long_question_the_rest_is_not_looked_for(writer, agent):
    kept = await written(writer, state="published")
    found = await agent.get("articles", q="refund " + "and so on " * 500)
    assert found.status == 200 and [one["id"] for one in found["items"]] == [kept["id"]]
    assert (await agent.get("articles", tag="x" * 5_000)).wrong == {"tag"}


async def test_a_piece_of_conversation_finds_what_its_reader_may_read(writer, agent):
    public = await written(writer, state="published")
    internal = await written(writer, title="Refund by hand", audience="internal", state="published")

    async def found(audience: str) -> set[str]:
        asked = {"text": "Hello, where is my refund? It has been days.", "audience": audience}
        said = await agent.post("articles/suggest", asked)
        return {one["id"] for one in article_shapes.ArticleHits.model_validate(said.data).model_dump()["items"]}

    assert await found("public") == await found("customers") == {public["id"]}
    assert await found("internal") == {public["id"], internal["id"]}
    assert (await agent.post("articles/suggest", {"text": "x"})).wrong == {"audience"}
    long = {"text": "refund " * 5000, "audience": "public"}
    assert (await agent.post("articles/suggest", long)).wrong == {"text"}


async def test_what_is_for_a_team_is_nobody_elses_through_any_door(house, writer, agent):
    ours = await written(writer, title="Refund for us", audience="internal", team="service", state="published")
    theirs = await written(writer, title="Refund for them", audience="internal", team="complaints", state="published")

    async def found(by: Program) -> list[set[str]]:
        asked = {"text": "refund for them, for us", "audience": "internal"}
        answers = [
            await by.get("articles"),
            await by.get("articles", q="refund"),
            await by.post("articles/suggest", asked),
        ]
        one_by_one = {id for id in (ours["id"], theirs["id"]) if (await by.get(f"articles/{id}")).status == 200}
        return [{one["id"] for one in answer["items"]} for answer in answers] + [one_by_one]

    assert await found(agent) == [{ours["id"]}] * 4
    assert await found(house.program("stranger")) == [set()] * 4
    assert await found(writer) == [{ours["id"], theirs["id"]}] * 4
    assert (await agent.get("articles", q="refudn for them"))["did_you_mean"] in (None, "refund for them")


async def test_new_words_are_a_draft_and_nobody_elses_business(writer, agent):
    made = await written(writer, state="published")
    path = f"articles/{made['id']}"
    changed = await writer.patch(path, {"title": "Secret plan", "body": "Soon.", "version": made["version"]})
    assert (changed["title"], changed["state"], changed["revision"], changed["published"]) == (
        "Secret plan",
        "draft",
        2,
        1,
    )

    seen = await agent.get(path)
    assert (seen["title"], seen["body"], seen["state"]) == (REFUND["title"], REFUND["body"], "published")
    assert seen["texts"][0]["changed_at"] == seen["published_at"]
    assert not (await agent.get("articles", state="draft"))["items"]
    assert "Secret" not in str(seen.data) + str((await agent.get("articles")).data)
    assert (await agent.get(f"{path}/revisions")).status == 403

    stale = await writer.patch(path, {"body": "Mine.", "version": made["version"]})
    assert (stale.status, stale["code"]) == (409, "stale")
    assert (await step(writer, made["id"], "published", version=changed["version"])).status == 200
    assert (await agent.get(path))["title"] == "Secret plan"


async def test_the_version_that_readers_get_is_of_what_they_read_and_says_nothing_of_drafts(house, writer, agent):
    id = (await written(writer, state="published"))["id"]

    async def versions(by: Program) -> list[int]:
        listed = [*(await by.get("articles"))["items"], *(await by.get("articles", q="refund"))["items"]]
        return [(await by.get(f"articles/{id}"))["version"], *(one["version"] for one in listed)]

    assert await versions(agent) == [1, 1, 1]
    before = (await writer.get(f"articles/{id}"))["version"]
    await writer.patch(f"articles/{id}", {"body": "Within a week."})
    await writer.patch(f"articles/{id}", {"body": "Within a month."})
    await step(writer, id, "in_review")
    assert await versions(agent) == [1, 1, 1]
    assert (await writer.get(f"articles/{id}"))["version"] == before + 3

    await published(writer, id)

    assert await versions(agent) == [3, 3, 3]
    assert await versions(writer) == [before + 4] * 3


async def test_a_text_goes_its_way_by_transitions(house, writer):
    await house.desk.transact(SYSTEM, put, organization, "articles_need_review", value=True)
    admin = house.program("admin")
    id = (await written(writer))["id"]
    assert (await step(writer, id, "published", revision=1)).wrong == {"version"}
    assert (await published(writer, id)).status == 409
    assert (await step(admin, id, "approved", revision=1)).wrong == {"version"}
    assert (await step(writer, id, "in_review"))["state"] == "in_review"
    assert (await approved(writer, id)).status == 403
    assert (await step(admin, id, "draft")).wrong == {"reason"}
    back = await step(admin, id, "draft", reason="Say which days.")
    assert (back["state"], back["texts"][0]["sent_back"]) == ("draft", "Say which days.")
    await step(writer, id, "in_review")
    assert (await approved(admin, id))["state"] == "approved"
    assert (await published(writer, id, at="2020-03-03T09:00:00Z")).wrong == {"at"}  # as the form says
    later = await published(writer, id, at="2026-03-03T09:00:00Z")
    assert (later["published"], later["texts"][0]["publish_at"]) == (None, "2026-03-03T09:00:00Z")
    assert (await step(writer, id, "unscheduled"))["texts"][0]["publish_at"] is None
    assert (await published(writer, id))["published"] == 1
    assert (await step(writer, id, "unpublished"))["state"] == "approved"
    assert (await step(writer, id, "archived"))["state"] == "archived"
    assert (await step(writer, id, "draft"))["state"] == "draft"
    assert (await step(writer, id, "archived", at="2026-03-03T09:00:00Z")).wrong == {"at"}
    assert (await published(writer, id, at="2062-03-03T09:00:00Z")).status in (409, 422)


async def test_no_step_is_about_words_that_were_saved_since_they_were_read(house, writer):
    await house.desk.transact(SYSTEM, put, organization, "articles_need_review", value=True)
    admin = house.program("admin")
    read = await written(writer)
    id = read["id"]
    await writer.patch(f"articles/{id}", {"body": "Not read."})
    await step(writer, id, "in_review")

    for to, more in [("approved", {}), ("draft", {"reason": "Shorter"}), ("published", {})]:
        for named in ({"version": read["version"]}, *([{"revision": 1}] if to == "draft" else [])):
            said = await step(admin, id, to, **more, **named)
            assert (said.status, said["code"]) == (409, "stale"), (to, named)
    assert "newest revision is 2" in (await approved(admin, id, revision=1))["detail"]
    assert (await step(admin, id, "draft", reason="Shorter", revision=2))["state"] == "draft"
    assert (await step(writer, id, "in_review", revision=1))["code"] == "stale"
    await step(writer, id, "in_review", revision=2)
    assert (await approved(admin, id, revision=2))["state"] == "approved"


async def test_who_opens_an_article_to_more_readers_has_seen_it_as_it_is(writer, agent):
    made = await written(writer, state="published")
    path = f"articles/{made['id']}"
    inside = await writer.patch(path, {"audience": "internal", "version": made["version"]})

    late = await writer.patch(path, {"audience": "public", "tags": ["money"], "version": made["version"]})

    assert (late.status, late["code"]) == (409, "stale")
    kept = await writer.get(path)
    assert (kept["audience"], kept["tags"], kept["version"]) == ("internal", [], inside["version"])


async def test_nothing_is_published_to_others_than_those_for_whom_it_was_read(writer, agent):
    read = await written(writer, audience="internal")
    await writer.patch(f"articles/{read['id']}", {"audience": "public"})

    late = await step(writer, read["id"], "published", version=read["version"], revision=1)

    assert (late.status, late["code"]) == (409, "stale")
    assert (await agent.get(f"articles/{read['id']}")).status == 404


async def test_nothing_is_approved_for_others_than_those_for_whom_it_was_read(house, writer):
    await house.desk.transact(SYSTEM, put, organization, "articles_need_review", value=True)
    id = (await written(writer, audience="internal"))["id"]
    read = await step(writer, id, "in_review")
    await writer.patch(f"articles/{id}", {"audience": "public"})

    late = await step(house.program("admin"), id, "approved", version=read["version"], revision=1)

    assert (late.status, late["code"]) == (409, "stale")


async def test_a_second_person_opens_an_article_to_others_than_those_for_whom_it_was_approved(house, writer, agent):
    await house.desk.transact(SYSTEM, put, organization, "articles_need_review", value=True)
    admin = house.program("admin")
    id = (await written(writer, audience="internal"))["id"]
    await step(writer, id, "in_review")
    await approved(admin, id)
    assert (await published(writer, id))["opening"] is None

    asked = await writer.patch(f"articles/{id}", {"audience": "public", "tags": ["money"]})

    assert (asked.status, asked["audience"], asked["tags"]) == (200, "internal", ["money"])
    assert (asked["opening"]["audience"], asked["opening"]["team"]) == ("public", None)
    assert "opening" not in str((await agent.get(f"articles/{id}")).data).replace("'opening': None", "")
    assert (await step(writer, id, "opened", version=asked["version"])).status == 403
    assert (await step(admin, id, "opened")).wrong == {"version"}
    assert (await step(admin, id, "opened", version=asked["version"] - 1))["code"] == "stale"
    assert (await step(agent, id, "opened", version=asked["version"])).status == 403
    left = await step(admin, id, "not_opened", version=asked["version"])
    assert (left["audience"], left["opening"]) == ("internal", None)
    assert (await step(admin, id, "opened", version=left["version"])).status == 409

    asked = await writer.patch(f"articles/{id}", {"audience": "customers", "version": left["version"]})
    opened = await step(admin, id, "opened", version=asked["version"])
    assert (opened["audience"], opened["opening"]) == ("customers", None)


async def test_what_was_said_once_can_be_said_again(writer):
    id = (await written(writer))["id"]
    await writer.patch(f"articles/{id}", {"body": "Within a week.", "note": "The bank is slower"})

    listed = await writer.get(f"articles/{id}/revisions")
    assert [(one["number"], one["note"]) for one in listed["items"]] == [(2, "The bank is slower"), (1, "")]
    assert [one["number"] for one in await writer.pages(f"articles/{id}/revisions", 1)] == [2, 1]
    assert (await writer.get(f"articles/{id}/revisions/1"))["body"] == REFUND["body"]
    for wrong in ("0", "3", "x", "-1"):
        assert (await writer.get(f"articles/{id}/revisions/{wrong}")).status in (404, 422)
    assert (await step(writer, id, "draft", revision=1)).status == 422  # whoever restores has read what it replaces
    version = (await writer.get(f"articles/{id}"))["version"]
    assert (await step(writer, id, "draft", revision=1, version=version - 1))["code"] == "stale"
    again = await step(writer, id, "draft", revision=1, version=version)
    assert again["body"] == REFUND["body"]
    assert (await step(writer, id, "draft", revision=9, version=again["version"])).status == 404


async def test_an_article_is_written_in_more_languages(writer, agent):
    id = (await written(writer, state="published"))["id"]
    chinese = {"language": "zh_CN", "title": "退款什么时候到账？", "body": "五天之内。"}
    made = await writer.post(f"articles/{id}/translations", chinese)
    assert (made.status, made["language"], made["original_language"]) == (201, "zh", "en")
    assert (await writer.post(f"articles/{id}/translations", chinese)).status == 409
    assert (await writer.post(f"articles/{id}/translations", {"language": "fr-"})).wrong == {"language"}
    assert (await agent.get(f"articles/{id}", language="zh"))["language"] == "en"

    await published(writer, id, language="zh")
    assert (await agent.get(f"articles/{id}", language="zh-Hant"))["title"] == "退款什么时候到账？"
    assert [one["id"] for one in (await agent.get("articles", q="退款", language="zh"))["items"]] == [id]
    assert [one["title"] for one in (await agent.get("articles", q="退款"))["items"]] == ["退款什么时候到账？"]
    await writer.patch(f"articles/{id}", {"body": "Within a week."})
    await published(writer, id)
    by_language = {one["language"]: one for one in (await agent.get(f"articles/{id}"))["texts"]}
    assert (by_language["zh"]["is_behind"], by_language["en"]["is_behind"]) == (True, False)
    said = await writer.patch(f"articles/{id}", {"language": "zh", "translates": 2})
    assert {one["language"]: one["is_behind"] for one in said["texts"]} == {"en": False, "zh": False}
    assert (await writer.patch(f"articles/{id}", {"language": "de", "body": "x"})).wrong == {"language"}


async def test_what_is_true_of_an_article_is_changed(house, writer, agent):
    parent = await house.desk.transact(SYSTEM, categories.add, names={"en": "Money"})
    await house.desk.transact(SYSTEM, categories.add, names={"en": "Refunds"}, parent_id=parent)
    made = await written(writer, state="published", category="refunds")
    path = f"articles/{made['id']}"
    assert made["category"] == "refunds"
    assert len((await agent.get("articles", category="refunds"))["items"]) == 1
    assert len((await agent.get("articles", category="money", q="refund"))["items"]) == 1

    owned = {"owner_id": house.ids["supervisor"], "review_due_at": "2026-09-01T09:00:00Z", "tags": ["a", "b"]}
    said = await writer.patch(path, owned | {"audience": "internal", "category": None, "slug": "refunds"})
    assert {name: said[name] for name in owned} == owned
    assert (said["category"], said["slug"], said["published"]) == (None, "refunds", 1)
    assert (await writer.patch(path, {"owner_id": None}))["owner_id"] is None
    wrong = {"team": "nobody", "owner_id": "nobody", "category": "nowhere"}
    for name, value in wrong.items():
        assert name in (await writer.patch(path, {name: value})).wrong | {"category_id"}
    due = {"review_due_at": "2026-10-01T09:00:00Z"}
    version = (await writer.get(path))["version"]
    assert (await writer.post(f"{path}/check", due)).status == 422  # of what has been read, and of nothing else
    assert (await writer.post(f"{path}/check", due | {"version": version - 1}))["code"] == "stale"
    checked = await writer.post(f"{path}/check", due | {"version": version})
    assert checked["checked_at"] == "2026-03-02T09:00:00Z"
    gone = await writer.patch(path, {"expire_at": "2026-03-02T09:00:00Z"})
    assert (gone["state"], gone["published"]) == ("archived", None)


async def test_a_program_that_asks_twice_makes_one_article(house, writer):
    first = await writer.post("articles", REFUND, key="one")
    again = await writer.post("articles", REFUND, key="one")
    assert first["id"] == again["id"]
    assert len(await house.rows(article_texts)) == 1


async def test_what_cannot_be_taken_is_refused_in_words(writer, agent):
    assert (await agent.post("articles", REFUND)).status == 403
    assert (await writer.post("articles", {})).wrong == {"title", "body", "language", "audience"}
    assert (await writer.post("articles", REFUND | {"title": "\u202efdp"})).wrong == {"title"}
    assert (await writer.post("articles", REFUND | {"body": "货" * 200_000})).wrong == {"body"}
    larger = await writer.post("articles", REFUND | {"body": "x" * 10_000_000})
    assert (larger.status, larger["detail"]) == (413, "Larger than is read here: a request may have 4 MB.")
    assert (await writer.post("articles", REFUND | {"language": "xx"})).wrong == {"language"}
    assert (await writer.post("articles", REFUND | {"state": "archived"})).wrong == {"state"}
    made = await written(writer, title="tit\x00le\x07", body="a\x00b")
    assert (made["title"], made["body"]) == ("title", "ab")
    for path in ("articles/nothing", "articles/nothing/revisions"):
        assert (await writer.get(path)).status == 404
    assert (await step(writer, "nothing", "published", version=1)).status == 404
    assert (await writer.patch("articles/nothing", {"title": "x"})).status == 404


async def test_articles_are_filed_in_a_tree_without_rings(house, writer, agent):
    top = await writer.post("article-categories", {"names": {"en": "Delivery", "zh": "配送"}, "position": 2})
    assert (top.status, top["slug"], top["depth"]) == (201, "delivery", 0)
    low = await writer.post("article-categories", {"names": {"en": "Lost"}, "parent_id": top["id"]})
    listed = await agent.get("article-categories")
    article_filing.ArticleCategories.model_validate(listed.data)
    assert [(one["slug"], one["depth"]) for one in listed["items"]] == [("delivery", 0), ("lost", 1)]

    path = f"article-categories/{top['id']}"
    for under in (top["id"], low["id"]):
        assert (await writer.patch(path, {"parent_id": under, "version": top["version"]})).wrong == {"parent_id"}
    assert (await writer.patch(path, {"names": {"en": "Parcels"}, "version": top["version"]}))["names"] == {
        "en": "Parcels"
    }
    version = top["version"] + 1
    assert (await writer.patch(path, {"names": {"klingon": "x"}, "version": version})).wrong == {"language"}
    assert (await writer.delete(f"{path}?version={version}"))["code"] == "conflict"
    lifted = {"parent_id": None, "version": low["version"]}
    assert (await writer.patch(f"article-categories/{low['id']}", lifted))["depth"] == 0
    assert (await writer.delete(f"{path}?version={version}")).status == 204
    assert (await writer.delete(f"{path}?version={version}")).status == 404
    assert (await agent.post("article-categories", {"names": {"en": "x"}})).status == 403


async def test_who_asks_for_other_words_of_a_category_is_in_nobodys_way(house, writer, agent):
    made = await writer.post("article-categories", {"names": {"en": "Delivery"}})
    await house.desk.transact(SYSTEM, needing_review)
    (seen,) = (await agent.get("article-categories"))["items"]
    path = f"article-categories/{made['id']}"
    await writer.patch(path, {"names": {"en": "Post"}, "version": made["version"]})

    (shown,) = (await agent.get("article-categories"))["items"]
    assert shown == seen
    placed = await house.program("admin").patch(path, {"position": 3, "version": shown["version"]})

    assert (placed.status, placed["position"], placed["asks"]["names"]) == (200, 3, {"en": "Post"})
    (shown,) = (await agent.get("article-categories"))["items"]
    assert shown == seen | {"position": 3, "version": placed["version"]}


async def test_nobody_changes_or_removes_a_category_that_they_have_not_seen(writer):
    made = await writer.post("article-categories", {"names": {"en": "Delivery"}})
    path = f"article-categories/{made['id']}"
    for changes in ({"names": {"en": "Post"}}, {"position": 1}, {"parent_id": None}, {}):
        assert (await writer.patch(path, changes)).wrong == {"version"}
    for named in ("", "?version=x", "?version=-1"):
        assert (await writer.delete(path + named)).wrong == {"version"}
    await writer.patch(path, {"names": {"en": "Parcels"}, "version": made["version"]})

    late = await writer.patch(path, {"parent_id": None, "version": made["version"]})
    gone = await writer.delete(f"{path}?version={made['version']}")

    assert (late.status, late["code"]) == (gone.status, gone["code"]) == (409, "stale")
    (kept,) = (await writer.get("article-categories"))["items"]
    assert late["now"] == gone["now"] == {name: kept[name] for name in late["now"]}
    assert late["now"]["names"] == {"en": "Parcels"} and late["now"]["version"] == made["version"] + 1


async def test_a_second_person_approves_what_a_category_is_called(house, writer, agent):
    old = await writer.post("article-categories", {"names": {"en": "Delivery"}})
    await house.desk.transact(SYSTEM, put, organization, "articles_need_review", value=True)
    admin, path = house.program("admin"), f"article-categories/{old['id']}"

    asked = await writer.patch(path, {"names": {"en": "Parcels"}, "version": old["version"]})
    new = await writer.post("article-categories", {"names": {"en": "Refunds"}})

    assert (asked["names"], asked["asks"]) == ({"en": "Delivery"}, {"names": {"en": "Parcels"}, "about": {}})
    assert (new.status, new["names"], new["asks"]["names"]) == (201, {}, {"en": "Refunds"})
    seen = (await agent.get("article-categories"))["items"]
    assert [(one["names"], one["asks"], one["asked_by"]) for one in seen] == [({"en": "Delivery"}, None, None)]
    assert (await agent.get("articles", category="refunds")).wrong == {"category"}
    assert (await writer.post("articles", REFUND | {"category": "refunds"})).wrong == {"category_id"}

    yes = {"to": "approved", "version": asked["version"]}
    assert (await writer.post(f"{path}/transitions", yes)).status == 403
    assert (await agent.post(f"{path}/transitions", yes)).status == 403
    assert (await admin.post(f"{path}/transitions", yes | {"version": old["version"]}))["code"] == "stale"
    assert (await admin.post(f"{path}/transitions", {"to": "approved"})).wrong == {"version"}
    done = await admin.post(f"{path}/transitions", yes)
    assert (done["names"], done["asks"], done["asked_by"]) == ({"en": "Parcels"}, None, None)
    asked = await admin.patch(path, {"about": {"en": "Ring us."}, "version": done["version"]})
    left = await writer.post(f"{path}/transitions", {"to": "not_approved", "version": asked["version"]})
    assert (left["about"], left["asks"]) == ({}, None)
    assert (await writer.post(f"{path}/transitions", yes | {"version": left["version"]}))["code"] == "conflict"


async def test_a_snippet_is_said_once_for_all(house, writer, agent):
    said = {"name": "hours", "language": "en", "body": "Nine to five."}
    first = await writer.post("article-snippets", said)
    article_filing.ArticleSnippet.model_validate(first.data)
    made = await written(writer, body="{{snippet:hours}}", state="published")
    assert (await agent.get(f"articles/{made['id']}"))["body"] == "Nine to five."

    changed = await writer.post("article-snippets", said | {"body": "Ten to six.", "version": first["version"]})
    assert (changed["id"], (await agent.get(f"articles/{made['id']}"))["body"]) == (first["id"], "Ten to six.")
    assert (await writer.post("article-snippets", said | {"version": first["version"]})).status == 409
    assert (await writer.post("article-snippets", said | {"name": "Two Words"})).wrong == {"name"}
    unseen = await writer.post("article-snippets", said | {"body": "Never."})
    assert (unseen.status, unseen["code"]) == (409, "conflict") and "called hours in en already" in unseen["detail"]
    path = f"article-snippets/{first['id']}"
    assert (await writer.delete(path)).wrong == {"version"}
    late = await writer.delete(f"{path}?version={first['version']}")
    assert (late["code"], late["now"]) == ("stale", changed.data)
    assert "ask for it" in (await writer.delete(f"{path}?version={changed['version']}"))["detail"]
    assert len((await writer.get("article-snippets"))["items"]) == 1
    assert (await agent.get("article-snippets")).status == 403


async def test_an_article_says_which_papers_of_others_its_words_hand_out(house, writer, agent):
    inside = await written(writer, title="Buying in", audience="internal", state="published")

    def adds(tx: Any) -> None:
        paper = {"id": "0193", "name": "Prices.pdf", "type": "application/pdf", "size": 9, "blob": "x", "added_by": "a"}
        tx.insert(article_files, article_id=inside["id"], added_at=tx.now, **paper)

    await house.desk.transact(SYSTEM, adds)
    handed_out = {
        "file_id": "0193",
        "name": "Prices.pdf",
        "article_id": inside["id"],
        "title": "Buying in",
        "audience": "internal",
        "team": None,
        "is_published": True,
    }

    made = await written(writer, title="For all", body="[Prices](/help/files/0193)")
    assert made["hands_out"] == [handed_out]  # before it is out
    out = await published(writer, made["id"])
    assert out["hands_out"] == [handed_out]
    assert (await agent.get(f"articles/{made['id']}"))["hands_out"] == []
    changed = await writer.patch(f"articles/{made['id']}", {"audience": "internal", "version": out["version"]})
    assert changed["hands_out"] == []


@pytest.mark.parametrize("to", ["approved", "published"])
async def test_what_is_let_through_is_what_its_words_relied_on_when_they_were_read(writer, to):
    said = {"name": "hours", "language": "en", "body": "Nine to five."}
    first = await writer.post("article-snippets", said)
    made = await written(writer, body="{{snippet:hours}}")
    path = f"articles/{made['id']}"
    if to == "approved":
        await writer.post(f"{path}/transitions", {"to": "in_review"})
    read = await writer.get(path)
    step = {"to": to, "version": read["version"], "relies_on": read["relies_on"]}

    await writer.post("article-snippets", said | {"body": "Never.", "version": first["version"]})
    late = await writer.post(f"{path}/transitions", step)

    assert (late.status, late["code"]) == (409, "stale") and "the snippet hours" in late["detail"]
    again = await writer.get(path)
    assert again["version"] == read["version"] and again["relies_on"] != read["relies_on"]
    done = await writer.post(f"{path}/transitions", step | {"relies_on": again["relies_on"]})
    assert (done.status, done["state"]) == (200, to)


async def test_a_bare_code_finds_an_article_in_who_asks_language_or_its_own_and_words_in_theirs(house, agent):
    def shelves(tx: Any) -> None:
        original = shelve(tx, "Washing machine shows E20", "The pump does not get the water out. Clean the filter.")
        shelve(tx, "洗衣机显示 E20", "请清洗滤网。", language="zh", article_id=article_of(tx, original))
        shelve(tx, "洗衣機顯示 E20", "請清洗濾網。", language="zh-Hant", article_id=article_of(tx, original))

    await house.desk.transact(SYSTEM, shelves)
    for asked, title in {
        "E20": "Washing machine shows E20",
        "洗衣机显示 E20": "洗衣机显示 E20",
        "洗衣機顯示 E20": "洗衣機顯示 E20",
    }.items():
        (hit,) = (await agent.get("articles", q=asked))["items"]
        assert hit["title"] == title
        (hit,) = (await agent.post("articles/suggest", {"text": asked, "audience": "public"}))["items"]
        assert hit["title"] == title
    (hit,) = (await agent.get("articles", q="E20", language="zh-Hant"))["items"]
    assert hit["title"] == "洗衣機顯示 E20"
