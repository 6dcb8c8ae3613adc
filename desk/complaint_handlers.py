"""desk/complaint_handlers.py: the jobs of complaints, recoveries and surveys, and who does them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from channels.errors import InDoubt, Rejected, Unauthorised
from channels.errors import Unavailable as ChannelUnavailable
from channels.protocol import MessageChannel
from channels.types import Outgoing
from desk.complaints.clocks import WatchDeadline, watch_deadline
from desk.complaints.closing import letter_failed, letter_handed_over
from desk.complaints.letter_ways import NO_WAY, begin_sending, not_taken
from desk.complaints.letters import SendLetter, outgoing
from desk.complaints.recovery import CheckAfterResponse, QueueRecoveryAction, check_after_response, queue_action
from desk.complaints.surveys import SendSurvey, survey_failed, survey_sent, survey_to_send
from desk.contacts.deliveries import GIVE_UP
from desk.contacts.letters_in_chat import say_in_chat
from desk.kernel.clock import Clock
from desk.kernel.errors import Unavailable
from desk.kernel.jobs import Job
from desk.kernel.settings import Settings
from desk.kernel.tokens import sign
from desk.kernel.transaction import Actor
from desk.tables import letters, surveys

#: What signed links are good for.
STATUS = "status"
SURVEY = "survey"

SYSTEM = Actor.system("complaints")


class Desk(Protocol):
    """What these handlers need of the desk."""

    settings: Settings
    clock: Clock

    async def transact(self, actor: Actor, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Runs a use case and commits."""

    async def read(self, actor: Actor, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Runs a query."""


Handler = Callable[[Any, Any], Awaitable[None]]


def handlers(senders: Mapping[str, MessageChannel], public_url: str) -> dict[type[Job], Handler]:
    """Every job of complaints, with what does it. `senders` are by channel: email, sms."""

    async def letter(desk: Desk, job: SendLetter) -> None:
        await send_letter(desk, job, senders, public_url)

    async def survey(desk: Desk, job: SendSurvey) -> None:
        await send_survey(desk, job, senders, public_url)

    return {
        SendLetter: letter,
        SendSurvey: survey,
        WatchDeadline: _watch_deadline,
        QueueRecoveryAction: _queue_action,
        CheckAfterResponse: _check_after_response,
    }


def status_link(settings: Settings, public_url: str, complaint_id: str) -> str:
    """The page on which a complainant sees how things stand."""
    return f"{public_url}/t/{sign(settings.secret_key, STATUS, complaint_id)}"


def survey_link(settings: Settings, public_url: str, survey_id: str) -> str:
    """The page on which a customer answers one survey."""
    return f"{public_url}/s/{sign(settings.secret_key, SURVEY, survey_id)}"


async def send_letter(desk: Desk, job: SendLetter, senders: Mapping[str, MessageChannel], public_url: str) -> None:
    """Hands a letter over; a refusal for good tries the other channel, anything else is tried again.

    What nobody has taken for six hours counts as refused: the other channel may work, and a complaint
    must not stand still because of a relay.

    Raises:
        Unavailable: nobody took it now.
    """
    row = await desk.read(SYSTEM, lambda rx: rx.one(letters, job.letter_id))
    link = status_link(desk.settings, public_url, row.complaint_id)
    if row.channel == "chat":
        await desk.transact(SYSTEM, say_in_chat, job.letter_id, link)
        return
    found = await desk.read(SYSTEM, outgoing, job.letter_id, link)
    if found is None:
        return
    channel, message = found
    await desk.transact(SYSTEM, begin_sending, job.letter_id)
    try:
        external_id = await _send(desk, senders, channel, message, since=row.created_at)
    except (Rejected, Unauthorised) as error:
        await desk.transact(SYSTEM, letter_failed, job.letter_id, str(error))
    except Unavailable as error:
        if not isinstance(error.__cause__, InDoubt):
            await desk.transact(SYSTEM, not_taken, job.letter_id)
        raise
    else:
        await desk.transact(SYSTEM, letter_handed_over, job.letter_id, external_id)


async def send_survey(desk: Desk, job: SendSurvey, senders: Mapping[str, MessageChannel], public_url: str) -> None:
    """Asks a customer, unless there is a reason not to; given up when nobody takes it for six hours.

    Raises:
        Unavailable: nobody took it now.
    """
    link = survey_link(desk.settings, public_url, job.survey_id)
    found = await desk.transact(SYSTEM, survey_to_send, job.survey_id, link)
    if found is None:
        return
    channel, message = found
    row = await desk.read(SYSTEM, lambda rx: rx.one(surveys, job.survey_id))
    try:
        await _send(desk, senders, channel, message, since=row.planned_at)
    except (Rejected, Unauthorised) as error:
        await desk.transact(SYSTEM, survey_failed, job.survey_id, str(error))
    else:
        await desk.transact(SYSTEM, survey_sent, job.survey_id)


async def _send(
    desk: Desk, senders: Mapping[str, MessageChannel], channel: str, message: Outgoing, *, since: datetime
) -> str:
    sender = senders.get(channel)
    if sender is None:
        raise Rejected(f"{NO_WAY} {channel} is set up")
    try:
        return await sender.send(message)
    except ChannelUnavailable as error:
        if desk.clock.now() - since >= GIVE_UP:
            raise Rejected(f"given up after {GIVE_UP}: {error}") from error
        raise Unavailable(f"The way out by {channel}") from error


async def _watch_deadline(desk: Desk, job: WatchDeadline) -> None:
    await desk.transact(SYSTEM, watch_deadline, job.complaint_id, job.deadline, job.cycle)


async def _queue_action(desk: Desk, job: QueueRecoveryAction) -> None:
    await desk.transact(SYSTEM, queue_action, job.action_id)


async def _check_after_response(desk: Desk, job: CheckAfterResponse) -> None:
    await desk.transact(SYSTEM, check_after_response, job.complaint_id, job.cycle, job.days)
