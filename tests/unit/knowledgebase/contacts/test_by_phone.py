"""What a caller hears of an article: words, and nothing that a carrier could take for markup."""

from datetime import UTC, datetime
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from channels.voice import twiml
from ivr.instructions import Say
from knowledgebase.contacts.by_phone import MOST_SPOKEN, spoken
from knowledgebase.reading.published import Article

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def article(body: str, summary: str = "") -> Article:
    return Article(
        id="a",
        text_id="t",
        slug="s",
        language="en",
        original_language="en",
        title="T",
        summary=summary,
        body=body,
        audience="public",
        team=None,
        category=(),
        tags=(),
        revision=1,
        published_first_at=None,
        published_at=NOW,
        checked_at=NOW,
        translations=(),
        is_behind=False,
    )


def test_the_summary_is_read_else_the_first_sentences_without_marks_and_addresses():
    assert spoken(article("Long.", "In short: five days.")) == "In short: five days."
    said = spoken(
        article("# Refunds\n\nIt takes **five days** (see https://shop.test/x?y=1). Then [ask](https://x.test).")
    )
    assert "five days" in said
    assert "http" not in said
    assert "*" not in said


def test_of_a_long_article_whole_sentences_are_read():
    said = spoken(article("This is a sentence of some length. " * 60))
    assert len(said) <= MOST_SPOKEN
    assert said.endswith("length.")


@given(st.text(max_size=400) | st.sampled_from(["<Hangup/>", "</Say><Dial>+1900</Dial>", '<break time="9s"/>', "]]>"]))
def test_whatever_an_article_says_is_text_to_a_carrier(words):
    said = spoken(article(words, words))
    assert "<" not in said
    response = ElementTree.fromstring(twiml.render([Say(text=said, article="s")]))  # noqa: S314  # made by the code under test
    (verb,) = response
    assert (verb.tag, len(verb)) == ("Say", 0)
