"""channels/voice/twilio.py: Twilio as a carrier: rooms are conferences, named by the room's id.

    originate ─▶ a call whose TwiML is asked for at /twilio/voice/agent/{room}, or …/customer/{room}
    join      ─▶ in the room already: hold or talk there; otherwise led into it
    leave     ─▶ taken out of the room, hears music
    hangup    ─▶ the call is completed
    living    ─▶ the calls in progress, as one list;  end_of ─▶ one call, and when it ended

Asking twice does what asking once does, except for `originate`: Twilio has no key for it, so after
an `Unavailable` a telephone may be ringing already. Whoever answers is asked for by room and call,
and the desk lets go of a leg that it does not know.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import quote

from channels.errors import Gone, Rejected
from channels.protocol import LegEnd, LegState, Party, Role
from channels.twilio_account import TwilioAccount, status_of
from channels.voice import twiml
from channels.voice.numbers import E164, country_of, why_not_dial
from ivr.instructions import Instruction

#: Twilio's code for a call that is not in progress any more.
_CALL_ENDED = 21220
#: Twilio's code for what the account does not have.
_NO_SUCH_CALL = 20404
#: As many calls as Twilio lists in one answer.
_MOST_LISTED = 1000
#: TwiML that is pushed into a call may not be longer.
_MOST_TWIML = 4000


_STATES = {
    "queued": LegState.RINGING,
    "initiated": LegState.RINGING,
    "ringing": LegState.RINGING,
    "in-progress": LegState.ANSWERED,
    "answered": LegState.ANSWERED,
    "no-answer": LegState.NO_ANSWER,
    "busy": LegState.BUSY,
    "failed": LegState.FAILED,
    "canceled": LegState.ENDED,
    "completed": LegState.ENDED,
}


def leg_state(call_status: str) -> LegState:
    """What a webhook's `CallStatus` means. An unknown word is a failed leg: nobody is there.

    A *caller's* call that hung up at once may end as `no-answer`: every state but ringing and
    answered means that the caller is gone.
    """
    return _STATES.get(call_status, LegState.FAILED)


class TwilioCarrier:
    """A `VoiceCarrier` over Twilio's REST interface.

    `countries` (two letters) are those that we dial, looked at with each call; none is the country
    of our own number.
    """

    def __init__(
        self,
        account: TwilioAccount,
        *,
        public_url: str,
        countries: Collection[str] = (),
        ring_for_s: int = 25,
        music_path: str = "/twilio/voice/music.wav",
    ) -> None:
        self._account = account
        self._public_url = public_url.rstrip("/")
        self._countries = countries
        self._ring_for_s = ring_for_s
        self._music_url = self._public_url + music_path

    async def originate(self, room: str, to: str, *, caller: str, party: Party = Party.AGENT) -> str:
        """Rings `to`; whoever answers is sent to the room. Returns the leg.

        Raises:
            Rejected: also for a number that we do not dial.
        """
        if party is Party.CUSTOMER and not E164.fullmatch(to):
            raise Rejected("not a telephone number in international form (+49…)")
        why = why_not_dial(to, countries=frozenset(self._countries) or {country_of(caller)})
        if why is not None:
            raise Rejected(why)
        door = f"{self._public_url}/twilio/voice/{party}/{_segment(room)}"
        call = await self._account.ask(
            lambda client: client.calls.create_async(
                to=to,
                from_=caller,
                url=door,
                method="POST",
                timeout=self._ring_for_s,
                status_callback=f"{door}/status",
                status_callback_method="POST",
                status_callback_event=["ringing", "answered", "completed"],
            )
        )
        return str(call.sid)

    async def instruct(self, leg: str, instructions: Sequence[Instruction]) -> None:
        """Takes `leg` out of what it hears and plays it `instructions`.

        Raises:
            Rejected: also when the leg has ended.
        """
        await self._redirect(leg, twiml.render(instructions))

    async def join(self, leg: str, room: str, role: Role) -> None:
        """Puts `leg` into `room`, or changes its role there.

        Raises:
            Rejected: also when the leg has ended, or there is no agent to coach.
        """
        conference = await self._conference(room)
        coached = await self._agent_in(conference) if role is Role.COACH else ""
        if conference is not None and await self._set_role(conference, leg, room, role, coached):
            return
        if role is Role.HOLD:
            await self._redirect(leg, twiml.music(self._music_url))
        else:
            muted = role is Role.LISTEN
            await self._redirect(leg, twiml.join_room(room, label="", muted=muted, coach=coached))

    async def leave(self, leg: str, room: str) -> None:
        """Takes `leg` out of `room` without hanging up; it hears music until told otherwise."""
        conference = await self._conference(room)
        if conference is not None and await self._participates(conference, leg):
            await self._redirect(leg, twiml.music(self._music_url))

    async def hangup(self, leg: str) -> None:
        """Ends `leg`. Ending one that is gone is not an error."""
        try:
            await self._account.ask(lambda client: client.calls(leg).update_async(status="completed"))
        except Rejected as error:
            status, code = status_of(error)
            if status != 404 and code != _CALL_ENDED:
                raise

    async def living(self) -> Collection[str]:
        """The legs that are in progress now: one question for each thousand. Who only rings is not among them."""
        found = await self._account.ask(
            lambda client: client.calls.list_async(status="in-progress", page_size=_MOST_LISTED)
        )
        return {str(call.sid) for call in found}

    async def end_of(self, leg: str) -> LegEnd | None:
        """How and when `leg` ended; None while it goes on. One that the account does not have has ended."""
        try:
            call = await self._account.ask(lambda client: client.calls(leg).fetch_async())
        except Rejected as error:
            if status_of(error) == (404, _NO_SUCH_CALL):
                return LegEnd(state=LegState.ENDED, at=None)
            raise
        state = _STATES.get(str(call.status))
        if state in (None, LegState.RINGING, LegState.ANSWERED):
            return None
        return LegEnd(state=state, at=call.end_time if isinstance(call.end_time, datetime) else None)

    async def close(self) -> None:
        """Closes the connections to Twilio."""
        await self._account.close()

    async def _redirect(self, leg: str, document: str) -> None:
        if len(document) > _MOST_TWIML:
            raise Rejected("more than can be said at once")
        try:
            await self._account.ask(lambda client: client.calls(leg).update_async(twiml=document))
        except Rejected as error:
            status, code = status_of(error)
            if status == 404 or code == _CALL_ENDED:
                raise Gone("the call has ended already") from error
            raise

    async def _conference(self, room: str) -> str | None:
        """The conference that is `room` now; an ended one of the same name does not count."""
        found = await self._account.ask(lambda client: client.conferences.list_async(friendly_name=room, limit=20))
        for conference in found:
            if str(conference.status).lower() != "completed":
                return str(conference.sid)
        return None

    async def _participates(self, conference: str, leg: str) -> bool:
        try:
            await self._account.ask(lambda client: client.conferences(conference).participants(leg).fetch_async())
        except Rejected as error:
            if status_of(error)[0] == 404:
                return False
            raise
        return True

    async def _set_role(self, conference: str, leg: str, room: str, role: Role, coached: str) -> bool:
        """Sets the role of a leg in a conference; False if it is not there."""
        changes: dict[str, object] = {"hold": role is Role.HOLD, "muted": role is Role.LISTEN, "coaching": False}
        if role is Role.HOLD:
            changes |= {"hold_url": f"{self._public_url}/twilio/voice/hold/{_segment(room)}", "hold_method": "POST"}
        if role is Role.COACH:
            changes |= {"coaching": True, "call_sid_to_coach": coached}
        try:
            await self._account.ask(
                lambda client: client.conferences(conference).participants(leg).update_async(**changes)
            )
        except Rejected as error:
            if status_of(error)[0] == 404:
                return False
            raise
        return True

    async def _agent_in(self, conference: str | None) -> str:
        """The leg that is the agent's by its label: a coach must never be heard by the customer."""
        if conference is not None:
            try:
                agent = await self._account.ask(
                    lambda client: client.conferences(conference).participants("agent").fetch_async()
                )
                return str(agent.call_sid)
            except Rejected as error:
                if status_of(error)[0] != 404:
                    raise
        raise Rejected("there is no agent to coach")


def _segment(room: str) -> str:
    return quote(room, safe="")
