"""ivr/check.py: what is wrong with a flow that can be read: callers it would leave in silence.

A flow without findings always asks, queues or lets go of a caller, says something when it asks,
and says it in every language that it claims.
"""

from collections.abc import Collection, Iterator, Mapping

from ivr.flow import (
    ArticleNode,
    Flow,
    HangupNode,
    ListenNode,
    MenuNode,
    QueueNode,
    SayNode,
    SendNode,
    WhenNode,
    edges,
    prompts,
    silent_edges,
)

#: What can be asked of a queue: `billing.open`.
OF_QUEUES = ("open", "full", "staffed")
#: What waits for an answer of the caller's, and what they do in it.
_ASKS = (MenuNode, ListenNode)
_DOES: Mapping[type, str] = {MenuNode: "presses", ListenNode: "says"}
#: What is nothing without words.
_SPEAKS: Mapping[type, str] = {MenuNode: "menu", ListenNode: "listen", SayNode: "say"}


def check(
    flow: Flow, *, queues: Collection[str] | None = None, articles: Collection[str] | None = None
) -> list[tuple[int, str]]:
    """The findings as (line, message), in order of lines; none is a flow fit for use.

    `queues` are the queues that exist, `articles` the slugs that everybody can read; None leaves that unchecked.
    """
    findings = [*_edges(flow), *_unreachable(flow), *_loops(flow), *_silence(flow), *_languages(flow), *_unsaid(flow)]
    if queues is not None:
        findings += [
            (node.line, f"{node.name}: there is no queue {node.queue}")
            for node in flow.nodes.values()
            if isinstance(node, QueueNode) and node.queue not in queues
        ]
        findings += [*_asked(flow, queues)]
    if articles is not None:
        findings += [
            (node.line, f"{node.name}: there is no public article {node.article}")
            for node in flow.nodes.values()
            if isinstance(node, ArticleNode | SendNode) and node.article not in articles
        ]
    return sorted(set(findings))


def _asked(flow: Flow, queues: Collection[str]) -> Iterator[tuple[int, str]]:
    for node in flow.nodes.values():
        for fact in node.facts if isinstance(node, WhenNode) else ():
            queue, dot, what = fact.rpartition(".")
            if dot and queue not in queues:
                yield node.line, f"{node.name}: there is no queue {queue}"
            elif dot and what not in OF_QUEUES:
                yield node.line, f"{node.name}: of a queue can be asked {', '.join(OF_QUEUES)}"


def _edges(flow: Flow) -> list[tuple[int, str]]:
    findings = []
    if flow.start not in flow.nodes:
        findings.append((flow.start_line, f"start leads to {flow.start}, which does not exist"))
    for node in flow.nodes.values():
        findings += [
            (node.line, f"{node.name}: {which} leads to {target}, which does not exist")
            for which, target in edges(node)
            if target not in flow.nodes
        ]
        if isinstance(node, MenuNode):
            findings += [
                (node.line, f"{node.name}: {keys} has a name and leads nowhere")
                for keys in node.names.keys() - node.choices.keys()
            ]
            if not node.choices:
                findings.append((node.line, f"{node.name}: a menu without keys"))
    return findings


def _unreachable(flow: Flow) -> list[tuple[int, str]]:
    reached: set[str] = set()
    waiting = [flow.start]
    while waiting:
        name = waiting.pop()
        if name in flow.nodes and name not in reached:
            reached.add(name)
            waiting += [target for _, target in edges(flow.nodes[name])]
    return [(node.line, f"{node.name}: nothing leads here") for node in flow.nodes.values() if node.name not in reached]


def _loops(flow: Flow) -> list[tuple[int, str]]:
    """Circles that a caller who presses nothing never leaves, and nobody leaves if no menu is in it."""
    findings = []
    for name, node in flow.nodes.items():
        if name in _follow(flow, list(silent_edges(node)), stop_at_menus=True) and not isinstance(node, _ASKS):
            findings.append((node.line, f"{name}: goes in a circle without asking the caller"))
        elif isinstance(node, _ASKS) and name in _follow(flow, list(silent_edges(node)), stop_at_menus=False):
            findings.append((node.line, f"{name}: a caller who {_DOES[type(node)]} nothing goes round in a circle"))
    return findings


def _unsaid(flow: Flow) -> list[tuple[int, str]]:
    """Ends that would be solved, to which callers come who have chosen nothing."""
    silent = set(_follow(flow, [flow.start], stop_at_menus=True))
    for node in flow.nodes.values():
        if isinstance(node, _ASKS):
            silent |= _follow(flow, list(silent_edges(node)), stop_at_menus=True)
    return [
        (node.line, f"{node.name}: a caller who presses nothing comes here, and has not said that it is solved")
        for node in flow.nodes.values()
        if isinstance(node, HangupNode) and node.solved and node.name in silent
    ]


def _follow(flow: Flow, waiting: list[str], *, stop_at_menus: bool) -> set[str]:
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        node = flow.nodes.get(name)
        if node is None or name in reached or (stop_at_menus and isinstance(node, _ASKS)):
            continue
        reached.add(name)
        waiting += silent_edges(node)
    return reached


def _silence(flow: Flow) -> list[tuple[int, str]]:
    return [
        (node.line, f"{node.name}: a {_SPEAKS[type(node)]} without a prompt")
        for node in flow.nodes.values()
        if type(node) in _SPEAKS and not isinstance(node, WhenNode) and not node.prompt
    ]


def _languages(flow: Flow) -> list[tuple[int, str]]:
    return [
        (node.line, f"{node.name}: {which} is missing in {language}")
        for node in flow.nodes.values()
        for which, prompt in prompts(node)
        for language in flow.languages
        if not prompt.get(language)
    ]
