"""What of a published text is searched."""

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledgebase.search import indexing_anew
from knowledgebase.search.indexed import (
    MOST_CHARACTERS,
    MOST_CODES,
    MOST_PLAIN,
    MOST_RANKED,
    MOST_TERMS,
    Indexed,
    in_title,
    indexed,
    is_mark,
    of_tag,
    plain,
    scope_of,
    tagged,
    untagged,
)


def read(title: str = "A title", body: str = "", language: str = "en", tags: tuple[str, ...] = ()) -> Indexed:
    return indexed(title=title, summary="", body=body, tags=tags, language=language)


def test_titles_are_found_as_titles_and_as_words():
    found = read("Refund of vouchers", "Paid back", tags=("money",)).words
    assert {"refund", "vouch", in_title("refund"), in_title("vouch"), "paid", "back", "money"} <= {*found, "money"}
    assert in_title("paid") not in found


def test_a_chinese_title_is_found_by_each_of_its_characters():
    assert {"退款", in_title("退款"), in_title("退"), "款"} <= set(read("退款", language="zh").words)


def test_a_word_is_another_in_each_scope_and_language():
    places = [tagged(["refund"], scope, family)[0] for scope in ("public", "internal") for family in ("en", "de")]
    assert len(set(places)) == 4
    assert {untagged(place) for place in places} == {"refund"}
    assert not any(map(is_mark, places)) and is_mark(of_tag("x"))
    assert not is_mark(tagged([in_title("refund")], "public", "en")[0])


def test_a_team_has_a_scope_of_its_own():
    assert len({scope_of("internal", None), scope_of("internal", "billing"), scope_of("internal", "public")}) == 3
    assert scope_of("public", "billing") == "public"


BIG = st.sampled_from(
    [
        "word%d " * 3 % (1, 2, 3) * 40_000,
        "退款发票" * 100_000,
        "[" * 200_000,
        "*" * 300_000,
        "|" * 99_999,
        "{{" * 99_999,
    ]
)


@settings(max_examples=30)
@given(st.one_of(st.text(max_size=500), BIG), st.sampled_from(["en", "zh"]))
def test_a_text_of_any_length_is_bounded_work(body, language):
    found = read(body=body, language=language)
    assert len(found.body) <= MOST_TERMS
    assert len(found.ranked) <= MOST_RANKED + MOST_CODES
    assert len(found.words) <= 3 * MOST_TERMS + 20
    assert len(found.spellings) <= MOST_TERMS
    assert len(found.plain) <= MOST_PLAIN
    assert len(plain(body[:MOST_CHARACTERS])) <= MOST_CHARACTERS


#: A text of everything that is read in a way of its own, in each kind of language.
EVERYTHING = """# Rückgabe & Refunds

> [!TIP] Don't **for\u00adget** the [label](/help/files/1) or https://example.com. 洗衣機顯示錯誤 E15，请重启。

1. ヒーター café Straße ГДЕ L'adresse, Łódź, livrée, новый
2. sûr, devoluções, zwroty, Koebenhavn, livrări

```guide
? start: Is the lamp dead?
  - Yes -> bulb
= bulb: Change the bulb.
```
"""
#: By version, what comes of it.
READ = {8: "b668ce623047e5a3"}


def test_who_changes_what_is_read_of_a_text_says_so_by_the_version_of_the_index():
    """Otherwise what was indexed before stays as it was until somebody publishes it again: raise `VERSION`."""
    found = [
        indexed(title="Parcels 包裹", summary="Soon.", body=EVERYTHING, tags=["Money"], language=language)
        for language in ("en", "de", "fr", "pt", "pl", "da", "ro", "zh", "zh-Hant", "ja", "ru", "tlh")
    ]
    digest = hashlib.sha256(repr(found).encode()).hexdigest()[:16]
    assert {indexing_anew.VERSION: digest} == READ
