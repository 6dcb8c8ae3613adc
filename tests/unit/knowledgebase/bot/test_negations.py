"""What is not to be, apart from what cannot be, and from what is only asked."""

import pytest

from knowledgebase.bot.negations import denies

NOT_TO_BE = {
    "en": (
        *(
            "Don't cancel my order",
            "Don’t cancel my order",
            "I do not want to return it",
            "never phone me",
            "DO NOT pay",
        ),
        *("Hello, please do not cancel", "can you please not cancel it", "No newsletter", "I want no newsletter"),
    ),
    "de": (
        "Bestellung nicht stornieren",
        "Ware nicht zurückschicken",
        "kein Newsletter",
        "Können Sie bitte nicht rufen",
    ),
    "fr": ("N'annulez pas ma commande", "je ne veux pas annuler", "annulez pas"),
    "es": ("No cancele mi pedido", "no quiero cancelar"),
    "zh": (
        *(
            "不要取消订单",
            "我不想取消订单",
            "不要退货",
            "不要退貨",
            "请别取消",
            "你好，别取消订单",
            "請勿退款",
            "没有退款的订单",
        ),
        "please don't cancel it",
    ),
}
NO_DENIAL = {
    "en": (
        *("I can't sign in", "I can’t sign in", "I cannot sign in", "I can not sign in", "why could I not pay"),
        *("I don't know how to cancel", "not sure how to return it", "it won't let me sign in", "I'm not able to pay"),
        *("No, cancel my order", "order no. 55", "order no 55", "can I return it or not", "cancel my order", ""),
    ),
    "de": ("Ich kann mich nicht anmelden", "Ich weiß nicht, wie ich storniere", "Anmelden geht nicht", "nichts da"),
    "fr": ("je ne peux pas annuler", "je n'arrive pas à payer", "annuler"),
    "es": ("no puedo entrar", "cancelar"),
    "zh": (
        *(
            "不能登录",
            "无法登录",
            "登录不了",
            "收不到短信",
            "打不开",
            "没法付款",
            "没有办法付款",
            "能不能退货",
            "可不可以退货",
        ),
        *(
            "可不可以退货",
            "有没有发票",
            "不知道怎么取消",
            "不好意思，怎么取消订单",
            "别的订单",
            "特别大",
            "可以退货不",
            "差别",
        ),
    ),
    "pt": ("no pedido",),
}


@pytest.mark.parametrize(("language", "text"), [(key, one) for key, texts in NOT_TO_BE.items() for one in texts])
def test_what_is_not_to_be_is_denied(language: str, text: str) -> None:
    assert denies(text, language)


@pytest.mark.parametrize(("language", "text"), [(key, one) for key, texts in NO_DENIAL.items() for one in texts])
def test_who_cannot_and_who_asks_denies_nothing(language: str, text: str) -> None:
    assert not denies(text, language)
