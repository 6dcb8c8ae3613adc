"""channels/email/addresses.py: who wrote, to whom. One pass over the value, quotes and comments respected.

The names are decoded after the value was taken apart, because a comma inside an encoded name is no
separator. Of several things that look like an address, the one in angle brackets is meant.
"""

import re

from channels.email.headers import ENCODED_WORD, MAX_VALUE, decoded

_MOST = 200
#: Encoded words become one character each while the value is taken apart.
_HIDDEN = 0xF0000
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\U000f0000-\U0010ffff]{1,64}@(?:[A-Za-z0-9\u0080-\udfff_-]{1,63}\.?){1,20}")
_QUOTED_LOCAL = re.compile(r'"[^"\\<>\r\n]{1,60}"@[A-Za-z0-9.-]{1,253}')


def parse_addresses(value: str, charset: str = "") -> list[tuple[str, str]]:
    """(name, address) of everyone in a raw header value; entries without an address are left out.

    The domain is in lower case, the local part as written. Raw bytes in names are read in `charset`, if not as UTF-8.
    """
    found = []
    words: list[str] = []

    def hide(word: "re.Match[str]") -> str:
        words.append(word[0])
        return chr(_HIDDEN + len(words) - 1)

    for entry in _entries(ENCODED_WORD.sub(hide, value[:MAX_VALUE])):
        address = _address(entry)
        if address:
            found.append((_name(entry, address, words, charset), address))
        if len(found) >= _MOST:
            break
    return found


def is_address(text: str) -> bool:
    """Whether `text` is one plain address and nothing else."""
    return len(text) <= 320 and _ADDRESS.fullmatch(text) is not None and not text.endswith(".")


def _shown(characters: list[str], words: list[str], charset: str) -> str:
    text = "".join(characters).replace('"', " ")
    return decoded("".join(words[ord(c) - _HIDDEN] if ord(c) >= _HIDDEN else c for c in text), charset)


class _Entry:
    def __init__(self) -> None:
        self.phrase: list[str] = []
        self.angle: str | None = None
        self.comment: list[str] = []


def _entries(value: str) -> list[_Entry]:
    """Takes a list of addresses apart at the commas that separate."""
    entries = [_Entry()]
    quoted = angle = False
    depth = 0
    escaped = False
    for character in value:
        entry = entries[-1]
        target = entry.comment if depth else entry.phrase
        if escaped:
            escaped = False
            target.append(character)
        elif character == "\\" and (quoted or depth):
            escaped = True
        elif angle:
            if character == ">":
                angle = False
            else:
                entry.angle = (entry.angle or "") + character
        elif quoted:
            quoted = character != '"'
            target.append(character)
        elif depth:
            depth += (character == "(") - (character == ")")
            if depth:
                target.append(character)
        elif character == '"':
            quoted = True
            target.append(character)
        elif character == "(":
            depth = 1
        elif character == "<":
            angle, entry.angle = True, ""
        elif character in ",;":
            entries.append(_Entry())
        else:
            target.append(character)
    return entries


def _address(entry: _Entry) -> str:
    text = entry.angle if entry.angle is not None else "".join(entry.phrase)
    found = _QUOTED_LOCAL.search(text) or _last(text)
    if found is None and entry.angle is not None:
        found = _last("".join(entry.phrase))
    if found is None:
        return ""
    local, _, domain = _readable(found[0]).rpartition("@")
    return f"{local}@{domain.rstrip('.').lower()}"[:320]


def _readable(text: str) -> str:
    """Raw bytes as the text that they are; what is none becomes U+FFFD, never a surrogate."""
    try:
        return text.encode("ascii", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")


def _last(text: str) -> "re.Match[str] | None":
    # Beyond the length of any address and its surroundings there is nothing to look for.
    return next(_ADDRESS.finditer(text[-1000:]), None)


def _name(entry: _Entry, address: str, words: list[str], charset: str) -> str:
    shown = _shown(entry.phrase, words, charset) if entry.angle is not None else ""
    name = shown or _shown(entry.comment, words, charset)
    # Names inside quoted encoded words may carry quotes and ends of their own.
    name = name.strip(" '\"")
    return "" if name.lower() == address.lower() else name[:200]
