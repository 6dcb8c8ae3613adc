"""One tag for each language, and the nearest of those in which something is written."""

import pytest

from desk.kernel.errors import Invalid
from knowledgebase.languages import canonical, chosen


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"), ("EN-gb", "en-GB"), ("pt_br", "pt-BR"), ("sr-latn-rs", "sr-Latn-RS"), ("es-419", "es-419"),
        ("zh", "zh"), ("zh-CN", "zh"), ("zh-Hans-SG", "zh"),
        ("zh_TW", "zh-Hant"), ("zh-hk", "zh-Hant"), ("zh-Hant-MO", "zh-Hant"), ("yue", "yue"),
    ],
)  # fmt: skip
def test_a_language_is_called_one_way(written, tag):
    assert canonical(written) == tag
    assert canonical(tag) == tag


@pytest.mark.parametrize(
    "tag", ["", "x", "xx", "english", "en-", "-en", "en--GB", "e\u202en", "en-GB-oed-x", "１２", "zh-Hant-TW-private"]
)
def test_what_is_no_language_is_refused(tag):
    with pytest.raises(Invalid):
        canonical(tag)


@pytest.mark.parametrize(
    ("wanted", "written", "original", "found"),
    [
        ("zh", ["en", "zh"], "en", "zh"),
        ("zh-Hant", ["en", "zh"], "en", "zh"),
        ("zh", ["en", "zh-Hant"], "en", "zh-Hant"),
        ("zh_TW", ["en", "zh", "zh-Hant"], "en", "zh-Hant"),
        ("en-GB", ["en", "fr"], "fr", "en"),
        ("de", ["en", "fr"], "fr", "fr"),
        (None, ["en", "fr"], "fr", "fr"),
        ("de", ["fr", "it"], "en", "fr"),  # the original is not published
    ],
)
def test_the_nearest_is_chosen(wanted, written, original, found):
    assert chosen(wanted, written, original) == found
