"""knowledgebase/masking/postcodes.py: postcodes of the United Kingdom, in plain writing without marks on letters. Pure.

Those of other countries are numbers (`numbers.py`).
"""

import re
from collections.abc import Iterator

_AREA = (
    "(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|J?E|K[ATWY]"
    "|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)"
)
_INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
_GAP = r"(?:[ ./_·-]{0,3}|\n)"
_WIDE_GAP = r"(?:(?:[^\w…]|_){0,3})"
#: A computer, not a part of Manchester.
_NO_CHIP = "(?!M[1-5] (?:8GB|[1248]TB))"
_APART = r"[ ./_·-]{1,3}"
_POSTCODES = (
    rf"(?-i:(?<![A-Z]){_NO_CHIP}{_AREA}\d[A-Z\d]?{_WIDE_GAP}{_INWARD})",
    rf"(?<![a-z]){_NO_CHIP}{_AREA}\d[a-z\d]?{_GAP}{_INWARD}(?![a-z\d])",
    rf"{_AREA}\d[a-z\d]?{_INWARD}",
    rf"(?<![a-z\d])[a-z]{_APART}(?:[a-z]{_APART})?\d{_APART}(?:[a-z\d]{_APART})?\d{_APART}[a-z]{_APART}[a-z](?![a-z\d])",
)
#: Letters of Cyrillic that look like those of a postcode.
_LOOKS = str.maketrans("АВЕКМНОРСТУХЅІЈ", "ABEKMHOPCTYXSIJ")
_POSTCODE = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _POSTCODES)


def postcodes(plain: str) -> Iterator[tuple[int, int]]:
    """Where postcodes stand; some are found twice."""
    latin = plain.translate(_LOOKS)
    yield from (found.span() for postcode in _POSTCODE for found in postcode.finditer(latin))
