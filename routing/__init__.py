"""routing: who gets which work, in memory, by rules that can be told.

A deterministic engine: values go in, decisions come out, time is an argument. It knows no
database and no network; what it is told is the truth, and being told twice changes nothing.
"""

from pathlib import Path

from routing.twins import found

__path__[:0] = found(Path(__file__).parent)
