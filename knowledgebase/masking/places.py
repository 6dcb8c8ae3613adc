"""knowledgebase/masking/places.py: where somebody lives, in plain writing without marks on letters. Pure.

Streets with a number, by the words that streets have in each language, and postcodes of the United Kingdom. What is
written up to a place without a space does not hide it: a place ends where letters of its own script end, and not at
what another script calls a word.
"""

import re
from collections.abc import Iterator

from knowledgebase.masking import streets_english, streets_in_east_asia, streets_in_europe
from knowledgebase.masking.postcodes import postcodes

_STREETS = (*streets_english.STREETS, *streets_in_europe.STREETS, *streets_in_east_asia.STREETS)
_STREET = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _STREETS)


def places(plain: str) -> Iterator[tuple[int, int]]:
    """Where streets with a number and postcodes stand; some are found twice."""
    found = (one.span() for street in _STREET for one in street.finditer(plain))
    yield from (span for span in found if not streets_english.are_things(plain, *span))
    yield from postcodes(plain)
