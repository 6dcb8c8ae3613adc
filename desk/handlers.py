"""desk/handlers.py: every job of the desk, and who does it. The only callers of carriers, mail and texts."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from channels.errors import ChannelError, Gone, Rejected, Unauthorised
from channels.protocol import LegState, MessageChannel, Party, Role, VoiceCarrier
from channels.voice.spoken import sentence
from desk import complaint_handlers as complaints
from desk.agents import agents
from desk.callbacks import leaving_the_line, planned_anew
from desk.callbacks import outcomes as callback_attempts
from desk.calls import agent_legs, calls, customer_legs
from desk.contacts import attachments, chats, deliveries, ending, interactions, mails, messages
from desk.customer_access import sending
from desk.customers.safety_changed import PlanCustomerAnew
from desk.floor import back_tests
from desk.kernel import table_counts
from desk.kernel.desk import Desk
from desk.kernel.errors import Unavailable
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor
from desk.organization.hours_changed import PlanAnew
from desk.work import offers, planned_work, presence, scheduled
from ivr.instructions import Elsewhere, Hangup, Say

Handler = Callable[[Any, Any], Awaitable[None]]

_SYSTEM = Actor.system("jobs")


def handlers(
    channels: Mapping[str, MessageChannel], carrier: VoiceCarrier | None, public_url: str
) -> dict[type[Job], Handler]:
    """Every job with what does it. `channels` hand messages over, by name; `carrier` makes calls, if there is one."""
    telephone = Telephone(carrier)

    async def send_message(desk: Desk, job: messages.SendMessage) -> None:
        await deliveries.deliver(desk, job, channels)

    return {
        mails.UnderstandMail: mails.understand,
        messages.SendMessage: send_message,
        deliveries.ReportDelivery: _report_delivery,
        offers.ExpireOffer: _expire_offer,
        offers.RingAgent: telephone.ring_agent,
        agent_legs.GiveUpRinging: _give_up_ringing,
        customer_legs.RingCustomer: telephone.ring_customer,
        customer_legs.MeetCustomer: telephone.meet_customer,
        customer_legs.GiveUpOnCustomer: _give_up_on_customer,
        calls.ForgetCall: _forget_call,
        calls.EndCall: _end_call,
        ending.EndWrapUp: _end_wrap_up,
        interactions.WakeUp: _wake_up,
        interactions.HoldCaller: telephone.hold_caller,
        ending.HangUp: telephone.hang_up,
        interactions.SayGoodbye: telephone.say_goodbye,
        leaving_the_line.AskInLine: telephone.ask_in_line,
        presence.LoseAgent: _lose_agent,
        attachments.ForgetUpload: attachments.forget_upload,
        back_tests.BackTestEstimates: back_tests.back_test_estimates,
        scheduled.QueuePlannedWork: planned_work.queue_planned_work,
        PlanAnew: planned_anew.plan_all_anew,
        PlanCustomerAnew: planned_anew.plan_customers_anew,
        table_counts.CountTables: table_counts.count_tables,
        chats.ChatGone: chats.chat_gone,
        **callback_attempts.HANDLERS,
        **complaints.handlers(channels, public_url),
        **sending.handlers(channels, public_url),
    }


class Telephone:
    """The jobs that speak to the carrier."""

    def __init__(self, carrier: VoiceCarrier | None) -> None:
        self._carrier = carrier

    async def ring_agent(self, desk: Desk, job: offers.RingAgent) -> None:
        """Rings the agent who accepted a call. One who cannot be rung loses it; the caller keeps the place."""
        wanted = await desk.transact(_SYSTEM, agent_legs.ring, job.call_id, job.agent_id)
        if wanted is None:
            return
        to, caller = wanted
        try:
            leg = await self._there().originate(job.call_id, to, caller=caller)
        except ChannelError as error:
            await desk.transact(_SYSTEM, agent_legs.not_rung, job.call_id, job.agent_id, str(error))
            return
        if not await desk.transact(_SYSTEM, agent_legs.rung, job.call_id, job.agent_id, leg):
            await self._there().hangup(leg)

    async def ring_customer(self, desk: Desk, job: customer_legs.RingCustomer) -> None:
        """Rings the customer of a call that we make. One who cannot be rung is not reached."""
        wanted = await desk.transact(_SYSTEM, customer_legs.ring_customer, job.call_id)
        if wanted is None:
            return
        if wanted.agent_leg and not await self._meets(desk, job.call_id, wanted.agent_leg):
            return
        try:
            leg = await self._there().originate(job.call_id, wanted.to, caller=wanted.shown, party=Party.CUSTOMER)
        except ChannelError:
            await desk.transact(_SYSTEM, customer_legs.customer_not_rung, job.call_id)
            return
        await desk.transact(_SYSTEM, customer_legs.customer_rung, job.call_id, leg)

    async def meet_customer(self, desk: Desk, job: customer_legs.MeetCustomer) -> None:
        """Sees to it that the agent is there with whom a customer talks who has just answered."""
        leg = await desk.read(_SYSTEM, customer_legs.leg_of_agent, job.call_id)
        if leg is not None:
            await self._meets(desk, job.call_id, leg)

    async def _meets(self, desk: Desk, call_id: str, leg: str) -> bool:
        """Whether an agent's leg is there to talk, in the room. One that has gone has ended the call."""
        try:
            await self._there().join(leg, call_id, Role.TALK)
        except Gone:
            # Its own webhook may have come while we were down: then this is the first that we hear of it.
            await desk.transact(_SYSTEM, agent_legs.changed, call_id=call_id, leg=leg, state=LegState.ENDED)
            return False
        except (Rejected, Unauthorised):
            return True  # the agent stays where they are
        except ChannelError as error:
            raise Unavailable("The carrier") from error
        return True

    async def hold_caller(self, desk: Desk, job: interactions.HoldCaller) -> None:
        """Puts the caller on hold, or back into the conversation."""
        leg = await desk.read(_SYSTEM, calls.leg_of_caller, job.call_id)
        if leg is None:
            return
        try:
            await self._there().join(leg, job.call_id, Role.HOLD if job.on else Role.TALK)
        except Gone:
            # Its own webhook may have come while we were down: then this is the first that we hear of it.
            await desk.transact(_SYSTEM, calls.caller_left, carrier_id=leg)
        except (Rejected, Unauthorised):
            return  # the caller stays where they are
        except ChannelError as error:
            raise Unavailable("The carrier") from error

    async def hang_up(self, desk: Desk, job: ending.HangUp) -> None:
        """Ends legs."""
        for leg in job.legs:
            try:
                await self._there().hangup(leg)
            except (Rejected, Unauthorised):
                continue
            except ChannelError as error:
                raise Unavailable("The carrier") from error

    async def say_goodbye(self, desk: Desk, job: interactions.SayGoodbye) -> None:
        """Ends a caller's leg with a word."""
        words = Say(text=sentence(job.words, job.language), language=job.language)
        try:
            await self._there().instruct(job.leg, (words, Hangup()))
        except (Rejected, Unauthorised):
            return  # the caller has gone
        except ChannelError as error:
            raise Unavailable("The carrier") from error

    async def ask_in_line(self, desk: Desk, job: leaving_the_line.AskInLine) -> None:
        """Leads a waiting caller out of the room, to hear that the line may be left."""
        leg = await desk.read(_SYSTEM, leaving_the_line.leg_to_ask, job.call_id)
        if leg is None:
            return
        door = f"{desk.settings.public_url}/twilio/voice/line/{job.call_id}"
        try:
            await self._there().instruct(leg, (Elsewhere(url=door),))
        except (Rejected, Unauthorised):
            return  # the caller has gone
        except ChannelError as error:
            raise Unavailable("The carrier") from error

    def _there(self) -> VoiceCarrier:
        if self._carrier is None:
            raise Rejected("no carrier is set up that could make calls")
        return self._carrier


