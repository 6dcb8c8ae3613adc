"""knowledgebase/learning/figure_words.py: how the languages write figures: number words, spans, months, per cent. Pure.

    English, Chinese    1,250.00    5 working days    24 December    十五个工作日
    German              1.250,00    5 Werktage        24. Dezember   17 Uhr
    Spanish             1.250,00    5 días hábiles    24 de diciembre
    French              1 250,00    5 jours ouvrés    24 décembre    17 h 30

A text in a language that has no words here is read as an English one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: What ends a word of an alphabet.
END = r"(?![a-zà-öø-ÿ])"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """What a span is counted in: as a pattern, its kind, and how many of that kind one is."""

    pattern: str
    kind: str
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class FigureWords:
    """One language's own. `groups` stand between thousands; `day_month` between a day and the name of a month."""

    numbers: Mapping[str, int]
    groups: str
    to: str
    units: Sequence[Unit]
    per_cent: str
    months: Mapping[str, int]
    day_month: str
    clock: str = ""  # what stands behind an hour alone: with groups `h2`, `m2`
    around: Sequence[str] = ()  # words that stand around figures, whatever these are about


def _units(**patterns: str) -> list[Unit]:
    """From patterns by what they mean: working days first, which have days within."""
    means = {
        "working": ("working days", 1),
        "minute": ("minutes", 1),
        "hour": ("minutes", 60),
        "day": ("days", 1),
        "week": ("days", 7),
        "month": ("months", 1),
        "year": ("months", 12),
    }
    return [Unit(pattern=patterns[one], kind=kind, times=times) for one, (kind, times) in means.items()]


def _counted(words: str, **more: int) -> dict[str, int]:
    return {word: n for n, word in enumerate(words.split(), 1)} | more


def _months(names: str) -> dict[str, int]:
    return {name: n for n, name in enumerate(names.split(), 1)}


_ENGLISH_MONTHS = _months("january february march april may june july august september october november december")
_HAN = _units(
    working="个?個?(?:工作日|工作天)",
    minute="分钟|分鐘",
    hour="个?個?(?:小时|小時)",
    day="天|日",
    week="个?個?星期|周|週",
    month="个?個?月",
    year="年",
)
ENGLISH = FigureWords(
    numbers=_counted(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
        twenty=20,
        thirty=30,
        sixty=60,
        ninety=90,
    ),
    groups=",",
    to="to|and|至|到",
    units=[
        *_units(
            working=f"(?:business|working)[ -]days?{END}",
            minute=f"minutes?{END}",
            hour=f"hours?{END}",
            day=f"days?{END}",
            week=f"weeks?{END}",
            month=f"months?{END}",
            year=f"years?{END}",
        ),
        *_HAN,
    ],
    per_cent="per ?cent",
    months=_ENGLISH_MONTHS | {name[:3]: n for name, n in _ENGLISH_MONTHS.items()},
    day_month="(?:st|nd|rd|th)? ",
    around=["within", "between", "per", "each", "every", "least", "after", "before", "only", "take", "takes", "than"],
)
GERMAN = FigureWords(
    numbers=_counted(
        "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn",
        **dict.fromkeys(["eine", "einem", "einen", "einer", "eines"], 1),
        zwanzig=20,
        dreißig=30,
        dreissig=30,
        sechzig=60,
        neunzig=90,
    ),
    groups=". '’",
    to="bis|und",
    units=_units(
        working=f"(?:werk|arbeits|bank|geschäfts)tag(?:en?|s|es)?{END}",
        minute=f"minuten?{END}",
        hour=f"stunden?{END}",
        day=f"tag(?:en?|s|es)?{END}",
        week=f"wochen?{END}",
        month=f"monat(?:en?|s|es)?{END}",
        year=f"jahr(?:en?|s|es)?{END}",
    ),
    per_cent="prozent",
    months=_months("januar februar märz april mai juni juli august september oktober november dezember"),
    day_month=r"\. ?",
    clock=r"(?P<h2>\d{1,2})(?:[.:](?P<m2>\d{2}))? uhr",
    around=[
        "innerhalb",
        "binnen",
        "zwischen",
        "pro",
        "je",
        "jeder",
        "mindestens",
        "höchstens",
        "spätestens",
        "dauern",
        "dauert",
    ],
)
SPANISH = FigureWords(
    numbers=_counted(
        "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
        una=1,
        uno=1,
        veinte=20,
        treinta=30,
        sesenta=60,
        noventa=90,
    ),
    groups=". ",
    to="a|y|hasta",
    units=_units(
        working=f"d[ií]as? (?:laborables?|h[aá]bil(?:es)?){END}",
        minute=f"minutos?{END}",
        hour=f"horas?{END}",
        day=f"d[ií]as?{END}",
        week=f"semanas?{END}",
        month=f"mes(?:es)?{END}",
        year=f"años?{END}",
    ),
    per_cent="por ?ciento",
    months=_months("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    day_month=" de ",
    around=[
        "dentro",
        "entre",
        "cada",
        "después",
        "antes",
        "solo",
        "menos",
        "máximo",
        "mínimo",
        "plazo",
        "tarda",
        "tardan",
    ],
)
FRENCH = FigureWords(
    numbers=_counted(
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze",
        une=1,
        vingt=20,
        trente=30,
        soixante=60,
    ),
    groups=". ",
    to="à|a|et",
    units=_units(
        working=f"jours? (?:ouvrés?|ouvrables?){END}",
        minute=f"minutes?{END}",
        hour=f"heures?{END}",
        day=f"jours?{END}",
        week=f"semaines?{END}",
        month=f"mois{END}",
        year=f"(?:ans?|années?){END}",
    ),
    per_cent="pour ?cent",
    months=_months("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    day_month="(?:er)? ",
    clock=rf"(?P<h2>\d{{1,2}}) ?h(?: ?(?P<m2>\d{{2}}))?{END}",
    around=["entre", "chaque", "après", "avant", "seulement", "moins", "plus", "sous", "délai", "prend", "prennent"],
)
#: By family.
WORDS = {"de": GERMAN, "es": SPANISH, "fr": FRENCH}
