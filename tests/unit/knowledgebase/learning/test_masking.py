"""What was said to one customer, without who and where they are."""

import pytest

from knowledgebase.learning.masking import masked

#: What holds digits and is no number of anybody's.
PROSE = (
    "5 to 7 working days, 2,499 pieces",
    "1,299.00 EUR, £4.99, 2,499, 3,150 and 10,000 pieces",
    "sizes 36, 38, 40, 42; 100, 250 or 500 pieces",
    "10–14 days, 10:00–12:30, 9:00 - 17:00",
    "第1条.五天内退款。2.换货政策",
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Write to ana.ruiz@example.org or call +44 20 7946 0158.", "Write to … or call …."),
        ("Order 48213 and A-2026-00123 are on their way.", "Order … and … are on their way."),
        ("See https://shop.example/o/1?k=2 within 14 days, for £4.99.", "See … within 14 days, for £4.99."),
        ("It went to 12 Baker Street, NW1 6XE.", "It went to …, …."),
        ("Sie wohnt Lindenstraße 7b, 10969 Berlin.", "Sie wohnt …, … Berlin."),
        ("+44\u00a0121\u00a0496\u00a0010 or 0121–496–010 or 0900, 123, 456", "… or … or …"),
        ("A-2026–00123, ０９００\u200b１２３, ana\u200b.ruiz@example.org", "…, …, …"),
        ("12\u00a0Baker\u00a0Street, NW1\u202f6XE", "…, …"),
        ("电话13800138000。", "电话…。"),
        ("寄到海淀区中关村路12号3楼。", "…。"),
    ],
)
def test_addresses_and_numbers_are_gone(text, left):
    assert masked(text) == left


@pytest.mark.parametrize("text", PROSE)
def test_amounts_times_and_days_stay(text):
    assert masked(text) == text


def test_names_are_gone_whole_and_in_parts():
    text = "Dear Ana, Ms. Ruiz's parcel is banana yellow.\n\nBest, TOM BROWN"
    assert masked(text, ["Ana Ruiz", "Tom Brown"]) == "Dear …, Ms. … parcel is banana yellow.\n\nBest, …"
    assert masked("A\u200bna\u00a0Ruiz isst A\u200bnanas.", ["Ana Ruiz"]) == "… isst A\u200bnanas."
    assert masked("王小明您好，小明的包裹到了。", ["王小明"]) == "…您好，…的包裹到了。"


def test_a_name_of_one_letter_or_none_takes_nothing_away():
    assert masked("A parcel for you", ["A", "", " "]) == "A parcel for you"


def test_whatever_is_masked_costs_little():
    assert len(masked("1 " * 200_000 + "a@" * 50_000 + "路" * 10_000, ["x" * 10_000])) <= 8_000
