"""The map of ARCHITECTURE.md is whole: who looks for the place of a line finds every room."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_module_of_the_desk_is_on_the_map():
    lived_in = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("## Where things live")[1]
    places = " ".join(re.findall(r"`([^`]+)`", lived_in.split("- `web/`")[0])).split()
    rooms = {path.stem for path in (ROOT / "desk").glob("*.py")} - {"__init__"}
    rooms |= {f"{path.parent.name}/" for path in (ROOT / "desk").glob("*/__init__.py")}

    assert sorted(rooms) == sorted(set(places) - {"desk/", "migrations/"})