async def _report_delivery(desk: Desk, job: deliveries.ReportDelivery) -> None:
    await desk.transact(
        _SYSTEM,
        deliveries.delivery_reported,
        channel=job.channel,
        external_id=job.external_id,
        delivery=job.delivery,
        reason=job.reason,
        tries=job.tries,
    )


async def _give_up_ringing(desk: Desk, job: agent_legs.GiveUpRinging) -> None:
    await desk.transact(_SYSTEM, agent_legs.give_up_ringing, job.call_id, job.agent_id)


async def _give_up_on_customer(desk: Desk, job: customer_legs.GiveUpOnCustomer) -> None:
    await desk.transact(_SYSTEM, customer_legs.give_up_on_customer, job.call_id)


async def _forget_call(desk: Desk, job: calls.ForgetCall) -> None:
    await desk.transact(_SYSTEM, calls.forget_call, job.call_id)


async def _end_call(desk: Desk, job: calls.EndCall) -> None:
    await desk.transact(_SYSTEM, calls.caller_left, carrier_id=job.carrier_id, tries=job.tries)


async def _expire_offer(desk: Desk, job: offers.ExpireOffer) -> None:
    await desk.transact(_SYSTEM, offers.expire, job.offer_id)


async def _end_wrap_up(desk: Desk, job: ending.EndWrapUp) -> None:
    await desk.transact(_SYSTEM, ending.end_wrap_up, job.interaction_id)


async def _wake_up(desk: Desk, job: interactions.WakeUp) -> None:
    await desk.transact(_SYSTEM, interactions.wake_up, job.interaction_id)


async def _lose_agent(desk: Desk, job: presence.LoseAgent) -> None:
    await desk.transact(_SYSTEM, agents.lose, job.agent_id)
