"""Words that look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.search.typos import all_keys, best, keys, near, slips

LETTERS = "abcde"


@pytest.mark.parametrize("slip", ["refnud", "refunds", "refnd", "refumd", "erfund"])
def test_one_slip_is_near(slip):
    assert near(slip, "refund")
    assert near("refund", slip)


@pytest.mark.parametrize("other", ["refund", "refnduu", "return", "fund", ""])
def test_itself_and_what_is_further_is_not(other):
    assert not near("refund", other)


def slipped(word: str, at: int, kind: int, letter: str) -> str:
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + letter + word[at:]
    if kind == 2:
        return word[:at] + letter + word[at + 1 :]
    return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


@given(st.text(LETTERS, min_size=4, max_size=12), st.integers(0, 11), st.integers(0, 3), st.sampled_from(LETTERS))
def test_whatever_the_slip_both_words_have_a_key_in_common(word, at, kind, letter):
    other = slipped(word, at % len(word), kind, letter)
    if other == word:
        return
    assert near(word, other)
    assert set(keys(word)) & set(keys(other))


@given(st.text(LETTERS, max_size=12), st.text(LETTERS, max_size=12))
def test_what_is_near_is_near_both_ways(one, other):
    assert near(one, other) == near(other, one)


def test_the_likeliest_is_what_was_meant():
    assert best("refnud", {"refund": 1, "refuse": 90}) == "refund"
    assert best("deliverd", {"delivery": 3, "delivered": 3}) == "delivered"
    assert best("refund", {}) is None


@pytest.mark.parametrize(
    ("word", "meant"),
    [("refnd", "refund"), ("crad", "card"), ("cardd", "card"), ("retrn", "return"), ("mony", "money")],
)
def test_a_short_word_may_lack_a_letter_or_have_one_twice(word, meant):
    assert best(word, {meant: 9}) == meant
    assert best(word, {meant: 9}, alone=False) == meant


@pytest.mark.parametrize(("word", "other"), [("game", "came"), ("cart", "card"), ("honey", "money")])
def test_a_short_word_with_another_letter_is_another_word(word, other):
    assert best(word, {other: 9}) is None


@pytest.mark.parametrize(("word", "other"), [("black", "back"), ("plate", "place"), ("black", "block")])
def test_beside_other_words_a_short_one_is_what_it_says(word, other):
    assert best(word, {other: 9}) == other
    assert best(word, {other: 9}, alone=False) is None


@pytest.mark.parametrize(
    ("word", "meant"),
    [("recieve", "received"), ("garuntee", "guarantee"), ("dilevery", "delivery"), ("garrantee", "guarantee")],
)
def test_a_long_word_may_have_two_slips(word, meant):
    assert best(word, {meant: 9}) == meant


def test_one_slip_is_likelier_than_two():
    assert best("recieve", {"received": 90, "receive": 1}) == "receive"


@pytest.mark.parametrize(("word", "other"), [("receipt", "recent"), ("printer", "painted"), ("kitchen", "chicken")])
def test_two_slips_that_change_the_letters_are_another_word(word, other):
    assert best(word, {other: 9}) is None


@pytest.mark.parametrize(
    ("one", "other", "count"), [("", "", 0), ("ab", "ba", 1), ("abc", "", 3), ("abcd", "bacde", 2), ("abcd", "abcd", 0)]
)
def test_slips_are_counted(one, other, count):
    assert slips(one, other) == slips(other, one) == count


def test_words_are_kept_under_as_many_keys_as_they_have_letters():
    assert len(all_keys(["refund", "return"])) <= 2 * 7


@pytest.mark.parametrize("word", ["thes", "sofa", "refund"])
def test_nobody_means_by_a_word_itself(word):
    assert best(word, {word: 9}) is None
    assert best(word, {word: 9, f"{word}s": 1}) == f"{word}s"
