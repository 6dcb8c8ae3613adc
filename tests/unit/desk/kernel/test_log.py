"""Log lines: a static name and fields, as JSON where nobody watches; nothing that a customer said."""

import io
import json
import logging

import pytest
import structlog

from desk.kernel.log import configure, log, where


@pytest.fixture
def stream():
    before = structlog.get_config()
    stream = io.StringIO()
    configure(stream=stream)
    yield stream
    structlog.configure(**before)
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if type(handler).__module__ != "desk.kernel.log"]


def test_a_line_is_one_json_object(stream):
    log.info("offer_made", offer="o-1", agent="a-1")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["offer"]) == ("offer_made", "info", "o-1")
    assert line["timestamp"].endswith("Z")


def test_debug_is_left_out(stream):
    log.debug("chatter")
    assert stream.getvalue() == ""


def test_libraries_are_heard_without_their_words(stream):
    words = "GET /t/SECRETTOKEN"
    try:
        raise ValueError(words)
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling %s", words)
    logging.getLogger("asyncio").warning("Executing %s took long", words)
    logging.getLogger("aiohttp.server").info("chatter")

    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["event"], first["logger"], first["level"]) == ("library_spoke", "aiohttp.server", "error")
    assert first["error"] == "ValueError" and first["where"].startswith(__file__)
    assert (second["event"], second["logger"], second["level"]) == ("library_spoke", "asyncio", "warning")
    assert "SECRET" not in stream.getvalue()


def test_a_logger_of_ours_that_does_not_know_the_desk_is_whole(stream):
    logging.getLogger("careline.mail").error("mail_not_stored", extra={"error": "OSError"})

    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["error"]) == ("mail_not_stored", "error", "OSError")
    assert line["timestamp"].endswith("Z")


def test_an_error_tells_where_it_was_raised_not_what_it_said():
    try:
        raise ValueError("my card is 4111 1111 1111 1111")
    except ValueError as error:
        told = where(error)
    assert told.startswith(__file__)
    assert "4111" not in told
    assert where(ValueError("never raised")) == ""
