"""Every letter exists in every language, says what it must, and is text: nothing in it runs."""

from datetime import date

import pytest

from desk.complaints.letters import LANGUAGES, LINK, words
from desk.kernel.dates import written_out

FACTS = {
    "name": "Eva <Ruiz>",
    "number": "C-2026-00417",
    "organization": "Halden Home",
    "verbatim": "{{ 7 * 7 }} I paid twice",
    "link": LINK,
    "due": "16 January 2026",
    "reopen_days": 30,
    "decision": "partly",
    "response": "The second fee was ours.",
    "amount": "12.50 EUR",
    "message": "We asked the bank.",
    "kind": "complaint",
}

#: Characters of our letters that nobody writes who writes Traditional Chinese.
ONLY_SIMPLIFIED = "们诉终复这对错说帮调与进展问题联系点满将时间为编号写导开关给经发现决变请谢"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["acknowledgement", "final_response", "update", "survey"])
def test_every_letter_in_every_language(language: str, kind: str) -> None:
    body = words(language, kind, **FACTS)
    short = words(language, f"{kind}_short", **FACTS | {"due": written_out(date(2026, 9, 30), language)})

    assert words(language, f"{kind}_subject", **FACTS)
    assert LINK in body
    assert LINK in short
    assert "Halden Home" in body
    assert "{%" not in body
    assert len(short) < 160
    if kind != "survey":
        assert "C-2026-00417" in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_promised_day_and_the_reasons_are_in_the_letter(language: str) -> None:
    assert "16 January 2026" in words(language, "acknowledgement", **FACTS)
    answer = words(language, "final_response", **FACTS)
    assert "The second fee was ours." in answer
    assert "12.50 EUR" in answer
    assert "30" in answer


@pytest.mark.parametrize(
    ("language", "greeting"),
    [
        ("en", "Dear customer,"),
        ("de", "Guten Tag,"),
        ("es", "Hola:"),
        ("fr", "Bonjour,"),
        ("zh", "您好："),
        ("zh-Hant", "您好："),
    ],
)
@pytest.mark.parametrize("kind", ["acknowledgement", "final_response", "update", "survey"])
def test_who_has_not_said_a_name_is_greeted_without_a_gap(language: str, greeting: str, kind: str) -> None:
    assert words(language, kind, **FACTS | {"name": ""}).splitlines()[0] == greeting


def test_what_a_customer_wrote_is_quoted_not_run() -> None:
    assert "{{ 7 * 7 }} I paid twice" in words("en", "acknowledgement", **FACTS)


def test_a_language_that_we_do_not_write_gets_english() -> None:
    assert words("pt-BR", "survey_subject", **FACTS) == words("en", "survey_subject", **FACTS)
    assert words("zh-Hans-SG", "survey_subject", **FACTS) == words("zh", "survey_subject", **FACTS)


@pytest.mark.parametrize(("days", "said"), [(0, "within 0 days."), (1, "within 1 day."), (2, "within 2 days.")])
def test_the_days_to_disagree_are_counted_in_grammar(days: int, said: str) -> None:
    assert said in words("en", "final_response", **FACTS | {"reopen_days": days})


@pytest.mark.parametrize("language", ["zh-Hant", "zh-TW", "zh_HK", "zh-Hant-MO"])
def test_who_reads_traditional_chinese_is_written_to_in_it(language: str) -> None:
    assert words(language, "acknowledgement_subject", **FACTS) == "我們已收到您的客訴 C-2026-00417"
    assert words("zh-CN", "acknowledgement_subject", **FACTS) == "我们已收到您的投诉 C-2026-00417"


@pytest.mark.parametrize("kind", ["acknowledgement", "final_response", "update", "survey"])
def test_no_letter_mixes_the_two_scripts_of_chinese(kind: str) -> None:
    facts = FACTS | {"name": "", "organization": "", "verbatim": "", "response": "", "message": "", "due": ""}
    for decision in ("upheld", "partly", "out_of_scope", "not_upheld"):
        for block in (f"{kind}_subject", kind, f"{kind}_short"):
            said = words("zh-Hant", block, **facts | {"decision": decision})
            assert not set(said) & set(ONLY_SIMPLIFIED)
