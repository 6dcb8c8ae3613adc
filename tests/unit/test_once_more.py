"""Which failures are asked about a second time."""

import json
from pathlib import Path

import pytest

from tests import once_more
from tests.once_more import may_be_told_again

STORY = "tests/browser/test_widget.py::test_ending_asks_before_it_ends"
FIGURE = "tests/unit/routing/test_erlang.py::test_vectors"


def test_only_a_few_stories_in_a_browser_are_told_again() -> None:
    assert may_be_told_again([STORY])
    assert may_be_told_again([STORY, "tests/acceptance/test_the_main_job.py::test_it"])
    assert not may_be_told_again([FIGURE])
    assert not may_be_told_again([STORY, FIGURE])
    assert not may_be_told_again([f"{STORY}[{number}]" for number in range(4)])
    assert not may_be_told_again([])


@pytest.mark.parametrize(("status", "failed"), [(1, [FIGURE]), (1, []), (2, [STORY]), (4, [])])
def test_whatever_else_failed_stays_a_failure(
    status: int, failed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "v" / "cache" / "lastfailed"
    written.parent.mkdir(parents=True)
    written.write_text(json.dumps(dict.fromkeys(failed, True)))
    monkeypatch.setattr(once_more, "LAST_RUN", tmp_path)
    assert once_more.main(status) == status
