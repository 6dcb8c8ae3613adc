"""The sample shop's articles: whole, in three scripts, and about what its customers ask."""

import re

import pytest

from knowledgebase.contents import snippets_in, words
from knowledgebase.folders import folder_files
from knowledgebase.folders.folder_files import CATEGORIES, SNIPPETS
from knowledgebase.folders.front_matter import Sheet
from knowledgebase.reading.render import render
from knowledgebase.writing.slugs import is_slug
from web.demo.articles import FOLDER


@pytest.fixture(scope="module")
def sheets() -> dict[str, Sheet]:
    root, files = folder_files.files(FOLDER)
    return {
        sheet.path: sheet
        for sheet in (folder_files.sheet(root, path) for path in files if path.count("/") == 0 and path != CATEGORIES)
    }


def test_there_are_enough_of_them_and_all_are_published(sheets):
    by_language = {tag: [one for one in sheets.values() if one.head.language == tag] for tag in ("en", "zh", "zh-Hant")}
    assert len(by_language["en"]) >= 40 and len(by_language["zh"]) == len(by_language["zh-Hant"]) >= 15
    assert {one.head.state for one in sheets.values()} == {"published"}
    assert {one.head.audience for one in by_language["en"]} == {"public", "customers", "internal"}


def test_every_sheet_can_be_kept_and_shown(sheets):
    slugs = [one.head.slug for one in sheets.values()]
    assert len(set(slugs)) == len(slugs) and all(slug and is_slug(slug) for slug in slugs)
    for one in sheets.values():
        words(title=one.head.title, body=one.body, summary=one.head.summary)
        assert one.head.summary and len(one.body) > 100, one.path
        shown = render(one.body, one.head.language or "en")
        assert "**" not in shown, one.path


def test_what_they_speak_of_is_there(sheets):
    root, files = folder_files.files(FOLDER)
    categories = {one.slug for one in folder_files.categories(folder_files.text(root, CATEGORIES))}
    snippets = {folder_files.named_snippet(path) for path in files if path.startswith(SNIPPETS)}
    originals = {one.head.slug for one in sheets.values() if not one.head.original}
    for one in sheets.values():
        assert one.head.original in originals if one.head.original else one.head.category in categories, one.path
        assert {(name, one.head.language) for name in snippets_in(one.body)} <= snippets, one.path


def test_what_stands_in_short_is_the_answer_itself(sheets):
    """An agent inserts it, the bot quotes it and the telephone reads it aloud: nobody sees the page behind it."""
    for one in sheets.values():
        said, language = one.head.summary, one.head.language
        ends = re.findall(r"[.!?](?= |$)|[。！？]", said)
        assert said.endswith((".", "。")) and 1 <= len(ends) <= 2, one.path
        assert (len(said.split()) >= 15 if language == "en" else len(said) >= 30) and len(said) <= 300, one.path
        assert not re.match(
            r"(How|What(?! can be)|Which|Who|The (four )?reasons|A (table|short list))\b|怎|什么|什麼", said
        ), one.path
        plain = re.sub(r"[*\s]", "", one.body)
        for figure in re.findall(r"£?\d[\d.,]*\d|£?\d", said):  # taken from its words, not from memory
            assert figure in plain, (one.path, figure)
