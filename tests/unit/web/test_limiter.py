"""What is counted against floods: forgotten when it is over, without a thread; and whose a request is."""

import threading
from types import SimpleNamespace

import pytest
from aiohttp.test_utils import make_mocked_request

from web.errors import TooMany
from web.limiter import FORGET_EVERY, Limiter, of_this_machine


def test_what_is_over_is_forgotten_and_no_thread_looks_for_it(monkeypatch):
    clock = SimpleNamespace(at=1_000_000.0)
    there = SimpleNamespace(time=lambda: clock.at)
    monkeypatch.setattr("limits.storage.memory.time", there)
    monkeypatch.setattr("web.limiter.time", there)
    limiter = Limiter()
    threads: list[threading.Thread] = []
    monkeypatch.setattr(threading.Thread, "start", threads.append)
    for number in range(FORGET_EVERY):
        limiter.count("5/minute", "address", str(number))
    for _ in range(5):
        limiter.count("5/hour", "address", "lasting")

    clock.at += 61
    for number in range(FORGET_EVERY):
        limiter.note("5/minute", "other", str(number))
    assert len(limiter._storage.events) <= FORGET_EVERY + 1
    assert threads == []
    with pytest.raises(TooMany) as refused:
        limiter.count("5/hour", "address", "lasting")
    assert refused.value.retry_after_s == 3600 - 61


@pytest.mark.parametrize(
    ("peer", "headers", "ours"),
    [
        ("127.0.0.1", {}, True),
        ("127.8.9.1", {"Origin": "http://127.0.0.1:8080"}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"x-forwarded-proto": "https"}, False),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}, False),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, False),
        ("127.0.0.1", {"Via": "1.1 proxy"}, False),
        ("203.0.113.7", {}, False),
        ("203.0.113.7", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("", {}, False),
    ],
)
def test_a_program_of_this_machine_comes_from_loopback_and_by_no_proxy(peer, headers, ours):
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=peer)
    for public_url in ("http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"):
        assert of_this_machine(request, public_url) is ours
    for public_url in (
        "https://desk.example",
        "http://0.0.0.0:8080",
        "http://127.0.0.1.desk.example",
        "http://[::]:80",
    ):
        assert not of_this_machine(request, public_url)
