"""web/demo/people.py: customers who do not exist, made from a seed.

Names are put together from lists; mailboxes are at example.com, .org and .net (RFC 2606); numbers
come from ranges that their regulators keep free for fiction and are valid E.164 all the same:
+44 113 496 0xxx and its sisters (Ofcom), +1 … 555 01xx (NANPA), +49 30 23125 xxx (Bundesnetzagentur),
+33 1 99 00 xx xx (Arcep).
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

#: How many of a hundred customers speak what.
LANGUAGES = {"en": 56, "de": 14, "es": 10, "fr": 10, "zh": 6, "zh-TW": 4}
_MAIL_HOSTS = ("example.com", "example.org", "example.net")
_ZONES = {"de": "Europe/Berlin", "fr": "Europe/Paris"}
_AREAS = (202, 212, 303, 305, 312, 404, 415, 503, 512, 617, 702, 713)

_FIRST = {
    "en": "Abigail Adrian Beatrix Callum Daphne Edwin Fern Gareth Harriet Ivor Jocelyn Keith Lorna Miles Nadine Oscar "
    "Petra Quentin Rosalind Stuart Tabitha Una Vernon Winifred",
    "de": "Annegret Bastian Cordula Detlef Edeltraud Falk Gudrun Hartmut Ilse Jörg Katja Lothar Mechthild Norbert "
    "Ottilie Rüdiger Swantje Thorsten Ursel Volker",
    "es": "Aurelio Blanca Clemente Dolores Eusebio Fermina Gonzalo Herminia Íñigo Jacinta Leandro Maribel Nicanor "
    "Olalla Pascual Remedios Saturnino Ximena",
    "fr": "Anatole Blandine Cyprien Delphine Édouard Fleur Gaspard Honorine Isidore Joséphine Léonie Maxence Noémie "
    "Octave Philippine Romuald Sidonie Théophile",
    "zh": "晓岚 文博 思雨 建明 佳琪 浩然 雪梅 志远 若溪 国栋 静怡 子轩",
    "zh-TW": "怡君 家豪 淑芬 俊宏 雅婷 志偉 佩珊 冠廷 美玲 承恩",
}
_LAST = {
    "en": "Ashgrove Birchall Cloverley Dunmere Elderwick Fallowden Greystoke Hartnell Inglemoor Juniper Kestrelby "
    "Lockhart-Vane Merrowdown Nettleship Oakhanger Pemberley Quillfeather Ravensworth Silverdale Thistlewood",
    "de": "Ahornfeld Birkenstock-Linde Distelrath Eichenlaub Federspiel Grünwaldt Haferkamp Immenstein Kornblum "
    "Lindenau Moosbacher Nussdorfer Quellmann Rosenhag Schlehdorn Tannhoff Weidenbach",
    "es": "Almendral Bosqueira Castañedo Delmar Encinal Fuentelarga Granadal Higueruela Lunares Manzanedo Naranjal "
    "Olivarez Pinarejo Robledal Sotomonte Valdeflor",
    "fr": "Aubépine Boisclair Chanterelle Desprairies Épinal Fontgrise Genêt Hautcoeur Larivière Montfleuri "
    "Noisetier Ormeau Prévert-Lys Roseraie Sureau Valdoré",
    "zh": "梁 苏 沈 程 顾 温 柳 岳 乔 江",
    "zh-TW": "蘇 葉 范 簡 游 施 溫 柯 康 方",
}
#: Mailboxes are written in Latin letters, whatever the name.
_LATIN = "willow maple cedar aspen rowan hazel linden laurel juniper poplar sorrel clover bramble heather"


@dataclass(frozen=True, kw_only=True)
class Person:
    """One customer."""

    name: str
    language: str
    time_zone: str
    email: str
    phone: str
    tier: str
    vulnerable: bool


def pyramid(count: int) -> list[str]:
    """The tiers of `count` customers, most valuable first: 1 % VIP, 4 % major, 15 % ordinary, the rest small."""
    tiers: list[str] = []
    for tier, share in (("vip", 1), ("major", 4), ("ordinary", 15)):
        tiers += [tier] * min(-(-share * count // 100), count - len(tiers))
    return tiers + ["small"] * (count - len(tiers))


def people(rng: Random, count: int) -> list[Person]:
    """`count` customers, every address of whom is their own. The same `rng` gives the same people.

    Raises:
        ValueError: more than there are fictitious numbers for.
    """
    tiers = pyramid(count)
    rng.shuffle(tiers)
    spoken = rng.choices(list(LANGUAGES), weights=list(LANGUAGES.values()), k=count)
    numbers = {kind: _numbers(rng, kind) for kind in ("gb", "us", "de", "fr")}
    mailboxes: set[str] = set()
    found = []
    for tier, language in zip(tiers, spoken, strict=True):
        name = _name(rng, language)
        country = {"de": "de", "fr": "fr", "es": "us"}.get(language, rng.choices(("gb", "us"), weights=(4, 1))[0])
        phone = next(numbers[country], "") or next(numbers["us"], "") or next(numbers["fr"], "")
        if not phone:
            raise ValueError("more customers than fictitious telephone numbers")
        found.append(
            Person(
                name=name,
                language=language,
                time_zone=_ZONES.get(language, "America/New_York" if country == "us" else "Europe/London"),
                email=_mailbox(rng, name, mailboxes),
                phone=phone,
                tier=tier,
                vulnerable=rng.random() < 0.03,
            )
        )
    return found


def _name(rng: Random, language: str) -> str:
    first, last = rng.choice(_FIRST[language].split()), rng.choice(_LAST[language].split())
    return f"{last}{first}" if language.startswith("zh") else f"{first} {last}"


def _mailbox(rng: Random, name: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    local = ".".join(plain.split()) or rng.choice(_LATIN.split())
    while True:
        address = f"{local}{rng.randrange(10, 1000)}@{rng.choice(_MAIL_HOSTS)}"
        if address not in taken:
            taken.add(address)
            return address


def _numbers(rng: Random, country: str) -> Iterator[str]:
    """The fictitious numbers of a country, shuffled."""
    choices: Sequence[str]
    match country:
        case "gb":
            choices = [f"+44{area}4960{last:03}" for area in (113, 121, 131, 161) for last in range(1000)]
        case "us":
            choices = [f"+1{area}55501{last:02}" for area in _AREAS for last in range(100)]
        case "de":
            choices = [f"+493023125{last:03}" for last in range(1000)]
        case _:
            choices = [f"+3319900{last:04}" for last in range(10_000)]
    yield from rng.sample(choices, len(choices))
