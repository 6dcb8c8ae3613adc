"""ivr/flow.py: a call flow as values: nodes with names, and edges between them.

    say ─────▶ next                     speaks and goes on
    when ────▶ then | else              asks a fact, says nothing
    menu ────▶ choices[key] | default   asks for a key, a few times
    listen ──▶ next                     asks for a few words, once
    article ─▶ next | else              reads an article aloud, goes to else where it cannot be read
    send ────▶ next | else              sends an article as a text, goes to else where none can be sent
    queue                               the caller waits for an agent
    hangup                              the call ends

Texts are said in the caller's language if the flow has it, else in the flow's first language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

#: A text by language, as it stands in the flow.
Prompt = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class SayNode:
    """Speaks, then goes on to `next`."""

    name: str
    line: int
    prompt: Prompt
    next: str


@dataclass(frozen=True, kw_only=True)
class WhenNode:
    """Goes to `then` if every fact in `facts` has the value asked for, else to `otherwise`.

    The value `yes` asks whether the fact is true, `no` whether it is not.
    """

    name: str
    line: int
    facts: Mapping[str, str]
    then: str
    otherwise: str


@dataclass(frozen=True, kw_only=True)
class MenuNode:
    """Asks for a key and goes where it leads; after `tries` misses it goes to `default`.

    Before it asks again it says `sorry` to who pressed a wrong key, `no_input` to who pressed none. `names` are what
    agents read of a choice, by its keys.
    """

    name: str
    line: int
    prompt: Prompt
    choices: Mapping[str, str]
    default: str
    sorry: Prompt
    no_input: Prompt
    tries: int = 3
    timeout_s: int = 6
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ListenNode:
    """Asks for a few words and goes to `next`, whatever is said, and if nothing is."""

    name: str
    line: int
    prompt: Prompt
    next: str
    timeout_s: int = 6


@dataclass(frozen=True, kw_only=True)
class ArticleNode:
    """Says `prompt`, reads the article of this slug aloud, goes to `next`; to `otherwise` where nobody may read it."""

    name: str
    line: int
    article: str
    prompt: Prompt
    next: str
    otherwise: str


@dataclass(frozen=True, kw_only=True)
class SendNode:
    """Sends the article of this slug to the caller as a text, says `prompt` and goes to `next`.

    It goes to `otherwise`, and says nothing, where nobody may read it or the caller cannot be sent a text.
    """

    name: str
    line: int
    article: str
    prompt: Prompt
    next: str
    otherwise: str


@dataclass(frozen=True, kw_only=True)
class QueueNode:
    """Greets, then lets the caller wait in `queue`."""

    name: str
    line: int
    queue: str
    prompt: Prompt


@dataclass(frozen=True, kw_only=True)
class HangupNode:
    """Says goodbye and ends the call; whoever chose to come to one that is `solved` has said so."""

    name: str
    line: int
    prompt: Prompt
    solved: bool = False


Node = SayNode | WhenNode | MenuNode | ListenNode | ArticleNode | SendNode | QueueNode | HangupNode


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A whole call flow; `languages[0]` is the one that every prompt must have."""

    name: str
    start: str
    start_line: int
    languages: tuple[str, ...]
    nodes: Mapping[str, Node]


def asked_of(flow: Flow) -> frozenset[str]:
    """The queues of which the flow asks something: `billing`, where it asks `billing.open`."""
    asked = (fact for node in flow.nodes.values() if isinstance(node, WhenNode) for fact in node.facts)
    return frozenset(fact.rpartition(".")[0] for fact in asked if "." in fact)


def articles_of(flow: Flow) -> frozenset[str]:
    """The articles, by slug, that the flow reads aloud or sends."""
    return frozenset(node.article for node in flow.nodes.values() if isinstance(node, ArticleNode | SendNode))


def edges(node: Node) -> Iterator[tuple[str, str]]:
    """The ways out of a node: (which, name of the node that it leads to)."""
    match node:
        case SayNode() | ListenNode():
            yield "next", node.next
        case ArticleNode() | SendNode():
            yield "next", node.next
            yield "else", node.otherwise
        case WhenNode():
            yield "then", node.then
            yield "else", node.otherwise
        case MenuNode():
            for key, target in node.choices.items():
                yield f"key {key}", target
            yield "default", node.default
        case QueueNode() | HangupNode():
            return


_SAID_BY = {MenuNode: "menu", ListenNode: "listen"}


def prompts(node: Node) -> Iterator[tuple[str, Prompt]]:
    """What a node says: (which, text by language). Empty ones are left out."""
    if not isinstance(node, WhenNode) and node.prompt:
        yield _SAID_BY.get(type(node), "say"), node.prompt
    if isinstance(node, MenuNode) and node.sorry:
        yield "sorry", node.sorry
    if isinstance(node, MenuNode) and node.no_input:
        yield "no_input", node.no_input


def silent_edges(node: Node) -> Iterator[str]:
    """Where a caller goes who never presses a key."""
    for which, target in edges(node):
        if not which.startswith("key "):
            yield target
