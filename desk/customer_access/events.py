"""desk/customer_access/events.py: who was sent a link, and signed in or out. Ids and ways only, no address."""

from dataclasses import dataclass

from desk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CustomerLinkIssued(Event):
    """`id` is the customer's: somebody asked for a link for an address of theirs; it goes out by `channel`."""

    link_id: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class CustomerSignedIn(Event):
    """`id` is the customer's: by this link."""

    link_id: str


@dataclass(frozen=True, kw_only=True)
class CustomerSignedOut(Event):
    """`id` is the customer's."""
