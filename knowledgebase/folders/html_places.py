"""knowledgebase/folders/html_places.py: what a page names for links (`id`, `name`), by its headings. Pure.

<h2 id="p2">Part</h2>                    p2 is Part
<section id="p2"><h2>Part</h2>           the same: what is named before a heading, and has no words, is the heading
<h2>Part</h2> … <p id="p3">Words         p3 is Part: an article has addresses for its headings alone
"""

from collections import deque
from collections.abc import Mapping

from knowledgebase.reading.inline import said
from knowledgebase.reading.markdown import READER
from knowledgebase.reading.render import outline


class Places:
    """Names and headings, as they are read from the first to the last."""

    def __init__(self) -> None:
        self._headings: list[str] = []
        self._waiting: list[str] = []
        self._at: dict[str, int] = {}

    def names(self, *named: str | None) -> None:
        """What comes next is called so."""
        self._waiting += filter(None, named)

    def words(self) -> None:
        """Words come, below the last heading."""
        for name in self._waiting:
            self._at.setdefault(name, len(self._headings))
        self._waiting.clear()

    def heading(self, markdown: str) -> None:
        """A heading comes."""
        self._headings.append(markdown)
        self.words()

    def parts(self, body: str) -> Mapping[str, str]:
        """The heading by every name, as the page's body has it; none for what stands above them all."""
        self.words()
        if not self._at:
            return {}
        there = deque(outline(body))
        called = [""]
        for heading in self._headings:
            # One in a cell of a table is words as others, but where the table lays out the page.
            is_there = there and there[0].text == said(READER.parse(f"# {heading}")[1])
            called.append(there.popleft().name if is_there else called[-1])
        return {name: called[at] for name, at in self._at.items()}
