"""What words found and what meaning found, in one order."""

from knowledgebase.search.fusing import fused
from knowledgebase.search.near import LEAST, LEAST_ALONE, MOST, Near, Neighbour


def order(by_words: str, by_meaning: str) -> str:
    return "".join(id for id, _ in fused(by_words, by_meaning))


def test_where_one_says_nothing_the_other_decides():
    assert order("abc", "") == "abc"
    assert order("", "abc") == "abc"
    assert fused("", "") == []


def test_what_both_put_high_comes_first_and_between_equals_words_decide():
    assert order("ab", "ba") == "ab"
    assert order("abc", "cd") == "cabd"
    assert order("ab", "cb") == "bac"
    assert fused("a", "a") == [("a", 1.0)]


def neighbours(*likeness: float) -> list[Neighbour]:
    return [Neighbour(text_id=f"{one:.3f}", likeness=one) for one in likeness]


def test_a_reader_is_told_of_the_nearest_of_their_own_scopes():
    near = Near(by_scope={"public": neighbours(0.8, 0.4, 0.2), "internal": neighbours(0.9), "team x": neighbours(0.95)})

    def told(*scopes: str, alone: bool = False) -> list[float]:
        return [one.likeness for one in near.among(scopes, alone=alone)]

    assert told("public") == [0.8, 0.4]
    assert told("public", "internal") == [0.9, 0.8, 0.4]
    assert told("public", alone=True) == [0.8]
    many = Near(by_scope={"public": neighbours(*(LEAST_ALONE + n / 1000 for n in range(90)))})
    assert len(many.among(["public"], alone=True)) == MOST
    assert LEAST < LEAST_ALONE


def test_what_no_model_has_read_yet_has_its_place_by_words_for_both():
    words, meaning = ["new", *"abcdefghijk"], [*"abcdefghijk"]
    assert [id for id, _ in fused(words, meaning)].index("new") > 5
    order = fused(words, meaning, {"new", "elsewhere"})
    assert order[0] == ("new", 1.0) and "elsewhere" not in dict(order)
    assert fused(words, meaning, {"a"}) == fused(words, meaning)  # it has been read by now
