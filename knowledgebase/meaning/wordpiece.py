"""knowledgebase/meaning/wordpiece.py: a sentence as the numbers of its pieces, as models like BERT count them. Pure.

    "Retrun a coat?"  →  retrun · a · coat · ?  →  re ##tr ##un a coat ?  →  [CLS] 2128 16344 4609 … [SEP]

Letters without accents and case; each mark, and each character of scripts without spaces, by itself; of what is left
the longest piece that the model knows, from the left. Whatever is written, only its first `most` pieces are looked for.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

#: A longer word is known to no model.
_LONGEST = 100
#: Characters of a sentence for each piece that is wanted: what comes after is not so much as looked at.
_FOR_EACH = 20
_CONTROLS = frozenset({"Cc", "Cf", "Co"})
_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """The pieces that a model knows, by their numbers, and the signs around a sentence."""

    numbers: Mapping[str, int]
    begins: int
    ends: int
    unknown: int

    def of(self, text: str, most: int) -> Sequence[int]:
        """The numbers of a sentence, the signs around it among them: `most` at most."""
        found = [self.begins]
        for word in words(text[: most * _FOR_EACH]):
            found += self._pieces(word)
            if len(found) >= most - 1:
                break
        return [*found[: most - 1], self.ends]

    def _pieces(self, word: str) -> list[int]:
        """The longest known pieces of a word from the left; `unknown` alone if any part of it is not known."""
        if len(word) > _LONGEST:
            return [self.unknown]
        found: list[int] = []
        at = 0
        while at < len(word):
            for end in range(len(word), at, -1):
                number = self.numbers.get(word[at:end] if at == 0 else f"##{word[at:end]}")
                if number is not None:
                    found.append(number)
                    at = end
                    break
            else:
                return [self.unknown]
        return found


def words(text: str) -> Iterator[str]:
    """The words of a text without accents and case, and its marks one by one."""
    word = ""
    for character in unicodedata.normalize("NFD", _clean(text).lower()):
        kind = unicodedata.category(character)
        if kind == "Mn":
            continue
        alone = _is_mark(character, kind) or _is_ideograph(character)
        if (alone or character.isspace()) and word:
            yield word
            word = ""
        if alone:
            yield character
        elif not character.isspace():
            word += character
    if word:
        yield word


def _clean(text: str) -> str:
    return "".join(" " if c in "\t\n\r" else c for c in text if not _is_control(c))


def _is_control(character: str) -> bool:
    if character in "\t\n\r":
        return False
    return character in "\0\ufffd" or unicodedata.category(character) in _CONTROLS


def _is_mark(character: str, kind: str) -> bool:
    """Punctuation, and every sign of ASCII that is neither letter nor digit."""
    return kind.startswith("P") or (
        character.isascii() and character.isprintable() and not character.isalnum() and character != " "
    )


def _is_ideograph(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _IDEOGRAPHS)
