"""knowledgebase/masking/streets_english.py: streets with a number as English writes them, in plain writing without
marks on letters. Pure.
"""

import re

from knowledgebase.masking.plain_writing import UNSPACED

_LETTER = rf"[^\W\d_{UNSPACED}]"
_LATIN = "[a-zßæœþð]"
_ENDS = f"(?!{_LATIN})"
#: Between the words of a place, and of what is no clause.
_SPACE = r"(?:[ \n./_-]{1,3}|, ?)"

_WORD = rf"(?:{_LETTER}(?:[^\W_]|'){{0,30}}|\d{{1,3}}(?:st|nd|rd|th))"
#: What stands between a number and a road that is nobody's: 20 minutes on the road.
_NO_STREET = (
    "(?!(?-i:the|an?|on|in|at|by|to|for|from|and|or|is|are|my|your|our|this|that|off|per|down|along|across|km|miles?|mins?"
    "|days?|hours?|minutes?|weeks?|months?|pieces?|parcels?|times?"
    "|usb|USB|LPs|CDs|DVDs|hard|flash|test|pen|und|oder|der|die|das|den|dem|auf|im|am|zur|zum|von|mit|ist|sind|liegt)[^\\w'])"
)
_STREET_WORD = (
    "(?:street|road|rd|stra(?:ß|ss)e|avenue|ave|lane|drive|square|boulevard|blvd|crescent|terrace|gardens"
    #: Some of these stand for more than a street where they are written small: *two parcels on the way*.
    "|(?-i:(?:St|Str|Ln|Dr|Sq|Close|Court|Ct|Way|Place|Pl|Row|Park|Hill|Mews|Walk|ST|LN|DR|SQ|CLOSE|COURT|CT|WAY|PLACE|PL|ROW)))"
)
_ENGLISH = (
    rf"(?<!\d)(?:\d{{1,5}}[a-z]? ?[-/] ?)?\d{{1,5}}[a-z]?{_SPACE}"
    rf"(?:{_NO_STREET}{_WORD}{_SPACE}){{1,4}}{_STREET_WORD}{_ENDS}\.?"
)
#: Measures and ordinals are no names: *5km road*, *3rd street*.
_NO_NAME = r"(?!(?:st|nd|rd|th|[ckm]?m|k?g|mi|miles?|mins?|h|hours?|days?|lanes?|stars?|way)(?![a-z]))"
_ENGLISH_GLUED = (
    r"(?<!\d)\d{1,5}(?-i:[a-zA-Z]?[ ,._-]{0,2}(?:[A-Z][a-z']{1,30}[ -]?){1,4}"
    rf"(?:Street|Road|Avenue|Lane|Drive|Square|Boulevard|Crescent|Terrace|Gardens|Close|Court|Way)){_ENDS}"
)
_SMALL_GLUED = (
    rf"(?<!\d)\d{{1,5}}{_NO_NAME}[a-z][a-z']{{1,30}} (?:street|road|avenue|boulevard|crescent|terrace){_ENDS}"
)
#: What is called after a street, and is counted: 3 Sesame Street toys, Abbey Road 2 LPs.
_THINGS = (
    "LPs|CDs|DVDs|albums|records|singles|books|comics|games|puzzles|toys|dolls|figures|posters|prints|postcards|stickers"
    "|mugs|magnets|shirts|t-shirts|caps|tickets"
)
_NO_MEASURE = (
    f"(?! (?:{_THINGS})(?![a-z]))"
    "(?! ?(?:[KMGT]B|[ckm]?m|k?g|days?|hours?|minutes?|times?|pieces?|people|parcels?|orders?)(?![a-z]))"
)
#: Behind a comma a clause may begin: *it is closed, 5 people came*.
_BEHIND = rf"(?: \d{{1,4}}|, ?\d{{1,4}}(?![a-z]? (?!(?:in|is|near|and)\b)[a-z]))[a-z]?(?![^\W_]){_NO_MEASURE}"
#: As abroad, with its number behind it: Nathan Road 100.
_ENGLISH_BEFORE = (
    r"(?-i:(?<![A-Za-z])(?:[A-Z][a-z']{1,30} ){1,3}"
    rf"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Drive|Boulevard|Blvd|Crescent|Terrace|Mews))\.?{_BEHIND}"
)
#: *on the next road 5 people* reads the same, so that here the number ends the clause.
_SMALL_BEFORE = (
    rf"(?<![a-z'])(?:(?!main|side|next|same|other|whole|each|every|one|two|open|test){_NO_STREET}[a-z']{{2,30}} )"
    r"(?:road|rd|street|st|avenue|ave|boulevard|blvd|crescent|terrace),? \d{1,4}[a-z]?"
    r"(?=[,.;:!?)\n]| (?:in|is|near|and|hong|london)\b|[^\x00-\x7f]|\Z)"
)
#: Only where it is said that they were bought is a number before a street one of things.
_BOUGHT = re.compile(
    r"\b(?:buy|buying|bought|order|ordering|ordered|want|need|get|got|have|sell|sold|return|returned|received|lost)"
    r"(?: (?:only|just|about|another|these|those|my|the|all))? \Z",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"[1-9]\d? [^\d,]+\Z")
_THINGS_BEHIND = re.compile(rf" (?:{_THINGS})(?![a-z'])", re.IGNORECASE)
_LONGEST_BEFORE = 24


def are_things(plain: str, begin: int, end: int) -> bool:
    """Whether what looks like a street with its number counts things that are called after one."""
    bought = _BOUGHT.search(plain[max(0, begin - _LONGEST_BEFORE) : begin])
    return bool(bought and _COUNTED.match(plain[begin:end]) and _THINGS_BEHIND.match(plain, end))


#: Wherever capitals do not say otherwise, large or small.
STREETS = (_ENGLISH, _ENGLISH_GLUED, _SMALL_GLUED, _ENGLISH_BEFORE, _SMALL_BEFORE)
