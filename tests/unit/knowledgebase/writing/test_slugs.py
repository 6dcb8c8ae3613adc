"""Titles in any script make addresses that can be typed, or at least read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.writing.slugs import LONGEST, MOST, candidates, is_slug, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Where is my parcel?", "where-is-my-parcel"),
        ("Où est mon colis ?", "ou-est-mon-colis"),
        ("Rückgabe: 30 Tage – so geht's!", "ruckgabe-30-tage-so-geht-s"),
        ("怎样退货？", "怎样退货"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full-width"),
        ("हिन्दी में लेख", "हिन्दी-में-लेख"),
        ("Rech\u00adnung im Kunden\u200bkonto\ufeff", "rechnung-im-kundenkonto"),
        ("../../etc/passwd", "etc-passwd"),
        ("<script>", "script"),
        ("???", "article"),
        ("", "article"),
    ],
)
def test_a_title_makes_a_slug(title, slug):
    assert slug_of(title) == slug


@given(st.text(max_size=300))
def test_every_title_makes_one_that_may_be_chosen(title):
    slug = slug_of(title)
    assert is_slug(slug) and len(slug) <= MOST


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u2060", "\u202e", "\ufe0f"])
def test_nobody_may_choose_an_address_with_what_nobody_sees(sign):
    assert is_slug("rechnung") and not is_slug(f"rech{sign}nung")


@given(st.text(max_size=90), st.uuids())
def test_there_is_always_another_one(title, id):
    tried = list(candidates(slug_of(title), str(id)))
    assert len(set(tried)) == len(tried) and all(is_slug(one) for one in tried)


@pytest.mark.parametrize("text", ["", "A", "a b", "a--b", "-a", "a-", "a/b", "a.b", "a_b", "x" * (LONGEST + 1), "ａ"])
def test_not_everything_is_a_slug(text):
    assert not is_slug(text)
