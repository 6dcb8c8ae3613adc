"""What the house says on the telephone, in every language that it speaks, in the script and voice of who listens."""

import string
from xml.etree import ElementTree

import pytest

from channels.voice import spoken, twiml
from channels.voice.spoken import HEARS, VOICES, known, place_in_queue, sentence

#: Signs of Simplified Chinese that Traditional writes otherwise.
SIMPLIFIED = set("们请谢电话钟预计线继续无码过后时间对现这边问题频营业复队号")


@pytest.mark.parametrize("language", sorted(VOICES))
def test_every_sentence_is_said_in_every_language_with_the_same_blanks(language):
    def blanks(of: dict[str, str]) -> dict[str, set[str]]:
        return {key: {name for _, name, *_ in string.Formatter().parse(text) if name} for key, text in of.items()}

    assert blanks(spoken._SENTENCES[language]) == blanks(spoken._SENTENCES["en"])
    assert language in HEARS


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh-TW", "zh-Hant"), ("zh_HK", "zh-Hant"), ("zh-Hant", "zh-Hant"), ("zh", "zh"), ("zh-CN", "zh"), ("pt", "en")],
)
def test_who_reads_traditional_signs_is_spoken_to_in_them(tag, language):
    assert known(tag) == language


def test_traditional_sentences_have_no_simplified_sign_and_a_voice_of_their_own():
    said = "".join(spoken._SENTENCES["zh-Hant"].values())
    assert "們" in said and "這" in said
    assert SIMPLIFIED.isdisjoint(said)
    assert place_in_queue(3, 120, 240, "zh-TW") == "您目前排在第3位。預計等候時間2到4分鐘。感謝您的耐心等候。"
    (say, _) = ElementTree.fromstring(twiml.sorry("zh-TW"))  # noqa: S314  # made by the code under test
    assert (say.get("language"), say.get("voice"), say.text) == (*VOICES["zh-Hant"], sentence("sorry", "zh-Hant"))
