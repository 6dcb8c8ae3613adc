"""The house in one picture, held: who may know whom, and which rooms know nothing of the world.

web  →  knowledgebase  →  desk  →  channels  →  ivr
                          desk  →  routing
"""

import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.architecture.arrows import PACKAGES, Source, cycles, read, read_tree

#: What a room may import besides itself: everything to its right.
MAY_KNOW = {
    "web": {"knowledgebase", "desk", "channels", "ivr", "routing"},
    "knowledgebase": {"desk", "channels", "ivr", "routing"},
    "desk": {"channels", "ivr", "routing"},
    "channels": {"ivr"},
    "ivr": set(),
    "routing": set(),
}

#: Modules with rules and nothing else. They import the standard library's values and one another.
PURE = frozenset(
    {
        "channels.characters",
        "channels.email.quotes",
        "channels.email.senders",
        "channels.errors",
        "channels.model.prompt",
        "channels.protocol",
        "channels.types",
        "desk.callbacks.events",
        "desk.complaints.calendar",
        "desk.complaints.currencies",
        "desk.complaints.deadlines",
        "desk.complaints.events",
        "desk.complaints.lifecycle",
        "desk.complaints.packs",
        "desk.complaints.playbooks",
        "desk.complaints.redress",
        "desk.complaint_report.period",
        "desk.complaint_report.value",
        "desk.complaint_report.words",
        "desk.complaint_report.chinese",
        "desk.kernel.dates",
        "desk.kernel.errors",
        "desk.kernel.events",
        "desk.kernel.jobs",
        "desk.organization.accents",
        "desk.organization.colours",
        "desk.people.permissions",
        "desk.replay.comparison",
        "desk.replay.customers",
        "desk.replay.stands",
        "desk.replay.usual",
        "desk.replay.visits",
        "desk.replay.waits",
        "desk.screens.audience",
        "knowledgebase.drafting.answers",
        "knowledgebase.drafting.articles",
        "knowledgebase.drafting.prompts",
        "knowledgebase.drafting.statements",
        "knowledgebase.learning.confidence",
        "knowledgebase.contents",
        "knowledgebase.events",
        "knowledgebase.guides",
        "knowledgebase.guides_in_text",
        "knowledgebase.languages",
        "knowledgebase.masking",
        "knowledgebase.masking.accounts",
        "knowledgebase.masking.addresses",
        "knowledgebase.masking.amounts",
        "knowledgebase.masking.birth_words",
        "knowledgebase.masking.births",
        "knowledgebase.masking.cards",
        "knowledgebase.masking.date_words",
        "knowledgebase.masking.names_in_scripts",
        "knowledgebase.masking.numbers",
        "knowledgebase.masking.numbers_in_words",
        "knowledgebase.masking.places",
        "knowledgebase.masking.plain_writing",
        "knowledgebase.masking.postcodes",
        "knowledgebase.masking.streets_english",
        "knowledgebase.masking.streets_in_east_asia",
        "knowledgebase.masking.streets_in_europe",
        "knowledgebase.masking.whereabouts",
        "knowledgebase.unseen",
        "knowledgebase.writing.comparing",
        "knowledgebase.writing.in_common",
        "knowledgebase.writing.lifecycle",
        "knowledgebase.writing.slugs",
    }
)
#: Values and arithmetic: nothing here reads a clock, a file, a socket or chance.
# fmt: off
VALUES = frozenset({
    "abc", "array", "base64", "bisect", "calendar", "collections", "contextlib", "copy", "dataclasses", "datetime",
    "decimal", "enum", "fractions", "functools", "hashlib", "heapq", "html", "itertools", "json", "math", "operator",
    "re", "statistics", "string", "types", "typing", "unicodedata", "zoneinfo",
})
# fmt: on
#: The rooms within a package or a large room, each of which uses only those before it and what all of them share: what
#: else stands there.
# fmt: off
STOREYS = {
    "desk": (
        "organization", "scenarios", "people", "customers", "work", "floor", "replay", "complaints",
        "complaint_report", "contacts", "calls", "callbacks", "customer_access", "agents", "screens",
    ),
    "knowledgebase": (
        "search", "masking", "meaning", "writing", "reading", "contacts", "bot", "learning", "drafting", "folders",
    ),
    "web": ("reports", "hooks", "sockets", "pages", "api", "site", "app", "serve", "bench", "demo", "cli", "__main__"),
    "web.pages": ("help", "complaints", "knowledge", "admin", "routes"),
}
# fmt: on
#: What knows all rooms of its package, and is known by none.
KNOWS_ALL = frozenset(
    {
        "desk.alerts",
        "desk.call_watch",
        "desk.closing_time",
        "desk.complaint_handlers",
        "desk.handlers",
        "desk.node_watch",
        "desk.router",
        "knowledgebase.handlers",
    }
)
#: The one library of a pure room: `ivr/parse.py` reads YAML from text that it is given.
READS_YAML = "ivr.parse"
#: The one part of a pure room that looks at files: those of its own package, to see whether it runs compiled.
LOOKS_AT_ITSELF = frozenset({"routing", "routing.twins"})
ITS_OWN_FILES = frozenset({"importlib.machinery", "pathlib", "sys"})

