"""What is a paper is told by its bytes: each kind, and what only looks like one."""

import io
import zipfile

import pytest

from channels.papers import ENDINGS, NoPaper, called, paper
from web.files import disposition

OFFICE = "application/vnd.openxmlformats-officedocument."


def packed(*names: str, first: bytes = b"", padding: int = 0) -> bytes:
    """A ZIP file of these names; `first` is what an open document says of itself."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        if first:
            made.writestr(zipfile.ZipInfo("mimetype"), first)
        for name in names:
            made.writestr(name, "x" * padding)
    return data.getvalue()


def kind_of(data: bytes, name: str = "a") -> str:
    found = paper(data[:4096], data[-256 * 1024 :], name)
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
        (packed("run.exe", "../../etc/passwd"), "a.jar", "ZIP a.jar.zip"),
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


def test_a_bomb_is_told_by_its_table_of_contents_and_never_unpacked() -> None:
    bomb = packed("[Content_Types].xml", "word/document.xml", padding=50_000_000)

    assert len(bomb) < 200_000
    assert kind_of(bomb) == "DOCX a.docx"


def test_a_document_within_an_archive_makes_it_no_document() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as made:
        made.writestr("inner.docm", packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"))

    assert kind_of(data.getvalue(), "a.zip") == "ZIP a.zip"


def test_a_table_of_contents_that_lies_costs_no_more_than_its_bytes() -> None:
    lies = b"PK\x03\x04" + b"PK\x01\x02" + b"\xff" * 40 + b"PK\x01\x02" * 60_000

    assert kind_of(lies, "a.zip") == "ZIP a.zip"


def test_every_paper_may_be_served_and_its_name_breaks_no_header() -> None:
    from channels.content import SERVED

    assert ENDINGS.keys() <= SERVED
    found = paper(b"%PDF-", b"%PDF-", 'a"\r\nSet-Cookie: x=1;\u202e 表.pdf')
    said = disposition(found.name)
    assert "\r" not in said and "\n" not in said and said.endswith("%20%E8%A1%A8.pdf")
