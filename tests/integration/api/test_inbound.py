"""Any other system hands in a contact."""

from base64 import b64encode
from typing import Any

import pytest

from channels.email.threads import reply_address
from desk.organization.file import read
from desk.organization.organization import load
from desk.tables import attachments, customers, interactions, messages
from tests.integration.api.house import House
from tests.integration.web.front import SYSTEM

CONTACT = {
    "external_id": "kiosk-1",
    "from": {"address": "stall 7", "name": "Eva Ruiz"},
    "to": "hall b",
    "subject": "My parcel",
    "text": "It is wet.",
    "sent_at": "2026-03-02T08:59:00+01:00",
}


async def test_a_contact_is_one_message_however_often_it_comes(house: House) -> None:
    program = house.program("agent1")
    first = await program.post("inbound/kiosk", CONTACT)
    again = await program.post("inbound/kiosk", CONTACT)

    assert (first.status, again.status) == (201, 200)
    assert first.data == again.data
    assert set(first.data) == {"interaction_id", "message_id"}
    said = await program.get(f"interactions/{first['interaction_id']}")
    assert (said["channel"], said["queue"], said["state"]) == ("kiosk", "general", "queued")
    assert (said["customer"]["name"], said["customer"]["certainty"]) == ("Eva Ruiz", "new")
    (message,) = (await program.get(f"interactions/{first['interaction_id']}/messages"))["items"]
    assert (message["id"], message["text"]) == (first["message_id"], "It is wet.")


async def test_who_writes_again_goes_on_with_the_same_contact(house: House) -> None:
    first = await house.hands_in(**{"from": {"address": "stall 7"}})
    second = await house.hands_in(**{"from": {"address": "stall 7"}})
    other_channel = await house.hands_in("fax", **{"from": {"address": "stall 7"}})

    assert second["interaction_id"] == first["interaction_id"]
    assert second["message_id"] != first["message_id"]
    assert other_channel["interaction_id"] != first["interaction_id"]


async def test_files_are_kept_and_what_they_are_is_told_by_their_content(house: House) -> None:
    program = house.program("agent1")
    page = b"<!doctype html><script>alert(1)</script>"
    files = [
        {"name": "../../etc/photo.png", "type": "text/html", "data": b64encode(b"\x89PNG\r\n\x1a\n1234").decode()},
        {"name": "invoice.pdf", "type": "application/pdf", "data": b64encode(page).decode()},
    ]
    said = await house.hands_in(text=None, attachments=files)

    (message,) = (await program.get(f"interactions/{said['interaction_id']}/messages"))["items"]
    first, second = message["attachments"]
    assert (first["name"], first["type"], first["size"]) == ("photo.png", "image/png", 12)
    assert (second["name"], second["type"]) == ("invoice.pdf", "application/octet-stream")
    assert (await program.get(second["url"])).data == page


async def test_html_is_kept_harmless_and_read_as_text(house: House) -> None:
    said = await house.hands_in(text=None, html='<p onclick="x()">Hello</p><script>alert(1)</script>')

    row = await house.desk.read(house.actor("agent1"), lambda rx: rx.one(messages, said["message_id"]))
    assert row.text == "Hello"
    assert row.html == "<p>Hello</p>"


async def test_a_message_keeps_its_marks_of_direction_and_its_preview_has_none(house: House) -> None:
    text = "The fee of \u202e00.05\u202c \u2067שלום\u2069 again"
    said = await house.hands_in(text=text)
    program = house.program("agent1")

    for _ in range(2):  # whether it begins a contact or goes on with one
        contact = await program.get(f"interactions/{said['interaction_id']}")
        assert contact["preview"] == "The fee of 00.05 שלום again"
        kept = (await program.get(f"interactions/{said['interaction_id']}/messages"))["items"]
        assert {message["text"] for message in kept} == {text}
        await house.hands_in(text=text)


