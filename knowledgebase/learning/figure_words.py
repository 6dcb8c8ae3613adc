"""knowledgebase/learning/figure_words.py: how the languages write figures: number words, spans, months, per cent. Pure.

    English, Chinese    1,250.00    5 working days    24 December    十五个工作日
    German              1.250,00    5 Werktage        24. Dezember   17 Uhr
    Spanish             1.250,00    5 días hábiles    24 de diciembre
    French              1 250,00    5 jours ouvrés    24 décembre    17 h 30

A text in a language that has no words here is read as an English one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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


#: What units mean, in the order of the table: working days first, which have days within.
_MEANS = (("working days", 1), ("minutes", 1), ("minutes", 60), ("days", 1), ("days", 7), ("months", 1), ("months", 12))
_TENS = (20, 30, 60, 90)
_HAN = "个?個?(?:工作日|工作天) 分钟|分鐘 个?個?(?:小时|小時) 天|日 个?個?星期|周|週 个?個?月 年"
#: By family: 1 to 15; other words for 1; 20, 30, 60, 90; units, whose blanks are written `_`; months; what stands
#: around figures.
_TABLE = {
    "en": (
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
        "",
        "twenty thirty sixty ninety",
        "(?:business|working)[_-]days? minutes? hours? days? weeks? months? years?",
        "january february march april may june july august september october november december",
        "within between per each every least after before only take takes than",
    ),
    "de": (
        "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn",
        "eine einem einen einer eines",
        "zwanzig dreißig sechzig neunzig",
        (
            "(?:werk|arbeits|bank|geschäfts)tag(?:en?|s|es)? minuten? stunden? tag(?:en?|s|es)? wochen? "
            "monat(?:en?|s|es)? jahr(?:en?|s|es)?"
        ),
        "januar februar märz april mai juni juli august september oktober november dezember",
        "innerhalb binnen zwischen pro je jeder mindestens höchstens spätestens dauern dauert",
    ),
    "es": (
        "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
        "una uno",
        "veinte treinta sesenta noventa",
        "d[ií]as?_(?:laborables?|h[aá]bil(?:es)?) minutos? horas? d[ií]as? semanas? mes(?:es)? años?",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "dentro entre cada después antes solo menos máximo mínimo plazo tarda tardan",
    ),
    "fr": (
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze",
        "une",
        "vingt trente soixante",
        "jours?_(?:ouvrés?|ouvrables?) minutes? heures? jours? semaines? mois (?:ans?|années?)",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "entre chaque après avant seulement moins plus sous délai prend prennent",
    ),
}


def _units(patterns: str, end: str = END) -> list[Unit]:
    every = (pattern.replace("_", " ") for pattern in patterns.split())
    return [Unit(pattern=one + end, kind=kind, times=times) for one, (kind, times) in zip(every, _MEANS, strict=True)]


def _counted(words: str) -> dict[str, int]:
    return {word: n for n, word in enumerate(words.split(), 1)}


def _read(family: str, groups: str, to: str, per_cent: str, day_month: str, clock: str = "") -> FigureWords:
    """The words of the table, and how signs are set in the language."""
    counted, ones, tens, units, months, around = _TABLE[family]
    numbers = _counted(counted) | dict.fromkeys(ones.split(), 1) | dict(zip(tens.split(), _TENS, strict=False))
    return FigureWords(
        numbers=numbers | {word.replace("ß", "ss"): n for word, n in numbers.items()},
        groups=groups,
        to=to,
        units=_units(units),
        per_cent=per_cent,
        months=_counted(months),
        day_month=day_month,
        clock=clock,
        around=around.split(),
    )


def _with_chinese(words: FigureWords) -> FigureWords:
    """English, whose months are also cut short, and Chinese, which is told by its characters."""
    months = {**words.months, **{name[:3]: n for name, n in words.months.items()}}
    return replace(words, units=[*words.units, *_units(_HAN, "")], months=months)


ENGLISH = _with_chinese(_read("en", ",", "to|and|至|到", "per ?cent", "(?:st|nd|rd|th)? "))
#: By family.
WORDS = {
    "de": _read("de", ". '’", "bis|und", "prozent", r"\. ?", r"(?P<h2>\d{1,2})(?:[.:](?P<m2>\d{2}))? uhr"),
    "es": _read("es", ". ", "a|y|hasta", "por ?ciento", " de "),
    "fr": _read("fr", ". ", "à|a|et", "pour ?cent", "(?:er)? ", rf"(?P<h2>\d{{1,2}}) ?h(?: ?(?P<m2>\d{{2}}))?{END}"),
}
