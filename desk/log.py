"""desk/log.py: structured logs: a static event name and fields. What customers say goes into none."""

import logging
import sys
from typing import Any, TextIO

import orjson
import structlog


def configure(*, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Sends log lines to `stream` (standard error): for people on a terminal, as JSON otherwise."""
    out = stream or sys.stderr
    render: Any = structlog.dev.ConsoleRenderer() if out.isatty() else structlog.processors.JSONRenderer(_to_json)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )


def _to_json(line: Any, **_: Any) -> str:
    return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def where(error: BaseException) -> str:
    """The file and line that raised `error`: what may be told of an error whose words may be a customer's."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return "" if last is None else f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}"
