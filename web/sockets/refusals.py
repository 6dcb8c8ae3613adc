"""web/sockets/refusals.py: events that the contract names and that this version cannot serve yet."""

from desk.errors import Unavailable


class NotBuilt(Unavailable):
    """Asked for something that a later version brings; nothing was changed."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.message = f"{what} is not available here yet; nothing was changed."
