"""channels/errors.py: what the outside can answer us.

ChannelError
├── Rejected       refused for good: a wrong number, an unknown mailbox; do not try again
│   └── Gone       the call that it was about has ended
├── Unavailable    nobody answered, or "later": try again with back-off
│   └── InDoubt    it was handed over, and no answer came: it may have been taken
└── Unauthorised   our own credentials are wrong: a person must look
"""


class ChannelError(Exception):
    """The other side did not take it. The message says why, in words an agent may read."""


class Rejected(ChannelError):
    """Refused for good; trying again would not help."""


class Gone(Rejected):
    """What it was about has ended: there is nobody there any more."""


class Unavailable(ChannelError):
    """Not now; trying again may help."""


class InDoubt(Unavailable):
    """It was handed over, and no answer came: whether it was taken nobody knows."""


class Unauthorised(ChannelError):
    """Our credentials were refused."""
