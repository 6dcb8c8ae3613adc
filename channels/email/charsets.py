"""channels/email/charsets.py: bytes to text, whatever the mail claims about them.

What is declared is a hint. `gb2312` is really GBK or GB18030, `iso-2022-jp` may be Shift_JIS,
`us-ascii` may be anything. Codecs come from a list: some of Python's are not charsets at all, and
some take quadratic time.
"""

import codecs
import re

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}")
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "ks-c-5601-1987": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "cp-850": "cp850",
}
_CODECS = re.compile(
    r"utf-?(?:8|8-sig|16|16-le|16-be|32|32-le|32-be|7)|ascii|latin-?1|iso8859-\d{1,2}|iso2022_(?:jp|kr)(?:_\w{1,4})?"
    r"|cp\d{3,4}|gb18030|gbk|gb2312|hz|big5|big5hkscs|euc_\w{2,10}|shift_jis\w{0,5}|johab|koi8-[rtu]"
    r"|mac-(?:roman|greek|turkish|latin2|cyrillic|iceland|arabic)|tis-620|kz1048|ptcp154"
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEVEN_BIT = {"ascii", "utf-7", "hz"}
#: So many bytes are looked at when guessing.
_SAMPLE = 1500
#: From so many bytes beyond ASCII in a header it can be guessed which script they are.
_ENOUGH = 12
#: First bytes of each charset's common characters.
_COMMON = {
    "gb18030": (0xB0, 0xD7),
    "big5hkscs": (0xA4, 0xC6),
    "cp949": (0xB0, 0xC8),
    "cp932": (0x88, 0x97),
    "euc_jp": (0xB0, 0xCF),
}
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_UNWANTED = {code: None for code in _CONTROLS if code not in (9, 10)} | dict.fromkeys(
    (0x0C, 0x85, 0x2028, 0x2029), "\n"
)


def decode(data: bytes, declared: str | None = None) -> str:
    """The text in `data`. Never fails; what cannot be read becomes U+FFFD, and never a surrogate."""
    for mark, name in _BOMS:
        if data.startswith(mark) and (name == "utf-8" or len(data) % 2 == 0):
            return data.decode(name, "replace").lstrip("\ufeff")
    codec = codec_for(declared)
    if codec is not None and codec.startswith("iso2022_jp"):
        return _japanese(data)
    if data.isascii() and codec not in _SEVEN_BIT and not (codec or "").startswith(("utf-16", "utf-32", "iso2022")):
        return _guess(data) if b"\x1b$" in data else data.decode("ascii")
    if codec is not None and codec not in ("ascii", "cp1252"):
        try:
            return data.decode(codec).encode("utf-8", "replace").decode("utf-8")
        except (UnicodeError, ValueError):
            return _nearly(data, codec)
    return _guess(data)


def decode_header(data: bytes, charset: str = "") -> str:
    """Bytes in a header that say nothing of themselves: UTF-8, else `charset`, which the mail declares for its text,
    else windows-1252. Never fails.

    Where nothing that is declared fits, a script is told from many bytes only: of a few, any may be read into them.
    """
    codec = codec_for(charset)
    for name in ("utf-8", codec if codec != "ascii" else None):
        try:
            if name is not None:
                return data.decode(name).encode("utf-8", "replace").decode("utf-8")
        except (UnicodeError, ValueError):
            continue
    return _guess(data) if sum(byte > 127 for byte in data) >= _ENOUGH else data.decode("cp1252", "replace")


def codec_for(declared: str | None) -> str | None:
    """The codec for a charset's name, the wider one where the name is habitually too narrow; None if unknown."""
    name = (declared or "").strip().strip("\"'").lower()
    if not _NAME.fullmatch(name):
        return None
    try:
        codec = codecs.lookup(_WIDER.get(name, name)).name
    except LookupError:
        return None
    codec = "cp1252" if codec == "iso8859-1" else _WIDER.get(codec, codec)
    return codec if _CODECS.fullmatch(codec) else None


def clean(text: str) -> str:
    """Text with line feeds alone, and without characters that no one can see and some databases refuse."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED)
    return text.encode("utf-8", "replace").decode("utf-8")


def _nearly(data: bytes, codec: str) -> str:
    """`data` is not quite what it claims to be: a few bad bytes are replaced, many mean another charset."""
    forgiving = data.decode(codec, "replace") if codec != "utf-7" else data.decode("latin-1")
    bad = forgiving.count("\ufffd")
    if bad <= max(1, len(forgiving) // 50):
        return forgiving.encode("utf-8", "replace").decode("utf-8")
    return _guess(data)


def _japanese(data: bytes) -> str:
    if b"\x1b" in data:
        for codec in ("iso2022_jp_2", "iso2022_jp_ext", "iso2022_jp_3"):
            try:
                return data.decode(codec)
            except UnicodeError:
                continue
        return _vendor_characters(data)
    return _guess(data, first="cp932")


def _vendor_characters(data: bytes) -> str:
    """ISO-2022-JP with NEC's and IBM's extra characters: each two bytes as Shift_JIS of the same cell."""
    out: list[str] = []
    double = False
    for index, piece in enumerate(re.split(rb"(\x1b\$[@B]|\x1b\([BJI])", data)):
        if index % 2:
            double = piece.startswith(b"\x1b$")
        elif double:
            cells = bytes(byte | 0x80 for byte in piece if 0x21 <= byte <= 0x7E)
            pairs = (_shift(cells[at], cells[at + 1]) for at in range(0, len(cells) - 1, 2))
            out.append(b"".join(pairs).decode("cp932", "replace"))
        else:
            out.append(piece.decode("ascii", "replace"))
    return "".join(out)


def _shift(high: int, low: int) -> bytes:
    row, cell = high - 0xA0, low - 0xA0
    lead = (row + 1) // 2 + (0x80 if row < 63 else 0xC0)
    if row % 2:
        return bytes((lead, cell + 0x3F + (cell >= 64)))
    return bytes((lead, cell + 0x9E))


def _guess(data: bytes, first: str | None = None) -> str:
    if b"\x1b$" in data and data.isascii():
        return _japanese(data)
    try:
        # Cut in the middle of the last character is still UTF-8, if there were others before.
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
        if not text.isascii() or len(text) == len(data):
            return data.decode("utf-8", "replace")
    except UnicodeDecodeError:
        pass
    sample = data[:_SAMPLE]
    best, highest = "cp1252", _plausible(sample, "cp1252")
    for codec in ("gb18030", "cp932", "euc_jp", "big5hkscs", "cp949", "cp1251", "koi8-r"):
        score = _plausible(sample, codec) + (0.2 if codec == first else 0)
        if score > highest:
            best, highest = codec, score
    return data.decode(best, "replace")


def _plausible(sample: bytes, codec: str) -> float:
    """How much `sample`, read with `codec`, looks like what people write: at most 1."""
    text = sample.decode(codec, "ignore")
    strange = [index for index, character in enumerate(text) if ord(character) > 127]
    if not strange:
        return -1.0
    lost = len(sample) - len(text.encode(codec, "ignore"))
    score = sum(_credit(codec, text, index) for index in strange)
    few = 0.07 if codec == "cp949" and len(strange) < 8 else 0.0  # short Chinese names pass for Korean
    return score / len(strange) - few - 4 * lost / len(sample)


def _credit(codec: str, text: str, index: int) -> float:
    character = text[index]
    code = ord(character)
    if 0x3040 <= code <= 0x30FF:
        return 1.0 if codec in ("cp932", "euc_jp") else 0.2
    if 0x4E00 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3:
        low, high = _COMMON.get(codec, (1, 0))
        data = character.encode(codec, "ignore")
        return (0.97 if code >= 0xAC00 else 0.95) if len(data) == 2 and low <= data[0] <= high else 0.1
    if 0x3000 <= code <= 0x303F or 0xFF00 <= code <= 0xFF60:
        return 0.9
    beside_ascii = any(near.isascii() and near.isalpha() for near in text[max(0, index - 1) : index + 2])
    if 0x400 <= code <= 0x45F:
        return -0.5 if beside_ascii else 0.8 if code >= 0x430 else 0.4
    if codec == "cp1252":
        return (0.7 if beside_ascii else 0.35) if character.isalpha() else 0.3
    return 0.0
