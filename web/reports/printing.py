"""web/reports/printing.py: has a document printed by a process that is not the server's."""

import subprocess
import sys

#: A month of ten thousand complaints prints in seconds; many times that is a fault.
LIMIT_S = 120


class PrintingFailed(Exception):
    """The printing process failed; the message is its last line."""


def to_pdf(document: str) -> bytes:
    """`document`, complete with its style sheet, as PDF.

    Raises:
        PrintingFailed: it cannot be printed.
    """
    command = [sys.executable, "-m", "web.reports.pdf"]
    try:
        done = subprocess.run(  # noqa: S603  # a fixed command
            command, input=document.encode(), capture_output=True, timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PrintingFailed(f"The PDF was not ready after {LIMIT_S} s.") from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise PrintingFailed(lines[-1] if lines else "The PDF could not be made.")
    return done.stdout
