"""build_wheel.py: what a wheel carries that is built and not committed.

- The browser's part; where it has not been built, npm builds it.
- With ENGINE=compiled in the environment, the routing engine's compiled twins, made where they are missing
  (`build_engine.py`). Such a wheel is for this kind of machine and this Python, and its name says so; without, it is
  for all.

An editable installation needs neither: `make assets` and `make engine` build into the tree that it points to.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: npm's registry and compilers may be slow; a build that hangs must end.
LIMIT_S = 600


class BuildWheel(BuildHookInterface[Any]):
    """Builds what is missing."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the wheel's files."""
        if version == "editable":
            return
        root = Path(self.root)
        _browser_part(root)
        if os.environ.get("ENGINE") == "compiled":
            twins = _twins(root)
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
            build_data["force_include"][str(root / twins)] = twins


def _browser_part(root: Path) -> None:
    if (root / "web" / "static" / "manifest.json").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("web/static is not built: install Node 20 or newer, or run `make assets` first")
    for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        subprocess.run([npm, *command], cwd=root, check=True, timeout=LIMIT_S)  # noqa: S603  a fixed command


def _twins(root: Path) -> str:
    """The folder of the twins of these sources, as in the wheel."""
    command = [sys.executable, "build_engine.py", "--must"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=LIMIT_S, check=False)  # noqa: S603  ours
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout.strip()
