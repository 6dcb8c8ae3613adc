"""Characters that nobody can see, left out of what comes in."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from pydantic import ValidationError

from channels.characters import seen, shows_nothing, undirected, why_no_address, why_no_name
from channels.email.charsets import clean
from channels.email.mime import parse
from channels.sms import arrival
from web.api.customers import NewCustomer
from web.api.inbound import Sender
from web.sockets.asked import ChatStart

#: What turns the direction of a text around.
TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ALL = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0xD800, 0xDFFF)))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ada\x00 \x07Lovelace\x1b\x9f", "Ada Lovelace"),
        ("one\r\ntwo\rthree\x0cfour\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("a\tb\n", "a\tb\n"),
        ("caf\xe9 \U0001f600 \ud83d", "caf\xe9 \U0001f600 "),
        ("non\xa0breaking \u200d joined", "non\xa0breaking \u200d joined"),
    ],
)
def test_what_nobody_can_see_is_left_out(text, left):
    assert seen(text) == left


@given(st.text(st.characters(codec=None), max_size=50))
def test_of_any_text_nothing_is_left_that_controls(text):
    left = seen(text)

    assert not [one for one in left if unicodedata.category(one) in ("Cc", "Cs") and one not in "\t\n"]
    assert seen(left) == left


def test_a_mail_a_text_and_a_chat_hold_none():
    form = MultiDict({"MessageSid": "SM1", "From": "+14155550100", "To": "+14155550101", "Body": f"a{ALL}b"})
    words = [clean(f"a{ALL}b"), arrival(form).text, ChatStart(text=f"a{ALL}b", client_id="1").text]

    for text in words:
        assert text.startswith("a") and text.endswith("b")
        assert not [one for one in text if unicodedata.category(one) in ("Cc", "Cs") and one not in "\t\n"], text


def test_a_name_and_a_subject_turn_nothing_around():
    turned = f"Ada{TURNS}gpj.exe"
    mail = parse(f"From: {turned} <a@b.test>\r\nTo: c@d.test\r\nSubject: {turned}\r\n\r\n{turned}\r\n".encode())
    chat = ChatStart(text=turned, client_id="1", name=turned)

    assert undirected(turned) == "Adagpj.exe"
    assert (mail.from_name, mail.subject, chat.name) == ("Adagpj.exe",) * 3
    assert Sender(address="a@b.test", name=turned).name == NewCustomer(name=turned).name == "Adagpj.exe"
    assert mail.text.strip() == chat.text == turned


def test_what_joins_and_what_is_written_from_the_right_stays_in_a_name():
    for name in ("\u05d0\u05d3\u05d4", "\u0622\u062f\u0627", "\u0646\u200c\u06cc", "\U0001f468\u200d\U0001f469"):
        assert undirected(name) == name


@pytest.mark.parametrize(
    "unseen",
    [
        "",
        " ",
        "\u00a0",
        "\u200b",
        "\ufeff",
        "\u00ad",
        "\U000e0041",
        "\ufffe",
        "\u3164",
        "\uffa0",
        "\u2800",
        "\u200d\ufe0f",
    ],
)
def test_a_name_of_which_nothing_is_seen_is_none(unseen: str):
    assert shows_nothing(unseen) and shows_nothing(unseen + " " + unseen)
    assert not shows_nothing(f"{unseen}A")
    with pytest.raises(ValidationError):
        NewCustomer(name=f"\u200b{unseen}")


def test_what_is_seen_is_a_name_in_whichever_script():
    for name in ("A", "\u05d0", "\u9000", "\uac00", "\U0001f468\u200d\U0001f469", "7", "\u2801", "\u0e01\u0e33", "-"):
        assert not shows_nothing(name)


def test_an_arabic_letter_mark_is_in_no_name():
    assert "holds U+061C" in why_no_name("Ada\u061c")


@pytest.mark.parametrize(
    "name", ["", " ", "\u00a0", "\u00a0 \u3000", "\u200b", "a\0", "a\tb", "a\n", "a\u2028", "\u202ea"]
)
def test_what_nobody_sees_as_a_name_is_none(name: str):
    assert why_no_name(name)


def test_names_are_written_in_every_script_and_with_what_joins_them():
    for name in ("Ada", "a\u00a0b", "\u0646\u200c\u06cc", "\U0001f468\u200d\U0001f469", "a\u00adb", "e\u0301"):
        assert why_no_name(name) == ""


@pytest.mark.parametrize("inside", [*"\u200b\u00ad\u2060\u200e\u202a\u2066\ufeff\u3164\ufe0f\u00a0\0\n"])
def test_nobody_types_into_an_address_what_nobody_sees(inside: str):
    assert f"holds U+{ord(inside):04X}" in why_no_address(f"con{inside}tact")
    assert why_no_address(inside)


def test_addresses_are_written_in_every_script():
    for address in (
        "contact",
        "call us",
        "gr\u00fcn",
        "\u0939\u093f\u0928\u094d\u0926\u0940",
        "e\u0323\u0301",
        "\u9000",
    ):
        assert why_no_address(address) == ""
