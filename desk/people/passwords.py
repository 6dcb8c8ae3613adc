"""desk/people/passwords.py: passwords, as Argon2id and as nothing else.

Hashing takes memory and time on purpose: call it from a thread. One who does not exist is checked
against a hash of nothing, so that the answer takes as long as for one who does.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: Argon2id with 19 MiB, two passes, one lane: what OWASP asks for, about 25 ms of one core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Longer ones are refused before they cost anything.
LONGEST = 512
#: What the command line asks of new passwords.
SHORTEST = 8


def hash_password(password: str) -> str:
    """What is stored of `password`. Blocks for as long as a guess costs."""
    return _HASHER.hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether `password` is the one behind `stored`; no if nothing is stored, and just as slowly. Blocks."""
    usable = bool(stored) and len(password) <= LONGEST
    try:
        return _HASHER.verify(stored if usable else _nobody(), password[:LONGEST]) and usable
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether `stored` was made by other rules than today's: hash again at the next sign-in."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody")
