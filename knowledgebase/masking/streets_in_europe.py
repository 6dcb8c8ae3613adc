"""knowledgebase/masking/streets_in_europe.py: streets with a number as German, Dutch, French, Spanish, Portuguese,
Italian and Russian write them, in plain writing without marks on letters. Pure.
"""

_LATIN = "[a-zßæœþð]"
_STARTS, _ENDS = f"(?<!{_LATIN})", f"(?!{_LATIN})"
#: Between the words of a place, and of what is no clause.
_SPACE = r"(?:[ \n./_-]{1,3}|, ?)"

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
#: With the word first, and a name behind it: Straße des 17. Juni 135.
_GERMAN_FIRST = (
    rf"{_STARTS}(?:(?:straße|strasse|allee) (?:des|der|dem|den|d\.|am|an der|zum|zur)"
    r"|(?-i:Platz|Ufer|Gasse|Chaussee|Promenade) (?:des|der|d\.)) (?:\d{1,2}\. ?)?"
    rf"(?-i:[A-Z])?[\wß.'-]{{2,40}}(?: (?-i:[A-Z])[\wß'-]{{1,30}}){{0,2}}{_NUMBER}(?! ?[.)]?\d)"
)
_ROMANCE = (
    rf"{_STARTS}(?:rue|rua|avenue|calle|c/|viale|piazza|(?-i:Via|VIA)) ?"
    r"(?!(?:the|an?|our|your|my|this|that|e-?mail|post|app|phone)\b)"
    rf"(?:[\w'-]{{1,30}} ){{0,4}}?[\w'-]{{1,30}}{_NUMBER}"
)
_LINK = "(?:(?:de|del|della|di|da|do|dos|das|la|las|los|el) ){0,3}"
#: Words of more than streets, unless a name follows: *Plaza has 3 shops*.
_ROMANCE_NAMED = (
    rf"{_STARTS}(?-i:(?:[Aa]venida|[Aa]vda?\.|[Aa]v\.|[Pp]aseo|[Pp]laza|[Pp]raca|[Ll]argo|[Cc]orso"
    r"|[Rr]onda|[Tt]ravesia|[Tt]ravessa|[Gg]lorieta|[Cc]arrera|[Cc]arretera|[Cc]amino|[Cc]allejon|[Cc]uesta|[Rr]ambla|[Aa]lameda|[Ee]strada|[Vv]icolo|[Ll]ungomare)"
    rf" {_LINK}"
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
    r"(?-i:(?:[Pp]lace|[Rr]oute|[Ss]quare|[Pp]assage|[Ss]entier|[Mm]ontee|[Rr]uelle|[Ff]aubourg|[Ee]splanade|[Pp]romenade)"
    r"(?: (?:de|du|des|la|le|les)){0,3} (?:[dl]')?(?!Met|Feet|Mile|Inch)[A-Z][\w'-]{1,40})"
)
_RUSSIAN = (
    r"(?<![а-я])(?:ул\.?|улица|пер\.|переулок|проспект|пр\.) ?(?:[\w'-]{1,30} ){0,4}?[\w'-]{1,30}"
    r",? ?(?:(?:д\.|дом) ?)?\d{1,4}(?:[а-я](?![а-я]))?"
)
_RUSSIAN_HOUSE = r",? ?(?:(?:д\.|дом) ?)?\d{1,4}(?:[а-я](?![а-я]))?"
_RUSSIAN_NAMED = (
    r"(?<![а-я])(?:площадь|пл\.|шоссе|набережная|наб\.|пр-т\.?|бульвар|б-р|бул\.|проезд|тракт|аллея|тупик) ?"
    rf"(?-i:[А-Я][\w-]{{1,30}}(?: [А-Я][\w-]{{1,30}}){{0,3}}){_RUSSIAN_HOUSE}"
)
#: With its name before it; *общая площадь 50 м* is none.
_RUSSIAN_BEHIND = (
    r"(?<![а-я])(?-i:[А-Я][а-я-]{2,30}) (?:(?-i:[А-Я][а-я-]{2,30}) )?"
    r"(?:ул\.|улица|пер\.|переулок|проспект|пр\.|пр-т\.?|площадь(?=,| д)|шоссе|набережная|наб\.|бульвар|б-р|бул\."
    rf"|проезд|тракт|аллея|тупик){_RUSSIAN_HOUSE}"
)
#: What is left where the name stands elsewhere.
_RUSSIAN_NAMELESS = r"(?<![а-я])(?:ул|пер|пр|пл|наб)\.,? ?(?:д\.|дом) ?\d{1,4}(?:[а-я](?![а-я]))?"
#: Wherever capitals do not say otherwise, large or small.
STREETS = (
    *(_GERMAN, _GERMAN_CAPITAL, _GERMAN_FIRST, _ROMANCE, _ROMANCE_NAMED, _SMALL_VIA, _FRENCH, _FRENCH_PLACE),
    *(_RUSSIAN, _RUSSIAN_NAMED, _RUSSIAN_BEHIND, _RUSSIAN_NAMELESS),
)
