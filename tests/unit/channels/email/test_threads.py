"""Names of our mails: an answer finds home, a forgery does not."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.threads import is_ours, issue, mailbox_of, recognise, reply_address

SECRET = "a secret of this house"
WORK = "0195a1b2-7c3d-7e4f-8a5b-0123456789ab"
MESSAGE = "0195a1b2-7c3d-7e4f-8a5b-fedcba987654"


@given(st.uuids(), st.uuids())
def test_an_answer_finds_its_interaction(work: uuid.UUID, message: uuid.UUID):
    own = issue(SECRET, str(work), str(message), "demo.test")
    assert own == issue(SECRET, str(work), str(message), "demo.test") and is_ours(SECRET, own)
    assert recognise(SECRET, ["", f"<first@k.example>\r\n {own}"], []) == str(work)
    address = reply_address(SECRET, "support@demo.test", str(work))
    assert len(address.partition("@")[0]) <= 64
    assert recognise(SECRET, [], [address.upper()]) == str(work)
    assert mailbox_of(address) == "support@demo.test"


def test_ids_that_are_no_uuid_travel_too():
    assert recognise(SECRET, [issue(SECRET, "i-17", "m-1", "demo.test")], []) == "i-17"
    with pytest.raises(ValueError, match="id of ours"):
        issue(SECRET, "a b>\r\nX: y", "m", "demo.test")


@pytest.mark.parametrize("at", range(4, 100, 7))
def test_one_character_changed_is_a_forgery(at: int):
    own = issue(SECRET, WORK, MESSAGE, "demo.test")
    local, _, domain = own.rpartition("@")
    forged = local[:at] + ("b" if local[at : at + 1] != "b" else "c") + local[at + 1 :] + "@" + domain
    assert recognise(SECRET, [forged], []) is None


def test_other_secrets_purposes_and_old_formats_open_nothing():
    own = issue(SECRET, WORK, MESSAGE, "demo.test")
    address = reply_address(SECRET, "support@demo.test", WORK)
    assert recognise("another", [own], [address]) is None
    token = address.partition("+")[2].partition("@")[0]
    assert (
        recognise(
            SECRET, [f"<c.{token[:27]}.{token[27:]}.aaaaaaaaaaaaaaaaaaaaaaaaaa@demo.test>", f"<{WORK}@demo.test>"], []
        )
        is None
    )
    assert recognise(SECRET, ["[#4711]", WORK], [f"support+{WORK}@demo.test", "support@demo.test", "x"]) is None


@given(st.lists(st.text(max_size=80)), st.lists(st.text(max_size=80)))
def test_nothing_else_opens_anything(headers: list[str], addresses: list[str]):
    assert recognise(SECRET, headers, addresses) is None


def test_the_newest_reference_counts_and_many_are_bounded():
    older, newer = issue(SECRET, MESSAGE, MESSAGE, "demo.test"), issue(SECRET, WORK, MESSAGE, "demo.test")
    assert recognise(SECRET, ["<x@y> " * 50_000 + older + newer], []) == WORK
