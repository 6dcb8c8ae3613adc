"""Rows of ReDoS once more, for what readers, writers and a language model may hand to the knowledge base.

A run of spaces in an article stood still a whole server for eight seconds. Work is counted as time of the processor;
what takes no measurable time at all is not compared.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from desk.kernel.errors import Invalid
from knowledgebase import contents, guides_in_text, unseen
from knowledgebase.bot import answering, negations, waiting, wishes
from knowledgebase.drafting import statements
from knowledgebase.folders import file_links, front_matter, html_tables
from knowledgebase.folders.from_html import from_html
from knowledgebase.learning import figures, spoken
from knowledgebase.reading import lines, render
from knowledgebase.search.indexed import indexed, plain
from knowledgebase.writing import slugs
from tests.security.test_slow_patterns import KB, MOST_S, spent

SIZE = 8 * KB
#: Shorter than this is noise.
NOISE_S = 0.05
SIGNS = [
    " ", "\t", "\n", "a", "0", "-", "- ", "|", "| ", "|-", ":-", ":", "#", ">", "_", "*", "`", "```\n", "<", "<p>", "&",
    "[", "![", "](", "[1]", "[[a]]", "{{", "}}", "(", '"', "'", "\\", ".", ". ", ",", "1.", "1. ", "1 000 ", "€", "A1-",
    "http://a ", "/help/files/a", "not ", "nicht ", "ne ", "长", "没", "不", "别", "。", "---\n", "- a\n", "\n \n", "é",
]  # fmt: skip


def a_file(text: str) -> None:
    """An article from a folder: the text is its head, or its body."""
    with suppress(Invalid):
        front_matter.read_sheet("a.md", f"---\n{text}\n---\nx")
    front_matter.untitled("a.md", text)


READERS: dict[str, Callable[[str], Any]] = {
    "index": lambda text: indexed(title=text[:500], summary=text[:2_000], body=text, tags=[], language="en"),
    "plain": plain,
    "html": lambda text: (from_html(text), from_html(f"<table><td>{text}")),
    "file": a_file,
    "links": lambda text: file_links.linked(text, "a.md", {}),
    "cell": html_tables.lines_of,
    "guides": lambda text: (guides_in_text.marked(text), guides_in_text.in_words(f"```guide\n{text}\n```")),
    "contents": lambda text: (contents.snippets_in(text), contents.files_in(text), contents.tags_in(text)),
    "unseen": unseen.seen,
    "assistant": lambda text: answering.at_once(text, []),
    "wishes": lambda text: (wishes.wants_person(text), wishes.is_upset(text), waiting.says_when(text)),
    "denied": lambda text: [negations.missed(text, language) for language in ("en", "de", "fr", "zh")],
    "statements": lambda text: (statements.statements(text, headed=True), statements.numbers_named(text)),
    "spoken": lambda text: spoken.spoken(text, "/x"),
    "figures": lambda text: [figures.sentences(text, language) for language in ("en", "de")],
    "slug": slugs.slug_of,
    "page": render.rendered,
    "lines": lines.in_lines,
}


@pytest.mark.parametrize("reader", READERS)
def test_twice_the_text_is_about_twice_the_work(reader: str) -> None:
    read = READERS[reader]
    for sign in SIGNS:
        whole = (sign * (SIZE // len(sign) + 1))[:SIZE]
        for text in (f"{whole}!", f"x\n{whole}y"):
            long = spent(read, text)
            assert long < MOST_S, (sign, long)
            if long > NOISE_S:
                short = min(spent(read, text[: SIZE // 2]) for _ in range(2))
                again = min(long, spent(read, text))
                assert again < 3 * max(short, NOISE_S / 3), (sign, short, again)
