"""What is found in languages of letters other than English, and by who types without their accents."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.transaction import Tx
from knowledgebase.readers import PUBLIC
from knowledgebase.search.hits import Found
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.search.search import related, search
from tests.integration.kernel.conftest import TEST, a_desk
from tests.integration.knowledgebase.shelf import shelve


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Desk]:
    async with a_desk(database_url, tmp_path, manual_clock) as opened:
        yield opened


async def find(desk: Desk, words: str) -> Found:
    return await desk.read(TEST, lambda rx: search(rx, words=words, reader=PUBLIC, meaning=WORDS_ALONE))


def told(found: Found) -> tuple[list[str], str | None]:
    return [hit.title for hit in found.hits], found.did_you_mean


TITLES = {
    "fr": [
        "Changer l'adresse",
        "Suivre l\u2019envoi",
        "Horaires d’été",
        "Un colis livré",
        "Recette du bœuf",
        "Un achat sûr",
    ],
    "it": ["Stato dell'ordine"],
    "ru": ["Новый телефон", "Бесплатный возврат"],
    "pt": ["Devolução", "Cartões de presente"],
    "pl": ["Sklep w Łodzi i Łódź", "Zwroty i reklamacje"],
    "da": ["Smørrebrød i København", "Færge til Ærø"],
    "tr": ["Siparişiniz", "İade ve değişim", "Kartın bakiyesi"],
    "cs": ["Vrácení zásilky"],
    "vi": ["Đổi trả hàng"],
    "ro": ["Garanții și plăți"],
    "uk": ["Дитячий м\u02bcяч"],
    "en": ["L'Oréal and O'Brien", "Lamps"],
}


def shop(tx: Tx) -> None:
    for language, titles in TITLES.items():
        for title in titles:
            shelve(tx, title, "…", language=language)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("adresse", "Changer l'adresse"),
        ("envoi", "Suivre l\u2019envoi"),
        ("d'adresse", "Changer l'adresse"),
        ("ladresse", None),
        ("été", "Horaires d’été"),
        ("ete", "Horaires d’été"),
        ("ordine", "Stato dell'ordine"),
        ("all'ordine", "Stato dell'ordine"),
        ("l'oréal", "L'Oréal and O'Brien"),
        ("loreal", "L'Oréal and O'Brien"),
        ("obrien", "L'Oréal and O'Brien"),
        ("м'яч", "Дитячий м\u02bcяч"),
        ("livrée", "Un colis livré"),
        ("livre", "Un colis livré"),
        ("boeuf", "Recette du bœuf"),
        ("новая", "Новый телефон"),
        ("бесплатная", "Бесплатный возврат"),
        ("devoluções", "Devolução"),
        ("devolucao", "Devolução"),
        ("lodz", "Sklep w Łodzi i Łódź"),
        ("smorrebrod", "Smørrebrød i København"),
        ("kobenhavn", "Smørrebrød i København"),
        ("siparişler", "Siparişiniz"),
        ("devolucoes", "Devolução"),
        ("cartao", "Cartões de presente"),
        ("sûr", "Un achat sûr"),
        ("aero", "Færge til Ærø"),
        ("koebenhavn", "Smørrebrød i København"),
        ("zwrotu", "Zwroty i reklamacje"),
        ("IADE", "İade ve değişim"),
        ("bakiye", "Kartın bakiyesi"),
        ("degisim", "İade ve değişim"),
        ("vraceni zasilka", "Vrácení zásilky"),
        ("doi tra hang", "Đổi trả hàng"),
        ("garanţia", "Garanții și plăți"),
        ("plăţi", "Garanții și plăți"),
    ],
)
async def test_a_word_is_found_in_its_forms_without_what_is_elided_and_without_accents(desk, words, title):
    await desk.transact(TEST, shop)
    found = await find(desk, words)
    if title:
        assert told(found) == ([title], None)
    else:
        assert found.did_you_mean == "adresse"


async def test_a_mistyped_word_is_told_behind_what_is_elided(desk):
    await desk.transact(TEST, shop)
    assert told(await find(desk, "l'adrese")) == (["Changer l'adresse"], "l'adresse")


@pytest.mark.parametrize(
    ("words", "title", "marked"),
    [
        ("adresse", "Changer l'adresse", "adresse"),
        ("ete", "Horaires d’été", "été"),
        ("boeuf", "Recette du bœuf", "bœuf"),
    ],
)
async def test_the_word_that_was_asked_is_marked(desk, words, title, marked):
    await desk.transact(TEST, shop)
    (hit,) = (await find(desk, words)).hits
    assert [title[start:end] for start, end in hit.title_marks] == [marked]


async def test_what_is_related_is_told_by_words_with_accents(desk):
    def texts(tx: Tx) -> str:
        shelve(tx, "Duas devoluções", "…", language="pt")
        return shelve(tx, "Devolução", "…", language="pt")

    text_id = await desk.transact(TEST, texts)
    hits = await desk.read(TEST, lambda rx: related(rx, text_id=text_id, reader=PUBLIC, meaning=WORDS_ALONE))
    assert [hit.title for hit in hits] == ["Duas devoluções"]


def compounds(tx: Tx) -> None:
    shelve(tx, "Ihr Rückgaberecht", "Vierzehn Tage.", language="de")
    shelve(tx, "Rückgaberegeln für Firmen", "Dreißig Tage.", language="de", audience="internal")
    shelve(tx, "Lieferzeiten", "Drei Tage.", language="de")


@pytest.mark.parametrize("words", ["Rückgabe", "ruckgabe", "Rueckgabe", "Rückgabe beantragen"])
async def test_where_nothing_else_is_found_longer_words_that_begin_so_are(desk, words):
    await desk.transact(TEST, compounds)
    found = await find(desk, words)
    assert told(found) == (["Ihr Rückgaberecht"], None)
    assert [found.hits[0].title[start:end] for start, end in found.hits[0].title_marks] == ["Rückgaberecht"]


async def test_where_anything_is_found_no_longer_word_is(desk):
    await desk.transact(TEST, compounds)
    assert told(await find(desk, "Rückgabe Lieferzeit")) == (["Lieferzeiten"], None)
    await desk.transact(TEST, lambda tx: shelve(tx, "Rückgabe", "…", language="de"))
    assert told(await find(desk, "Rückgabe")) == (["Rückgabe"], None)
    assert told(await find(desk, "Lief")) == ([], None)
    assert told(await find(desk, "Firme")) == ([], None)
