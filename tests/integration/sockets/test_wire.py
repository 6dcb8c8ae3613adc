"""The private names of the library that the gate stands on: they move with a version, and this says so."""

import inspect

import engineio
import pytest
import socketio

from web.sockets.wire import CONFIRM, Frames, Gate, Json, Server


async def _nobody(_place, _sid, _data):
    return {}


async def test_the_library_still_works_the_way_the_gate_needs_it():
    assert list(inspect.signature(socketio.AsyncServer._handle_event).parameters) == [
        "self", "eio_sid", "namespace", "id", "data",
    ]  # fmt: skip
    assert list(inspect.signature(socketio.AsyncServer._send_packet).parameters) == ["self", "eio_sid", "pkt"]
    server = Server(_nobody, ["/console"])
    assert server.eio._async["websocket"] is Frames
    assert isinstance(server.eio, engineio.AsyncServer)
    assert server.transports() if hasattr(server, "transports") else server.eio.transports == ["websocket"]
    assert server.eio.max_http_buffer_size == 128 * 1024
    assert server.handlers == {}


def test_json_is_what_the_library_and_browsers_expect():
    assert Json.loads(Json.dumps({"a": ["é", 1, None]}, separators=(",", ":"))) == {"a": ["é", 1, None]}


def test_half_of_a_character_is_replaced_wherever_it_stands():
    half = r'["a",{"\ud83d":["x\uDE00y",{"whole":"\ud83d\ude00"}],"said":"\\ud83d"}]'
    assert Json.loads(half) == ["a", {"\ufffd": ["x\ufffdy", {"whole": "\U0001f600"}], "said": r"\ud83d"}]


@pytest.mark.parametrize(
    "text", ["", "{", "[NaN]", r'["\ud83d"', r'["\ud83d",NaN]', r'["\ud83d",]', "[" * 100_000 + r'"\ud83d"', r"\ud83d"]
)
def test_what_is_no_json_stays_none(text):
    with pytest.raises(ValueError):
        Json.loads(text)


def test_the_gate_counts_frames_before_sign_in_and_knows_what_a_client_may_send():
    gate = Gate(None)
    assert gate.lets_in("40/console,{}")
    assert not Gate(None).lets_in("42/console," + "x" * 9_000)
    for frame in ("", "0", "2", "2probe", "45", "451-[]", "46", "4٥1-[]", "bAAAA", "4{}"):
        assert not Gate(None).lets_in(frame), frame
    assert [gate.lets_in("42[]") for _ in range(10)] == [True] * 9 + [False]
    gate.signed_in = True
    assert gate.lets_in("42[]")
    assert [gate.lets_in("40/chat,") for _ in range(25)].count(True) == 19


def test_the_gate_refuses_a_flood_and_forgives_who_waits():
    gate = Gate(None)
    served = [gate.serves() for _ in range(300)]
    assert 200 <= served.count(True) <= 210
    gate._at -= 1.0
    assert gate.serves()


def test_a_pong_answers_the_oldest_ping_and_says_what_has_arrived():
    gate, arrived = Gate(None), []
    gate.answers()  # that nobody asked for
    assert gate.says("2") == "2"
    gate.will_ask(lambda: arrived.append("first"))
    gate.will_ask(lambda: arrived.append("second"))
    assert (gate.says(CONFIRM), gate.says("42[]"), gate.says(CONFIRM)) == ("2", "42[]", "2")
    gate.answers()
    assert arrived == []
    gate.answers()
    assert arrived == ["first"]
    gate.answers()
    gate.answers()
    assert arrived == ["first", "second"]
