"""web/sockets/not_dialled.py: what an agent is told who has accepted a call-back that nobody may make now, and what
supervisors are told of one that nobody makes any more."""

from zoneinfo import ZoneInfo

from desk.callbacks.events import CallbackNotDialled
from desk.kernel.events import CallbackGaveUp
from desk.tables import from_ms

#: Of a call-back that is offered again at the time in which each of them ends.
_LATER = {
    "closed": "Nobody was called: the queue has closed. It keeps its place and is offered again on {when}.",
    "hours": "Nobody was called: the customer may not be phoned at this hour. It is offered again on {when}.",
    "rests": "Nobody was called: this number was rung a while ago. It is offered again on {when}.",
}
_OTHERWISE = {
    "no_room": "Nobody was called: you had no room for a call any more. The call-back waits in its place.",
    "closed_at_once": "Nobody was called: the queue has been closed. It keeps its place until the queue opens.",
    "no_hour": "Nobody was called: the queue is never open when the customer may be phoned. The call-back is given up.",
    "refused": "Nobody was called: the customer is not phoned on this number any more. The call-back is given up.",
}


def why_not_dialled(event: CallbackNotDialled) -> str:
    """Why nobody was rung, and when the call-back is offered again, by the customer's clock."""
    if event.why not in _LATER:
        return _OTHERWISE[event.why]
    at = from_ms(event.due_ms).astimezone(ZoneInfo(event.zone))
    return _LATER[event.why].format(when=f"{at.day} {at:%B} at {at:%H:%M}, {event.zone.replace('_', ' ')}")


def why_given_up(event: CallbackGaveUp) -> str:
    """Why a customer is not rung back any more."""
    if event.why == "no_hour":
        return f"{event.queue} is never open when they may be phoned"
    if event.why == "never_open":
        return f"{event.queue} is not open at any time within a year"
    if event.why == "refused":
        return f"they are not phoned for {event.queue} on this number any more"
    tried = "once" if event.attempts == 1 else f"{event.attempts} times"
    return f"was tried {tried} for {event.queue}"