#: Where an import may stand in a function: a command imports what it needs, so that `--help` stays quick.
LAZY = ("web.__main__", "web.cli.")


@pytest.fixture(scope="module")
def tree() -> dict[str, Source]:
    return read_tree()


def test_every_room_is_there(tree):
    assert {source.package for source in tree.values()} == set(PACKAGES)


def test_imports_run_in_one_direction(tree):
    assert wrong_arrows(tree) == []


def test_within_a_package_imports_run_from_room_to_room_in_one_direction(tree):
    assert wrong_storeys(tree) == []


def test_the_kernel_knows_nothing_of_what_stands_on_it(tree):
    assert leaning(tree) == []


def test_nothing_is_imported_in_a_ring(tree):
    assert cycles(tree) == []


def test_pure_rooms_know_nothing_of_the_world(tree):
    assert worldly(tree) == []


def test_the_lists_of_rooms_and_of_what_knows_them_are_true(tree):
    rooms = {f"{package}.{room}" for package, rooms in STOREYS.items() for room in rooms}
    assert [name for name in sorted(rooms | KNOWS_ALL) if name not in tree] == []


def test_the_list_of_pure_modules_is_true(tree):
    assert [module for module in sorted(PURE) if module not in tree] == []


def test_no_import_hides_in_a_function(tree):
    assert hidden(tree) == []


def test_no_room_of_ours_imports_the_tests(tree):
    found = [
        source.at(item.line)
        for source in tree.values()
        for item in source.imports
        if item.target.partition(".")[0] in {"tests", "bench"} and not source.module.startswith("web.cli.bench")
    ]
    assert found == []


def wrong_arrows(tree: dict[str, Source]) -> list[str]:
    """Imports that run to the left."""
    return [
        f"{source.at(item.line)}: {source.package} must not know {item.target}"
        for source in tree.values()
        for item in source.imports
        if (room := item.target.partition(".")[0]) in PACKAGES
        and room != source.package
        and room not in MAY_KNOW[source.package]
    ]


def wrong_storeys(tree: dict[str, Source]) -> list[str]:
    """Imports of what stands after one's own room in the same package."""
    return [
        f"{source.at(item.line)}: {source.module} must not know {item.target}"
        for source in tree.values()
        for within in STOREYS
        if source.module.startswith(f"{within}.")
        for item in source.imports
        if item.target.startswith(f"{within}.") and _storey(item.target, within) > _storey(source.module, within)
    ]


def _storey(module: str, within: str) -> int:
    room = module.removeprefix(f"{within}.").partition(".")[0]
    if module in KNOWS_ALL:
        return len(STOREYS[within])
    return STOREYS[within].index(room) if room in STOREYS[within] else -1


def leaning(tree: dict[str, Source]) -> list[str]:
    """Imports of the kernel that are neither its own nor tables."""
    return [
        f"{source.at(item.line)}: the kernel must not know {item.target}"
        for source in tree.values()
        for item in source.imports
        if source.module.startswith("desk.kernel.")
        and item.target.partition(".")[0] in PACKAGES
        and not item.target.startswith(("desk.kernel", "desk.tables"))
        and item.target != "desk"
    ]


def worldly(tree: dict[str, Source]) -> list[str]:
    """Imports that let the world into a pure room."""
    return [
        f"{source.at(item.line)}: {source.module} is pure and must not import {item.target}"
        for source in tree.values()
        for item in source.imports
        if is_pure(source.module)
        and not is_pure(item.target)
        and item.target.partition(".")[0] not in VALUES
        and (source.module, item.target) != (READS_YAML, "yaml")
        and not (source.module in LOOKS_AT_ITSELF and item.target in ITS_OWN_FILES)
        and not _is_bare_package(tree, item.target)
    ]


