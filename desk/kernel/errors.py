"""desk/kernel/errors.py: what the desk answers when it cannot do what was asked. Each names the caller's next step.

CarelineError
├── NotFound      there is no such thing, or not for you: ask for another
├── Invalid       the request is wrong: correct the fields it names
├── Forbidden     you may not: ask somebody who may
├── Conflict      the world is not as you thought: look again
│   └── Stale     it has ended or changed already: drop what you hold
└── Unavailable   not now: try again
"""

from collections.abc import Mapping, Sequence
from typing import Any


class CarelineError(Exception):
    """An answer to the caller, with a stable `code` and a sentence that may be shown."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(CarelineError):
    """There is no such thing, or it is not the caller's to see."""

    code = "not_found"

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"There is no such {kind}.")
        self.kind = kind
        self.id = id


class Invalid(CarelineError):
    """The request is wrong; `errors` lists (field, why)."""

    code = "invalid"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.errors: list[tuple[str, str]] = [(field, why)]

    @classmethod
    def many(cls, errors: Sequence[tuple[str, str]]) -> "Invalid":
        """One error that names every field that is wrong."""
        error = cls(*errors[0])
        error.errors = list(errors)
        error.message = "; ".join(f"{field}: {why}" for field, why in errors)
        return error


class Unauthenticated(CarelineError):
    """Nobody is signed in here; sign in first."""

    code = "unauthenticated"

    def __init__(self, message: str = "Sign in first.") -> None:
        super().__init__(message)


class Forbidden(CarelineError):
    """The caller may not do this."""

    code = "forbidden"

    def __init__(self, why: str = "You may not do this.") -> None:
        super().__init__(why)


class Conflict(CarelineError):
    """The world is not as the caller thought."""

    code = "conflict"

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what


class Stale(Conflict):
    """What the caller speaks of has ended or changed already; `now` is how it stands, where that is told."""

    code = "stale"

    def __init__(
        self, what: str, why: str = "this has ended or changed already", *, now: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(what, why)
        self.now = now


class Unavailable(CarelineError):
    """Not now; nothing was changed, trying again may help."""

    code = "unavailable"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not available now; nothing was changed, try again.")
        self.what = what
