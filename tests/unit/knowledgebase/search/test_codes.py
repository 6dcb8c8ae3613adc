"""Names of letters and digits are one, however somebody writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.search import analysis
from knowledgebase.search.codes import codes, words_in
from knowledgebase.search.indexed import indexed
from knowledgebase.search.light_words import light
from knowledgebase.search.question import question


def names(text: str, language: str = "en") -> list[str]:
    folded = analysis.fold(text)
    return list(codes(folded, list(analysis.runs(folded)), light(language)))


@pytest.mark.parametrize(
    ("every", "name"),
    [
        (["QX 77", "QX77", "QX-77", "qx77", "QX–77", "QX\u00a077", "ＱＸ７７", "QX_77", "Q\u00adX77"], "qx77"),
        (["E 20", "E20", "e-20"], "e20"),
        (["A 4", "A4"], "a4"),
        (["iPhone 15", "iPhone15", "iphone-15"], "iphone15"),
        (["500 MB", "500MB", "500-mb"], "500mb"),
        (["Über 5", "über5"], "uber5"),
        (["重置 iPhone 15 密码", "重置iPhone15密码"], "iphone15"),
    ],
)
def test_a_name_is_one_however_it_is_written(every, name):
    assert [names(one) for one in every] == [[name]] * len(every)


def test_a_longer_name_is_told_by_neighbours():
    shared = set(names("WH-1000XM4")) & set(names("wh1000xm4")) & set(names("WH 1000 XM 4"))
    assert shared == {"wh1000", "1000xm", "xm4"}
    assert "wh1000xm4" in names("wh1000xm4")


@pytest.mark.parametrize(
    "text", ["in 2024", "30 days", "to 10", "Refund. 5 days", "5 000", "refunds (2)", "第 20 页", "2024-11-27"]
)
def test_what_only_stands_beside_a_number_is_no_name(text):
    assert names(text) == []


@pytest.mark.parametrize("written", ["0049-112-3345", "0049 112 3345", "0049/112.3345"])
def test_a_long_number_is_one_with_and_without_signs_between_its_digits(written):
    assert "00491123345" in indexed(title="", summary="", body=f"Ring {written}.", tags=[], language="en").codes


def test_german_words_that_say_nothing_make_none():
    assert names("um 20 Uhr", "de") == []


def test_a_text_is_found_by_each_way_and_by_its_words():
    for title in ("iPhone 15", "iPhone15", "iPhone-15"):
        text = indexed(title=title, summary="", body="", tags=(), language="en")
        assert {"iphone15", "iphon", "15", "_iphone15"} <= set(text.words)
        assert text.spellings == ["iphone"]


def test_a_question_asks_for_the_name_and_for_the_word_in_it_less_surely():
    apart, together = question("QX 77", ["en"]), question("QX77", ["en"])
    assert {"qx", "77", "qx77"} == set(apart.every_term())
    assert {"qx77": 1.0} in [part.terms for part in together.parts]
    assert [part.said for part in together.parts if part.made] == ["qx"]
    assert all(sure < 1 for part in together.parts if part.made for sure in part.terms.values())


def test_words_are_found_in_names():
    assert [run.text for run in words_in(analysis.runs("iphone15 e20 退款 it's wh1000xm4"))] == ["iphone", "wh", "xm"]


@given(st.text("ab1２ -'退\u00ad", max_size=60))
def test_every_name_has_letters_and_digits_and_nothing_else(text):
    for name in names(text):
        assert name.isalnum() and not name.isalpha() and not name.isdecimal()
