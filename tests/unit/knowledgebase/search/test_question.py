"""What somebody asks, whatever they send."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.search import analysis
from knowledgebase.search.finding import MOST_CLAUSES, MOST_ROWS, MOST_WALKED, RARE, Group, clauses
from knowledgebase.search.question import MOST_CHARACTERS, MOST_MADE, MOST_TERMS, question
from knowledgebase.search.synonyms import beside, synonyms

ODD = st.sampled_from(
    [
        " " * 1_000_000,
        "a" * 10_000,
        '"' * 5_000,
        "(((((" * 2_000 + "refund",
        "退" * 50_000,
        "refund OR return AND NOT (" * 3_000,
        "😀" * 20_000,
        "\ufdfa" * 5_000,
        "e\u0301\u0301" * 9_000,
        "a b c d e f g h " * 9_000,
        "\x00\ud800\u202e%_\\" * 4_000,
    ]
)


def test_a_question_is_its_words_and_what_says_the_same():
    asked = question("My parcel never arrived", ["en"])
    assert [part.said for part in asked.parts if not part.made] == ["parcel", "never", "arrived"]
    assert "packag" in asked.parts[0].terms
    assert asked.parts[0].terms["parcel"] == 1.0


def test_a_phrase_has_synonyms_also_when_light_words_stand_between():
    asked = question("sending it back", ["en"])
    assert "return" in asked.every_term()


def test_chinese_is_looked_for_by_pairs_by_synonyms_and_by_characters():
    asked = question("退貨運費", ["zh"])
    said = [part.said for part in asked.parts]
    assert said[:3] == ["退货", "货运", "运费"]
    assert "邮费" in asked.every_term()
    assert "费" in said


def test_what_is_said_often_is_one_thing():
    (part, *_) = question("refund refund refund", ["en"]).parts
    assert (part.said, part.times) == ("refund", 3)


def test_no_word_says_the_same_as_itself():
    for family in ("en", "zh"):
        assert all(key and beside(key) not in terms for key, terms in synonyms(family).items())


@given(st.one_of(st.text(max_size=400), ODD), st.lists(st.sampled_from(["en", "zh", "de", "xx"]), max_size=4))
def test_any_input_is_a_bounded_number_of_things_to_look_for(text, families):
    asked = question(text, families)
    assert len(asked.folded) <= MOST_CHARACTERS
    assert len(asked.parts) <= MOST_TERMS + MOST_MADE
    assert all(analysis.fold(part.said) for part in asked.parts)


COUNTS = st.dictionaries(
    st.sampled_from([*"abcdefghij", *(f"_{one}" for one in "abcdefghij")]), st.integers(0, 200_000)
)


@given(st.lists(st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=4), max_size=40), COUNTS)
def test_however_common_its_words_a_question_looks_at_a_bounded_number_of_rows(words, counts):
    found = clauses([Group(words=each) for each in words], Counter(counts), 200_000)
    assert len(found) <= MOST_CLAUSES
    assert sum(clause.most for clause in found) <= 2 * MOST_ROWS
    assert all(clause.most > 0 and clause.wanted for clause in found)
    # No database is asked for texts that have one of no words.
    assert all(any(counts.get(word) for word in group) for clause in found for group in clause.wanted)
    together = [clause for clause in found if len(clause.wanted) > 1 and clause.texts > RARE]
    assert sum(clause.texts for clause in together[:-1]) < MOST_WALKED


def test_a_pair_of_characters_is_looked_for_once_and_not_by_its_characters_too():
    counts = dict.fromkeys(["水泵", "水", "泵", "龙头"], 5_000)
    wanted = [clause.wanted for clause in clauses([Group(words=[word]) for word in counts], counts, 100_000)]
    assert wanted == [[["水泵"], ["龙头"]]]
    wanted = [clause.wanted for clause in clauses([Group(words=[word]) for word in ("水泵", "泵")], counts, 100_000)]
    assert wanted == [[["水泵"]]]


def test_a_common_character_is_looked_for_only_where_no_text_has_a_pair_with_it():
    counts = {"水泵": 10, "水": 5_000, "泵": 5_000, "龙头": 5_000}
    groups = [Group(words=[word]) for word in ("水泵", "水", "泵", "龙头")]
    told = [clause.wanted for clause in clauses(groups, counts, 100_000)]
    assert told == [[["水泵"]], [["水泵"], ["龙头"]]]
    mistyped = [clause.wanted for clause in clauses(groups, counts | {"水泵": 0}, 100_000)]
    assert [["水"], ["泵"], ["龙头"]] in mistyped


def test_what_finds_the_same_texts_is_looked_up_once_and_weighs_as_much_as_both():
    counts = {"水泵": 10}
    both, alone = (clauses([Group(words=["水泵"])] * times, counts, 100_000) for times in (2, 1))
    assert [clause.wanted for clause in both] == [[["水泵"]]]
    assert both[0].weight > alone[0].weight


def test_a_letter_is_in_no_word_of_an_alphabet_by_itself():
    counts = dict.fromkeys(["моя", "я"], 5_000)
    (clause,) = clauses([Group(words=[word]) for word in counts], counts, 100_000)
    assert clause.wanted == [["моя"], ["я"]]
