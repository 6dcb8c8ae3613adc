"""web/limiter.py: how often somebody may try: per account, per address and per both, counted in this process."""

import hashlib
import ipaddress
import threading
import time
from math import ceil
from urllib.parse import urlsplit

from aiohttp import web
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from web.errors import TooMany

#: Failed sign-ins of one account from one address, from one address, and of one account from everywhere:
#: the last is wide, so that a stranger's guesses do not keep the right person out elsewhere.
PER_BOTH = "10/15 minutes"
PER_ADDRESS = "100/15 minutes"
PER_ACCOUNT = "200/15 minutes"
#: Forms of customers from one address.
FORMS = "10/10 minutes"
#: Chats that are begun from one address, and messages of one visitor.
CHATS = "20/10 minutes"
CHAT_MESSAGES = "30/minute"
#: What one user has drafted by a language model.
DRAFTS = "20/10 minutes"

#: What is over is forgotten after so many counts.
FORGET_EVERY = 1_000
#: By what a proxy says that it passes on what somebody else sent.
_PASSED_ON = ("forwarded", "via", "x-real-ip")


class _Never(threading.Timer):
    """Takes the place of the library's timer: a thread after every count, which looks at every key there is."""

    def is_alive(self) -> bool:
        return True


class Limiter:
    """Counts what happened, per rule and key. Keys are kept as digests: they are addresses of people."""

    def __init__(self) -> None:
        self._rules: dict[str, RateLimitItem] = {}
        self._storage = MemoryStorage()
        self._storage.timer = _Never(0, self._forget)
        self._windows = MovingWindowRateLimiter(self._storage)
        self._counted = 0

    def check(self, rule: str, *key: str) -> None:
        """Raises if no further try is allowed, without counting one.

        Raises:
            TooMany: wait.
        """
        item, digest = self._rule(rule), _digest(key)
        if not self._windows.test(item, digest):
            raise TooMany(self._wait(item, digest))

    def count(self, rule: str, *key: str) -> None:
        """Counts one; raises if it was one too many.

        Raises:
            TooMany: wait.
        """
        item, digest = self._rule(rule), _digest(key)
        if not self._hit(item, digest):
            raise TooMany(self._wait(item, digest))

    def note(self, rule: str, *key: str) -> None:
        """Counts one that has happened already, allowed or not."""
        self._hit(self._rule(rule), _digest(key))

    def forget(self, rule: str, *key: str) -> None:
        """Starts again from none."""
        self._windows.clear(self._rule(rule), _digest(key))

    def _hit(self, item: RateLimitItem, digest: str) -> bool:
        self._counted += 1
        if self._counted % FORGET_EVERY == 0:
            self._forget()
        return self._windows.hit(item, digest)

    def _forget(self) -> None:
        """Lets go of what is over; the library would keep each key for ever."""
        now = time.time()  # the clock by which the library counts
        for key, hits in list(self._storage.events.items()):
            if lasting := [hit for hit in hits if hit.expiry > now]:
                hits[:] = lasting
            else:
                self._storage.clear(key)

    def _rule(self, rule: str) -> RateLimitItem:
        if rule not in self._rules:
            self._rules[rule] = parse(rule)
        return self._rules[rule]

    def _wait(self, item: RateLimitItem, digest: str) -> int:
        stats = self._windows.get_window_stats(item, digest)
        return max(1, ceil(stats.reset_time - time.time()))


LIMITER: web.AppKey[Limiter] = web.AppKey("limiter", Limiter)


def client_address(request: web.Request, trusted: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> str:
    """The address of who sent `request`; of IPv6, the network that one household has.

    `X-Forwarded-For` counts only as far as proxies that we trust wrote it: read from the end, the
    first address that is not one of theirs.
    """
    found = _address(request.remote or "")
    hops = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    while found is not None and hops and any(found in network for network in trusted):
        before = _address(hops.pop().strip())
        if before is None:
            break
        found = before
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found or "")


def of_this_machine(request: web.Request, public_url: str) -> bool:
    """Whether a program of this machine sent `request` itself, to a desk that is for this machine alone.

    The public address is a loopback one, the request came from loopback, and no proxy says that it is
    one. Such are our own benches, demo and tools: whoever can run them needs no door to flood. Where the
    public address is another, loopback is where a proxy is: it may say nothing of itself, as a bare one does.
    """
    found = _address(request.remote or "")
    if found is None or not found.is_loopback or not _is_loopback(urlsplit(public_url).hostname or ""):
        return False
    return not any(name.lower().startswith(("x-forwarded-", *_PASSED_ON)) for name in request.headers)


def networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """The networks of `CARELINE_TRUSTED_PROXIES`."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_loopback(host: str) -> bool:
    found = _address(host)
    return host == "localhost" or (found is not None and found.is_loopback)


def _digest(key: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(key).encode("utf-8", "replace")).hexdigest()
