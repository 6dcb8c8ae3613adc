"""tests/examples.py: how many examples a property is shown with."""

import os


def is_thorough() -> bool:
    """Whether time is no matter: HYPOTHESIS=thorough."""
    return os.environ.get("HYPOTHESIS") == "thorough"


def examples(few: int, many: int) -> int:
    """`few`, or `many` where time is no matter."""
    return many if is_thorough() else few
