"""knowledgebase/reading/guided.py: guides as readers walk them, without a script: pure.

Every step is on the page, and one at a time is seen: that which the address names (`#guide-en-1-plug`), else the first.
A choice is a link to its step, so that the browser's own way back leads back, a step can be handed on, and a page on
paper, which shows all steps, still says by number where each choice leads. Which way a reader came is not known: where
several questions lead to a step, none is named as the one before it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledgebase.guides import Choice, Guide, Step, read, words
from knowledgebase.guides_in_text import MOST_GUIDES, is_guide
from knowledgebase.reading.inline import added, link, said, text

#: So much of a question names the way back to it.
_MOST_NAME = 60


def guided(tokens: Sequence[Token], reader: MarkdownIt, labels: Mapping[str, str], language: str) -> Iterator[Token]:
    """Tokens with each block that is a guide as its steps; one that cannot be followed as its words.

    Those beyond the bound are not read: they are shown as they are written.
    """
    number = 0
    for token in tokens:
        if token.type != "fence" or token.level or not is_guide(token.info):
            yield token
            continue
        number += 1
        if number > MOST_GUIDES:
            yield token
            continue
        guide = read(token.content)
        if guide.problems:
            yield from reader.parse(words(token.content))
        else:
            yield from _Pages(guide, f"guide-{language}-{number}", reader, labels).tokens()


class _Pages:
    """The steps of one guide. Their addresses begin with `place`."""

    def __init__(self, guide: Guide, place: str, reader: MarkdownIt, labels: Mapping[str, str]) -> None:
        self._guide, self._place, self._reader, self._labels = guide, place, reader, labels
        self._asked: dict[str, str] = {}
        self._numbers = {step.name: number for number, step in enumerate(guide.steps, 1)}

    def tokens(self) -> Iterator[Token]:
        """The whole guide."""
        yield _opens("div", **{"class": "guide", "role": "group", "aria-label": self._labels["guide"]})
        for step in self._guide.steps:
            yield from self._step(step)
        yield _closes("div")

    def _step(self, step: Step) -> Iterator[Token]:
        label = self._labels["question" if step.choices else "answer"]
        about = {"id": self._at(step.name), "role": "group", "aria-label": label, "tabindex": "-1"}
        yield _opens("div", **about, **{"class": "step" if step.choices else "step answer"})
        yield _opens("p", **{"class": "nth"})
        yield _inline(added(f"{label} "), *_for_paper(f"{self._numbers[step.name]}"))
        yield _closes("p")
        yield from _without_headings(self._reader.parse(step.says))
        if step.choices:
            yield from self._choices(step.choices)
        yield from self._back(step)
        yield _closes("div")

    def _choices(self, choices: Sequence[Choice]) -> Iterator[Token]:
        yield _opens("ol", **{"class": "choices"})
        for choice in choices:
            yield _opens("li")
            leads = _for_paper(f"→ {self._numbers[choice.to]}")
            yield _inline(*self._link(choice.to, text(self._plain(choice.says)), added(" "), *leads))
            yield _closes("li")
        yield _closes("ol")

    def _back(self, step: Step) -> Iterator[Token]:
        first = self._guide.steps[0]
        if step is first:
            return
        before = self._guide.before(step.name)
        links: list[Token] = []
        if len(before) == 1 and before[0] is not first:
            words = self._labels["back_to"].format(question=self._asks(before[0]))
            links += [*self._link(before[0].name, added(words)), added(" ")]
        yield _opens("p", **{"class": "back"})
        yield _inline(*links, *self._link(first.name, added(self._labels["start_again"])))
        yield _closes("p")

    def _link(self, name: str, *inside: Token) -> Iterator[Token]:
        return link(f"#{self._at(name)}", *inside)

    def _at(self, name: str) -> str:
        return f"{self._place}-{name}"

    def _asks(self, step: Step) -> str:
        if step.name not in self._asked:
            words = self._plain(step.says)
            self._asked[step.name] = words if len(words) <= _MOST_NAME else f"{words[: _MOST_NAME - 1]}…"
        return self._asked[step.name]

    def _plain(self, markdown: str) -> str:
        """The words of its first line."""
        return next((said(token) for token in self._reader.parse(markdown) if token.type == "inline"), "")


def _without_headings(tokens: Iterable[Token]) -> Iterator[Token]:
    """A step has none: most steps are not seen, and no list of sections can lead there."""
    for token in tokens:
        if token.type == "heading_open":
            yield from (_opens("p"), Token("strong_open", "strong", 1))
        elif token.type == "heading_close":
            yield from (Token("strong_close", "strong", -1), _closes("p"))
        else:
            yield token


def _for_paper(words: str) -> Iterator[Token]:
    """Words that are seen where the way goes by numbers."""
    yield from (Token("em_open", "em", 1), added(words), Token("em_close", "em", -1))


def _opens(tag: str, **attrs: str | int | float) -> Token:
    return Token(f"{tag}_opens", tag, 1, attrs=attrs, block=True)


def _closes(tag: str) -> Token:
    return Token(f"{tag}_closes", tag, -1, block=True)


def _inline(*children: Token) -> Token:
    return Token("inline", "", 0, block=True, children=list(children))
