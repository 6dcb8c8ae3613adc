"""tests/architecture/arrows.py: what a source file imports, read from its text without running it."""

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("web", "knowledgebase", "desk", "channels", "ivr", "routing")


@dataclass(frozen=True, kw_only=True)
class Import:
    """One module that a file imports."""

    target: str  #: dotted, as written; of `from a import b` it is `a.b` where that is a module, else `a`
    line: int
    inside: str  #: the function that it stands in, or nothing
    only_types: bool  #: under `if TYPE_CHECKING`


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file of the tree."""

    module: str
    path: Path
    tree: ast.Module
    imports: tuple[Import, ...]

    @property
    def package(self) -> str:
        """The room that it stands in."""
        return self.module.partition(".")[0]

    def at(self, line: int) -> str:
        """FILE:LINE, as an editor finds it."""
        return f"{self.path.relative_to(ROOT)}:{line}"


@cache
def read_tree(root: Path = ROOT) -> dict[str, Source]:
    """Every source file of the six packages under `root`, by module name; read once for all who ask."""
    files = {_module(path, root): path for name in PACKAGES for path in sorted((root / name).rglob("*.py"))}
    known = frozenset(files)
    gc.disable()  # all of it is kept: whoever looks for what is not, time and again, looks longer than it takes to read
    try:
        return {module: read(path, module, known) for module, path in files.items()}
    finally:
        gc.enable()


def read(path: Path, module: str, known: frozenset[str]) -> Source:
    """One source file."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    imports = tuple(_imports(tree, module, known, is_package=path.name == "__init__.py"))
    return Source(module=module, path=path, tree=tree, imports=imports)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call in `tree` and the dotted name that is called, as far as it is one: `sio.emit`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield _dotted(node.func), node


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(tree: ast.Module, module: str, known: frozenset[str], *, is_package: bool) -> Iterator[Import]:
    home = module.split(".") if is_package else module.split(".")[:-1]

    def visit(node: ast.AST, inside: str, only_types: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):  # imports nothing, and is most of a tree
                continue
            if isinstance(child, ast.Import):
                for name in child.names:
                    yield Import(target=name.name, line=child.lineno, inside=inside, only_types=only_types)
            elif isinstance(child, ast.ImportFrom):
                base = ".".join([*home[: len(home) - child.level + 1], *filter(None, [child.module])])
                source = base if child.level else child.module or ""
                for name in child.names:
                    whole = f"{source}.{name.name}"
                    target = whole if whole in known else source
                    yield Import(target=target, line=child.lineno, inside=inside, only_types=only_types)
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from visit(child, child.name, only_types)
            else:
                typing = isinstance(child, ast.If) and _dotted(child.test).endswith("TYPE_CHECKING")
                yield from visit(child, inside, only_types or typing)

    yield from visit(tree, "", False)


def cycles(sources: dict[str, Source]) -> list[list[str]]:
    """Groups of modules that import one another in a ring (Tarjan)."""
    edges = {
        name: sorted({found.target for found in source.imports if found.target in sources and found.target != name})
        for name, source in sources.items()
    }
    # A module imports its own package's `__init__`, and `from package import module` names the package:
    # that is a ring only where the `__init__` imports back, which it may as long as it is a mere shop window.
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def connect(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for target in edges[name]:
            if target not in index:
                connect(target)
                low[name] = min(low[name], low[target])
            elif target in stack:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            ring = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(ring) > 1:
                found.append(sorted(ring))

    for name in sorted(edges):
        if name not in index:
            connect(name)
    return found
