"""Which of our languages a customer reads."""

import pytest

from desk.customers.languages import nearer, nearest


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [
        ("de-AT", "de"),
        ("de_DE", "de"),
        ("zh-CN", "zh"),
        ("zh_TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("pt", "en"),
        ("", "en"),
    ],
)
def test_the_nearest_is_spoken_else_english(tag: str, spoken: str) -> None:
    assert nearest(tag, {"en", "de", "zh", "zh-Hant"}) == spoken


def test_who_reads_traditional_signs_gets_simplified_ones_where_there_are_no_others() -> None:
    assert nearest("zh-TW", {"en", "zh"}) == "zh"


@pytest.mark.parametrize(
    ("spoken", "reads", "written"),
    [("zh", "zh-TW", "zh-TW"), ("en", "zh-TW", "en"), ("de", "de_AT", "de_AT"), ("en", "", "en")],
)
def test_who_is_spoken_to_is_written_the_same_language_as_they_read_it(spoken: str, reads: str, written: str) -> None:
    assert nearer(spoken, reads) == written
