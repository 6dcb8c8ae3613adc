"""Figures in sentences, and sentences that say different ones about the same."""

import pytest

from knowledgebase.learning.figures import MOST_SENTENCES, contradictions, sentences


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("Refunds take 5 days.", "days", {"5"}),
        ("Refunds take two weeks.", "days", {"14"}),
        ("Allow 3 to 5 business days.", "working days", {"3", "5"}),
        ("Guaranteed for 2 years.", "months", {"24"}),
        ("We answer within 24 hours.", "minutes", {"1440"}),
        ("Returns cost £4.99.", "amount GBP", {"4.99"}),
        ("Shipping is free from 1,250.00 euros.", "amount EUR", {"1250"}),
        ("You get 20% back.", "per cent", {"20"}),
        ("Open from 9:00 to 5 pm.", "clock", {"9:00", "17:00"}),
        ("Until 24 December.", "date", {"12-24"}),
        ("Until December 24th.", "date", {"12-24"}),
        ("退款需要七天。", "days", {"7"}),
        ("十五个工作日内到账。", "working days", {"15"}),
        ("运费三十元。", "amount CNY", {"30"}),
        ("12月24日关门。", "date", {"12-24"}),
        ("請於二十一日內退貨。", "days", {"21"}),
    ],
)
def test_a_figure_is_read(text, kind, values):
    (sentence,) = sentences(text, "zh" if ord(text[0]) > 0x3000 else "en")
    assert sentence.figures[kind] == values


@pytest.mark.parametrize("text", ["Call us.", "Section 3 of the 5 that follow.", "Someone may return it."])
def test_what_is_no_figure_is_none(text):
    assert sentences(text, "en") == []


def test_the_same_said_with_other_figures_contradicts():
    (found,) = contradictions(
        "We refund you within 5 days of receiving your parcel. Write to us.",
        "Pack it well. A refund arrives within fourteen days of us receiving the parcel.",
        "en",
    )
    assert found.kind == "days" and found.text.startswith("We refund") and "fourteen" in found.other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Refunds arrive within 14 days.", "Your refund arrives within two weeks."),  # the same
        ("Refunds arrive within 5 days.", "Refunds arrive within 3 to 5 days."),  # in common
        ("Refunds arrive within 5 days.", "Your store card arrives within 10 days."),  # about something else
        ("Refunds arrive within 5 days.", "Refunds arrive in full, less £3."),  # another kind of figure
    ],
)
def test_what_does_not_contradict_is_left_in_peace(one, other):
    assert contradictions(one, other, "en") == []


def test_chinese_contradicts_in_either_script():
    assert [found.kind for found in contradictions("收到退货后七天内退款。", "收到退貨後14天內退款。", "zh")] == [
        "days"
    ]


def test_only_so_much_of_a_text_is_held_against_another():
    text = "Refund number is paid in 5 days. " * 500
    assert len(sentences(text, "en")) == MOST_SENTENCES
    assert sentences("1" * 100_000 + " days", "en") == []
