"""What is taken of what a language model wrote: text that names its sources, and no address of its own making."""

import time

import pytest

from knowledgebase.drafting.answers import MOST, Draft, Flaw, taken
from knowledgebase.drafting.articles import written
from knowledgebase.drafting.prompts import Kind, Source, What
from knowledgebase.guides_in_text import found as found_in

SOURCES = (
    Source(
        kind=Kind.ARTICLE, id="a", title="Refunds", words="Five days. Write to care@shop.example or call 0800 123456."
    ),
    Source(
        kind=Kind.ARTICLE, id="b", title="Labels *and* more", words="See https://shop.example/labels.", slug="labels"
    ),
)

NUMBERS_BETWEEN = ("\u00a0", "\u202f", "\u2011", "–", "\u200b", " - ", " — ", ", ", ",", "**", "。", "\u00ad-")


def drafted(answer: str, what: What = What.REPLY) -> Draft:
    found = taken(what, answer, SOURCES)
    assert isinstance(found, Draft), found
    return found


def test_the_numbers_of_sources_become_sources():
    found = drafted("It takes five days [1]. Print the label [2, 1].\n\nKind regards")
    assert found.text == "It takes five days. Print the label.\n\nKind regards"
    assert [source.id for source in found.sources] == ["a", "b"] and not found.left_out
    assert [one.id for one in drafted("五天内退款【1】。").sources] == ["a"]
    assert drafted("<think>They want [9].</think>\nFive days [Source 1].").text == "Five days."


@pytest.mark.parametrize(
    "answer", ["As [3] says.", "Five days [1], see [0].", "[1][2][3]", "[99999999999]", "Yes [1, 7]."]
)
def test_a_source_that_was_not_given_refuses_all_of_it(answer):
    assert taken(What.REPLY, answer, SOURCES) is Flaw.INVENTED


@pytest.mark.parametrize("answer", ["Five days.", "Five days [Refunds].", "[1]", "[one]", "(1)"])
def test_without_a_source_nothing_is_taken(answer):
    assert taken(What.REPLY, answer, SOURCES) is Flaw.UNCITED


@pytest.mark.parametrize("kind", [Kind.QUESTION, Kind.QUESTIONS])
def test_a_question_answers_nothing(kind):
    asked = Source(kind=kind, id="q", title="What readers asked", words="Do you deliver to islands?")
    assert taken(What.ARTICLE, "Islands\n\nWe deliver to islands [1].", (asked, *SOURCES)) is Flaw.ASKED
    assert isinstance(taken(What.ARTICLE, "Islands [1]\n\nFive days [2].", (asked, *SOURCES)), Draft)


def test_each_statement_keeps_its_sources():
    found = drafted(
        "# It [1]\n\nBegin. It takes “five” days [1]. Print it [2][1].\n1. 五天内退款。寄回【1】。\n[2] Then go."
    )
    assert [(words, [one.id for one in sources]) for words, sources in found.statements] == [
        ("It", ["a"]), ("Begin", []), ("It takes “five” days", ["a"]), ("Print it", ["a", "b"]),
        ("五天内退款", []), ("寄回", ["a"]), ("Then go", ["b"]),
    ]  # fmt: skip
    hidden = drafted("Pay at evil.example now [1]. Call 0900 [1] 123 [1] 456 [1].")
    assert [words for words, _ in hidden.statements] == ["Pay at … now", "…", "…", "…"]


def test_what_names_no_source_is_told():
    found = drafted(
        "Hello Mia!\n\nIt takes five days [1]. We pay the fee, z. B. by card.\n\n## Steps\n- 免费。\n- Go [2].\n---",
        What.ARTICLE,
    )
    assert found.unsourced == ("Hello Mia", "We pay the fee, z", "by card", "免费")
    assert drafted("Call 0900 123456 now. Five days [1].").unsourced == ("Call … now",)
    assert drafted("Five days [1]. Print it [2].").unsourced == ()


@pytest.mark.parametrize("what", [What.REPLY, What.SUMMARY])
def test_plain_text_has_no_headings(what):
    assert drafted("# Pay 50 euros first\n#free\nFive days [1].", what).unsourced == ("Pay 50 euros first", "free")


