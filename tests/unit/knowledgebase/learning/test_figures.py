"""Figures in sentences, and sentences that say different ones about the same."""

import pytest

from knowledgebase.learning.figures import MOST_SENTENCES, contradictions, sentences


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("Refunds take 5 days.", "days", {"5"}),
        ("Refunds take two weeks.", "days", {"14"}),
        ("Allow 3 to 5 business days.", "working days", {"3", "5"}),
        ("Guaranteed for 2 years.", "months", {"24"}),
        ("We answer within 24 hours.", "minutes", {"1440"}),
        ("Returns cost £4.99.", "amount GBP", {"4.99"}),
        ("Shipping is free from 1,250.00 euros.", "amount EUR", {"1250"}),
        ("You get 20% back.", "per cent", {"20"}),
        ("Open from 9:00 to 5 pm.", "clock", {"9:00", "17:00"}),
        ("Until 24 December.", "date", {"12-24"}),
        ("Until December 24th.", "date", {"12-24"}),
        ("退款需要七天。", "days", {"7"}),
        ("十五个工作日内到账。", "working days", {"15"}),
        ("运费三十元。", "amount CNY", {"30"}),
        ("12月24日关门。", "date", {"12-24"}),
        ("請於二十一日內退貨。", "days", {"21"}),
    ],
)
def test_a_figure_is_read(text, kind, values):
    (sentence,) = sentences(text, "zh" if ord(text[0]) > 0x3000 else "en")
    assert sentence.figures[kind] == values


@pytest.mark.parametrize(
    ("language", "text", "kind", "values"),
    [
        ("de", "Die Rücksendung kostet 2,95 €.", "amount EUR", {"2.95"}),
        ("de", "Versandfrei ab 1.250,00 Euro.", "amount EUR", {"1250"}),
        ("de", "Die Erstattung dauert 3 bis 5 Werktage.", "working days", {"3", "5"}),
        ("de", "Rückgabe innerhalb von vierzehn Tagen.", "days", {"14"}),
        ("de", "Die Garantie gilt zwei Jahre.", "months", {"24"}),
        ("de", "Sie bekommen 20 Prozent zurück.", "per cent", {"20"}),
        ("de", "Wir öffnen um 9.30 Uhr.", "clock", {"9:30"}),
        ("de", "Lieferung bis 24. Dezember garantiert.", "date", {"12-24"}),
        ("de", "Gültig bis 24.12.2026 im Laden.", "date", {"12-24"}),
        ("es", "La devolución cuesta 2,95 €.", "amount EUR", {"2.95"}),
        ("es", "El reembolso tarda de 3 a 5 días hábiles.", "working days", {"3", "5"}),
        ("es", "La garantía dura dos años.", "months", {"24"}),
        ("es", "Dentro de dos semanas.", "days", {"14"}),
        ("es", "Un descuento del 20 por ciento.", "per cent", {"20"}),
        ("es", "Hasta el 24 de diciembre.", "date", {"12-24"}),
        ("fr", "Livraison offerte dès 1\u202f250,50 €.", "amount EUR", {"1250.5"}),
        ("fr", "Le remboursement prend cinq jours ouvrés.", "working days", {"5"}),
        ("fr", "La garantie dure 2 ans.", "months", {"24"}),
        ("fr", "Une remise de 20 pour cent.", "per cent", {"20"}),
        ("fr", "Ouvert de 9 h 30 à 18h.", "clock", {"9:30", "18:00"}),
        ("fr", "Jusqu'au 24 décembre.", "date", {"12-24"}),
        ("en", "Sending it back costs 2,95 €.", "amount EUR", {"2.95"}),
    ],
)
def test_a_figure_is_read_as_its_language_writes_it(language, text, kind, values):
    (sentence,) = sentences(text, language)
    assert dict(sentence.figures) == {kind: values}


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        (
            "de",
            "Die Erstattung auf die Karte dauert 5 Werktage.",
            "Die Erstattung auf eine Karte dauert zehn Werktage.",
        ),
        ("es", "El reembolso del pedido llega en 5 días.", "El reembolso del pedido llega en diez días."),
        ("fr", "Le retour du colis coûte 2,95 €.", "Le retour du colis coûte 3,95 €."),
    ],
)
def test_other_languages_contradict_too(language, one, other):
    (found,) = contradictions(one, other, language)
    assert (found.text, found.other) == (one, other)


@pytest.mark.parametrize("text", ["Call us.", "Section 3 of the 5 that follow.", "Someone may return it."])
def test_what_is_no_figure_is_none(text):
    assert sentences(text, "en") == []


def test_the_same_said_with_other_figures_contradicts():
    (found,) = contradictions(
        "We refund you within 5 days of receiving your parcel. Write to us.",
        "Pack it well. A refund arrives within fourteen days of us receiving the parcel.",
        "en",
    )
    assert found.kind == "days" and found.text.startswith("We refund") and "fourteen" in found.other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Refunds arrive within 14 days.", "Your refund arrives within two weeks."),  # the same
        ("Refunds arrive within 5 days.", "Refunds arrive within 3 to 5 days."),  # in common
        ("Refunds arrive within 5 days.", "Your store card arrives within 10 days."),  # about something else
        ("Refunds arrive within 5 days.", "Refunds arrive in full, less £3."),  # another kind of figure
    ],
)
def test_what_does_not_contradict_is_left_in_peace(one, other):
    assert contradictions(one, other, "en") == []


def test_chinese_contradicts_in_either_script():
    assert [found.kind for found in contradictions("收到退货后七天内退款。", "收到退貨後14天內退款。", "zh")] == [
        "days"
    ]


def test_only_so_much_of_a_text_is_held_against_another():
    text = "Refund number is paid in 5 days. " * 500
    assert len(sentences(text, "en")) == MOST_SENTENCES
    assert sentences("1" * 100_000 + " days", "en") == []
