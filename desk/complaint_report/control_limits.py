"""desk/complaint_report/control_limits.py: what a count may be by chance: three sigma around the months before."""

from collections.abc import Mapping
from fractions import Fraction
from math import isqrt

from desk.complaint_report.period import Month, rounded

#: Fewer months than this are no base for limits.
LEAST_BASE = 3


def base_of(volumes: Mapping[Month, int], month: Month) -> list[Month]:
    """Up to twelve months before `month` to compare with; none when there are too few.

    Where the history begins among them, its first month is left out: it may not be a whole one.
    """
    base = [at for at in sorted(volumes) if at < month]
    begun = next((index for index, at in enumerate(base) if volumes[at]), len(base))
    base = base[begun + 1 :] if begun else base
    return base if len(base) >= LEAST_BASE else []


def limits(volumes: Mapping[Month, int], month: Month) -> Fraction | None:
    """Complaints a day in the months to compare with, if there are any."""
    base = base_of(volumes, month)
    return Fraction(sum(volumes[at] for at in base), sum(at.days for at in base)) if base else None


def three_sigma(mean: Fraction, n: int | Fraction = 1) -> tuple[float, float]:
    """The limits mean ± 3√(mean/n), never below zero, to one decimal."""
    # √ of an exact fraction, good to a millionth: floats would differ between machines
    spread = Fraction(3 * isqrt(int(mean / n * 10**12)), 10**6)
    return rounded(max(mean - spread, Fraction(0))) or 0.0, rounded(mean + spread) or 0.0
