"""What a text says, as terms that a question and an article share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.search import analysis
from knowledgebase.search.analysis import fold, spellings, terms
from knowledgebase.search.letters import LONGEST_WORD


def spelled(text: str) -> list[str]:
    return spellings(analysis.runs(fold(text)))


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Returning parcels", "return a parcel", "en"),
        ("deliveries", "delivered", "en"),
        ("payment", "paying", "en"),
        ("WLAN", "ｗｌａｎ", "en"),
        ("the customer’s card", "customers cards", "en"),
        ("Zurich", "Zürich", "en"),
        ("Bestellungen", "bestellung", "de"),
        ("退貨與發票", "退货与发票", "zh"),
        ("Rech\u00adnung", "Rechnung", "de"),
        ("re\u200bfund\u2060ed \ufeffpar\u200dcel", "refunded parcel", "en"),
        ("退\u200b貨", "退货", "zh"),
        ("葛\U000e0100粉", "葛粉", "ja"),
        ("می\u200cخواهم", "می خواهم", "fa"),  # where others write a space
        ("帳戶", "帐户", "zh-Hant"),
        ("L'adresse de l’envoi", "adresse envoi", "fr"),
        ("jusquʼà l'été", "été", "fr"),
        ("nell'ordine", "ordine", "it"),
        ("l'enviament", "enviament", "ca"),
        ("o'brien", "obrien", "en"),
        ("aujourd'hui", "aujourd’hui", "fr"),
        ("м'яч", "мʼяч", "uk"),
        ("новый", "новая", "ru"),
        ("бесплатный", "бесплатная", "ru"),
        ("ребёнка", "ребенка", "ru"),
        ("devolução", "devoluções", "pt"),
        ("livré", "livrée", "fr"),
        ("ÜRÜNLERİN", "ürünlerin", "tr"),
        ("siparişiniz", "siparişler", "tr"),
        ("bœuf", "boeuf", "fr"),
        ("Łódź", "lodz", "pl"),
        ("smørrebrød", "smorrebrod", "da"),
        ("Straße", "strasse", "de"),
        ("đổi trả", "doi tra", "vi"),
    ],
)
def test_what_says_the_same_has_the_same_terms(one, other, language):
    assert terms(one, language) == terms(other, language) != []


def test_what_is_elided_in_one_language_is_a_part_of_the_word_in_others():
    assert terms("l'oreal", "en") == ["loreal"]
    assert terms("don't o'brien", "en") == ["obrien"]
    assert terms("м'яч", "uk") == ["мяч"]


def test_a_letter_of_its_own_is_not_taken_for_another_with_an_accent():
    assert terms("мой", "sr") != terms("мои", "sr")
    assert terms("й", "uk") == ["й"] == terms("й", "uk")


@pytest.mark.parametrize(
    ("written", "typed", "language"),
    [
        ("devolução", "devolucao", "pt"),
        ("livrée", "livree", "fr"),
        ("adressé", "adresse", "fr"),
        ("ödeme", "odeme", "tr"),
        ("számlák", "szamlak", "hu"),
        ("plăți", "plati", "ro"),
        ("Devoluções", "devolucao", "pt"),
        ("devolução", "devolucoes", "pt"),
        ("cartões", "cartao", "pt"),
        ("pães", "pao", "pt"),
        ("devoluciones", "devolucion", "es"),
        ("direcciones", "direccion", "es"),
        ("devolucions", "devolucio", "ca"),
        ("Rückgabe", "Rueckgabe", "de"),
        ("København", "Koebenhavn", "da"),
        ("Århus", "Aarhus", "da"),
        ("Ærø", "aero", "da"),
        ("Ærø", "aeroe", "no"),
        ("støvler", "stoevler", "nb"),
        ("zwroty", "zwrotu", "pl"),
        ("płatność", "platnosci", "pl"),
        ("paczkę", "paczka", "pl"),
        ("zamówienia", "zamowienie", "pl"),
        ("zásilka", "zasilky", "cs"),
        ("objednávku", "objednavka", "cs"),
        ("ödemeler", "odeme", "tr"),
        ("İADELER", "iade", "tr"),
        ("iadesi", "iade", "tr"),
        ("iade", "iadesini", "tr"),
        ("adresi", "adres", "tr"),
        ("KULLANICI", "kullanıcı", "tr"),
        ("livrări", "livrare", "ro"),
        ("achiziții", "achiziţii", "ro"),
        ("garanție", "garantie", "ro"),
        ("đổi trả", "doi tra", "vi"),
        ("chuyển khoản", "CHUYEN KHOAN", "vi"),
    ],
)
def test_a_word_is_found_also_by_the_stem_that_it_has_without_accents(written, typed, language):
    for one, other in zip(fold(written).split(), fold(typed).split(), strict=True):
        assert set(analysis.stems(other, language)) & set(analysis.stems(one, language))


def test_scripts_without_spaces_are_pairs_of_characters_and_a_lone_one_itself():
    assert terms("退款多久", "zh") == ["退款", "款多", "多久"]
    assert terms("退", "zh") == ["退"]
    assert terms("重置 WiFi 密码", "zh") == ["重置", "wifi", "密码"]
    assert terms("返品したい", "ja") == ["返品", "品し", "した", "たい"]


def test_words_that_say_nothing_are_left_out_unless_there_is_nothing_else():
    assert terms("how do I get a refund", "en") == ["refund"]
    assert terms("怎么退款", "zh") == ["么退", "退款"]
    assert terms("how do I", "en") != []


@pytest.mark.parametrize(
    ("text", "said", "language"),
    [
        ("c'est sûr", "sur", "fr"),
        ("le thé", "the", "fr"),
        ("số nhà", "so", "vi"),
        ("sur la route", "rout", "fr"),
        ("für über Möchte", "fur", "de"),
        ("cómo pago", "pag", "es"),
    ],
)
def test_a_light_word_is_one_by_its_accents(text, said, language):
    assert said in terms(text, language)


def test_light_words_with_their_own_accents_say_nothing():
    assert terms("für dich möchte ich Geld", "de") == ["dich", "geld"]
    assert terms("où être à l'heure", "fr") == ["heur"]
    assert terms("don’t pay", "en") == ["pay"]


def test_signs_of_a_query_language_are_no_words():
    assert terms('refund" OR * NOT (a:b) -c ^2 \\ %', "en") == ["refund", "b", "c", "2"]
    assert terms("😀 \x00 \u202e ---", "en") == []


def test_a_word_without_end_is_cut():
    assert len(terms("a" * 10_000, "en")[0]) <= LONGEST_WORD


def test_what_people_may_mistype_is_words_not_numbers():
    assert spelled("Refund 42 times, Zürich: it's 退款 x2") == ["refund", "times", "zurich"]


@given(st.text(max_size=300), st.sampled_from(["en", "zh", "zh-Hant", "de", "ar", "xx"]))
def test_any_text_has_terms_that_hold_nothing_but_letters_and_digits(text, language):
    found = terms(text, language)
    assert len(found) <= 4 * len(text) + 1
    for term in found:
        assert 0 < len(term) <= LONGEST_WORD + 2
        assert not any(one.isspace() or one in "_'\"\\\x00&|!()*:" for one in term)


@given(st.text(alphabet="退貨发發票款的 ", max_size=40))
def test_both_scripts_of_chinese_are_one(text):
    assert terms(text, "zh") == terms(analysis.simplified(text), "zh-Hant")