def hidden(tree: dict[str, Source]) -> list[str]:
    """Imports inside functions."""
    return [
        f"{source.at(item.line)}: {item.target} is imported inside {item.inside}()"
        for source in tree.values()
        for item in source.imports
        if item.inside and not source.module.startswith(LAZY)
    ]


def is_pure(module: str) -> bool:
    """Whether `module` must know nothing of the world."""
    return module in PURE or module.partition(".")[0] in {"routing", "ivr"}


def _is_bare_package(tree: dict[str, Source], module: str) -> bool:
    return module in tree and tree[module].path.name == "__init__.py" and not tree[module].imports


# The checks are checked: each finds what it is for.


@pytest.fixture
def house(tmp_path: Path):
    """Makes a small tree of its own."""

    def build(**files: str) -> dict[str, Source]:
        known = frozenset(name.replace("__", ".") for name in files)
        made = {}
        for name, text in files.items():
            module = name.replace("__", ".")
            path = tmp_path / f"{name}.py"
            path.write_text(text, encoding="utf-8")
            made[module] = read(path, module, known)
        return made

    return build


@pytest.fixture(autouse=True)
def shown_from_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest):
    if "house" in request.fixturenames:
        monkeypatch.setattr("tests.architecture.arrows.ROOT", tmp_path)


def test_an_arrow_to_the_left_is_found(house):
    tree = house(desk__intake="from web import edge\nimport channels.types", routing__engine="import desk.clock")

    assert [line.partition(": ")[2] for line in wrong_arrows(tree)] == [
        "desk must not know web",
        "routing must not know desk.clock",
    ]


def test_an_arrow_back_between_rooms_is_found(house):
    tree = house(
        desk__work__offers="from desk.callbacks import life\nimport desk.organization.rows\nimport desk.router",
        desk__tables__work="import desk.work.offers",
        desk__router="import desk.callbacks.life\nimport desk.handlers",
    )

    assert [line.partition(": ")[2] for line in wrong_storeys(tree)] == [
        "desk.work.offers must not know desk.callbacks",
        "desk.work.offers must not know desk.router",
        "desk.tables.work must not know desk.work.offers",
    ]


def test_a_kernel_that_leans_on_the_desk_is_found(house):
    tree = house(desk__kernel__relay="from desk.offers import make\nimport desk.tables\nimport desk.kernel.log")

    assert [line.partition(": ")[2] for line in leaning(tree)] == ["the kernel must not know desk.offers"]


def test_a_room_that_leans_on_one_after_it_is_found(house):
    tree = house(
        knowledgebase__search__index="from knowledgebase.writing import texts\nfrom knowledgebase import tables",
        knowledgebase__writing__texts="import knowledgebase.search.index",
        knowledgebase__readers="from knowledgebase.search import index",
        knowledgebase__handlers="import knowledgebase.search.index",
        knowledgebase__tables="",
    )

    assert [line.partition(": ")[2] for line in wrong_storeys(tree)] == [
        "knowledgebase.search.index must not know knowledgebase.writing.texts",
        "knowledgebase.readers must not know knowledgebase.search.index",
    ]


def test_a_ring_is_found_also_through_a_relative_import(house):
    tree = house(desk__a="from desk import b", desk__b="from .c import x", desk__c="import desk.a")

    assert cycles(tree) == [["desk.a", "desk.b", "desk.c"]]


def test_the_world_in_a_pure_room_is_found(house):
    tree = house(
        routing__engine="import time",
        routing__line="import pathlib",
        routing__twins="import pathlib, sys, os",
        ivr__engine="import yaml",
        ivr__parse="import yaml",
        desk__events="import re",
    )

    assert [line.partition(" must not ")[2] for line in worldly(tree)] == [
        "import time",
        "import pathlib",
        "import os",
        "import yaml",
    ]


def test_an_import_that_hides_is_found_also_for_types_only(house):
    tree = house(
        desk__work="def f():\n    def g():\n        from web import edge\n", web__cli__org="def f(): import desk"
    )

    assert [line.partition(": ")[2] for line in hidden(tree)] == ["web is imported inside g()"]


@pytest.mark.parametrize("order", list(pairwise(["web", "knowledgebase", "desk", "channels", "ivr"])))
def test_the_table_says_what_the_picture_says(order):
    left, right = order
    assert right in MAY_KNOW[left] and left not in MAY_KNOW[right]


def test_values_are_of_the_standard_library():
    assert set(sys.stdlib_module_names) >= VALUES
