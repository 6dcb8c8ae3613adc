"""Which of our languages a customer reads."""

import pytest

from ivr.languages import nearest


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [
        ("de-AT", "de"),
        ("de_DE", "de"),
        ("zh-CN", "zh"),
        ("zh_TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-Hans-TW", "zh"),
        ("zh-Hant-CN", "zh-Hant"),
        ("pt", "en"),
        ("", "en"),
    ],
)
def test_the_nearest_is_spoken_else_english(tag: str, spoken: str) -> None:
    assert nearest(tag, {"en", "de", "zh", "zh-Hant"}) == spoken


def test_who_reads_traditional_signs_gets_simplified_ones_where_there_are_no_others() -> None:
    assert nearest("zh-TW", {"en", "zh"}) == "zh"
    assert nearest("zh-CN", {"en", "zh-Hant"}) == "zh-Hant"
    assert nearest("pt", {"de"}, otherwise="de") == "de"
