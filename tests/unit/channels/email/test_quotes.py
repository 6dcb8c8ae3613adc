"""What is new in a reply: clients of many languages, answers above, between and below."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.quotes import split

NEW = "Das Paket kam heute an, danke!\nAber eine Tasse fehlt."
OLD = "Guten Tag, wie können wir helfen?"

ATTRIBUTIONS = [
    "On Wed, Mar 4, 2026 at 10:11 AM Support <support@demo.test> wrote:",
    "On Wed, Mar 4, 2026 at 10:11 AM Support Team of the Fictitious Shop\n<support@demo.test> wrote:",
    "Am Mi., 4. März 2026 um 10:11 Uhr schrieb Support <support@demo.test>:",
    "Am 04.03.26 um 10:11 schrieb Support:",
    "Le mer. 4 mars 2026 à 10:11, Support <support@demo.test> a écrit :",
    "El mié, 4 mar 2026 a las 10:11, Support (<support@demo.test>) escribió:",
    "Il giorno mer 4 mar 2026 alle ore 10:11 Support <support@demo.test> ha scritto:",
    "Em qua., 4 de mar. de 2026 às 10:11, Support <support@demo.test> escreveu:",
    "Op wo 4 mrt 2026 om 10:11 schreef Support <support@demo.test>:",
    "śr., 4 mar 2026 o 10:11 Support <support@demo.test> napisał(a):",
    "Den ons 4 mars 2026 kl 10:11 skrev Support <support@demo.test>:",
    "ср, 4 мар. 2026 г. в 10:11, Support <support@demo.test> написал:",
    "4 Mar 2026 Çar, 10:11 tarihinde Support <support@demo.test> şunu yazdı:",
    "Support <support@demo.test> 于2026年3月4日周三 10:11写道：",
    '在 2026-03-04 10:11:12，"Support" <support@demo.test> 写道：',
    "Support <support@demo.test> 於 2026年3月4日 週三 上午10:11寫道：",
    "2026年3月4日(水) 10:11 Support <support@demo.test>:",
    "2026년 3월 4일 (수) 오전 10:11, Support <support@demo.test>님이 작성:",
]

BLOCKS = [
    "From: Support <support@demo.test>\nSent: Wednesday, March 4, 2026 10:11\nTo: Ana\nSubject: Order",
    "____________\nVon: Support <support@demo.test>\nGesendet: Mittwoch, 4. März 2026\nAn: Ana\nBetreff: Tasse",
    "De : Support <support@demo.test>\nEnvoyé : mercredi 4 mars 2026\nÀ : Ana\nObjet : Commande",
    "*De:* Support <support@demo.test>\n*Enviado el:* miércoles\n*Para:* Ana\n*Asunto:* Pedido",
    "发件人: Support <support@demo.test>\n发送时间: 2026年3月4日 10:11\n收件人: 张\n主题: 订单",
    "------------------ 原始邮件 ------------------\n发件人: Support <support@demo.test>\n发送时间: 2026年3月4日",
    "差出人: Support <support@demo.test>\n送信日時: 2026年3月4日\n宛先: 田中\n件名: 注文",
    "-----Original Message-----\nFrom: Support",
    "-----Ursprüngliche Nachricht-----\nVon: Support",
    "##- Please type your reply above this line -##",
    "--- 请在此行上方回复 ---",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("mark", ["> ", ">", ""])
def test_an_attribution_opens_the_quotation(attribution: str, mark: str):
    found = split(f"{NEW}\n\n{attribution}\n\n{mark}{OLD}\n")
    assert found.new == NEW
    assert OLD in found.quoted and attribution.partition("\n")[0] in found.quoted


@pytest.mark.parametrize("block", BLOCKS)
def test_below_a_header_block_or_marker_everything_is_older(block: str):
    found = split(f"{NEW}\n\n{block}\n\n{OLD}\n")
    assert (found.new, OLD in found.quoted) == (NEW, True)


def test_answers_between_and_below_are_new():
    found = split(f"{ATTRIBUTIONS[0]}\n> Which cup?\n\nThe blue one.\n\n> And the address?\nAs before.\n")
    assert found.new == "The blue one.\n\nAs before."
    assert "Which cup?" in found.quoted


@pytest.mark.parametrize(
    "text",
    [
        "From: the very first day I loved it.\nSubject: none.",
        "My friend wrote: never again.\nWhy is that?",
        "I have 2 questions:\n1. when?\n2. how?",
        "Best,\n-- \nAna Berg\nFrom: Berlin",
        "----------\nNothing but a line above.",
        "5 > 3, is it not?",
        "In 2025 you wrote:\nwe will refund. And now?",
    ],
)
def test_words_that_only_look_like_it_are_new(text: str):
    assert split(text).new == text


def test_a_forwarded_mail_is_what_the_sender_wants_to_show():
    text = "Please see below\n\n---------- Forwarded message ---------\n"
    text += "From: Shop <x@y.example>\nDate: today\nSubject: S\nTo: A\n\nText"
    assert split(text).new == text


def test_a_reply_with_nothing_new_is_all_new():
    assert split("> only\n> quoted\n").new == "> only\n> quoted"


@given(st.text(alphabet=st.sampled_from("ab1:@<>\n -_写道：From"), max_size=400) | st.text(max_size=300))
def test_no_word_is_lost(text: str):
    found = split(text)
    assert sorted("".join((found.new + found.quoted).split())) == sorted("".join(text.split()))
    assert bool(found.new) == bool(text.strip())


@pytest.mark.parametrize(
    "unit", ["a", ">", " ", "=?", "\n", "> \n", "On 1 wrote:\n", "From: a@b\n", "---\n", "a\n", "：\n", "写道：\n"]
)
def test_hostile_text_takes_little_time(unit: str):
    text = unit * (100_000 // len(unit))
    begun = time.process_time()
    split(text)
    assert time.process_time() - begun < 0.2  # 50 ms on an idle machine
