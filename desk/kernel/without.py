"""desk/kernel/without.py: libraries are loaded without what they would only colour their words with.

structlog and Mako load a whole terminal library and a hundred lexers where they find them installed, to draw
tracebacks that we never print: 0.3 s of processor time at each start. Both get along where there are none.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(library: str) -> Iterator[None]:
    """Within, `library` is not to be found, unless somebody has loaded it already; afterwards it is again."""
    if library in sys.modules:
        yield
        return
    sys.modules[library] = None  # type: ignore[assignment]  # how Python itself says that there is none
    try:
        yield
    finally:
        del sys.modules[library]
