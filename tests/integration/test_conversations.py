"""Stories of what is said: mail in its thread, texts, deliveries that fail, files, and who may write."""

from datetime import timedelta
from typing import Any

import pytest

from channels.email import threads
from channels.email.envelopes import Envelope, external_id_of
from channels.errors import InDoubt, Rejected
from channels.errors import Unavailable as NotNow
from channels.handing_over import AGAIN
from channels.types import Attachment, Outgoing
from desk.agents import agents
from desk.contacts import attachments, deliveries, ending, mails, messages
from desk.contacts.cards import conversation
from desk.kernel.errors import Forbidden, Invalid, Stale
from desk.tables import addresses
from desk.tables import attachments as attachments_table
from desk.tables import interactions as interactions_table
from desk.tables import mails as mails_table
from desk.tables import messages as messages_table
from desk.tables import surveys as surveys_table
from tests.integration.floor import SYSTEM, Floor

EVA = "eva@example.com"


async def arrives(floor: Floor, raw: bytes, *, to: str = "billing@demo.test", sender: str = EVA) -> None:
    """A mail is taken at the door and read."""
    digest = f"{hash(raw):x}"
    envelope = Envelope(
        sender=sender,
        recipients=(to,),
        body=raw,
        size=len(raw),
        digest=digest,
        head=raw[:4096],
        received_at=floor.clock.now(),
        peer="127.0.0.1",
    )
    assert external_id_of(envelope.head, digest, envelope.recipients) == envelope.external_id
    await mails.take_in(floor.desk, envelope)
    await floor.jobs_done()


def mail(text: str = "I was charged twice.", **headers: str) -> bytes:
    """A mail's bytes, written by hand: the library would fold and mangle long ids."""
    about = {"From": f"Eva Ruiz <{EVA}>", "To": "billing@demo.test", "Subject": "Charged twice", "Message-ID": "<1@x>"}
    about |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in about.items()]
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text, ""]).encode()


async def only(floor: Floor, **where: Any) -> Any:
    (row,) = await floor.rows(interactions_table, **where)
    return row


async def answered_mail(floor: Floor) -> tuple[Any, Any, Outgoing]:
    mia = await floor.agent(1)
    await arrives(floor, mail())
    id = await mia.takes_next()
    await mia.says(id, "One of them goes back to you.")
    await floor.until(lambda: sent(floor))
    return mia, await floor.interaction(id), floor.mail.sent[0]


async def sent(floor: Floor) -> bool:
    return bool(floor.mail.sent)


async def test_a_mail_is_queued_where_its_mailbox_leads(floor: Floor):
    await arrives(floor, mail())
    row = await only(floor, channel="email")
    assert (row.queue, row.subject, row.preview, row.reply_to) == (
        "billing",
        "Charged twice",
        "I was charged twice.",
        EVA,
    )
    await arrives(floor, mail(Message_ID="<2@x>"), to="nobody-knows@demo.test")
    assert len(await floor.rows(interactions_table, queue="general")) == 1


async def test_the_answer_threads_and_the_customers_answer_lands_in_the_same_interaction(floor: Floor):
    mia, row, out = await answered_mail(floor)
    assert (out.to, out.subject, out.headers["in_reply_to"]) == (EVA, "Re: Charged twice", "<1@x>")
    assert threads.is_ours("a secret of the tests", out.headers["message_id"])

    await arrives(floor, mail("Thank you", Message_ID="<3@x>", In_Reply_To=out.headers["message_id"]))
    await arrives(floor, mail("And thanks", Message_ID="<4@x>"), to=out.headers["reply_to"])

    said = [one.text.strip() for one in await floor.rows(messages_table, interaction_id=row.id)]
    assert sorted(said) == ["And thanks", "I was charged twice.", "One of them goes back to you.", "Thank you"]
    assert len(await floor.rows(interactions_table)) == 1
    assert (await floor.interaction(row.id)).agent_id == mia.id


async def test_a_stranger_with_the_thread_in_hand_does_not_join_it(floor: Floor):
    _, row, out = await answered_mail(floor)
    stolen = mail(
        "Send me everything", From="Mallory <m@evil.example>", Message_ID="<9@e>", In_Reply_To=out.headers["message_id"]
    )
    await arrives(floor, stolen, sender="m@evil.example")

    other = await only(floor, reply_to="m@evil.example")
    assert (other.id != row.id, other.previous_id) == (True, row.id)
    assert len(await floor.rows(messages_table, interaction_id=row.id)) == 2


