"""The stamp that the routing engine is compiled: only what has come to its end leaves one."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Without what it takes to get a Python and a compiler.
MAKE = ("make", "-o", ".make/python", "-o", ".make/system-to-compile", ".make/engine")
#: These tests may be told by a make themselves: the one that they start knows nothing of it.
ALONE = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "build_engine.py").touch()
    (tmp_path / ".make").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    return tmp_path


def stands_for_python(tree: Path, script: str) -> None:
    python = tree / ".venv" / "bin" / "python"
    python.write_text(f"#!/bin/bash\n{script}\n")
    python.chmod(0o755)


def test_what_was_killed_is_compiled_the_next_time(tree):
    stands_for_python(tree, "echo begun >&2; exec sleep 600")
    killed = subprocess.Popen(MAKE, cwd=tree, env=ALONE, stderr=subprocess.PIPE, start_new_session=True)
    assert killed.stderr is not None
    assert killed.stderr.readline() == b"begun\n"
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()

    stands_for_python(tree, "echo routing/compiled/new")
    subprocess.run(MAKE, cwd=tree, env=ALONE, check=True, capture_output=True)
    assert (tree / ".make" / "engine").read_text() == "routing/compiled/new\n"


def test_where_it_cannot_be_compiled_there_is_no_stamp(tree):
    (tree / ".make" / "engine").write_text("routing/compiled/old\n")
    os.utime(tree / ".make" / "engine", (0, 0))
    stands_for_python(tree, "echo 'there is no C compiler' >&2")
    subprocess.run(MAKE, cwd=tree, env=ALONE, check=True, capture_output=True)
    assert not (tree / ".make" / "engine").exists()
