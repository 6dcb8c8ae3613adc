"""What stands on a card beside its number goes with the word that says so; other figures of its length stay."""

import pytest

from knowledgebase.masking.masked import masked
from knowledgebase.reading.questions import masked as masked_question


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("cvv 123", "cvv …"),
        ("CVC: 123", "CVC: …"),
        ("my CVV2 is 1-2-3", "my CVV2 is …"),
        ("CVV：１２３", "CVV：…"),
        ("cvv one two three", "cvv …"),
        ("123 is my cvv", "… is my cvv"),
        ("123 (CVV)", "… (CVV)"),
        ("the security code on the back of my card is 123", "the security code on the back of my card is …"),
        ("my PIN is 1234", "my PIN is …"),
        ("Die Prüfziffer lautet: 123", "Die Prüfziffer lautet: …"),
        ("Kartenprüfnummer 123", "Kartenprüfnummer …"),
        ("Sicherheitscode der Karte: 1234", "Sicherheitscode der Karte: …"),
        ("安全码是123谢谢", "安全码是…谢谢"),
        ("卡的安全碼一二三", "卡的安全碼…"),
        ("背面三位数是123", "背面三位数是…"),
    ],
)
def test_a_security_code_goes(said, left):
    for mask in (masked, masked_question):
        assert mask(said) == left


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Visa 12/28", "Visa …"),
        ("My card 4111 1111 1111 1111, exp 12/28, cvv 123", "My card …, exp …, cvv …"),
        ("4111 1111 1111 1111 expires 12/28", "… expires …"),
        ("card valid thru 12/2028", "card valid thru …"),
        ("expiry date of my card (MM/YY): 03/27", "expiry date of my card (MM/YY): …"),
        ("my card expires December 2028", "my card expires …"),
        ("12/28 exp, mastercard", "… exp, mastercard"),
        ("Meine Kreditkarte ist gültig bis 12/28", "Meine Kreditkarte ist gültig bis …"),
        ("Karte, Ablaufdatum 12.28", "Karte, Ablaufdatum …"),
        ("信用卡有效期至12/28", "信用卡有效期至…"),
        ("卡号4111111111111111，有效期2028年12月，安全码123", "卡号…，有效期…，安全码…"),
    ],
)
def test_the_end_of_a_card_goes(said, left):
    for mask in (masked, masked_question):
        assert mask(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "I paid by card on 03/12, 120 euros",
        "The milk expires 03/26, the warranty is valid until 12/28",
        "Die Garantie läuft bis 12/28",
        "The gift card is valid until 12/28",
        "The pin 3 of 100 is bent, CVV is wrong, error 12",
        "I never got a security code of 6 digits",
        "The memory card has 128 GB and costs 49.99",
        "Visa took 10 to 14 days",
        "验证码没收到，等了120秒",
        "有效期到2026年12月的牛奶，支付了129元",
    ],
)
def test_what_is_on_no_card_stays(said):
    for mask in (masked, masked_question):
        assert mask(said) == said