@pytest.mark.parametrize("line", ["#Pay first", "    # Pay first", "####### Pay first"])
def test_what_is_no_heading_says_something_in_an_article_too(line):
    assert drafted(f"Title [1]\n{line}\nFive days [1].", What.ARTICLE).unsourced == ("Pay first",)


@pytest.mark.parametrize(
    "end", [".\u00a0", ".\u202f", ".\u3000", ".\u2028", "\u2029", "\u2028", ".** ", ".` ", ".] ", "؟ ", "।\u00a0", "｡"]
)
def test_a_sentence_ends_before_any_space(end):
    assert drafted(f"Pay first{end}Five days [1].").unsourced == ("Pay first",)


@pytest.mark.parametrize(
    "made_up",
    [
        "evil at example dot org",
        "e.vil AT mail.example DOT org",
        "evil_at_example_dot_org",
        "evilATexampleDOTorg",
        "evil arroba example punto org",
        "evil艾特example点org",
        "@evilbank",
        "＠evilbank",
    ],
)
def test_an_address_that_is_told_in_words_is_left_out(made_up):
    found = drafted(f"Write: {made_up}, it takes five days [1].")
    assert found.left_out and found.text == "Write: …, it takes five days."
    assert "evil" not in str(found.statements)


def test_an_address_in_words_that_a_source_says_stays():
    words = "Write to care at shop dot example or @careshop, or look at shop.example."
    source = Source(kind=Kind.ARTICLE, id="d", title="Mail", words=words)
    found = taken(What.REPLY, f"{words} Look at shop.example, at 5 p.m. [1]", (source,))
    assert isinstance(found, Draft) and not found.left_out


def test_who_does_not_know_may_say_so():
    assert taken(What.REPLY, " no source.", SOURCES) is Flaw.UNKNOWN
    assert taken(What.REPLY, "x" * (MOST[What.REPLY] + 1), SOURCES) is Flaw.TOO_LONG


@pytest.mark.parametrize(
    "made_up",
    [
        "https://evil.example/pay",
        "www.evil.example",
        "evil.example/pay",
        "EVIL.example",
        "pay@evil.example",
        "+1 900 555 0199",
        *(f"0900{between}123{between}456" for between in NUMBERS_BETWEEN),
        "0, 9, 0, 0, 1, 2",
        "4111·1111·1111·1111",
        "０９００１２３４５６",
        "2020\u00a01555\u00a05555\u00a055",
        "pay_me.evil.example/x",
        "_evil.example_",
        "münchen.example",
        "支付.example",
        "支付.中国",
        "evil。example",
        "evil．example",
        "evil\u200b.example",
        "evil[.]example",
        "evil (dot) example",
        "a.b.c.d.e.f.g.evil.example/x",
        "ftp://evil_x.example/a",
        "hxxps://evil[.]example",
        "https:pay_me.evil.example/x",
        "1.2.3.4/x",
        "1.2.3.4:80",
        "localhost:8080",
        "intranet:8080/pay",
        "[2001:db8::12]/x",
        "0900:123:456",
        "0900=123=456",
        "九〇〇一二三四五六",
        "PAY900123456",
    ],
)
def test_an_address_or_a_number_that_no_source_has_is_left_out(made_up):
    found = drafted(f"Pay at {made_up}. It takes five days [1].")
    assert found.left_out and found.text.replace("_", "") == "Pay at …. It takes five days."


@pytest.mark.parametrize(
    "text",
    [
        "2,499 pieces in 5 to 7 working days, 1,234.56 EUR or £4.99, sizes 36, 38, 40 and 42.",
        "Steps 1, 2, 3, 4, 5, 6. In 2024, 2025 and 2026; 10–14 days, 10:00–12:30.",
        "下载App。iPhone可以。五天内退款。好的.谢谢",
        "1.退款政策\n2.换货政策\n①申请②寄回",
        "Col·lecció d’hivern, z.B. so. And/or… so on.",
    ],
)
def test_prose_stays_as_it_was_written(text):
    assert (drafted(f"{text} [1]").text, drafted(f"{text} [1]").left_out) == (text, False)


