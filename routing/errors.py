"""routing/errors.py: what the rules refuse.

    RoutingError
     ├─ Stale     the offer has ended already, or the answer came too late
     └─ Refused   a change of presence that is not the agent's to make

The message is for people, the code for programs.
"""


class RoutingError(Exception):
    """The rules do not allow it."""

    code = "routing"


class Stale(RoutingError):
    """The offer is no longer open."""

    code = "stale"

    def __init__(self, offer_id: str) -> None:
        super().__init__(f"offer {offer_id} is no longer open")
        self.offer_id = offer_id


class Refused(RoutingError):
    """This presence cannot be chosen."""

    code = "refused"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
