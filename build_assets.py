"""build_assets.py: a wheel carries the browser's part; where it has not been built, npm builds it.

An editable installation needs none: `make assets` builds into the tree that it points to.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: npm's registry may be slow; a build that hangs must end.
LIMIT_S = 600


class BuildAssets(BuildHookInterface[Any]):
    """Builds `web/static` for the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the wheel's files."""
        del build_data
        root = Path(self.root)
        if version == "editable" or (root / "web" / "static" / "manifest.json").exists():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("web/static is not built: install Node 20 or newer, or run `make assets` first")
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *command], cwd=root, check=True, timeout=LIMIT_S)  # noqa: S603  # a fixed command
