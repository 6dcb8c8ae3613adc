"""ivr/parse.py: a call flow's YAML text → `Flow`. Every error carries its line.

The text is read as a tree of YAML nodes, never as Python values, so that `no`, `0` and `01` stay
what was written and a name given twice is noticed. Anchors and aliases are refused: a short text
must not be able to unfold into a long one.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

import yaml

from ivr.flow import (
    ArticleNode,
    Flow,
    HangupNode,
    ListenNode,
    MenuNode,
    Node,
    Prompt,
    QueueNode,
    SayNode,
    SendNode,
    WhenNode,
)

#: No flow that a person wrote is longer.
MOST_CHARACTERS = 200_000
#: What agents read of a choice stands on one line.
MOST_OF_NAME = 80
#: A flow needs five; the reader's time grows with the square of what a hostile text opens.
MOST_LEVELS = 10

_NODE_KEYS = {
    "when": ({"when", "then", "else"}, {"then", "else"}),
    "menu": ({"menu", "keys", "default", "sorry", "no_input", "tries", "timeout_s", "names"}, {"keys", "default"}),
    "listen": ({"listen", "next", "timeout_s"}, {"next"}),
    "article": ({"article", "say", "next", "else"}, {"next", "else"}),
    "send": ({"send", "say", "next", "else"}, {"next", "else"}),
    "queue": ({"queue", "say"}, set()),
    "hangup": ({"hangup", "say"}, set()),
    "say": ({"say", "next"}, {"next"}),
}


class FlowError(Exception):
    """The text is not a call flow; `errors` lists (line, why), in order of lines."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        self.errors = sorted(errors)
        super().__init__("; ".join(f"line {line}: {why}" for line, why in self.errors))


@lru_cache(maxsize=64)
def parse(text: str, *, name: str = "flow") -> Flow:
    """Reads a flow; the same text is read once. What it means is `check`'s business; this says whether it can be read.

    Raises:
        FlowError: with every error found, each with its line.
    """
    root = _tree(text)
    if not isinstance(root, yaml.MappingNode):
        raise FlowError([(1, "a call flow begins with start: and nodes:")])
    return _Reader(name).flow(root)


def _tree(text: str) -> yaml.Node | None:
    if len(text) > MOST_CHARACTERS:
        raise FlowError([(1, f"longer than {MOST_CHARACTERS} characters")])
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_LEVELS:
                raise FlowError([(line, "nested too deeply")])
            if isinstance(event, yaml.AliasEvent):
                raise FlowError([(line, "anchors and aliases are not part of the language")])
        tree: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FlowError([(mark.line + 1 if mark else 1, str(error.problem or error.context or "not YAML"))]) from error
    except yaml.YAMLError as error:
        raise FlowError([(1, f"not YAML: {str(error).splitlines()[0]}")]) from error
    return tree


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


