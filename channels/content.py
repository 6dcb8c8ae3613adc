"""channels/content.py: what a file is, by its bytes. What it was called and said to be counts for nothing more.

Only types that no browser runs are named; everything else is bytes.
"""

#: Shown as what they are. HTML, SVG, XML and scripts are missing on purpose: they are `ANYTHING`.
ANYTHING = "application/octet-stream"
_SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-office"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: Said of a ZIP file or of plain text these are believed: they make nothing run.
_CLOSER = {
    "application/zip": frozenset(
        {
            f"{_OFFICE}wordprocessingml.document",
            f"{_OFFICE}spreadsheetml.sheet",
            f"{_OFFICE}presentationml.presentation",
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.spreadsheet",
        }
    ),
    "application/vnd.ms-office": frozenset({"application/msword", "application/vnd.ms-excel"}),
    "text/plain": frozenset({"text/csv", "text/calendar", "message/rfc822"}),
}
#: What a file may be served as.
SERVED = frozenset(kind for _, _, kind in _SIGNS) | frozenset().union(*_CLOSER.values()) | frozenset({"text/plain"})
#: How many bytes `type_of` wants to see.
ENOUGH = 2048


def type_of(beginning: bytes, stated: str) -> str:
    """The media type of a file that begins so and was said to be `stated`."""
    stated = stated.partition(";")[0].strip().lower()
    found = next((kind for at, sign, kind in _SIGNS if beginning.startswith(sign, at)), "")
    if not found:
        found = "text/plain" if _is_words(beginning) else ANYTHING
    return stated if stated in _CLOSER.get(found, ()) else found


def _is_words(beginning: bytes) -> bool:
    """Whether it is text that no browser could take for markup, whatever it guesses."""
    if not beginning or b"\0" in beginning or b"<" in beginning[:ENOUGH]:
        return False
    try:
        beginning[:ENOUGH].decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"  # cut in the middle of a character
    return True
