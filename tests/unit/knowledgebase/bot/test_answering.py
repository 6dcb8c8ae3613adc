"""What the assistant decides: who is answered, who gets a person at once, and what is quoted."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.bot.answering import LONGEST, LONGEST_QUOTE, HandOver, Quote, Solved, Why, decide, quoted
from knowledgebase.bot.sentences import said as sentence
from knowledgebase.bot.sureness import Source
from knowledgebase.bot.wishes import is_upset, says_yes, wants_person

REFUND = Source(
    article_id="a",
    text_id="t",
    language="en",
    title="How long a refund takes",
    summary="",
    plain="We are a shop. A refund takes five days from the day the parcel is here. It goes to your card.",
    score=0.6,
    next_score=0.3,
)
REFUND_ZH = replace(
    REFUND, language="zh", title="退款多久到账", plain="我们收到退回的商品后，五个工作日内退款。退款退回原来的银行卡。"
)
ASKED = "How long does a refund take?"


def test_a_question_that_an_article_answers_is_answered_with_its_words():
    decision = decide(ASKED, (), REFUND)
    assert isinstance(decision, Quote)
    assert "five days" in decision.words
    assert decision.words in REFUND.plain
    assert isinstance(decide("退款多久到賬？", (), REFUND_ZH), Quote)


@pytest.mark.parametrize("said", ["Fazer uma devolução", "fazer uma devolucao?"])
def test_who_asks_without_accents_is_answered_as_well(said):
    returns = replace(
        REFUND, language="pt", title="Fazer uma devolução", plain="Oi. A devolução começa na sua conta. Leva um dia."
    )
    decision = decide(said, (), returns)
    assert isinstance(decision, Quote)
    assert "começa" in decision.words


@pytest.mark.parametrize(
    ("said", "answered", "source", "why"),
    [
        ("a refund, but to a human please", (), REFUND, Why.ASKED),
        ("退款 人工", (), REFUND_ZH, Why.ASKED),
        ("轉真人", (), REFUND_ZH, Why.ASKED),
        ("How long does a refund take, this is unacceptable", (), REFUND, Why.UPSET),
        ("HOW LONG DOES A REFUND TAKE", (), REFUND, Why.UPSET),
        ("退款多久？我要投訴", (), REFUND_ZH, Why.UPSET),
        (ASKED, ("b", "c", "d"), REFUND, Why.ENOUGH),
        (ASKED, ("a",), REFUND, Why.NOT_SOLVED),
        ("no", ("a",), None, Why.NOT_SOLVED),
        ("No, that is not it", ("a",), REFUND, Why.NOT_SOLVED),
        ("thanks", ("a",), None, Why.NOT_SOLVED),
        ("Do you sell aquariums?", (), REFUND, Why.UNSURE),
        ("How long does the guarantee take?", (), REFUND, Why.UNSURE),
        (ASKED, (), None, Why.UNSURE),
        (ASKED, (), replace(REFUND, next_score=0.59), Why.UNSURE),
        (f"{ASKED} {'Tell me. ' * 40}", (), REFUND, Why.PERSONAL),
    ],
)
def test_anything_else_goes_to_a_person(said, answered, source, why):
    assert decide(said, answered, source) == HandOver(why=why)


def test_what_names_an_order_goes_to_a_person():
    assert decide(ASKED, (), REFUND, personal=True) == HandOver(why=Why.PERSONAL)


def test_only_who_was_answered_can_say_that_it_is_solved():
    assert decide("Yes, thank you!", ("a",), None) == Solved()
    assert decide("yes", (), None) == HandOver(why=Why.UNSURE)


@pytest.mark.parametrize("word", ["yes", "ask"])
def test_what_the_buttons_of_the_widget_say_is_understood_in_each_of_its_languages(word):
    table = (Path(__file__).parents[4] / "web/frontend/widget/said.ts").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^  bot_{word}: \[(.*?)\]", table, re.DOTALL | re.MULTILINE)
    labels = re.findall(r'"([^"]+)"', row)
    assert len(labels) == 6
    understood = says_yes if word == "yes" else wants_person
    assert all(map(understood, labels)), [label for label in labels if not understood(label)]


YESES = ["是的", "解决了，谢谢", "Ja, danke", "Sí", "oui merci", "that solved it", "Yes!!"]
#: Whole sentences, as people end a chat.
YESES += [
    "That’s solved it, thanks",
    "It’s fixed now",
    "My problem is solved",
    "that solved my problem, thank you so much",
]
YESES += ["Das hat mein Problem gelöst", "Ça a résolu mon problème, merci", "Eso resolvió mi problema", "搞定了，谢谢"]


@pytest.mark.parametrize("said", YESES)
def test_a_yes(said):
    assert says_yes(said)


@pytest.mark.parametrize(
    "said",
    [
        "没有",
        "不是",
        "是不是要等",
        "nein",
        "yes but how?",
        "yes?",
        "did it",
        "",
        "有问题",
        "yes and where is it",
        "has that solved it",
    ],
)
def test_no_yes(said):
    assert not says_yes(said)


def test_plain_questions_are_neither_a_call_for_a_person_nor_anger():
    for said in (ASKED, "export my personal data", "do you have a suede ring", "Ist das Fedex-Paket da?", "退款多久"):
        assert not wants_person(said), said
        assert not is_upset(said), said


def test_a_summary_is_quoted_where_there_is_one():
    assert quoted(ASKED, replace(REFUND, summary=" Five days. ")) == "Five days."


def test_the_message_says_that_a_machine_speaks_and_where_from():
    text = sentence("zh-TW", "{words}", "{title}", "https://desk.test/help/a/x")
    assert text.startswith("說明中心自動回覆：《{words}》")
    assert "\n\n{title}\n\nhttps://desk.test/help/a/x\n\n" in text


words = st.text(max_size=2 * LONGEST) | st.lists(
    st.sampled_from(["refund", "takes", "long", "yes", "human", "no", "退款", "多久", "到账", "!"]), max_size=12
).map(" ".join)


@given(said=words, before=st.frozensets(st.sampled_from("abcdef")), plain=st.text(max_size=900), summary=st.text())
def test_whatever_is_said_it_quotes_or_asks_a_person_and_never_says_anything_twice(said, before, plain, summary):
    source = replace(REFUND, plain=plain, summary=summary)
    decision = decide(said, before, source)
    if isinstance(decision, Quote):
        assert source.article_id not in before
        assert len(before) < 3
        assert len(decision.words) <= LONGEST_QUOTE
        assert not wants_person(said)
        assert not is_upset(said)
    elif isinstance(decision, Solved):
        assert before


@given(said=words, call=st.sampled_from(["human please", "转人工", "真人", "AGENT", "ein Mensch bitte"]))
def test_who_asks_for_a_person_gets_one_whatever_stands_around_it(said, call):
    assert decide(f"{said} {call}", (), REFUND) == HandOver(why=Why.ASKED)