async def test_handed_in_mail_joins_a_thread_by_our_token_and_by_nothing_else(house: House) -> None:
    eva = {"from": {"address": "Eva@example.test"}, "to": "billing@demo.test", "subject": "Fee"}
    first = await house.hands_in("email", **eva)
    new = await house.hands_in("email", **eva)
    secret = house.desk.settings.secret_key
    sealed = reply_address(secret, "billing@demo.test", first["interaction_id"])
    answer = await house.hands_in("email", **eva | {"to": sealed, "text": "Thanks!\n\nOn 1 May 2026, Us wrote:\n> Hi"})
    stranger = await house.hands_in("email", **eva | {"to": sealed, "from": {"address": "mallory@example.test"}})

    assert new["interaction_id"] != first["interaction_id"]
    assert answer["interaction_id"] == first["interaction_id"]
    assert stranger["interaction_id"] != first["interaction_id"]
    joined = await house.desk.read(house.actor("agent1"), lambda rx: rx.one(interactions, first["interaction_id"]))
    assert (joined.queue, joined.reply_to) == ("billing", "eva@example.test")
    message = await house.desk.read(house.actor("agent1"), lambda rx: rx.one(messages, answer["message_id"]))
    assert message.text == "Thanks!"
    assert "> Hi" in message.quoted


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"external_id": ""}, "external_id"),
    ({"external_id": "x" * 301}, "external_id"),
    ({"external_id": None}, "external_id"),
    ({"from": {}}, "from.address"),
    ({"from": {"address": "  "}}, "from.address"),
    ({"from": {"address": "a\u202eb"}}, "from.address"),
    ({"from": "eva"}, "from"),
    ({"text": ""}, "text"),
    ({"text": 7}, "text"),
    ({"sent_at": "yesterday"}, "sent_at"),
    ({"sent_at": "2026-03-02T09:00:00"}, "sent_at"),
    ({"attachments": [{"name": "a", "data": "not base64!"}]}, "attachments.0.data"),
    ({"attachments": [{"name": "a"}]}, "attachments.0.data"),
    ({"attachments": [{"data": ""}] * 11}, "attachments"),
    ({"queue": "vip"}, "queue"),
]


async def test_what_is_wrong_is_named_and_nothing_is_kept(house: House) -> None:
    program = house.program("agent1")
    for change, field in WRONG:
        said = await program.post("inbound/kiosk", CONTACT | change)
        assert (said.status, said["code"]) == (422, "invalid"), change
        assert said.headers["Content-Type"] == "application/problem+json"
        assert field in said.wrong
    assert await house.rows(interactions) == []


async def test_channels_that_cannot_be_handed_in_are_refused(house: House) -> None:
    for channel in ("voice", "chat", "phone", "task", "Kiosk", "9", "a" * 25, "a%2Fb", "é"):
        said = await house.hands_in(channel)
        assert (said.status, said.wrong) == (422, {"channel"}), channel
    assert (await house.hands_in("%00")).status == 400


async def test_mailboxes_and_numbers_are_checked_where_a_channel_has_them(house: House) -> None:
    assert (await house.hands_in("email")).wrong == {"from.address"}
    assert (await house.hands_in("sms")).wrong == {"from.address"}
    assert (await house.hands_in("sms", **{"from": {"address": "+44 7700 900123"}})).status == 201


