"""Links between files become links between articles, and what leads nowhere is named."""

import pytest

from knowledgebase.folders.file_links import linked

SLUGS = {"two.md": "how-two-works", "guide/one.md": "one", "guide/a b.html": "a-b"}


@pytest.mark.parametrize(
    ("said", "leads"),
    [
        ("[x](../two.md)", "[x](/help/a/how-two-works)"),
        ("[x](../two.md#part)", "[x](/help/a/how-two-works#part)"),
        ('[x](<../two.md> "Two") and [y](one.md)', '[x](/help/a/how-two-works "Two") and [y](/help/a/one)'),
        ("[x](a%20b.html)", "[x](/help/a/a-b)"),
        ("[![p](https://e.org/p.png)](../two.md)", "[![p](https://e.org/p.png)](/help/a/how-two-works)"),
        ("[x](../two)", "[x](/help/a/how-two-works)"),
        ("[x](/guide/one.md)", "[x](/help/a/one)"),
        ("[x]\n\n[x]: ../two.md", "[x]\n\n[x]: /help/a/how-two-works"),
    ],
)
def test_a_link_to_a_file_leads_to_its_article(said, leads):
    found = linked(said, "guide/one.md", SLUGS)
    assert (found.body, found.missing, bool(found.places)) == (leads, (), True)


@pytest.mark.parametrize(
    "said",
    [
        "[x](https://example.org/two.md) [y](mailto:a@example.org) [z](#part) [w](//e.org/two.md)",
        "`[x](../two.md)`",
        "```\n[x](../two.md)\n```",
        "[x]( ../two.md",
        "![a](/help/files/1) [b](/help) [c](/contact?lang=zh) [d](/help/a/two#x)",
    ],
)
def test_everything_else_is_let_be(said):
    found = linked(said, "guide/one.md", SLUGS)
    assert (found.body, found.missing) == (said, ())


def test_what_is_no_article_is_named_once():
    said = "[x](nine.md#a) [y](nine.md) ![p](p.png) [z](../../etc/passwd) [t](../two.md) [a](/etc/passwd) [h](/helper)"
    missing = ("nine.md", "p.png", "../../etc/passwd", "/etc/passwd", "/helper")
    assert linked(said, "guide/one.md", SLUGS).missing == missing


def test_a_link_to_a_picture_or_a_paper_leads_to_where_it_is_kept():
    said = "![p](p.png) [form](<papers/the form.pdf>) [x](p.png#a)"
    kept = {"guide/p.png": "/help/files/1", "guide/papers/the form.pdf": "/help/files/2"}

    found = linked(said, "guide/one.md", SLUGS, kept)

    assert found.body == "![p](/help/files/1) [form](/help/files/2) [x](/help/files/1)"
    assert (found.missing, found.places) == ((), tuple(kept))


def test_a_link_to_a_part_leads_to_what_the_file_calls_so():
    said = "[a](#one) [b](../two.md#zwei) [c](../two.md#top) [d](#top) [e](../two.md#%C3%BCber) [f](#no) `[g](#one)`"
    parts = {"guide/one.md": {"one": "first-part", "top": ""}, "two.md": {"zwei": "über-uns", "top": "", "über": "x"}}

    found = linked(said, "guide/one.md", SLUGS, parts=parts)

    two = "/help/a/how-two-works"
    assert found.body == (f"[a](#first-part) [b]({two}#über-uns) [c]({two}) [d](#) [e]({two}#x) [f](#no) `[g](#one)`")


@pytest.mark.parametrize("piece", ["[", "](", "`", "[x]: ", "](<", "```\n", "](a.md) ", "~~~~\n```\n"])
def test_a_long_body_is_read_in_time(piece):
    assert linked(piece * (400_000 // len(piece)), "a.md", {"a.md": "a"}).body
