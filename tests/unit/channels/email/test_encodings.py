"""Transfer encodings that were broken on the way: what can be read is, and that it is not all is said."""

import time
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.encodings import from_base64, from_quoted_printable
from tests.examples import examples

FILE = Random(7).randbytes(3000)
LINES = encodebytes(FILE)


@given(st.binary(max_size=400))
def test_what_is_whole_is_read_whole(data: bytes):
    for written in (encodebytes(data), b64encode(data), b64encode(data).rstrip(b"="), encodebytes(data) + b"\r\n \n"):
        assert from_base64(written) == (data, False)
    assert from_base64(encodebytes(data).replace(b"\n", b"\r\n\t")) == (data, False)
    assert from_quoted_printable(b2a_qp(data))[1] is False


@settings(max_examples=examples(300, 3000))
@given(st.integers(0, len(LINES) - 1), st.sampled_from(b"*!#~\xff\x80?&_-"), st.booleans())
def test_a_character_that_is_none_costs_its_line_at_most_and_is_noticed(at: int, stray: int, instead: bool):
    written = LINES[:at] + bytes([stray]) + LINES[at + instead :]
    found, damaged = from_base64(written)

    assert damaged
    assert len(found) >= len(FILE) - 120  # two lines, where what broke was the end of one
    begin = max(0, at // 77 - 1) * 57
    assert found.startswith(FILE[:begin]) and found.endswith(FILE[begin + 4 * 57 :])


@settings(max_examples=examples(200, 2000))
@given(st.integers(0, len(LINES) - 3))
def test_a_character_that_got_lost_costs_the_rest_of_its_line_and_is_noticed(at: int):
    found, damaged = from_base64(LINES[:at] + LINES[at + 1 :])

    if LINES[at : at + 1] != b"\n":
        begin = at // 77 * 57
        assert damaged
        assert found.startswith(FILE[:begin]) and found.endswith(FILE[begin + 57 :])


@settings(max_examples=examples(300, 3000))
@given(st.binary(max_size=600), st.data())
def test_whatever_comes_is_read_and_nothing_becomes_nothing(body: bytes, data: st.DataObject):
    at = data.draw(st.integers(0, len(LINES)))
    for written in (body, LINES[:at] + body + LINES[at:], LINES[:at]):
        found, _ = from_base64(written)
        assert found or not written.translate(None, b" \t\r\n\0=")
        assert from_quoted_printable(written)[0] or not written.translate(None, b"=\r\n \t")


def test_a_letter_that_is_no_base64_is_shown_as_it_stands():
    letter = b"Dear all,\nthis was never encoded, whatever its header says.\n"
    assert from_base64(letter) == (letter, True)


@pytest.mark.parametrize(
    ("body", "words", "damaged"),
    [
        (b"Gr=C3=BC=C3=9Fe=\n aus", b"Gr\xc3\xbc\xc3\x9fe aus", False),
        (b"a=3Db =\r\nc=", b"a=b c", False),
        (b"so =ZZ it is", b"so =ZZ it is", True),
        (b"https://a.example/?q=x&y=C", b"https://a.example/?q=x&y=C", True),
        (b"cut =C", b"cut =C", True),
    ],
)
def test_an_equals_sign_that_says_nothing_stays_and_is_noticed(body: bytes, words: bytes, damaged: bool):
    assert from_quoted_printable(body) == (words, damaged)


@pytest.mark.parametrize("line", [3, 76, 10**9])
def test_a_large_broken_body_takes_little_time(line: int):
    text = b64encode(bytes(1_500_000))
    body = b"\n".join(text[at : at + line] for at in range(0, len(text), line)).replace(b"AAAAAAAAAAA", b"AAAAAAA*AAA")
    body += b"*"
    began = time.process_time()
    assert from_base64(body)[1]
    assert time.process_time() - began < 4