async def test_what_is_too_large_is_refused_and_nothing_is_kept(house: House) -> None:
    large = b64encode(bytes(11 * 1024 * 1024 // 2)).decode()
    said = await house.hands_in(attachments=[{"data": large}, {"data": large}])
    assert (said.status, said.wrong) == (422, {"attachments"})
    larger = await house.hands_in(text="x" * (20 * 1024 * 1024))
    assert (larger.status, larger["code"]) == (413, "too_large")
    assert await house.rows(attachments) == []


async def test_bodies_that_are_no_json_get_words(house: House) -> None:
    program = house.program("agent1")
    for raw, kind, status in (
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b'{"external_id": "\\ud800"}', "application/json", 422),
        (b"external_id=1", "application/x-www-form-urlencoded", 415),
        (b"", "application/json", 422),
    ):
        said = await program.ask("POST", "inbound/kiosk", data=raw, headers={"Content-Type": kind})
        assert said.status == status, raw
        assert said.headers["Content-Type"] == "application/problem+json"


async def test_characters_that_no_database_holds_are_left_out(house: House) -> None:
    said = await house.hands_in(text="a\0b", subject="c\0d", **{"from": {"address": "e\0f", "name": "g\0h"}})
    assert said.status == 201
    row = await house.desk.read(house.actor("agent1"), lambda rx: rx.one(messages, said["message_id"]))
    assert row.text == "ab"


async def test_nobody_hands_in_without_a_token(house: House) -> None:
    said = await house.program().post("inbound/kiosk", CONTACT)
    assert (said.status, said["code"]) == (401, "unauthenticated")
    wrong = await house.program("nobody").post("inbound/kiosk", CONTACT)
    assert wrong.status == 401


LISTED = """
entry_points:
  - {channel: sms, address: "+44 7700 900 123", queue: billing}
  - {channel: sms, address: "+44 7911 123456", queue: billing}
  - {channel: sms, address: "60 660", queue: billing}
  - {channel: sms, address: "15550100", queue: billing}
  - {channel: sms, address: "+15550101", queue: billing}
  - {channel: sms, address: "+49 30 901820", queue: billing}
  - {channel: sms, address: "tel:60770", queue: billing}
  - {channel: form, address: Contact, queue: billing}
  - {channel: form, address: "Gr\u00fcn", queue: billing}
  - {channel: email, address: "gru\u0308n@demo.test", queue: billing}
  - {channel: email, address: support@demo.test, queue: billing}
  - {channel: email, address: hilfe@müller.example, queue: billing}
"""


@pytest.mark.parametrize(
    ("channel", "to", "kept"),
    [
        ("sms", "+44 7700 900-123", "+447700900123"),
        ("sms", "60-660", "60660"),
        ("sms", "0044 7700 900123", "+447700900123"),
        ("sms", "447911123456", "+447911123456"),
        ("sms", "tel:+44-7700-900123", "+447700900123"),
        ("sms", "４４７９１１１２３４５６", "+447911123456"),
        ("sms", "447700900123", "+447700900123"),
        ("sms", "44 (0) 7700 900123", "+447700900123"),
        ("sms", "tel:60660", "60660"),
        ("sms", "60770", "60770"),
        ("sms", "+60660", "60660"),
        ("sms", "15550100", "15550100"),
        ("sms", "+1 555-0100", "15550100"),
        ("sms", "15550101", "+15550101"),
        ("sms", "TEL:+1-555-0101", "+15550101"),
        ("sms", "+4930901820;ext=12", "+4930901820"),
        ("sms", "4930901820;isub=3;EXT=12", "+4930901820"),
        ("sms", "+49 30 901820 ext. 12", "+4930901820"),
        ("sms", "tel:030-901820;phone-context=+49", "+4930901820"),
        ("sms", "tel:901820;phone-context=+49-30;ext=1", "+4930901820"),
        ("sms", "tel:+49-30-901820;phone-context=+1", "+4930901820"),
        ("sms", "tel:60660;phone-context=+49", "60660"),
        ("sms", "tel:60660;phone-context=carrier.example", "60660"),
        ("form", "Contact", "contact"),
        ("form", "Gru\u0308n", "gr\u00fcn"),
        ("email", "Gru\u0308n@demo.test", "gr\u00fcn@demo.test"),
        ("email", " Support@DEMO.test ", "support@demo.test"),
        ("email", "Support Desk <support@demo.test>", "support@demo.test"),
        ("email", "hilfe@xn--mller-kva.example", "hilfe@müller.example"),
        ("email", "Hilfe@MÜLLER.example", "hilfe@müller.example"),
    ],
)
async def test_a_contact_comes_to_its_entry_point_in_whichever_spelling(
    house: House, channel: str, to: str, kept: str
) -> None:
    await house.desk.transact(SYSTEM, load, read(LISTED))
    sender = {"address": "+4917612399001" if channel == "sms" else "eva@example.org"}

    said = await house.hands_in(channel, **{"from": sender}, to=to)

    contact = await house.desk.read(SYSTEM, lambda rx: rx.one(interactions, said["interaction_id"]))
    assert (contact.queue, contact.entry_point) == ("billing", kept)


@pytest.mark.parametrize("name", ["\0", "\u00a0", "\u200b", "\ufeff \ufeff", "\u3164", "\u2800", "\u00ad\U000e0041"])
async def test_who_says_a_name_of_which_nothing_is_seen_is_called_by_their_address(house: House, name: str) -> None:
    said = await house.hands_in("email", **{"from": {"address": "eva@example.org", "name": name}})

    contact = await house.desk.read(SYSTEM, lambda rx: rx.one(interactions, said["interaction_id"]))
    customer = await house.desk.read(SYSTEM, lambda rx: rx.one(customers, contact.customer_id))
    written = await house.desk.read(SYSTEM, lambda rx: rx.one(messages, said["message_id"]))
    assert (customer.name, written.author_name) == ("", "eva@example.org")
