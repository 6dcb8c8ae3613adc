"""What the tree is written in, read once for all who look for something in it."""

from functools import cache

from tests.architecture.arrows import Source, read_tree


@cache
def sources() -> tuple[Source, ...]:
    """Every source file of the product."""
    return tuple(read_tree().values())
