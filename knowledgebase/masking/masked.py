"""knowledgebase/masking/masked.py: what was said to one customer, without who and where they are. Pure.

Names that are known, addresses of mail and of the web, streets with a number, postcodes and every number of four
digits or more become `…`, however they are written: when in doubt, more. What is left may name somebody still: a
person reads it before anybody else does.
"""

from collections.abc import Iterable

from knowledgebase.masking.names import called
from knowledgebase.masking.whereabouts import without_whereabouts

#: So much of a message is kept.
MOST = 8_000
#: Digits of a number that is masked.
_LEAST = 4


def masked(text: str, names: Iterable[str] = ()) -> str:
    """`text`, cut, without what tells who and where somebody is."""
    said = without_whereabouts(text[:MOST], _LEAST)
    return said.without(called(said.plain, names)).text.strip()
