"""What is a paper is told by its bytes: each kind, and what only looks like one."""

import io
import random
import zipfile

import pytest

from channels.archives import MOST_ENTRIES
from channels.papers import BEGINNING, END, ENDINGS, NoPaper, called, paper
from web.files import disposition

OFFICE = "application/vnd.openxmlformats-officedocument."


def packed(*names: str, first: bytes = b"", padding: int = 0) -> bytes:
    """A ZIP file of these names; `first` is what an open document says of itself."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        if first:
            made.writestr(zipfile.ZipInfo("mimetype"), first)
        for name in names:
            about = zipfile.ZipInfo(name)  # of no day: tests are called by what they are given
            about.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(about, "x" * padding)
    return data.getvalue()


def office(*names: str, listed: str | bytes, stored: bool = False, before: int = 0, behind: int = 0) -> bytes:
    """An office document whose list of parts says `listed`, with so much beside it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as made:
        made.writestr(zipfile.ZipInfo("before.bin"), "x" * before)
        made.writestr("[Content_Types].xml", listed)
        made.writestr(zipfile.ZipInfo("behind.bin"), "x" * behind)
        for name in names:
            made.writestr(name, "")
    return data.getvalue()


def types(*kinds: str) -> str:
    parts = "".join(f'<Override PartName="/word/x{n}.bin" ContentType="{kind}"/>' for n, kind in enumerate(kinds))
    return f'<?xml version="1.0" encoding="UTF-8"?><Types>{parts}</Types>'


PLAIN = f"{OFFICE}wordprocessingml.document.main+xml"
MACROS = "application/vnd.ms-office.vbaProject"


def kind_of(data: bytes, name: str = "a") -> str:
    found = paper(data[:BEGINNING], data[-END:], name)
    return f"{called(found.type)} {found.name}"


@pytest.mark.parametrize(
    ("data", "name", "is_called"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "Return form.pdf", "PDF Return form.pdf"),
        (b"%PDF-1.7\n", "invoice.exe", "PDF invoice.exe.pdf"),
        (packed("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "a.DOCX", "DOCX a.DOCX"),
        (packed("xl/workbook.xml", "[Content_Types].xml"), "a.zip", "XLSX a.zip.xlsx"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), "", "PPTX file-1.pptx"),
        (packed("content.xml", first=b"application/vnd.oasis.opendocument.text"), "a.odt", "ODT a.odt"),
        (packed("content.xml", first=b"application/vnd.oasis.opendocument.spreadsheet"), "a.ods", "ODS a.ods"),
        (packed("content.xml", first=b"application/vnd.oasis.opendocument.text-master"), "a.odm", "ZIP a.odm.zip"),
        (packed("Patterns/", "Patterns/Größe 38.pdf", "style.css", "data.xml"), "a.jar", "ZIP a.jar.zip"),
        (packed("word/document.xml", "xl/workbook.xml", "[Content_Types].xml"), "a.docx", "ZIP a.docx.zip"),
        ("Größe;Preis < 10\r\nS;5\r\n".encode("latin-1"), "尺码.csv", "CSV 尺码.csv"),
        (b"a,b\n1,2\n", "a", "TXT a.txt"),
        (b"Hello", "sheet\u202etxt.pdf", "TXT sheettxt.pdf.txt"),
    ],
)
def test_a_paper_is_what_its_bytes_say_and_is_called_so(data: bytes, name: str, is_called: str) -> None:
    assert kind_of(data, name) == is_called


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "a.pdf", "nothing in it"),
        (b"MZ\x90\0", "a.pdf", "program"),
        (b"\x7fELF\x02", "a.txt", "program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "older office"),
        (b"  \n<!doctype html><script>alert(1)</script>", "a.txt", "page"),
        (b"\xef\xbb\xbf<svg onload='alert(1)'/>", "a.csv", "page"),
        (b"<?xml version='1.0'?>", "a.txt", "page"),
        (b"#!/bin/sh\nrm -rf /", "a.txt", "script"),
        (b"alert(1)", "a.js", "script"),
        (b"del *", "a.txt.BAT.", "script"),
        ("Größe".encode("utf-16"), "a.csv", "UTF-16"),
        (b"\x89PNG\r\n\x1a\n", "a.txt", "nor a paper"),
        (b"text\n" * 2000 + b"\0", "a.txt", "nor a paper"),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docm", "macros"),
        (packed("Basic/Standard/x.xml", first=b"application/vnd.oasis.opendocument.text"), "a.odt", "macros"),
    ],
)
def test_what_could_be_run_is_no_paper_whatever_it_is_called(data: bytes, name: str, why: str) -> None:
    with pytest.raises(NoPaper, match=why):
        kind_of(data, name)


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("beside", [{}, {"behind": 400_000}, {"before": 400_000}])
def test_a_document_with_macros_is_none_whatever_its_parts_are_called(stored: bool, beside: dict[str, int]) -> None:
    document = "word/document.xml", "word/theme.bin"
    plain = office(*document, listed=types(PLAIN), stored=stored, **beside)
    assert kind_of(plain, "a.docx") == "DOCX a.docx"
    for kind in (MACROS, MACROS.upper(), "application/vnd.ms-word.document.macroEnabled.main+xml"):
        with pytest.raises(NoPaper, match="macros"):
            kind_of(office(*document, listed=types(PLAIN, kind), stored=stored, **beside), "a.docx")


@pytest.mark.parametrize(
    "listed",
    [
        types(PLAIN, MACROS.replace("v", "&#118;")),
        types(PLAIN, MACROS).encode("utf-16"),
        '<!DOCTYPE a [<!ENTITY v "vba">]>' + types(PLAIN, "application/vnd.ms-office.&v;Project"),
        types(PLAIN).replace("UTF-8", "UTF-7"),
        types(*[PLAIN] * 5_000),
    ],
)
def test_a_list_of_parts_that_could_hide_some_is_not_believed(listed: str | bytes) -> None:
    with pytest.raises(NoPaper, match="list of parts"):
        kind_of(office("word/document.xml", listed=listed), "a.docx")


