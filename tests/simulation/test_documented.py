"""The examples of docs/simulation.md are played as they stand there, and print what stands there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from web.__main__ import app

PAGE = Path(__file__).parents[2] / "docs" / "simulation.md"


def blocks() -> Iterator[tuple[str, str]]:
    """(name, text) of each fenced block: a file by its name, an output by the command."""
    for found in re.finditer(
        r"```(?:yaml|csv|text) (?P<name>[^\n]+)\n(?P<text>.*?)```", PAGE.read_text("utf-8"), re.DOTALL
    ):
        yield found["name"], found["text"]


COMMANDS = [(name, text) for name, text in blocks() if name.startswith("careline ")]


def test_there_are_two_examples() -> None:
    assert len(COMMANDS) == 2


@pytest.mark.parametrize(("command", "printed"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_an_example_prints_what_the_page_says(
    command: str, printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in blocks():
        if not name.startswith("careline "):
            Path(name).write_text(text, encoding="utf-8")

    run = CliRunner().invoke(app, command.split()[1:])

    assert run.exit_code == 0, run.output
    *lines, speed = run.stdout.splitlines()
    assert lines == printed.splitlines()
    assert "decisions a second" in speed
