"""web/pages/estimates.py: how well waits were foretold, day by day and queue by queue."""

from collections import defaultdict
from datetime import date
from typing import Any

from aiohttp import web

from desk.floor.back_tests import Tested, tested
from desk.kernel.transaction import Rx
from desk.people.permissions import Right
from routing.back_test import MEANT, Method, Outcome
from web.edge import actor, desk, needs, page

routes = web.RouteTableDef()

#: So many days are shown.
SHOWN = 30
METHODS = {
    Method.LAST_WAIT: "Last wait",
    Method.LAST_TEN: "Mean of the last ten",
    Method.SMOOTHED: "Smoothed",
}


@routes.get("/reports/estimates")
@needs(Right.REPORTS)
async def get_estimates(request: web.Request) -> web.StreamResponse:
    return page(request, "reports/estimates.html", **await desk(request).read(actor(request), _view))


def _view(rx: Rx) -> dict[str, Any]:
    lines: dict[tuple[date, str], dict[Method, Tested]] = defaultdict(dict)
    for one in tested(rx, days=SHOWN):
        lines[one.day, one.queue][one.method] = one
    return {
        "methods": list(METHODS.values()),
        "meant": f"{MEANT:.0%}",
        "lines": [_line(of_one) for of_one in lines.values() if Method.TOLD in of_one],
    }


def _line(methods: dict[Method, Tested]) -> dict[str, Any]:
    told = methods[Method.TOLD]
    coverage = told.outcome.coverage or 0.0
    others = [methods[method].outcome if method in methods else None for method in METHODS]
    return {
        "day": told.day,
        "queue": told.name,
        "waits": told.outcome.count,
        "coverage": f"{coverage:.0%}",
        "holds": coverage >= MEANT,
        "bias": _bias(told.outcome),
        "off": _seconds(told.outcome.off_ms),
        "others": ["–" if one is None else _seconds(one.off_ms) for one in others],
    }


def _bias(outcome: Outcome) -> str:
    """In words: a sign alone is read either way."""
    if not outcome.bias_ms:
        return "as was said"
    return f"{_seconds(abs(outcome.bias_ms))} {'longer' if outcome.bias_ms > 0 else 'shorter'}"


def _seconds(ms: int) -> str:
    seconds = round(ms / 1000)
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min {seconds % 60:02d} s"
