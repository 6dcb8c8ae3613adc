"""A date that a customer reads names its month."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.complaints.letters import LANGUAGES
from desk.kernel.dates import day_in_words, written_out


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "9 December 2026"),
        ("de-AT", "9. Dezember 2026"),
        ("es_MX", "9 de diciembre de 2026"),
        ("fr", "9 décembre 2026"),
        ("zh", "2026年12月9日"),
        ("zh-TW", "2026年12月9日"),
        ("pt-BR", "9 December 2026"),
        ("", "9 December 2026"),
    ],
)
def test_a_date_is_written_out_in_the_customers_language(language: str, said: str):
    assert written_out(date(2026, 12, 9), language) == said


def test_the_first_of_a_month_in_french():
    assert written_out(date(2026, 1, 1), "fr") == "1er janvier 2026"


def test_the_day_is_that_of_the_site():
    late = datetime(2026, 12, 9, 23, 30, tzinfo=UTC)
    assert day_in_words(late, ZoneInfo("Europe/Madrid"), "es") == "10 de diciembre de 2026"


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), language=st.sampled_from([*LANGUAGES, "zh-TW"]))
def test_two_days_of_a_year_are_never_written_alike(day: date, language: str):
    other = written_out(day + timedelta(days=31), language)
    assert written_out(day, language) != other
    assert str(day.year) in written_out(day, language)
