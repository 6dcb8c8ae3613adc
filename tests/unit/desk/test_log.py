"""Log lines: a static name and fields, as JSON where nobody watches; nothing that a customer said."""

import io
import json

import pytest
import structlog

from desk.log import configure, log, where


@pytest.fixture
def stream():
    before = structlog.get_config()
    stream = io.StringIO()
    configure(stream=stream)
    yield stream
    structlog.configure(**before)


def test_a_line_is_one_json_object(stream):
    log.info("offer_made", offer="o-1", agent="a-1")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["offer"]) == ("offer_made", "info", "o-1")
    assert line["timestamp"].endswith("Z")


def test_debug_is_left_out(stream):
    log.debug("chatter")
    assert stream.getvalue() == ""


def test_an_error_tells_where_it_was_raised_not_what_it_said():
    try:
        raise ValueError("my card is 4111 1111 1111 1111")
    except ValueError as error:
        told = where(error)
    assert told.startswith(__file__)
    assert "4111" not in told
    assert where(ValueError("never raised")) == ""
