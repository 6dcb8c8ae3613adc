"""Which text comes first."""

from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.search import analysis, ranking
from knowledgebase.search.index import apart
from knowledgebase.search.ranking import Candidate, asked, likeness, rarity, score, shape


def text(title: str, body: str = "", **more: object) -> Candidate:
    plain = Candidate(
        title=title,
        title_terms=apart(analysis.terms(title, "en")),
        tag_terms="",
        body_terms=apart(analysis.terms(body, "en")),
        length=len(analysis.terms(body, "en")),
        days_old=100.0,
        helpful=0,
        unhelpful=0,
        settled=0,
    )
    return plain._replace(**more)  # type: ignore[arg-type]


def ask(words: str) -> ranking.Asked:
    order = analysis.terms(words, "en")
    return asked([(1.0, {term: 1.0}) for term in order], order, words)


def test_a_title_counts_more_than_a_body():
    question = ask("refund")
    assert score(question, text("Refund")) > score(question, text("Money", "A refund takes a week"))


def test_words_that_stand_together_count_more():
    question = ask("gift card")
    together = score(question, text("Shop", "buy a gift card here"))
    assert together > score(question, text("Shop", "a card with every gift"))


def test_a_rare_word_counts_more_than_a_common_one():
    order = ["zanzibar", "order"]
    question = asked([(rarity(1, 100), {order[0]: 1.0}), (rarity(90, 100), {order[1]: 1.0})], order, "zanzibar order")
    assert score(question, text("x", "zanzibar")) > score(question, text("x", "order"))


def test_worth_decides_between_equals_and_never_more():
    question = ask("refund of a voucher")
    plain = text("Refund of a voucher")
    assert score(question, plain._replace(days_old=1.0)) > score(question, plain._replace(days_old=2_000.0))
    helped, useless = plain._replace(helpful=50), plain._replace(unhelpful=50)
    assert score(question, helped) > score(question, plain) > score(question, useless)
    other = text("Vouchers", helpful=10_000, settled=10_000, days_old=0.0)
    assert score(question, useless._replace(days_old=5_000.0)) > score(question, other)


def test_a_character_is_found_in_whichever_pair_it_stands():
    question = asked([(1.0, {"换": 1.0})], ["换"], "换")
    for title in ("更换尺码", "换", "可以退换"):
        assert score(question, text(title)) > score(question, text("退货"))


def test_likeness_is_of_letters():
    assert likeness(shape("Refund"), shape("refund")) == 1.0
    assert 0 < likeness(shape("refnud"), shape("refund")) < 1
    assert likeness(shape(""), shape("")) == 0.0


WORDS = st.text("abc 退款 ", max_size=60)
COUNT = st.integers(0, 10**6)


@given(WORDS, WORDS, WORDS, COUNT, COUNT, COUNT, st.floats(-10, 1e5))
def test_a_score_is_between_none_and_one(words, title, body, helpful, unhelpful, settled, days):
    found = text(title, body, helpful=helpful, unhelpful=unhelpful, settled=settled, days_old=days)
    assert 0.0 <= score(ask(words), found) <= 1.0
