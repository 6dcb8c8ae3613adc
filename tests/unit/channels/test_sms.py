"""Texts: what came in, and how far ours came."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict

from channels.sms import arrival, delivery, later
from channels.types import Delivery

FORM = {
    "MessageSid": "SM1",
    "From": "+493023125001",
    "To": "+493023125000",
    "Body": "Wo bleibt mein Paket? 📦",
    "NumMedia": "0",
}


def form(**changes: str) -> MultiDict[str]:
    return MultiDict(FORM | changes)


def test_a_text_arrives_with_its_number_in_one_spelling():
    came = arrival(form())

    assert (came.channel, came.external_id) == ("sms", "SM1")
    assert (came.address_kind, came.address, came.to) == ("phone", "+493023125001", "+493023125000")
    assert came.text == "Wo bleibt mein Paket? 📦"
    assert came.headers == {}


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("PAKETDIENST", "PAKETDIENST"),
        ("A&B-1 Shop", "A&B-1 Shop"),
        ("72727", "72727"),
        ("anonymous", "anonymous"),
        ("+266696687", "+266696687"),
        (" +49 30 23125001", "+493023125001"),
    ],
)
def test_a_sender_that_is_no_number_is_kept(sender: str, address: str):
    assert arrival(form(From=sender)).address == address


@pytest.mark.parametrize(
    "sender", ["", " ", "\0", "\\", "+", "12", "..", "<Dial>", "=1+1", "PAKETDIENST24", "\u202e+44", "a" * 5000, "a\nb"]
)
def test_a_sender_who_is_nobody_sends_no_text(sender: str):
    with pytest.raises(ValueError, match="no From"):
        arrival(form(From=sender))


def test_media_are_listed_and_named_in_the_text():
    came = arrival(
        form(
            NumMedia="3",
            MediaUrl0="https://api.twilio.example/Media/ME1",
            MediaContentType0="image/jpeg",
            MediaUrl1="file:///etc/passwd",
            MediaContentType1="image/png",
            MediaUrl2="https://api.twilio.example/Media/ME2",
        )
    )

    assert came.text == "Wo bleibt mein Paket? 📦\n[image/jpeg]\n[file]"
    assert [media["url"][-3:] for media in came.headers["media"]] == ["ME1", "ME2"]
    assert arrival(form(Body="", NumMedia="1", MediaUrl0="https://a/b")).text == "[file]"


@pytest.mark.parametrize("count", ["", "-1", "many", "999999999999", "٣"])
def test_a_count_of_media_that_is_none_is_none(count: str):
    assert arrival(form(NumMedia=count, MediaUrl0="https://a/b")).headers == {}


def test_a_form_without_an_id_is_no_text():
    with pytest.raises(ValueError, match="MessageSid"):
        arrival(MultiDict({"Body": "hello"}))
    for name in ("From", "To"):
        with pytest.raises(ValueError, match=f"no {name}"):
            arrival(MultiDict({known: value for known, value in FORM.items() if known != name}))
    with pytest.raises(ValueError, match="MessageSid"):
        delivery(MultiDict({"MessageStatus": "sent"}))
    with pytest.raises(ValueError, match="status"):
        delivery(MultiDict({"MessageSid": "SM1", "MessageStatus": "teleported"}))


@given(st.dictionaries(st.sampled_from(sorted({*FORM, "SmsSid", "MediaUrl0"} - {"From"})), st.text(max_size=200)))
def test_any_form_with_an_id_arrives_and_holds_no_nul(params: dict[str, str]):
    came = arrival(MultiDict({"From": FORM["From"], "To": ""} | params | {"MessageSid": "SM1"}))

    assert came.address
    assert "\x00" not in came.text + came.address + came.to


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("queued", Delivery.HANDED_OVER),
        ("sending", Delivery.HANDED_OVER),
        ("sent", Delivery.HANDED_OVER),
        ("delivered", Delivery.DELIVERED),
        ("read", Delivery.READ),
        ("undelivered", Delivery.BOUNCED),
        ("failed", Delivery.FAILED),
    ],
)
def test_what_the_carriers_words_mean(status: str, expected: Delivery):
    assert delivery(MultiDict({"MessageSid": "SM1", "MessageStatus": status}))[:2] == ("SM1", expected)


def test_a_failure_says_why():
    def reason(code: str) -> str:
        return delivery(MultiDict({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": code}))[2]

    assert reason("30005") == "no such number, or not in use"
    assert reason("39999") == "the carrier's code is 39999"
    assert reason("") == ""


@pytest.mark.parametrize(
    ("old", "new", "stands"),
    [
        (Delivery.DELIVERED, Delivery.HANDED_OVER, Delivery.DELIVERED),
        (Delivery.HANDED_OVER, Delivery.DELIVERED, Delivery.DELIVERED),
        (Delivery.DELIVERED, Delivery.BOUNCED, Delivery.DELIVERED),
        (Delivery.BOUNCED, Delivery.DELIVERED, Delivery.DELIVERED),
        (Delivery.FAILED, Delivery.HANDED_OVER, Delivery.FAILED),
        (Delivery.QUEUED, Delivery.FAILED, Delivery.FAILED),
    ],
)
def test_a_late_report_takes_nothing_back(old: Delivery, new: Delivery, stands: Delivery):
    assert later(old, new) is stands


@given(st.lists(st.sampled_from([one for one in Delivery if one is not Delivery.FAILED]), min_size=1, max_size=5))
def test_reports_come_to_the_same_in_any_order(reports: list[Delivery]):
    def outcome(order: tuple[Delivery, ...]) -> Delivery:
        state = Delivery.QUEUED
        for report in order:
            state = later(state, report)
        return state

    assert len({outcome(order) for order in itertools.permutations(reports)}) == 1
