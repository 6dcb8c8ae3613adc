"""The engine runs compiled where its twins are of the very sources that lie there, and decides the same either way."""

import json
import os
import shutil
import subprocess
import sys
from inspect import isfunction
from pathlib import Path

import pytest

from routing.engine import Engine
from routing.twins import MODULES, home

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "routing"

#: What is told by a plain engine too: who gets which work, and why.
TOLD_TWICE = ("by_name", "capacity", "engine", "histories", "nobody_idle", "order", "rings", "strategies", "why")

#: Says which files a decision is made by, in a process that this one starts and in one that that one does.
SAYS_ITS_FILES = """
import json, multiprocessing, sys
from routing.twins import MODULES
def files():
    return {name: __import__(f"routing.{name}", fromlist=["*"]).__file__ for name in MODULES}
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(json.dumps([files(), pool.apply(files)]))
"""


def run(*command: str, tree: Path = ROOT) -> str:
    """What another Python says, which finds our packages in `tree`."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(
        [sys.executable, *command], cwd=tree, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The engine with its twins, apart; and a program that says which of them it runs."""
    assert home(PACKAGE).is_dir(), "the engine is not compiled as its sources are now: run `make engine`"
    shutil.copytree(PACKAGE, tmp_path / "routing", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "says.py").write_text(SAYS_ITS_FILES)
    return tmp_path


def suffixes(tree: Path, *options: str) -> list[set[str]]:
    """The kinds of file that are run, in a process and in its child."""
    return [{Path(file).suffix for file in files.values()} for files in json.loads(run(*options, "says.py", tree=tree))]


def test_these_very_tests_are_told_by_a_compiled_engine():
    assert not isfunction(Engine.decide), "the engine is not compiled as its sources are now: run `make engine`"


def test_every_process_runs_the_twins(tree):
    assert suffixes(tree) == [{".so"}, {".so"}]


def test_it_can_be_asked_to_run_plain(tree):
    assert suffixes(tree, "-X", "pure")[0] == {".py"}


@pytest.mark.parametrize("name", ["engine", "presence"])
def test_who_edits_a_source_runs_what_they_wrote_until_it_is_compiled_again(tree, name):
    source = tree / "routing" / f"{name}.py"
    was = source.read_bytes()
    source.write_bytes(was + b"# edited\n")
    assert suffixes(tree) == [{".py"}, {".py"}]

    source.write_bytes(was)
    assert suffixes(tree) == [{".so"}, {".so"}]


def test_without_twins_it_runs_plain(tree):
    shutil.rmtree(tree / "routing" / "compiled")

    assert suffixes(tree) == [{".py"}, {".py"}]


def test_twins_are_of_sources_that_are_there():
    assert {path.stem for path in PACKAGE.glob("*.py")} >= set(MODULES)


def test_both_decide_and_explain_alike_to_the_byte():
    compiled, plain = (run(*options, "-m", "tests.unit.routing.said").splitlines() for options in ([], ["-X", "pure"]))

    assert (compiled[0], plain[0]) == ("compiled", "plain")
    assert compiled[1:] == plain[1:] and len(plain) > 10


def test_what_is_true_of_the_compiled_engine_is_true_of_the_sources():
    """The tests of decisions are told again by plain Python."""
    told = [f"tests/unit/routing/test_{name}.py" for name in TOLD_TWICE]

    run("-X", "pure", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *told)
