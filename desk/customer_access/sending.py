"""desk/customer_access/sending.py: a link to sign in goes out, or nothing does, and nobody outside can tell which.

Who asks is answered before anybody looks whether we know the address: that is this job. It says nothing that whoever
asked has typed, and not the name that we know.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from channels.errors import ChannelError, Rejected, Unauthorised
from channels.protocol import MessageChannel
from channels.types import Outgoing
from desk.complaints.letters import mail_headers
from desk.complaints.site import mail_domain, name_of
from desk.contacts.outgoing import sender_of_texts
from desk.customer_access.links import PURPOSE, VALID, Good, good, issue, never_went_out
from desk.customer_access.words import text_of
from desk.kernel.errors import Unavailable
from desk.kernel.jobs import Job
from desk.kernel.log import log
from desk.kernel.settings import Settings
from desk.kernel.tokens import sign
from desk.kernel.transaction import Actor, Rx, Tx
from desk.organization.setting import setting
from desk.people.access import digest
from desk.tables import customers, entry_points, from_ms, to_ms

#: So much later the address is looked up: when the answer, and the page that it leads to, have long been sent.
LATER = timedelta(seconds=2)
#: What is asked for one address within so long is one link.
MOMENT = timedelta(seconds=2)
_SYSTEM = Actor.system("sign-in")
_MAILBOXES = sa.select(entry_points.c.address, entry_points.c.queue).where(entry_points.c.channel == "email")


@dataclass(frozen=True, kw_only=True)
class SendSignInLink(Job):
    """Sends a link to an address, if a customer has it. `language` is that of the page on which it was asked for."""

    link_id: str
    kind: str
    value: str
    language: str
    asked_ms: int


class Desk(Protocol):
    """What sending needs of the desk."""

    settings: Settings

    async def transact(self, actor: Actor, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Runs a use case and commits."""


def ask(tx: Tx, kind: str, value: str, *, language: str) -> None:
    """Has a link sent to an address, if a customer has it. What is asked for in the same two seconds is one link.

    No later asking puts off, or takes the place of, what waits: else who asks on and on would keep it from going out.
    """
    asked_ms, each_ms = to_ms(tx.now), MOMENT // timedelta(milliseconds=1)
    job = SendSignInLink(link_id=tx.new_id(), kind=kind, value=value, language=language, asked_ms=asked_ms)
    moment = asked_ms // each_ms
    tx.defer(job, at=from_ms((moment + 1) * each_ms) + LATER, key=f"sign-in:{moment}:{digest(f'{kind} {value}')}")


def handlers(
    senders: Mapping[str, MessageChannel], public_url: str
) -> dict[type[Job], Callable[[Any, Any], Awaitable[None]]]:
    """The job, with what does it. `senders` are by channel: email, sms."""

    async def link(desk: Desk, job: SendSignInLink) -> None:
        await send_link(desk, job, senders, public_url)

    return {SendSignInLink: link}


async def send_link(desk: Desk, job: SendSignInLink, senders: Mapping[str, MessageChannel], public_url: str) -> None:
    """Hands a link over; one that nobody takes before it is over is not sent any more.

    Raises:
        Unavailable: nobody took it now.
    """
    link = f"{public_url}/help/sign-in/{sign(desk.settings.secret_key, PURPOSE, job.link_id)}"
    found = await desk.transact(_SYSTEM, link_to_send, job, link)
    if found is None:
        return
    channel, message = found
    sender = senders.get(channel)
    try:
        if sender is None:
            raise Rejected(f"no way to send {channel} is set up")
        await sender.send(message)
    except (Rejected, Unauthorised) as error:  # what the other side said may name the address: not in the log
        if isinstance(error, Unauthorised):  # ours to repair; an address that takes nothing is asked no more often
            await desk.transact(_SYSTEM, never_went_out, job.link_id)
        log.warning("sign_in_link_refused", link=job.link_id, channel=channel, error=type(error).__name__)
    except ChannelError as error:
        raise Unavailable(f"The way out by {channel}") from error
    else:
        log.info("sign_in_link_sent", link=job.link_id, channel=channel)


def link_to_send(tx: Tx, job: SendSignInLink, link: str) -> tuple[str, Outgoing] | None:
    """What to send, and on which channel; None where nobody whom we know has the address, or it is too late."""
    if tx.now - from_ms(job.asked_ms) >= VALID and good(tx, job.link_id) is None:
        never_went_out(tx, job.link_id)
        return None
    issued = issue(tx, job.link_id, job.kind, job.value)
    return (issued.channel, _outgoing(tx, issued, job.language, link)) if issued is not None else None


def _outgoing(rx: Rx, issued: Good, page: str, link: str) -> Outgoing:
    language = str(rx.one(customers, issued.customer_id).language) or page
    organization, by_mail = name_of(rx), issued.channel == "email"
    sender = _mailbox(rx) if by_mail else sender_of_texts(rx)
    return Outgoing(
        message_id=f"<sign-in-{issued.id}@{mail_domain(rx)}>" if by_mail else issued.id,
        interaction_id="",
        sender=sender,
        to=issued.address,
        subject=text_of("subject", language, organization=organization) if by_mail else "",
        text=text_of("mail" if by_mail else "text", language, organization=organization, link=link),
        headers=mail_headers(rx, automatic=True) | {"reply_to": sender} if by_mail else {},
    )


def _mailbox(rx: Rx) -> str:
    """Ours that leads where everything else does, or the first that we have."""
    default = str(setting(rx, "default_queue"))
    known = sorted(rx.all(_MAILBOXES), key=lambda row: (row.queue != default, row.address))
    return str(known[0].address) if known else f"help@{mail_domain(rx)}"
