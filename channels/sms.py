"""channels/sms.py: texts by way of Twilio, in, out, and how far they came.

A text is identified by its MessageSid. Its way is known only from what Twilio tells us, and that
may come late, twice, or in the wrong order: `later` never lets a delivery go backwards.
"""

import re

from multidict import MultiMapping

from channels.characters import seen
from channels.errors import Rejected
from channels.twilio_account import TwilioAccount
from channels.types import Arrival, Delivery, Outgoing
from channels.voice.numbers import E164, normalise

#: Twilio refuses longer texts; so do we, before asking.
MOST_CHARACTERS = 1600
#: A sender that is no number of a telephone: a short code, or a company's name of up to eleven characters.
_SENDER = re.compile(r"[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 +&_.-]{1,11}", re.ASCII)
#: What is kept of a receiver.
_MOST_RECEIVER = 320
_MOST_MEDIA = 10
_WEB_ADDRESS = re.compile(r"https?://\S{1,2000}", re.ASCII)

_STATUSES = {
    "accepted": Delivery.QUEUED,
    "scheduled": Delivery.QUEUED,
    "queued": Delivery.HANDED_OVER,
    "sending": Delivery.HANDED_OVER,
    "sent": Delivery.HANDED_OVER,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "undelivered": Delivery.BOUNCED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
_REASONS = {
    "30003": "the telephone could not be reached",
    "30004": "the receiver blocks texts",
    "30005": "no such number, or not in use",
    "30006": "a landline, or a network that takes no texts",
    "30007": "the network took it for spam",
    "30008": "the network did not say why",
    "21610": "the customer has asked for no more texts",
}
#: How far each state has come. Bounced and failed are ends, as delivered is; read is beyond.
_REACHED = {
    Delivery.QUEUED: 0,
    Delivery.HANDED_OVER: 1,
    Delivery.FAILED: 2,
    Delivery.BOUNCED: 2,
    Delivery.DELIVERED: 3,
    Delivery.READ: 4,
}


class TwilioSms:
    """A `MessageChannel` over Twilio's REST interface."""

    def __init__(self, account: TwilioAccount, *, public_url: str) -> None:
        self._account = account
        self._status_url = f"{public_url.rstrip('/')}/twilio/sms/status"

    async def send(self, message: Outgoing) -> str:
        """Hands a text over and returns its MessageSid.

        Twilio has no key against doubles: after `Unavailable` the text may be on its way.

        Raises:
            Rejected: also for no number, an empty text, one of more than 1,600 characters, and files.
        """
        number = normalise(message.to)
        if number is None:
            raise Rejected("not a telephone number in international form (+49…)")
        if message.attachments:
            raise Rejected("a text cannot carry files")
        if not message.text.strip():
            raise Rejected("an empty text")
        if len(message.text) > MOST_CHARACTERS:
            raise Rejected("longer than 1,600 characters")
        sent = await self._account.ask(
            lambda client: client.messages.create_async(
                to=number, from_=message.sender, body=message.text, status_callback=self._status_url
            )
        )
        return str(sent.sid)


def arrival(params: MultiMapping[str]) -> Arrival:
    """The text in a webhook's form.

    A sender that is no telephone number (a company's name, a short code, "anonymous") is kept as
    it stands. Media are listed in `headers["media"]` as Twilio's addresses and types, and named in
    the text so that nobody overlooks them.

    Raises:
        ValueError: the form has no MessageSid, no From or no To, or its From is nobody who could send a text.
    """
    sid = _text(params, "MessageSid") or _text(params, "SmsSid")
    if not sid:
        raise ValueError("no MessageSid")
    for name in ("From", "To"):
        if name not in params:
            raise ValueError(f"no {name}")
    sender = _text(params, "From")
    if not (normalise(sender) or E164.fullmatch(sender) or _SENDER.fullmatch(sender)):
        raise ValueError("no From that is a number, a short code or a name of up to 11 characters")
    media = _media(params)
    text = seen(params.get("Body", ""))
    if media:
        text = f"{text}\n" * bool(text) + "\n".join(f"[{kind}]" for kind in (item["type"] for item in media))
    return Arrival(
        channel="sms",
        external_id=sid[:64],
        address_kind="phone",
        address=normalise(sender) or sender,
        to=_text(params, "To")[:_MOST_RECEIVER],
        text=text,
        headers={"media": media} if media else {},
    )


def delivery(params: MultiMapping[str]) -> tuple[str, Delivery, str]:
    """(MessageSid, how far it came, why not further) from a status webhook's form.

    Raises:
        ValueError: the form has no MessageSid, or a status that nobody knows.
    """
    sid = _text(params, "MessageSid") or _text(params, "SmsSid")
    status = _STATUSES.get(_text(params, "MessageStatus") or _text(params, "SmsStatus"))
    if not sid or status is None:
        raise ValueError("no MessageSid or no known status")
    if status not in (Delivery.BOUNCED, Delivery.FAILED):
        return sid[:64], status, ""
    code = _text(params, "ErrorCode")[:10]
    return sid[:64], status, _REASONS.get(code, f"the carrier's code is {code}" if code else "")


def later(old: Delivery, new: Delivery) -> Delivery:
    """Which of two reports stands, in whatever order they came.

    The further one; a failure never takes back that a text was delivered.
    """
    return new if _REACHED[new] > _REACHED[old] else old


def _text(params: MultiMapping[str], name: str) -> str:
    return seen(params.get(name, "")).strip()


def _media(params: MultiMapping[str]) -> list[dict[str, str]]:
    count = _text(params, "NumMedia")
    if not (count.isascii() and count.isdigit() and len(count) < 3):
        return []
    found = []
    for index in range(min(int(count), _MOST_MEDIA)):
        url = _text(params, f"MediaUrl{index}")
        if _WEB_ADDRESS.fullmatch(url):
            found.append({"url": url, "type": _text(params, f"MediaContentType{index}")[:100] or "file"})
    return found
