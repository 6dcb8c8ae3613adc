"""Parts of an article: each has an address of its own, and what writers call it leads there."""

import re
from urllib.parse import unquote

import pytest

from knowledgebase.reading.parts import Parts
from knowledgebase.reading.render import outline, render


def leads(body: str) -> list[str]:
    """Where the links of a body lead, as browsers read it."""
    return [unquote(address) for address in re.findall(r'href="([^"]*)"', render(body))]


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Part", ["#part", "#Part", "#s-part"]),
        ("What's new?", ["#whats-new", "#what's-new"]),
        ("The `snake_case` of v1.2", ["#the-snake_case-of-v12"]),
        ("Bills & refunds", ["#bills--refunds", "#bills-refunds"]),
        ("Über Größen", ["#über-größen", "#%C3%BCber-gr%C3%B6%C3%9Fen", "#uber-größen", "#u\u0308ber-größen"]),
        ("退款：多久到账？", ["#退款多久到账", "#退款：多久到账？"]),
        ("धनवापसी कब", ["#धनवापसी-कब"]),
        ("한국어 안내", ["#한국어-안내"]),
    ],
)
def test_a_link_leads_to_the_heading_by_its_words(heading, names):
    body = f"## {heading}\n\n" + "\n\n".join(f"[x](<{name}>)" for name in names)
    assert set(leads(body)) == {f"#{outline(body)[0].id}"}


def test_headings_of_one_name_are_numbered_as_writers_count_them():
    body = "# Part\n\n## Part\n\n## Part 1\n\n### Part\n\n[a](#part) [b](#part-1) [c](#part_2) [d](#part-1-1)"
    ids = [f"#{part.id}" for part in outline(body)]

    assert ids == ["#s-part", "#s-part-1", "#s-part-1-1", "#s-part-2"]
    assert leads(body) == [ids[0], ids[1], ids[3], ids[2]]


def test_a_link_to_a_part_of_another_article_is_read_alike():
    said = "[a](/help/a/two#Über-uns) [b](/help/a/two?lang=de#part) [c](/help/a/two#s-part) [d](/help/a/two)"
    there = ["/help/a/two#s-uber-uns", "/help/a/two?lang=de#s-part", "/help/a/two#s-part", "/help/a/two"]
    assert leads(said) == there


def test_what_leads_to_no_part_is_let_be():
    guide = "```guide\n? start: Dead?\n  - Yes -> plug\n= plug: Plug it in.\n```\n\n"
    said = "[a](#nothing) [b](#) [c](https://e.org/#part) [d](/help/a/x#guide-zh-Hant-1-plug) [e](#guide-en-1-plug)"
    assert leads(f"{guide}# Part\n\n{said}")[-5:] == [
        *("#nothing", "#", "https://e.org/#part", "/help/a/x#guide-zh-Hant-1-plug", "#guide-en-1-plug")
    ]
    assert leads("## Guide to refunds\n\n[x](#guide-to-refunds) [y](/help/a/x#guide-to-refunds)") == [
        *("#s-guide-to-refunds", "/help/a/x#s-guide-to-refunds")
    ]


def test_many_headings_of_one_name_are_named_in_time():
    parts = Parts()
    names = [parts.add(heading) for _ in range(5_000) for heading in ("Part", "Part 1", "!")]
    assert len(set(names)) == 15_000
