"""web/sockets/not_dialled.py: what an agent is told who has accepted a call-back that nobody may make now."""

from zoneinfo import ZoneInfo

from desk.callbacks.events import CallbackNotDialled
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
    "refused": "Nobody was called: the customer is not phoned on this number any more. The call-back is given up.",
}


def why_not_dialled(event: CallbackNotDialled) -> str:
    """Why nobody was rung, and when the call-back is offered again, by the customer's clock."""
    if event.why not in _LATER:
        return _OTHERWISE[event.why]
    at = from_ms(event.due_ms).astimezone(ZoneInfo(event.zone))
    return _LATER[event.why].format(when=f"{at.day} {at:%B} at {at:%H:%M}, {event.zone.replace('_', ' ')}")
