"""routing/twins.py: whether the engine runs compiled.

`build_engine.py` compiles the modules through which every decision goes into twins of theirs, machine code that decides
the same at about twice the rate. They lie in `routing/compiled/`, in a folder that is named by the very sources
that they were made from and by the Python that can run them. Where there is such a folder for the sources as they are
now, Python finds the twins first; else it runs the sources. So whoever edits one runs what they have written, as plain
Python, until it is compiled again, and what is out of date is never found. `python -X pure` runs the sources anyway.

The one module here that looks at files, and at nothing but this package's own.
"""

import sys
from hashlib import sha256
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

#: What is compiled: all that a decision goes through, but for words that are looked up once.
MODULES = (
    *("capacity", "choice", "clocks", "doors", "engine", "facts", "files", "gates", "groups", "hands", "idle", "line"),
    *(
        "model",
        "needs",
        "order",
        "places",
        "ready",
        "roster",
        "search",
        "seats",
        "standing",
        "strategy",
        "timers",
        "waiting",
    ),
    *("why",),
)

#: The folder of all twins in the package.
COMPILED = "compiled"


def home(package: Path) -> Path:
    """Where the twins of the sources of `package` lie for this Python, if they have been made."""
    named = sha256(EXTENSION_SUFFIXES[0].encode())
    for source in sorted(package.glob("*.py")):
        text = source.read_bytes()
        named.update(b"%b %d\n%b" % (source.name.encode(), len(text), text))
    return package / COMPILED / named.hexdigest()[:24]


def found(package: Path) -> list[str]:
    """The folder of the twins that are to be used, if there is one."""
    if "pure" in sys._xoptions or not (package / COMPILED).is_dir():  # noqa: SLF001 a documented name, see -X
        return []
    twins = home(package)
    return [str(twins)] if twins.is_dir() else []