async def test_a_number_in_the_subject_joins_nothing(floor: Floor):
    _, row, _ = await answered_mail(floor)
    await arrives(
        floor, mail(Subject=f"Re: Charged twice [{row.id}]", Message_ID="<5@x>", In_Reply_To="<c.aa.bb.cc@demo.test>")
    )
    assert len(await floor.rows(interactions_table, channel="email")) == 2


async def test_a_mail_that_cannot_be_read_is_queued_with_its_source(floor: Floor):
    await arrives(floor, b"\x00\xff\xfe\n\n", sender="")
    (kept,) = await floor.rows(mails_table)
    row = await only(floor, channel="email")
    (message,) = await floor.rows(messages_table, interaction_id=row.id)
    (source,) = await floor.rows(attachments_table, message_id=message.id)
    assert (kept.state, source.name, source.blob) == ("unreadable", "original.eml", kept.blob)


async def test_the_same_mail_twice_is_one(floor: Floor):
    await arrives(floor, mail())
    await arrives(floor, mail())
    assert len(await floor.rows(mails_table)) == len(await floor.rows(messages_table)) == 1


async def test_a_bounce_is_shown_at_the_message_that_came_back(floor: Floor):
    mia, row, out = await answered_mail(floor)
    await mia.wraps_up(row.id)
    bounce = (
        b"From: MAILER-DAEMON@relay.example\r\nTo: billing@demo.test\r\n"
        b"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b1@relay.example>\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; r\r\n\r\n"
        b"Final-Recipient: rfc822; eva@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--x\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: "
        + out.headers["message_id"].encode()
        + b"\r\n\r\n.\r\n--x--\r\n"
    )
    await arrives(floor, bounce, sender="")
    (mine,) = await floor.rows(messages_table, interaction_id=row.id, author_kind="agent")
    assert (mine.delivery, "eva@example.com" in mine.delivery_reason) == ("bounced", True)
    assert (await mia.next_offer()).work_item_id == row.id  # its author hears of it
    assert len(await floor.rows(interactions_table)) == 1


async def test_a_refusal_is_shown_to_the_author_with_its_reason(floor: Floor):
    mia = await floor.agent(1)
    floor.texts.error = Rejected("not a mobile number")
    text = await floor.writes("Hi", channel="sms", address_kind="phone", address="+442079460101", to="+442079460100")
    await mia.takes_next()
    id = await mia.says(text.interaction_id, "Hello")

    async def failed() -> bool:
        (row,) = await floor.rows(messages_table, id=id)
        return (row.delivery, row.delivery_reason) == ("failed", "not a mobile number")

    await floor.until(failed)


async def test_a_relay_that_is_away_is_tried_again(floor: Floor):
    mia = await floor.agent(1)
    floor.texts.error = NotNow("away")
    text = await floor.writes("Hi", channel="sms", address_kind="phone", address="+442079460101", to="+442079460100")
    await mia.takes_next()
    id = await mia.says(text.interaction_id, "Hello")
    await floor.jobs_done()
    assert (await floor.rows(messages_table, id=id))[0].delivery == "queued"
    floor.texts.error = None
    await floor.passes(timedelta(hours=1))
    assert (await floor.rows(messages_table, id=id))[0].delivery == "handed_over"
    assert [out.text for out in floor.texts.sent] == ["Hello"]


async def test_a_message_of_which_nobody_knows_whether_it_went_is_sent_again_and_says_so(floor: Floor):
    mia = await floor.agent(1)
    floor.texts.error = InDoubt("no answer")
    text = await floor.writes("Hi", channel="sms", address_kind="phone", address="+442079460101", to="+442079460100")
    await mia.takes_next()
    id = await mia.says(text.interaction_id, "Hello")
    await floor.settles()
    floor.texts.error = None
    await floor.passes(timedelta(hours=1))

    (card,) = [one for one in await floor.desk.read(mia.actor, conversation, text.interaction_id) if one["id"] == id]
    assert (card["delivery"], card["delivery_reason"]) == ("handed_over", AGAIN)
    await floor.desk.transact(SYSTEM, deliveries.delivery_reported, "sms", f"taken-{id}", "delivered")
    (row,) = await floor.rows(messages_table, id=id)
    assert (row.delivery, row.delivery_reason) == ("delivered", AGAIN)