class _Reader:
    """Reads one tree and collects what is wrong with it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._errors: list[tuple[int, str]] = []
        self._languages: tuple[str, ...] = ("en",)

    def flow(self, root: yaml.MappingNode) -> Flow:
        parts = self._mapping(root, "the flow", {"name", "languages", "start", "nodes"}, {"start", "nodes"})
        name = self._text(parts["name"]) if "name" in parts else self._name
        if "languages" in parts:
            self._languages = self._list(parts["languages"], "languages") or ("en",)
        start = self._text(parts["start"]) if "start" in parts else ""
        start_line = _line(parts["start"]) if "start" in parts else 1
        nodes: dict[str, Node] = {}
        if "nodes" in parts:
            for key, value in self._pairs(parts["nodes"], "nodes"):
                node = self._node(key, value)
                if node is not None:
                    nodes[node.name] = node
        if self._errors:
            raise FlowError(self._errors)
        return Flow(name=name, start=start, start_line=start_line, languages=self._languages, nodes=nodes)

    def _node(self, key: yaml.ScalarNode, value: yaml.Node) -> Node | None:
        name, line = str(key.value), _line(key)
        if not isinstance(value, yaml.MappingNode):
            self._wrong(value, f"{name}: expected one of {', '.join(_NODE_KEYS)}")
            return None
        present = {str(entry.value) for entry, _ in value.value if isinstance(entry, yaml.ScalarNode)}
        kind = next((kind for kind in _NODE_KEYS if kind in present), "")
        if not kind:
            self._wrong(key, f"{name}: expected one of {', '.join(_NODE_KEYS)}")
            return None
        allowed, required = _NODE_KEYS[kind]
        before = len(self._errors)
        parts = self._mapping(value, name, allowed, required, at=key)
        node = None if len(self._errors) > before else self._made(kind, name, line, parts)
        return node if len(self._errors) == before else None

    def _made(self, kind: str, name: str, line: int, parts: Mapping[str, yaml.Node]) -> Node:
        def prompt(part: str) -> Prompt:
            return self._prompt(parts[part], f"{name}.{part}") if part in parts else {}

        def text(part: str) -> str:
            return self._text(parts[part])

        match kind:
            case "when":
                facts = self._facts(parts["when"], name)
                return WhenNode(name=name, line=line, facts=facts, then=text("then"), otherwise=text("else"))
            case "menu":
                return MenuNode(
                    name=name,
                    line=line,
                    prompt=prompt("menu"),
                    choices=self._choices(parts["keys"], name),
                    default=text("default"),
                    sorry=prompt("sorry"),
                    no_input=prompt("no_input"),
                    tries=self._number(parts, "tries", 3, 1, 10),
                    timeout_s=self._number(parts, "timeout_s", 6, 1, 60),
                    names=self._names(parts["names"], name) if "names" in parts else {},
                )
            case "listen":
                timeout_s = self._number(parts, "timeout_s", 6, 1, 60)
                return ListenNode(name=name, line=line, prompt=prompt("listen"), next=text("next"), timeout_s=timeout_s)
            case "article" | "send":
                about = {"article": text(kind), "next": text("next"), "otherwise": text("else")}
                made = ArticleNode if kind == "article" else SendNode
                return made(name=name, line=line, prompt=prompt("say"), **about)
            case "queue":
                return QueueNode(name=name, line=line, queue=text("queue"), prompt=prompt("say"))
            case "hangup":
                if text("hangup") not in ("yes", "true", "solved"):
                    self._wrong(parts["hangup"], f"{name}: expected hangup: yes, or hangup: solved")
                return HangupNode(name=name, line=line, prompt=prompt("say"), solved=text("hangup") == "solved")
            case _:
                return SayNode(name=name, line=line, prompt=prompt("say"), next=text("next"))

    def _prompt(self, node: yaml.Node, what: str) -> Prompt:
        """A text in the flow's first language, or texts by language."""
        if isinstance(node, yaml.MappingNode):
            texts = {str(key.value): self._text(value) for key, value in self._pairs(node, what)}
            for language in texts.keys() - set(self._languages):
                self._wrong(node, f"{what}: {language} is not one of the flow's languages")
            return texts
        return {self._languages[0]: self._text(node)}

    def _facts(self, node: yaml.Node, name: str) -> Mapping[str, str]:
        """`open` alone, or facts with the values asked for."""
        if isinstance(node, yaml.MappingNode):
            return {
                str(key.value): {"true": "yes", "false": "no"}.get(self._text(value), self._text(value))
                for key, value in self._pairs(node, f"{name}.when")
            }
        return {self._text(node): "yes"}

    def _choices(self, node: yaml.Node, name: str) -> Mapping[str, str]:
        choices = {}
        for key, value in self._pairs(node, f"{name}.keys"):
            keys = str(key.value)
            if not keys or len(keys) > 8 or not set(keys) <= set("0123456789*"):
                self._wrong(key, f"{name}: {keys!r} cannot be pressed; keys are 0 to 9 and *")
            choices[keys] = self._text(value)
        return choices

    def _names(self, node: yaml.Node, name: str) -> Mapping[str, str]:
        names = {str(key.value): self._text(value) for key, value in self._pairs(node, f"{name}.names")}
        for keys, words in names.items():
            if len(words) > MOST_OF_NAME:
                self._wrong(node, f"{name}: the name of {keys} is longer than {MOST_OF_NAME} characters")
        return names

    def _number(self, parts: Mapping[str, yaml.Node], part: str, default: int, least: int, most: int) -> int:
        if part not in parts:
            return default
        text = self._text(parts[part])
        if not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most):
            self._wrong(parts[part], f"{part}: expected a whole number from {least} to {most}")
            return default
        return int(text)

    def _list(self, node: yaml.Node, what: str) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self._wrong(node, f"{what}: expected a list")
            return ()
        return tuple(self._text(item) for item in node.value)

    def _text(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode) and str(node.value).strip():
            return str(node.value).strip()
        self._wrong(node, "expected a text")
        return ""

    def _mapping(
        self, node: yaml.MappingNode, what: str, allowed: set[str], required: set[str], at: yaml.Node | None = None
    ) -> dict[str, yaml.Node]:
        parts: dict[str, yaml.Node] = {}
        for key, value in self._pairs(node, what):
            if key.value in allowed:
                parts[str(key.value)] = value
            else:
                self._wrong(key, f"{what}: unknown {key.value!r}; known here: {', '.join(sorted(allowed))}")
        for missing in sorted(required - parts.keys()):
            self._wrong(at or node, f"{what}: {missing}: is missing")
        return parts

    def _pairs(self, node: yaml.Node, what: str) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self._wrong(node, f"{what}: expected names with values")
            return
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._wrong(key, f"{what}: expected a name")
            elif key.value in seen:
                self._wrong(key, f"{what}: {key.value!r} is given twice")
            else:
                seen.add(key.value)
                yield key, value

    def _wrong(self, node: yaml.Node, why: str) -> None:
        self._errors.append((_line(node), why))
