"""Every published case has its line in the README, and every test that a line names is there."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = Path(__file__).with_name("README.md")
CASES = [str(number) for number in range(1, 63)]
ITEMS = [chr(ord("a") + number) for number in range(14)]
NO_DOOR = "no such door"

_LINE = re.compile(r"^\| (\w+) \| (.+?) \| (.+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def lines() -> list[tuple[str, str]]:
    """Each line of both tables: what it answers, and how."""
    found = _LINE.findall(README.read_text(encoding="utf-8"))
    return [(key, answer) for key, _, answer in found if key not in ("row", "item")]


@cache
def defined_in(file: str) -> frozenset[str]:
    """The names of the tests that a file of the tree defines."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, functions) and node.name.startswith("test_"))


def test_every_case_and_every_item_has_one_line_in_order() -> None:
    assert [key for key, _ in lines()] == CASES + ITEMS


def test_every_line_names_a_test_or_says_that_there_is_no_such_door() -> None:
    assert [key for key, answer in lines() if not _NAMED.search(answer) and NO_DOOR not in answer] == []


def test_every_test_that_is_named_is_there() -> None:
    named = [found for _, answer in lines() for found in _NAMED.findall(answer)]
    assert [
        f"{file}::{name}" for file, name in named if not (ROOT / file).is_file() or name not in defined_in(file)
    ] == []
    assert README.read_text(encoding="utf-8").count("::") == len(named), "each name is written as `file::test`"


def test_every_file_of_this_folder_answers_a_line() -> None:
    named = {file for _, answer in lines() for file, _ in _NAMED.findall(answer)}
    here = {f"tests/security/{file.name}" for file in Path(__file__).parent.glob("test_*.py") if file != Path(__file__)}
    assert here - named == set()
