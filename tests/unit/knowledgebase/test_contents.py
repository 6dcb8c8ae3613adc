"""What an article may hold."""

import pytest

from desk.kernel.errors import Invalid
from knowledgebase.contents import MOST_BODY, tags, tags_in, words
from knowledgebase.put_in import put_in
from knowledgebase.readers import AUDIENCES, Reader, may_read, teams_of


def test_every_field_that_is_wrong_is_named():
    with pytest.raises(Invalid) as refused:
        words(title="a\u202eb", body="x" * (MOST_BODY + 1), summary="\x00", note="n" * 301)
    assert [field for field, _ in refused.value.errors] == ["title", "summary", "note", "body"]
    assert "500,001 bytes" in refused.value.message


def test_a_body_is_measured_as_it_is_stored():
    assert words(title="t", body="货" * (MOST_BODY // 3)).body
    with pytest.raises(Invalid):
        words(title="t", body="货" * (MOST_BODY // 3 + 1))


def test_what_nobody_sees_is_left_out_of_a_body():
    assert words(title=" Two\n lines ", body="a\x00b\r\nc\ud800").body == "ab\nc"
    assert words(title=" Two\n lines ", body="").title == "Two lines"


def test_tags_are_small_and_once_each():
    assert tags(["  Store  Card", "store card", "Österreich"]) == ["store card", "österreich"]
    for wrong in (["x" * 61], [""], ["a,b"], ["a；b"], ["a、b"], ["\u202e"], [str(one) for one in range(21)]):
        with pytest.raises(Invalid):
            tags(wrong)


@pytest.mark.parametrize("between", [",", ";", "，", "；", "、", "､", "،", "؛", " ; ", ",,"])
def test_tags_on_one_line_are_parted_by_the_commas_of_any_script_and_not_by_spaces(between):
    assert tags_in(f" Ana García{between}退货 ") == ["Ana García", "退货"]


def test_a_tag_is_the_same_however_its_letters_are_encoded():
    assert tags(["e\u0301te\u0301", "été", "ＶＩＰ", "vip", "Ana　García"]) == ["été", "vip", "ana garcía"]


def test_snippets_fill_no_more_than_a_body_may_hold():
    filled = put_in("{{snippet:a}}" * 200, {"a": "x" * 20_000})
    assert MOST_BODY - 40_000 < len(filled) <= MOST_BODY


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("team", [None, "billing"])
def test_who_may_read_what(audience, team):
    if team and audience != "internal":
        return
    may = {
        "public": may_read(Reader(audience="public"), audience, team),
        "customers": may_read(Reader(audience="customers"), audience, team),
        "colleague": may_read(Reader(audience="internal", teams=frozenset({"late"})), audience, team),
        "clerk": may_read(Reader(audience="internal", teams=frozenset({"late", "billing"})), audience, team),
        "writer": may_read(Reader(audience="internal", writes=True), audience, team),
    }
    expected = {
        ("public", None): {"public", "customers", "colleague", "clerk", "writer"},
        ("customers", None): {"customers", "colleague", "clerk", "writer"},
        ("internal", None): {"colleague", "clerk", "writer"},
        ("internal", "billing"): {"clerk", "writer"},
    }
    assert {who for who, yes in may.items() if yes} == expected[audience, team]


def test_teams_are_known_by_addresses():
    teams = {
        "a": {"name": "A", "members": ["bo@x.test"]},
        "b": {"name": "B"},
        "c": {"name": "C", "members": ["bo@x.test"]},
    }
    assert teams_of(teams, "bo@x.test") == {"a", "c"}
    assert teams_of(teams, "") == set()
