"""Markdown as a reply shows it, which knows no marks."""

from knowledgebase.reading.lines import in_lines


def test_paragraphs_and_items_are_lines_and_links_keep_their_addresses():
    said = in_lines(
        "Do **this**:\n\n3. Open [the *form*](https://shop.example/f).\n4. Wait\n   for it\n\n- a\n  - b\n\n"
        "See <https://shop.example/x> and [us](/contact).\n\n```\ncode\n```\n"
    )

    assert said.split("\n") == [
        "Do this:",
        "3. Open the form (https://shop.example/f).",
        "4. Wait for it",
        "- a",
        "- b",
        "See https://shop.example/x and us.",
        "code",
    ]