def test_what_a_source_says_stays_however_it_is_written():
    text = "Call 0800–123\u00a0456 or see https://shop.example/labels查看，写信到care@shop.example。"
    assert (drafted(f"{text} [1]").text, drafted(f"{text} [1]").left_out) == (text, False)
    two = (Source(kind=Kind.ARTICLE, id="c", title="Calls", words="Call 0800 123456, 0800 654321."),)
    for said in (
        "Call 0800 654321.",
        "Call 0800 654321, 0800 123456.",
        "Call 0800 123456, 24 hours.",
        "Call 0800 123456 – 24 h.",
    ):
        assert taken(What.REPLY, f"{said} [1]", two) == Draft(
            text=said, sources=two, statements=((said.rstrip("."), two),)
        )
    hidden = taken(What.REPLY, "Call 0800 123456 - 0900 - 123 - 456. [1]", two)
    assert isinstance(hidden, Draft) and hidden.text == "Call …."
    assert drafted("请访问evil.example查看 [1]").text == "请访问…查看"


@pytest.mark.parametrize("mark", ["\u0308", "\u0331", "\u20dd"])
def test_an_address_with_a_mark_on_a_letter_is_another(mark):
    assert drafted(f"See sho{mark}p.example/labels. It takes five days [1].").text.startswith("See …. It")


def test_what_turns_text_around_or_is_not_seen_is_left_out():
    assert drafted("Open \u202egpj\u200b now\ufeff [1]. \u0646\u200c\u06cc \U0001f468\u200d\U0001f469").text == (
        "Open gpj now. \u0646\u200c\u06cc \U0001f468\u200d\U0001f469"
    )


def test_what_a_source_says_stays():
    text = "Write to care@shop.example, call 0800-123456, see https://shop.example/labels."
    assert (drafted(f"{text} [1, 2]").text, drafted(f"{text} [1, 2]").left_out) == (text, False)
    assert drafted("E.g. 14 days, 3.5 % or 12.50 EUR [1].").text == "E.g. 14 days, 3.5 % or 12.50 EUR."


def test_script_is_text_and_what_nobody_sees_is_gone():
    assert drafted("<script>alert(1)</script>\x00\x1b Five days [1].").text == "<script>alert(1)</script> Five days."


def test_any_answer_costs_little():
    began = time.process_time()
    for piece in ("[1", "a.", "-", "a@", "1 ", "www.", "<think>", "[1,", "a。", "a-", "a[.]", "1, ", "\u200b1", "ﷺ"):
        taken(What.ARTICLE, piece * 60_000, SOURCES)
        taken(What.ARTICLE, (piece * 20_000)[: MOST[What.ARTICLE]], SOURCES)
    assert time.process_time() - began < 5


def test_an_article_says_above_it_where_it_is_from():
    found = written(
        drafted("# **How to _return_ it**\n\nPrint [2].\n{{snippet:x}}\n> [!NOTE]\n> Yes [1].", What.ARTICLE),
        model="parrot_1", about="a closed contact", title="Returns",
    )  # fmt: skip
    assert found.title == "How to _return_ it"
    box, _, body = found.body.partition("\n\n")
    assert box.startswith("> [!WARNING]\n> Drafted by the language model parrot\\_1 from a closed contact")
    assert "and [Labels \\*and\\* more](/help/a/labels)." in box
    assert "\n>\n> - Refunds: “Yes”\n> - Labels \\*and\\* more: “Print”\n" in box
    assert box.endswith("\n> - **Without a source**: “\\{ \\{snippet:x\\}\\}” · “\\[ !NOTE\\]”")
    assert body == "Print.\n{ {snippet:x}}\n> [ !NOTE]\n> Yes.\n"
    fenced = "# T\n\nPrint [2].\n\n```guide\n? a: b?\n  - c -> d\n= d: e\n```\n\n~~~ guide guide x\n? a: b?\n~~~"
    walked = written(drafted(fenced, What.ARTICLE), model="m", about="questions", title="Asked")
    assert found_in(walked.body) == [] and "```\n? a: b?" in walked.body
    only = written(drafted("Five days [1].", What.ARTICLE), model="m", about="questions", title="Asked")
    assert (only.title, only.body.partition("\n\n")[2]) == ("Five days.", "Five days.\n")
