"""The map of ARCHITECTURE.md is true of the desk: who looks for the place of a line finds every room, in its order."""

import re
from pathlib import Path

from tests.architecture.test_directions import STOREYS

ROOT = Path(__file__).parents[2]
DESK = ROOT / "desk"


def on_the_map() -> list[str]:
    """What the map says of the desk: rooms, each before what it has."""
    lived_in = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("## Where things live")[1]
    places = " ".join(re.findall(r"`([^`]+)`", lived_in.split("- `web/`")[0])).split()
    return [place for place in places if place != "desk/"]


def test_every_room_of_the_desk_is_on_the_map_and_all_that_stands_beside_them():
    beside = {path.stem for path in DESK.glob("*.py")} - {"__init__"}
    rooms = [place.removesuffix("/") for place in on_the_map() if place.endswith("/")]

    assert rooms == ["kernel", "tables", "migrations", *STOREYS["desk"]]
    assert beside <= set(on_the_map())


def test_what_the_map_names_stands_in_the_room_that_it_says():
    missing, room = [], DESK
    for place in on_the_map():
        if place.endswith("/"):
            room = DESK / place
        elif not (room / f"{place}.py").is_file():
            missing.append(f"{room.name}/{place}")

    assert missing == []
