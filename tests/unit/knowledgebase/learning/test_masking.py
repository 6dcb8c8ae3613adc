"""What was said to one customer, without who and where they are."""

import pytest

from knowledgebase.learning.masking import masked


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Write to ana.ruiz@example.org or call +44 20 7946 0158.", "Write to … or call …."),
        ("Order 48213 and A-2026-00123 are on their way.", "Order … and … are on their way."),
        ("See https://shop.example/o/1?k=2 within 14 days, for £4.99.", "See … within 14 days, for £4.99."),
        ("It went to 12 Baker Street, NW1 6XE.", "It went to …, …."),
        ("Sie wohnt Lindenstraße 7b, 10969 Berlin.", "Sie wohnt …, … Berlin."),
        ("电话13800138000。", "电话…。"),
        ("寄到海淀区中关村路12号3楼。", "…。"),
    ],
)
def test_addresses_and_numbers_are_gone(text, left):
    assert masked(text) == left


def test_names_are_gone_whole_and_in_parts():
    text = "Dear Ana, Ms. Ruiz's parcel is banana yellow.\n\nBest, TOM BROWN"
    assert masked(text, ["Ana Ruiz", "Tom Brown"]) == "Dear …, Ms. … parcel is banana yellow.\n\nBest, …"
    assert masked("王小明您好，小明的包裹到了。", ["王小明"]) == "…您好，…的包裹到了。"


def test_a_name_of_one_letter_or_none_takes_nothing_away():
    assert masked("A parcel for you", ["A", "", " "]) == "A parcel for you"


def test_whatever_is_masked_costs_little():
    assert len(masked("1 " * 200_000 + "a@" * 50_000 + "路" * 10_000, ["x" * 10_000])) <= 8_000
