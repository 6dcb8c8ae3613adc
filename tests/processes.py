"""tests/processes.py: `careline …` as a process of its own, quickly: what takes longest is to read the code.

    test ──asks──▶ mother: all code and templates read, no thread, no loop ──fork──▶ `careline serve`

What runs is the command's own `main`, in its own process, group and environment, and `kill -9` is `kill -9`. That it
starts from nothing is shown where it is installed: `tests/integration/web/test_server.py`, `tests/packaging/`.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


class Process:
    """A command that runs; ask it as one asks `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, or nothing while it runs."""
        if self.returncode is None:
            self.returncode = _mother().ask(ended=self.pid)
        return self.returncode

    def wait(self, timeout: float = 60) -> int:
        """The exit code, once there is one.

        Raises:
            subprocess.TimeoutExpired: there is none yet.
        """
        give_up = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > give_up:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.02)
        return code

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: signal.Signals) -> None:
        """Sends a signal to it, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)


def careline(
    *words: str, environment: Mapping[str, str], log: Path, errors: Path | None = None, typed: str = ""
) -> Process:
    """Starts `careline WORDS` in the folder of the code; what it says is added to `log`, and to `errors` if given."""
    files = {"log": str(log), "errors": str(errors or log)}
    return Process(_mother().ask(start=words, environment=dict(environment), typed=typed, **files))


class _Mother:
    """The mother process, as the tests see it."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        # In a session of her own: who stops the tests by Ctrl C stops them, and she sees to her children.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.processes"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def ask(self, **request: Any) -> Any:
        """What she answers."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._turn:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def ends(self) -> None:
        """Ends her, and whatever runs still."""
        self._process.communicate(timeout=60)


@cache
def _mother() -> _Mother:
    mother = _Mother()
    atexit.register(mother.ends)
    return mother


# In the mother process


def main() -> None:
    """Starts what is asked for until nobody can ask any more. A child leaves the loop and becomes the command."""
    __import__("web.demo.house")
    __import__("web.cli.running")
    from web.__main__ import main as command
    from web.assets import Assets, environment

    templates = environment(Assets())
    for name in templates.list_templates():
        templates.get_template(name)  # a child compiles none
    gc.freeze()  # a child looks at none of it when it collects what is not used, nor when it ends
    running: set[int] = set()
    while line := sys.stdin.readline():
        request = json.loads(line)
        if "ended" in request:
            answer = _ended(request["ended"], running)
        else:
            answer = os.fork()
            if answer == 0:
                _becomes(request)
                command()
                return
            running.add(answer)
        print(json.dumps(answer), flush=True)  # noqa: T201  # the answer
    for pid in running:
        os.kill(pid, signal.SIGKILL)


def _ended(pid: int, running: set[int]) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    if not found:
        return None
    running.discard(pid)
    return os.waitstatus_to_exitcode(status)


def _becomes(request: dict[str, Any]) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(request["environment"])
    reading, writing = os.pipe()
    os.write(writing, request["typed"].encode())
    os.close(writing)
    appending = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    log, errors = os.open(request["log"], appending, 0o600), os.open(request["errors"], appending, 0o600)
    for target, source in enumerate((reading, log, errors)):
        os.dup2(source, target)
        os.close(source)
    sys.argv = ["careline", *request["start"]]


if __name__ == "__main__":
    main()
