"""`careline articles`, as people type it: what it says, and how it ends."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.conftest import logs_begin_anew
from web.__main__ import app

Careline = Callable[..., Result]


@pytest.fixture
def careline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Careline:
    """`careline …` in an empty folder, with a data folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        try:
            return CliRunner().invoke(app, list(words), env={"CARELINE_DATA_DIR": str(tmp_path / "data")})
        finally:
            logs_begin_anew()

    return run


def test_a_folder_goes_in_and_comes_out(careline: Careline, tmp_path: Path) -> None:
    (tmp_path / "handbook").mkdir()
    (tmp_path / "handbook" / "returns.md").write_text("# Returns\n\n[Thirty days](nine.md).\n")
    (tmp_path / "handbook" / "bad\x1b[2J.md").write_bytes(b"\xff\xfe\xff")

    taken = careline("articles", "import", "handbook", "--audience", "public", "--publish")
    assert (taken.exit_code, taken.stdout) == (
        1,
        "handbook: returns.md: leads to what is no article here: nine.md\n1 added, 1 refused.\n",
    )
    assert "UTF-8" in taken.stderr and "\x1b" not in taken.stderr
    (tmp_path / "handbook" / "bad\x1b[2J.md").unlink()
    assert careline("articles", "import", "handbook").stdout.endswith("\n1 same.\n")

    written = careline("articles", "export", "out")
    assert (written.exit_code, written.stdout) == (0, "1 sheets written to out.\n")
    sheet = (tmp_path / "out" / "returns.md").read_text()
    assert re.sub(r"published_first_at: 20\S+ \S+\n", "", sheet) == (
        "---\ntitle: Returns\nslug: returns\nlanguage: en\nstate: published\naudience: public\n---\n"
        "[Thirty days](nine.md).\n"
    )
    again = careline("articles", "export", "out")
    assert again.exit_code == 1 and "something in it" in again.stderr
    assert careline("articles", "import", "out/returns.md").stdout.endswith("1 same.\n")


def test_a_language_that_there_is_not_is_refused_before_anything_is_read(careline: Careline, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    refused = careline("articles", "import", "a.md", "--language", "klingon")
    assert refused.exit_code == 1 and "no language" in refused.stderr
