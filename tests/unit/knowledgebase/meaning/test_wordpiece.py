"""How a sentence is cut into the pieces that a model knows."""

from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.meaning.wordpiece import Pieces, words

NUMBERS = {
    piece: number
    for number, piece in enumerate(["[UNK]", "[CLS]", "[SEP]", "re", "##tr", "##un", "a", "coat", "?", "cafe", "退"])
}
PIECES = Pieces(numbers=NUMBERS, begins=1, ends=2, unknown=0)


def of(text: str, most: int = 64) -> list[str]:
    names = list(NUMBERS)
    return [names[number] for number in PIECES.of(text, most)][1:-1]


def test_the_longest_pieces_from_the_left_without_case_and_accents():
    assert of("Retrun a coat?") == ["re", "##tr", "##un", "a", "coat", "?"]
    assert of("CAFÉ\u00a0cafe\u0301") == ["cafe", "cafe"]
    assert of("coat退coat") == ["coat", "退", "coat"]
    assert of("co\0at\u200b\tcoatx a") == ["coat", "[UNK]", "a"]


def test_marks_stand_by_themselves():
    assert list(words("it's e-mail, $5 (now)…")) == [
        *("it", "'", "s", "e", "-", "mail", ",", "$", "5", "(", "now", ")", "…"),
    ]


@given(st.text(max_size=400), st.integers(2, 40))
def test_whatever_is_written_there_are_no_more_pieces_than_wanted(text, most):
    found = PIECES.of(text, most)
    assert 2 <= len(found) <= most
    assert (found[0], found[-1]) == (1, 2)
    assert set(found) <= set(NUMBERS.values())
    assert PIECES.of(text * 50 + "x" * 100_000, most)[-1] == 2
