"""One spelling for a number, and which numbers we dial."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.voice.numbers import E164, can_be_texted, country_of, normalise, why_not_dial, zones_of


@pytest.mark.parametrize(
    ("raw", "country", "expected"),
    [
        ("+49 30 23125-001", "", "+493023125001"),
        ("030 23125001", "DE", "+493023125001"),
        ("0049 30 23125001", "DE", "+493023125001"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("tel:+49-30-23125001", "", "+493023125001"),
        ("030 23125001", "", None),
        ("anonymous", "", None),
        ("+266696687", "", None),
        ("+8656696", "", None),
        ("+86 282 452253", "", None),
        ("CARELINE", "", None),
        ("", "", None),
        ("+", "", None),
        ("12345", "", None),
        ("+4930", "", None),
        ("+" + "9" * 40, "", None),
        ("0" * 1_000_000, "DE", None),
        ("+49\x00302312\r\n5001", "", None),
    ],
)
def test_numbers_are_spelled_in_one_way(raw: str, country: str, expected: str | None):
    assert normalise(raw, country=country) == expected


def test_the_country_of_a_number():
    assert country_of("+493023125001") == "DE"
    assert country_of("+12025550123") == "US"
    assert country_of("client:agent-1") == ""


@pytest.mark.parametrize("number", ["+493023125001", "+12025550123", "client:agent-1"])
def test_what_we_dial(number: str):
    assert why_not_dial(number, countries={"DE", "US"}) is None


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+34910123456", "country"),
        ("+19005550123", "premium"),
        ("+449098333555", "premium"),
        ("+8816", "international form"),
        ("+870773920130", "country"),
        ("+4930231250012345678", "international form"),
        ("client:agent-1;+4990012345", "international form"),
        ("client:", "international form"),
        ("sip:+493023125001@evil.example", "international form"),
        ("+493023125001\n", "international form"),
    ],
)
def test_what_we_do_not_dial_and_why(number: str, why: str):
    said = why_not_dial(number, countries={"DE", "US", "GB"})

    assert said is not None
    assert why in said


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+442079460100", {"Europe/London"}),
        ("+34600000000", {"Europe/Madrid", "Atlantic/Canary"}),
        ("+12125550123", {"America/New_York"}),
        ("+870773920130", set()),
        ("anonymous", set()),
    ],
)
def test_where_a_number_may_be_at_home(number: str, zones: set[str]):
    assert set(zones_of(number)) == zones


@given(st.text(max_size=80), st.sampled_from(["", "DE", "US", "CN"]))
def test_whatever_is_typed_becomes_a_plain_number_or_nothing(raw: str, country: str):
    number = normalise(raw, country=country)

    assert number is None or E164.fullmatch(number)


@given(st.text(alphabet="+0123456789&,;|pwx*#", max_size=20))
def test_nothing_but_digits_reaches_a_dial_string(number: str):
    if why_not_dial(number, countries={"DE", "US"}) is None:
        assert E164.fullmatch(number)


@pytest.mark.parametrize(
    ("number", "may"), [("+447400123456", True), ("+447911123456", False), ("+442079460100", False)]
)
def test_a_text_goes_to_a_mobile_number_of_a_country_that_we_dial_whatever_its_code_is(number, may):
    """+44 7911 1… is Guernsey, which has the code of Great Britain."""
    assert can_be_texted(number, countries={"GB"}) is may
