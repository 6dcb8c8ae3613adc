"""Questions that ask the same become one group, the same every time, at a bounded price."""

from datetime import UTC, datetime, timedelta

import pytest

from knowledgebase.learning import asked_alike
from knowledgebase.learning.asked_alike import Asked, Group, Grouping, Known

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def grouped(*words: str, language: str = "en", known: tuple[Known, ...] = ()) -> list[Group]:
    grouping = Grouping(known)
    for n, one in enumerate(words):
        grouping.add(Asked(words=one, language=language, door="help", at=NOW - timedelta(minutes=n)))
    return grouping.groups()


def test_what_is_asked_in_other_forms_of_the_same_words_is_one_group():
    first, second = grouped("where is my refund", "Refunds?", "when will I get the refund", "cancel my store card")

    assert (first.times, second.times) == (3, 1)
    assert first.examples[0] == "Refunds?" and len(first.examples) == 3
    assert first.last_at == NOW and first.doors == {"help": 3}


def test_both_scripts_of_chinese_ask_the_same():
    (group,) = grouped("退款多久到账", "退款多久到賬", language="zh")
    assert group.times == 2 and group.language == "zh"


@pytest.mark.parametrize(
    ("words", "page", "told"),
    [
        ("如何退货", "en", "zh"),
        ("如何退貨", "en", "zh-Hant"),
        ("iPhone退款", "de", "zh"),
        ("如何退貨", "zh", "zh"),
        ("refund for 王小明", "en", "en"),
        ("返品はいつまで", "en", "ja"),
        ("how do I return it", "zh", "en"),
        ("iPhone", "zh-Hant", "zh-Hant"),
        ("返品 언제", "ko", "ko"),
        ("返品はいつまで", "ja", "ja"),
    ],
)
def test_a_question_is_in_the_language_of_its_own_words_where_that_is_clear(words, page, told):
    (group,) = grouped(words, language=page)
    assert (group.language, group.family) == (told, told[:2])


def test_languages_are_kept_apart_and_guessed_where_nobody_said():
    grouping = Grouping()
    for words, language in (("gift card", "de"), ("gift card", "en"), ("gift cards", ""), ("礼品卡", "")):
        grouping.add(Asked(words=words, language=language, door="widget", at=NOW))

    assert sorted((group.family, group.times) for group in grouping.groups()) == [("de", 1), ("en", 2), ("zh", 1)]


def test_words_that_say_nothing_make_no_group():
    assert grouped("???", "", " … ") == []
    assert grouped("^a", "a*", "a AND", 'NOT "b"', "x OR y", "42", "404 1", "how are you") == []
    assert [one.times for one in grouped("E20", "a tv box", "退")] == [1, 1, 1]


def test_a_group_of_the_night_before_stays_itself_and_counts_since_it_was_put_aside():
    known = Known(id="g1", family="en", terms=["gift", "card"], aside_at=NOW - timedelta(minutes=1, seconds=30))

    (group,) = grouped("gift cards", "a gift card", "gift card", known=(known,))

    assert (group.id, group.times, group.since_aside) == ("g1", 3, 2)


def test_the_order_of_groups_is_the_same_every_time():
    words = [f"question about thing{n % 7} and matter{n % 5}" for n in range(60)]
    assert [(g.times, sorted(g.terms)) for g in grouped(*words)] == [
        (g.times, sorted(g.terms)) for g in grouped(*words)
    ]


def test_there_are_never_more_groups_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(asked_alike, "MOST_GROUPS", 3)
    groups = grouped(*(f"thing{n}" for n in range(10)), "thing1")
    assert len(groups) == 3 and sum(group.times for group in groups) == 4