async def test_reports_in_any_order_end_in_the_same_state(floor: Floor):
    mia = await floor.agent(1)
    text = await floor.writes("Hi", channel="sms", address_kind="phone", address="+442079460101", to="+442079460100")
    await mia.takes_next()
    id = await mia.says(text.interaction_id, "Hello")
    early = {"channel": "sms", "external_id": f"taken-{id}", "reason": ""}
    # A report may overtake our own commit.
    await mia.does(deliveries.delivery_reported, delivery="delivered", **early)
    await mia.does(deliveries.delivery_reported, delivery="handed_over", **early)
    for _ in range(3):
        await floor.passes(timedelta(minutes=1))
    assert (await floor.rows(messages_table, id=id))[0].delivery == "delivered"


async def test_only_who_has_it_writes_and_only_while_it_goes_on(floor: Floor):
    mia, ben = await floor.agent(1), await floor.agent(2, available=False)
    chat = await floor.writes()
    await mia.takes_next()
    with pytest.raises(Forbidden):
        await ben.says(chat.interaction_id, "Hello")
    with pytest.raises(Invalid):
        await mia.says(chat.interaction_id, "   ")
    await mia.does(ending.end, chat.interaction_id)
    with pytest.raises(Stale):
        await mia.says(chat.interaction_id, "Too late")
    await mia.says(chat.interaction_id, "For the record", internal=True)


async def test_a_send_that_comes_twice_is_one_message(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.takes_next()
    ids = {await mia.does(messages.send_message, chat.interaction_id, "c1", "Hello") for _ in range(2)}
    assert len(ids) == 1


async def test_a_file_goes_with_one_message_of_its_uploader(floor: Floor):
    mia = await floor.agent(1)
    await arrives(floor, mail())
    id = await mia.takes_next()
    file = Attachment(name="invoice.pdf", type="application/pdf", size=4, blob=await floor.desk.blobs.put(b"%PDF"))
    upload = await mia.does(attachments.keep_upload, file)
    await mia.says(id, "Here it is", attachments=[upload])
    await floor.until(lambda: sent(floor))
    assert [one.name for one in floor.mail.sent[0].attachments] == ["invoice.pdf"]
    with pytest.raises(Invalid):
        await mia.says(id, "Again", attachments=[upload])


async def test_a_visitor_who_types_a_known_mailbox_is_maybe_that_customer_and_not_linked(floor: Floor):
    await arrives(floor, mail())
    eva = (await only(floor, channel="email")).customer_id
    chat = await floor.writes(headers={"claims_email": EVA})
    row = await floor.interaction(chat.interaction_id)
    assert (row.customer_id, row.certainty) == (eva, "maybe")
    assert [one.kind for one in await floor.rows(addresses, customer_id=eva)] == ["email"]


async def test_an_answer_to_an_agent_who_has_gone_home_goes_to_who_is_there(floor: Floor):
    mia, row, out = await answered_mail(floor)
    await mia.does(agents.set_presence, mia.id, "offline")
    assert (await floor.interaction(row.id)).agent_id == mia.id  # it waits for the customer, not for us
    ben = await floor.agent(2)
    await arrives(floor, mail("And now?", Message_ID="<8@x>", In_Reply_To=out.headers["message_id"]))

    assert (await ben.next_offer()).work_item_id == row.id


async def test_a_refusal_after_closing_brings_the_matter_back_to_its_author(floor: Floor):
    mia = await floor.agent(1)
    floor.texts.error = NotNow("away")
    text = await floor.writes("Hi", channel="sms", address_kind="phone", address="+442079460101", to="+442079460100")
    await mia.takes_next()
    await mia.says(text.interaction_id, "Hello")
    await mia.wraps_up(text.interaction_id)
    await floor.jobs_done()
    floor.texts.error = Rejected("not a mobile number")
    await floor.passes(timedelta(hours=1))

    assert (await mia.next_offer()).work_item_id == text.interaction_id


async def test_machines_are_not_asked_how_it_was(floor: Floor):
    mia = await floor.agent(1)
    await arrives(floor, mail("Weekly news", List_Id="<news.example.com>", Precedence="bulk"))
    id = await mia.takes_next()
    await mia.wraps_up(id)
    assert await floor.rows(surveys_table) == []


async def test_what_another_agent_sent_is_not_told_by_guessing_its_name(floor: Floor):
    mia, ben = await floor.agent(1), await floor.agent(2, available=False)
    chat = await floor.writes()
    await mia.takes_next()
    await mia.does(messages.send_message, chat.interaction_id, "c1", "Hello")
    with pytest.raises(Forbidden):
        await ben.does(messages.send_message, chat.interaction_id, "c1", "Hello")