def test_a_list_of_parts_that_is_out_of_sight_is_not_believed() -> None:
    hidden = office("word/document.xml", listed=types(PLAIN), stored=True, before=400_000, behind=400_000)
    with pytest.raises(NoPaper, match="list of parts"):
        kind_of(hidden, "a.docx")


@pytest.mark.parametrize(
    "name", ["xl/macrosheets/sheet1.xml", "xl/intlMacrosheets/sheet1.xml", "xl/dialogsheets/s.xml"]
)
def test_sheets_of_macros_are_macros(name: str) -> None:
    with pytest.raises(NoPaper, match="macros"):
        kind_of(packed("[Content_Types].xml", "xl/workbook.xml", name), "a.xlsx")


def test_an_archive_that_says_to_be_less_unpacked_than_packed_is_not_believed() -> None:
    bomb = bytearray(packed("a.txt", padding=50_000_000))
    listed = bomb.rfind(b"PK\x01\x02")
    bomb[listed + 24 : listed + 28] = (100).to_bytes(4, "little")

    with pytest.raises(NoPaper, match="does not say what is in it"):
        kind_of(bytes(bomb))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("size", [0, 1, 70, 100_000])
def test_what_cannot_be_made_smaller_may_be_packed_all_the_same(method: int, size: int) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as made:
        made.writestr("a.txt", random.Random(1).randbytes(size))

    assert kind_of(data.getvalue(), "a.zip") == "ZIP a.zip"


@pytest.mark.parametrize("names", [("[Content_Types].xml", "word/document.xml"), ("a.txt",)])
def test_a_bomb_is_told_by_its_table_of_contents_and_never_unpacked(names: tuple[str, ...]) -> None:
    bomb = packed(*names, padding=50_000_000)

    assert len(bomb) < 200_000
    with pytest.raises(NoPaper, match=r"unpacked it would be (50|100) MB"):
        kind_of(bomb)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tools/Setup.EXE", "“tools/Setup.EXE” in it is a program"),
        ("a.pdf.js", "program"),
        ("a.scr. ", "“a.scr” in it is a program"),
        ("manual/index.html", "page"),
        ("open me.lnk", "program"),
        ("old.xls", "macros"),
        ("form.docm", "macros"),
        ("more.zip", "packed once more"),
        ("disk.ISO", "packed once more"),
        ("../../etc/passwd", "outside of its folder"),
        ("/etc/passwd", "outside of its folder"),
        ("C:a.txt", "outside of its folder"),
        ("a\\..\\..\\b.txt", "outside of its folder"),
        ("a/\u202egpj.exe", "“a/�gpj.exe” in it is a program"),
        ("x" * 200 + ".exe", "“…x{56}.exe” in it"),
    ],
)
def test_what_nobody_could_open_safely_is_no_paper_packed_either(name: str, why: str) -> None:
    with pytest.raises(NoPaper, match=why):
        kind_of(packed("read me.txt", name), "a.zip")


def test_an_archive_with_a_password_is_refused() -> None:
    data = bytearray(packed("a.txt"))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(NoPaper, match="password"):
        kind_of(bytes(data), "a.zip")


def test_an_archive_of_more_files_than_are_looked_at_is_refused() -> None:
    assert kind_of(packed(*(f"{number}.txt" for number in range(MOST_ENTRIES))), "a.zip") == "ZIP a.zip"
    with pytest.raises(NoPaper, match="more than 1,000 files"):
        kind_of(packed(*(f"{number}.txt" for number in range(MOST_ENTRIES + 1))), "a.zip")


def test_a_file_of_four_gigabytes_and_more_is_too_large_whatever_it_says_elsewhere() -> None:
    data = bytearray(packed("a.txt"))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = b"\xff" * 4
    with pytest.raises(NoPaper, match="too large"):
        kind_of(bytes(data), "a.zip")


def test_a_document_within_an_archive_makes_it_no_document() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as made:
        made.writestr("inner.docx", packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"))

    assert kind_of(data.getvalue(), "a.zip") == "ZIP a.zip"


@pytest.mark.parametrize(
    "lies",
    [
        b"PK\x03\x04" + b"PK\x01\x02" + b"\xff" * 40 + b"PK\x01\x02" * 60_000,
        packed("a.txt")[:-30],
        packed("a.txt").replace(b"PK\x01\x02", b"PK\x01\x03"),
        b"PK\x03\x04" + b"PK\x05\x06" + b"\xff" * 18,
        b"PK\x03\x04" + b"PK\x05\x06" + b"\0" * 6 + b"\1\0" + b"\xff\xff\xff\x7f" + b"\0" * 6,
        packed("a.txt") + b"PK\x05\x06",
    ],
    ids=["endless", "cut_off", "misnamed", "no_place", "far_away", "two_ends"],
)
def test_a_table_of_contents_that_lies_is_refused_and_costs_no_more_than_its_bytes(lies: bytes) -> None:
    with pytest.raises(NoPaper, match="ZIP file"):
        kind_of(lies, "a.zip")


def test_every_paper_may_be_served_and_its_name_breaks_no_header() -> None:
    from channels.content import SERVED

    assert ENDINGS.keys() <= SERVED
    found = paper(b"%PDF-", b"%PDF-", 'a"\r\nSet-Cookie: x=1;\u202e 表.pdf')
    said = disposition(found.name)
    assert "\r" not in said and "\n" not in said and said.endswith("%20%E8%A1%A8.pdf")
