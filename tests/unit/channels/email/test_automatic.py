"""Mail that nobody typed is told from mail that somebody did."""

import pytest

from channels.email.automatic import AutoKind
from channels.email.mime import Mail, parse

BOUNCE = AutoKind.BOUNCE


def mail(headers: str, text: str = "Hello", sender: str | None = "ana@k.example") -> Mail:
    return parse(f"{headers}\n\n{text}\n".replace("\n", "\r\n").encode(), envelope_sender=sender)


def kind(headers: str, text: str = "Hello", sender: str | None = "ana@k.example") -> AutoKind | None:
    auto = mail(headers, text, sender).auto
    return auto.kind if auto else None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("From: ana@k.example\nAuto-Submitted: auto-replied", AutoKind.AUTO_REPLY),
        ("From: ana@k.example\nAuto-Submitted: auto-generated (rejected)", AutoKind.AUTO_REPLY),
        ("From: ana@k.example\nX-Autoreply: yes", AutoKind.AUTO_REPLY),
        ("From: ana@k.example\nX-Auto-Response-Suppress: All", AutoKind.AUTO_REPLY),
        ("From: ana@k.example\nPrecedence: auto_reply", AutoKind.AUTO_REPLY),
        ("From: ana@k.example\nPrecedence: bulk", AutoKind.LIST),
        ("From: ana@k.example\nList-Id: <dogs.example>", AutoKind.LIST),
        ("From: news@k.example\nList-Unsubscribe: <https://k.example/u>", AutoKind.LIST),
        ("From: no-reply@k.example\nSubject: Receipt", AutoKind.AUTO_REPLY),
        ("From: ana@k.example\nSubject: Abwesenheitsnotiz: Tasse", AutoKind.AUTO_REPLY),
        ("From: ana@k.example\nSubject: Réponse automatique : Commande", AutoKind.AUTO_REPLY),
        ("From: zhang@k.example\nSubject: 自动回复：订单", AutoKind.AUTO_REPLY),
        ("From: tanaka@k.example\nSubject: 【自動返信】ご注文", AutoKind.AUTO_REPLY),
        ("From: us@other.example\nX-Careline-Loop: 1", AutoKind.OWN),
    ],
)
def test_machines_are_told(headers: str, expected: AutoKind):
    assert kind(headers) is expected


@pytest.mark.parametrize(
    "headers",
    [
        "From: ana@k.example\nSubject: Where is my parcel?",
        "From: ana@k.example\nAuto-Submitted: no",
        "From: ana@k.example\nSubject: Re: Out of office",
        "From: ana@k.example\nPrecedence: first-class\nX-Priority: 1",
        "From: undeliverable.parcel@k.example\nSubject: my delivery failure story",
    ],
)
def test_people_are_left_alone(headers: str):
    assert kind(headers) is None


def test_a_mail_without_a_sender_is_never_answered():
    assert kind("From: ana@k.example\nSubject: hi", sender="") is AutoKind.AUTO_REPLY


REPORT = """From: MAILER-DAEMON@relay.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain

Sorry.
--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; gone@k.example
Action: {action}
Status: {status}
--=_b
Content-Type: {original}

From: support@demo.test
Message-ID: <c.one@demo.test>
Subject: your cup

--=_b--"""


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_says_whom_and_which(original: str):
    found = mail(REPORT.format(action="failed", status="5.1.1", original=original), sender="")
    assert found.auto and (found.auto.kind, found.auto.failed_recipient) == (BOUNCE, "gone@k.example")
    assert found.bounce_of == "<c.one@demo.test>" and found.auto.final


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            "Diagnostic-Code: smtp; 550 5.1.1 <gone@k.example>:\n   no such user",
            "550 5.1.1 <gone@k.example>: no such user",
        ),
        ("X-Mailer: none", "5.1.1"),
        (f"Diagnostic-Code: smtp; {'x' * 900}", "x" * 160),
    ],
)
def test_a_report_says_why_on_one_line(said: str, why: str):
    raw = REPORT.format(action="failed", status=f"5.1.1\n{said}", original="message/rfc822")
    found = mail(raw, sender="")
    assert found.auto and found.auto.why == why


def test_delayed_is_not_final_and_delivered_is_no_bounce():
    delayed = mail(REPORT.format(action="delayed", status="4.4.1", original="message/rfc822"), sender="").auto
    relayed = mail(REPORT.format(action="delivered", status="2.0.0", original="message/rfc822"), sender="").auto
    assert delayed and (delayed.kind, delayed.final) == (BOUNCE, False)
    assert relayed and relayed.kind is AutoKind.AUTO_REPLY


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        (
            "From: MAILER-DAEMON@q.example\nTo: support@demo.test\nSubject: failure notice",
            "Sorry.\n\n<gone@k.example>:\nno mailbox here.\n\n--- Below is a copy.\n\nMessage-ID: <c.one@demo.test>\n",
        ),
        (
            "From: postmaster@k.example\nSubject: Unzustellbar: Tasse",
            "Die Nachricht an gone@k.example wurde nicht zugestellt.\n> Message-Id: <c.one@demo.test>",
        ),
        (
            "From: Mail Delivery System <mailer-daemon@m.example>\nX-Failed-Recipients: gone@k.example\nSubject: x",
            "no\nMessage-ID: <c.one@demo.test>",
        ),
        (
            "From: postmaster@163.example\nSubject: 系统退信",
            "收件人 gone@k.example 不存在\nMessage-ID: <c.one@demo.test>",
        ),
    ],
)
def test_bounces_in_prose(headers: str, text: str):
    found = mail(headers, text, sender="")
    assert found.auto and (found.auto.kind, found.auto.failed_recipient) == (BOUNCE, "gone@k.example")
    assert found.bounce_of == "<c.one@demo.test>"


def test_a_complaint_of_a_mailbox_provider_is_a_report():
    assert (
        kind(
            "From: fbl@p.example\nContent-Type: multipart/report; report-type=feedback-report; boundary=b",
            "--b\n\nx\n--b--",
        )
        is AutoKind.REPORT
    )
