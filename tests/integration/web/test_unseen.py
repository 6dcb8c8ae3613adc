"""Characters that nobody sees, at the doors for programs and for forms; and kinds that only look alike."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.kernel.clock import ManualClock
from tests.integration.web.front import Front, open_front
from tests.integration.web.test_doors import routes


@pytest.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=[*routes]) as opened:
        yield opened


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("a\x07b\x1b", "ab"), ("a\x9fb\x7f", "ab"), ("one\r\ntwo\tthree", "one\ntwo\tthree"), ("a\x0cb", "a\nb")],
)
async def test_what_nobody_sees_is_left_out_at_every_door(house: Front, sent: str, kept: str) -> None:
    token = await house.program("agent")

    by_program = await house.browser().post("/api/v1/notes", json={"text": sent}, headers=token)
    raw = f'{{"text": "{sent}"}}'.encode() if sent == "a\x9fb\x7f" else b'{"text": "a\\u009fb"}'
    unescaped = await house.browser().post(
        "/api/v1/notes", data=raw, headers=token | {"Content-Type": "application/json"}
    )
    by_form = await house.browser().post("/customer-form", data={"text": sent})

    assert (await by_program.json())["text"] == kept
    assert (await unescaped.json())["text"] == "ab"
    assert (await by_form.json())["text"] == kept


async def test_half_a_character_and_a_well_without_a_floor_are_refused(house: Front) -> None:
    headers = await house.program("agent") | {"Content-Type": "application/json"}

    for raw in (b'{"text": "\\ud83d"}', b'{"text": "\\u0007", "x": ' + b"[" * 1000 + b"]" * 1000 + b"}"):
        assert (await house.browser().post("/api/v1/notes", data=raw, headers=headers)).status == 422


async def test_a_truth_or_a_text_is_no_number(house: Front) -> None:
    token = await house.program("agent")

    for times in (True, "2", 2.0):
        sent = {"text": "a", "times": times}
        assert (await house.browser().post("/api/v1/notes", json=sent, headers=token)).status == 422, times
    made = await house.browser().post("/api/v1/notes", json={"text": "a", "times": 2}, headers=token)
    assert made.status == 201
