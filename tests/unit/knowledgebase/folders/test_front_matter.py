"""What people write above their words is text, also where YAML has another meaning for it."""

import pytest

from desk.kernel.errors import Invalid
from knowledgebase.folders.front_matter import read_sheet, written_sheet


@pytest.mark.parametrize("title", ["yes", "No", "on", "2024", "1.10", "007", "1e3", "2024-12-24", "10:30"])
def test_a_title_is_what_was_written(title):
    sheet = read_sheet("one.md", f"---\ntitle: {title}\n---\nWords.\n")

    assert sheet.head.title == title
    assert read_sheet("one.md", written_sheet(sheet)) == sheet


def test_so_are_a_language_a_slug_and_tags():
    head = "title: T\nlanguage: no\nslug: 404\ntags: [yes, 1.10, 007]\nformer: 2023, 2024\ncategory: off\nbehind: yes"

    read = read_sheet("one.md", f"---\n{head}\nstate:\n---\nWords.\n").head

    assert (read.language, read.slug, read.category, read.state) == ("no", "404", "off", None)
    assert (read.tags, read.former, read.behind) == (["yes", "1.10", "007"], ["2023", "2024"], True)


def test_what_is_no_text_is_refused_in_words():
    with pytest.raises(Invalid, match="title"):
        read_sheet("one.md", "---\ntitle: [yes]\n---\n")


def test_lines_end_as_they_did_on_any_machine():
    said = "---\ntitle: One\n---\nWords.\n\n- more\n"

    for end in ("\r\n", "\r"):
        assert read_sheet("one.md", said.replace("\n", end)) == read_sheet("one.md", said)
        assert read_sheet("two.md", f"# Two{end}Words.{end}").body == "Words."
