"""web/cli/progress.py: how far a long command is, on a terminal alone: what it prints is for others."""

import sys

import typer


class Progress:
    """Is told the share that is done, and says each new percent; at the whole it takes itself away again."""

    def __init__(self) -> None:
        self._told = -1

    def __call__(self, share: float) -> None:
        percent = int(100 * share)
        if percent != self._told and sys.stderr.isatty():
            typer.echo(f"\r{percent:3d} %" if percent < 100 else "\r     \r", err=True, nl=False)
        self._told = percent
