"""desk/log.py: structured logs: a static event name and fields. What customers say goes into none."""

import logging
import sys
from typing import Any, TextIO

import structlog


def configure(*, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Sends log lines to `stream` (standard error): for people on a terminal, as JSON otherwise."""
    out = stream or sys.stderr
    render: Any = structlog.dev.ConsoleRenderer() if out.isatty() else structlog.processors.JSONRenderer()
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


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
