"""The piece of a text that says what was asked."""

from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.search.excerpts import LENGTH, Marker
from knowledgebase.search.indexed import plain


def said(text: str, marks: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in marks]


def test_words_are_marked_in_whichever_form_they_stand():
    text = "Refunds: we refund what you returned. Prefunded."
    assert said(text, Marker(["refund", "return"]).marks(text, "en")) == ["Refunds", "refund", "returned"]


def test_both_scripts_are_marked_and_neighbours_are_one_mark():
    text = "退款多久到賬，發票在哪裡"
    assert said(text, Marker(["退款", "款多", "多久", "发票"]).marks(text, "zh")) == ["退款多久", "發票"]


def test_words_with_accents_are_marked():
    assert said("In Zürich, naïve", Marker(["zurich"]).marks("In Zürich, naïve", "en")) == ["Zürich"]


def test_words_that_may_be_broken_are_marked_whole():
    text = "Ihre Rech\u00adnung und die 退\u200b貨"
    assert said(text, Marker(["rechnung", "退货"]).marks(text, "de")) == ["Rech\u00adnung", "退\u200b貨"]


def test_names_of_letters_and_digits_are_marked_however_they_are_written():
    text = "QX77, QX 77 and the iPhone15"
    assert said(text, Marker(["qx", "77", "qx77", "iphon"]).marks(text, "en")) == ["QX77", "QX", "77", "iPhone"]


def test_the_piece_is_where_most_of_it_is():
    text = f"Refund. {'Nothing of note here at all. ' * 20}The refund of a voucher takes a week. {'More of it. ' * 20}"
    piece, marks = Marker(["refund", "voucher", "week"]).excerpt(text, "en")
    assert said(piece, marks) == ["refund", "voucher", "week"]
    assert piece.startswith("… The refund") and piece.endswith(" …")


def test_a_text_without_the_words_begins_at_its_beginning():
    assert Marker(["zanzibar"]).excerpt("Short and plain.", "en") == ("Short and plain.", ())
    assert Marker([]).excerpt("", "en") == ("", ())


@given(st.text("ab cé退款.。\n", max_size=600), st.lists(st.sampled_from(["ab", "退款", "款", "ce", "("]), max_size=4))
def test_marks_lie_in_the_piece_in_order_and_never_overlap(text, terms):
    piece, marks = Marker(terms).excerpt(text, "zh")
    assert len(piece) <= LENGTH + 4
    last = 0
    for start, end in marks:
        assert last <= start < end <= len(piece)
        last = end


def test_markdown_is_told_without_its_signs():
    body = (
        "# Title\n\n> [!NOTE] Mind **this** `code`.\n\n1. [Link](https://x.test/a) and ![picture](/help/files/1)\n"
        "```\nlet x\n```\n| a | b |\n|---|---|\n{{snippet:hours}} https://example.test/very/long"
    )
    assert plain(body) == "Title Mind this code. Link and picture let x a b"
