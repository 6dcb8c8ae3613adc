"""tests/unit/web/test_quick_start.py: what a process of ours loads, it waits for: a report loads what it needs."""

import subprocess
import sys

import pytest

from desk.kernel.without import without


@pytest.mark.parametrize(
    ("module", "needless"),
    [
        # A report is read from the tables: it asks for no rules, and draws nothing on a terminal.
        ("web.reports.worker", ("rich", "pygments", "phonenumbers", "routing", "ivr", "desk.organization.file")),
        ("web.cli.reading", ("rich", "pygments", "phonenumbers", "desk.kernel.desk", "alembic")),
        ("web.app", ("pygments",)),
    ],
)  # fmt: skip
def test_a_process_loads_nothing_that_it_does_not_need(module, needless):
    code = f"import sys, {module}; print([name for name in {needless!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


def test_what_was_not_to_be_found_is_there_again(monkeypatch):
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    with without("wave"), pytest.raises(ImportError):
        import wave
    import wave

    with without("wave"):
        import wave as still

    assert still is wave
