"""knowledgebase/masking/places.py: where somebody lives, in plain writing without marks on letters. Pure.

Streets with a number, by the words that streets have, and postcodes of the United Kingdom; those of other countries are
numbers. What is written up to a place without a space does not hide it: a place ends where letters of its own script
end, and not at what another script calls a word.
"""

import re
from collections.abc import Iterator

from knowledgebase.masking.plain_writing import UNSPACED

_LETTER = rf"[^\W\d_{UNSPACED}]"
_LATIN = "[a-zßæœþð]"
_STARTS, _ENDS = f"(?<!{_LATIN})", f"(?!{_LATIN})"
#: Between the words of a place, and of what is no clause.
_SPACE = r"(?:[ \n./_-]{1,3}|, ?)"

_WORD = rf"{_LETTER}(?:[^\W_]|'){{0,30}}"
#: What stands between a number and a road that is nobody's: 20 minutes on the road.
_NO_STREET = (
    "(?!(?-i:the|an?|on|in|at|by|to|for|from|and|or|is|are|my|your|our|this|that|off|per|down|along|across|km|miles?|mins?"
    "|days?|hours?|minutes?|weeks?|months?|pieces?|parcels?|times?)[^\\w'])"
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
_ENGLISH_GLUED = (
    r"(?<!\d)\d{1,5}(?-i:[a-zA-Z]?[ ,._-]{0,2}(?:[A-Z][a-z']{1,30}){1,4}"
    rf"(?:Street|Road|Avenue|Lane|Drive|Square|Boulevard|Crescent|Terrace|Gardens|Close|Court|Way)){_ENDS}"
)
#: As abroad, with its number behind it: Nathan Road 100.
_ENGLISH_BEFORE = (
    r"(?-i:(?<![A-Za-z])(?:[A-Z][a-z']{1,30} ){1,3}(?:Road|Street|Avenue|Lane|Drive|Boulevard|Crescent|Terrace|Mews))"
    r" \d{1,4}[a-z]?(?!\w)"
)
_HOUSE = rf"\d{{1,4}}(?:[a-z]{_ENDS})?"
_NUMBER = rf"{_SPACE}?(?:n[ro]?\.? ?)?{_HOUSE}(?: ?[-/] ?{_HOUSE})?"
_GERMAN = (
    rf"{_STARTS}(?:{_LATIN}[a-zß'-]{{0,60}}?(?:straße|strasse|str|weg|platz|allee|gasse|straat|laan|gracht|plein|gatan|vej)"
    rf"|(?:{_LATIN}[a-zß']{{0,40}}[ -]){{0,2}}(?:straße|strasse|gasse|(?-i:Str)))\.?{_NUMBER}"
)
#: Ends of words too that are no streets: neither *Anrufer 3* nor *Monitoring 5*.
_GERMAN_CAPITAL = (
    rf"{_STARTS}(?-i:[A-Z][a-zß'-]{{2,40}}?(?:(?<![ai])(?<![nsp]r)ufer|damm|kai|graben|singel|(?<=[bdfgklmnsz])ring)"
    rf"|[A-Z][A-Za-zß'-]{{1,40}}-(?:Ufer|Ring|Damm|Kai|Graben)){_NUMBER}"
)
_ROMANCE = (
    rf"{_STARTS}(?:rue|rua|avenue|calle|c/|viale|piazza|(?-i:Via|VIA)) ?"
    r"(?!(?:the|an?|our|your|my|this|that|e-?mail|post|app|phone)\b)"
    rf"(?:[\w'-]{{1,30}} ){{0,4}}?[\w'-]{{1,30}}{_NUMBER}"
)
_LINK = "(?:(?:de|del|della|di|da|do|dos|das|la|las|los|el) ){0,3}"
#: Words of more than streets, unless a name follows: *Plaza has 3 shops*.
_ROMANCE_NAMED = (
    rf"{_STARTS}(?-i:(?:[Aa]venida|[Aa]vda?\.|[Aa]v\.|[Pp]aseo|[Pp]laza|[Pp]raca|[Ll]argo|[Cc]orso) {_LINK}"
    rf"[A-Z][\w'-]{{0,30}}(?: {_LINK}[A-Z][\w'-]{{0,30}}){{0,3}}){_NUMBER}"
)
#: *Via* is a word of English too, unless the number ends what is said.
_SMALL_VIA = rf"{_STARTS}via (?:[\w'-]{{1,30}} ){{0,2}}[\w'-]{{1,30}},? \d{{1,4}}[a-z]?(?=[,.;\n]|\Z)"
_FRENCH = (
    r"(?<!\d)\d{1,4}(?: ?(?:bis|ter))?[ ,.-]{1,3}(?:rue|avenue|av\.|boulevard|bd|chemin|impasse|allee|quai)"
    r"(?:[ -](?:de|du|des|la|le|les)){0,3}[ -](?:[dl]')?[\w'-]{1,40}"
)
_FRENCH_PLACE = (
    r"(?<!\d)\d{1,4}(?: ?(?:bis|ter))?[ ,]{1,3}"
    r"(?-i:[Pp]lace(?: (?:de|du|des|la|le|les)){0,3} (?:[dl]')?[A-Z][\w'-]{1,40})"
)
_RUSSIAN = (
    r"(?<![а-я])(?:ул\.?|улица|пер\.|переулок|проспект|пр\.) ?(?:[\w'-]{1,30} ){0,4}?[\w'-]{1,30}"
    r",? ?(?:(?:д\.|дом) ?)?\d{1,4}(?:[а-я](?![а-я]))?"
)
_RUSSIAN_HOUSE = r",? ?(?:(?:д\.|дом) ?)?\d{1,4}(?:[а-я](?![а-я]))?"
_RUSSIAN_NAMED = (
    r"(?<![а-я])(?:площадь|пл\.|шоссе|набережная|наб\.|пр-т\.?) ?"
    rf"(?-i:[А-Я][\w-]{{1,30}}(?: [А-Я][\w-]{{1,30}}){{0,3}}){_RUSSIAN_HOUSE}"
)
#: With its name before it; *общая площадь 50 м* is none.
_RUSSIAN_BEHIND = (
    r"(?<![а-я])(?-i:[А-Я][а-я-]{2,30}) "
    rf"(?:ул\.|улица|пер\.|переулок|проспект|пр\.|пр-т\.?|площадь(?=,| д)|шоссе|набережная|наб\.){_RUSSIAN_HOUSE}"
)
_HAN = "[\u4e00-\u9fff]"
_HAN_NUMBER = " ?[\\d一二三四五六七八九十百]{1,5} ?"
_CHINESE = (
    rf"(?:{_HAN}{{2,8}}[省市] ?)?(?:{_HAN}{{1,8}}[区區县縣] ?)?{_HAN}{{1,8}}"
    rf"(?:[路街道巷弄](?:{_HAN_NUMBER}段)?(?:{_HAN_NUMBER}[巷弄]){{0,3}}[甲乙丙丁]?{_HAN_NUMBER}[号號弄巷](?![线線])"
    rf"|{_HAN_NUMBER}丁目(?:{_HAN_NUMBER}番地?)?(?:{_HAN_NUMBER}[号號])?)(?:之{_HAN_NUMBER})?"
    rf"(?:{_HAN_NUMBER}[号號楼樓室栋棟单單元座層层]元?(?:之{_HAN_NUMBER})?){{0,5}}"
)
_STOREYS = r"(?:\d{1,4} ?(?:号楼|號樓|[栋棟幢座層层楼樓室]|单元|單元) ?){2,}"
_JAPANESE = rf"{_HAN}{{2,8}}\d{{1,2}}-\d{{1,2}}-\d{{1,3}}(?!\d)"
_KOREAN = r"[\uac00-\ud7af]{1,12}(?:로|길) ?\d{1,4}(?:-\d{1,4})?"

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
_STREETS = (
    *(_ENGLISH, _ENGLISH_GLUED, _GERMAN, _ROMANCE, _SMALL_VIA, _FRENCH, _RUSSIAN, _CHINESE, _STOREYS, _JAPANESE),
    *(_ENGLISH_BEFORE, _GERMAN_CAPITAL, _ROMANCE_NAMED, _FRENCH_PLACE, _RUSSIAN_NAMED, _RUSSIAN_BEHIND, _KOREAN),
)
_STREET = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _STREETS)
_POSTCODE = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _POSTCODES)


def places(plain: str) -> Iterator[tuple[int, int]]:
    """Where streets with a number and postcodes stand; some are found twice."""
    yield from (found.span() for street in _STREET for found in street.finditer(plain))
    latin = plain.translate(_LOOKS)
    yield from (found.span() for postcode in _POSTCODE for found in postcode.finditer(latin))
