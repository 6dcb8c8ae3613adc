"""In which language somebody wrote, where nobody has said it."""

import pytest

from knowledgebase.search.written_in import of_writer, script_of_chinese, written_in

TOLD = {
    "my machine shows E20": "en",
    "When is my refund here?": "en",
    "Meine Maschine zeigt E20": "de",
    "Was ist das für ein Fehler": "de",
    "Ma machine affiche E20 et je ne sais pas pourquoi": "fr",
    "No he recibido mi paquete": "es",
    "我的洗衣机显示 E20": "zh",
    "我的洗衣機顯示 E20": "zh-Hant",
    "台灣的退款要多久": "zh-Hant",
    "洗濯機が動きません": "ja",
    "세탁기가 작동하지 않아요": "ko",
}
UNTOLD = ("", "E20", "E-20 / 55", "取消", "台", "WH-1000XM4", "!!!", "Maschine")


@pytest.mark.parametrize(("text", "language"), TOLD.items())
def test_scripts_and_little_words_tell_a_language(text: str, language: str) -> None:
    assert written_in(text) == language


@pytest.mark.parametrize("text", UNTOLD)
def test_a_bare_code_tells_none(text: str) -> None:
    assert written_in(text) is None


def test_what_is_known_of_a_writer_goes_before_what_they_wrote_but_for_the_script_of_chinese() -> None:
    assert of_writer("de", "my machine shows E20") == "de"
    assert of_writer("zh", "洗衣機顯示 E20") == "zh-Hant"
    assert of_writer("zh-Hant", "取消") == "zh-Hant"
    assert of_writer("en", "洗衣機顯示 E20") == "en"
    assert of_writer(None, "洗衣機顯示 E20") == "zh-Hant"
    assert of_writer("", "E20") is None


def test_a_text_of_both_scripts_is_of_the_one_that_it_has_more_of() -> None:
    assert script_of_chinese("退货退货，退貨") == "zh"
    assert script_of_chinese("退貨退貨，退货") == "zh-Hant"
