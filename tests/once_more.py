"""Tells once more, alone, what failed in a real browser: `python -m tests.once_more STATUS`, asked by `make test`.

Four workers share the machine with their browsers, so a story can lose a race that is its own. A second failure, alone
and with a server of its own, is a failure; a story that then holds is named, because it is to be repaired. Whatever
else fails, or more than a few stories, is not asked twice: a program that is right now and then is not right.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

#: Where the run before wrote what failed, as `make test` tells pytest.
LAST_RUN = Path(".make/tests")

#: Where the stories are that browsers and live sockets play in, and how many may be told again.
STORIES, FEW = ("tests/browser/", "tests/acceptance/", "tests/integration/sockets/"), 3


def may_be_told_again(failed: Sequence[str]) -> bool:
    """Whether these tests, by pytest's names for them, are a few stories in a browser and nothing else."""
    return 0 < len(failed) <= FEW and all(one.startswith(STORIES) for one in failed)


def main(status: int) -> int:
    """What the whole run ends with, where the first time round ended with `status`."""
    written = LAST_RUN / "v" / "cache" / "lastfailed"
    failed = list(json.loads(written.read_text())) if written.is_file() else []
    if status != pytest.ExitCode.TESTS_FAILED or not may_be_told_again(failed):
        return status
    again = int(pytest.main(["-p", "no:cacheprovider", *failed]))
    if not again:
        sys.stdout.write("\n  ".join(["Held only when told a second time, alone; to be repaired:", *failed]) + "\n")
    return again


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
