"""desk/kernel/log.py: structured logs: a static event name and fields. What customers say goes into none.

What libraries log comes out in the same form, without their words.
"""

import logging
import sys
from typing import Any, TextIO

import orjson

from desk.kernel.without import without

with without("rich"):
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
    _route_the_rest()


def _to_json(line: Any, **_: Any) -> str:
    return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class _Rest(logging.Handler):
    """Takes what libraries log, and puts down who spoke and the kind of error.

    Their words, arguments and stack traces hold what strangers sent: they go nowhere. Loggers of ours, where
    this one cannot be imported, speak by its rule: a static name, and fields in `extra`.
    """

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        fields: dict[str, Any] = {"error": type(error).__name__, "where": where(error)} if error is not None else {}
        event = "library_spoke"
        if record.name.startswith(OURS):
            event = str(record.msg)
            fields |= {name: value for name, value in vars(record).items() if name not in _KNOWN}
        log.log(record.levelno, event, logger=record.name, **fields)


#: What the loggers of packages that do not know the desk are called.
OURS = "careline."
_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def _route_the_rest() -> None:
    """Everything that speaks to the standard library's log speaks here, from warnings on."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Rest)]:
        root.removeHandler(handler)
    root.addHandler(_Rest(logging.WARNING))


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def where(error: BaseException) -> str:
    """The file and line that raised `error`: what may be told of an error whose words may be a customer's."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return "" if last is None else f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}"
