"""knowledgebase/masking/names_in_scripts.py: a name in Latin, Cyrillic or Greek letters, as the others write it. Pure.

Eva Miller, Ева Миллер and Εύα Μίλλερ are one; so are letters that only look alike (Eva with a Cyrillic а). Each letter
is a pattern of what may stand for it. What a name is called in Chinese, Japanese, Korean or Arabic no letters tell.
"""

import re

ALPHABETS = re.compile("[a-zßæœþðı\u0370-\u03ff\u0400-\u04ff]+", re.IGNORECASE)
#: What may stand for letters of Latin, by sound and by look.
_LATIN = {
    "shch": "щ", "sch": "ш сч ск", "sh": "ш", "ch": "ч х χ", "zh": "ж", "kh": "х χ", "ts": "ц", "tz": "ц",
    "th": "θ т ф", "ph": "ф φ", "ps": "ψ пс", "ck": "к κ", "ya": "я", "ia": "я ия", "ja": "я", "yu": "ю", "ju": "ю",
    "yo": "ё йо", "ou": "ου у", "oo": "у", "ee": "и", "ie": "и ие", "ei": "ай ей ει", "ai": "ай αι", "ay": "эй ей ай",
    "a": "а α", "b": "б в β", "c": "с к ц κ", "d": "д δ", "e": "е э ε η", "f": "ф φ", "g": "г ґ ж дж γ",
    "h": "х г н χ", "i": "и і й ι η υ", "j": "й ж дж ј", "k": "к κ", "l": "ль л λ", "m": "м μ", "n": "нь н ν",
    "o": "о ο ω", "p": "п р π", "q": "к", "r": "р ρ", "s": "сь с з ѕ σ ς", "t": "т τ", "u": "у ю υ", "v": "в β ν υ",
    "w": "в у ω", "x": "кс х ξ", "y": "и й ы у υ", "z": "з ц ζ",
}  # fmt: skip
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v w b", "г": "g h", "ґ": "g", "д": "d", "е": "e ye je", "є": "ye ie e", "ж": "zh j z",
    "з": "z s", "и": "i y", "і": "i", "ї": "yi i ji", "к": "k c", "л": "l", "м": "m", "н": "n h", "о": "o", "п": "p",
    "р": "r p", "с": "s c", "т": "t", "у": "u y ou", "ф": "f ph", "х": "kh h ch x", "ц": "ts tz c z",
    "ч": "ch tch tsch c", "ш": "sh sch s", "щ": "shch sch", "ы": "y i", "э": "e", "ю": "yu iu ju u",
    "я": "ya ia ja a", "ъ": "", "ь": "",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "v b", "γ": "g y", "δ": "d", "ε": "e", "ζ": "z", "η": "i e", "θ": "th", "ι": "i", "κ": "k c",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x ks", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "y u i", "φ": "f ph", "χ": "ch h x kh", "ψ": "ps", "ω": "o",
}  # fmt: skip
_STANDS_FOR = _LATIN | _CYRILLIC | _GREEK
_EACH = re.compile("|".join([*_LATIN, "."]))


def letters(part: str) -> list[str]:
    """A pattern for each of the letters, and of the letters that are one sound, of a small name without marks."""
    return [_pattern(one) for one in _EACH.findall(part)]


def _pattern(one: str) -> str:
    others = _STANDS_FOR.get(one)
    if others is None:
        return re.escape(one)
    if not others:
        return f"{one}?"
    single = "".join(_pattern(char) for char in one) if len(one) > 1 else one
    return f"(?:{'|'.join((single, *others.split()))})"
