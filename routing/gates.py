"""routing/gates.py: the level that is the gate of a group's file behind a door: a rare one, or none."""

from typing import Final

from routing.facts import Fact, has_level, level_name
from routing.needs import Named
from routing.roster import Roster

#: A level by its name; the empty one opens to everybody.
Gate = str

#: A gate is worth its file when at most one in so many of those at the door can open it.
RARE: Final = 8

_COMMON: Final = 1 << 60

#: So many doors, and levels behind each, have it remembered that they are not rare.
_REMEMBERED: Final = 4096


class Gates:
    """How rare levels are among those at a door, as of a version of the roster."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._common: dict[Fact, set[str]] = {}  # levels that are not rare among them
        self._version = 0

    def gate(self, asked: Named, everybody: Fact | None) -> Gate:
        """The rarest of the levels that are asked of those of whom `everybody` is true, if it is rare among them."""
        levels, names, _ = asked
        if not levels or everybody is None:
            return ""
        if self._version != self._roster.version or len(self._common) >= _REMEMBERED:
            self._version = self._roster.version
            self._common.clear()
        common = self._common.get(everybody)
        if common is None:
            common = self._common[everybody] = set()
        if names <= common:
            return ""
        rarest, gate = _COMMON, ""
        for level in levels:
            name = level_name(*level)
            rarity = _COMMON if name in common else self._rarity(level, everybody)
            if rarity < rarest:
                rarest, gate = rarity, name
            elif rarity == _COMMON and len(common) < _REMEMBERED:
                common.add(name)
        return gate

    def _rarity(self, level: tuple[str, int], everybody: Fact) -> int:
        """How many have a level of those of whom `everybody` is true; `_COMMON` if they are not few."""
        here = self._roster.having(everybody)
        held = (here & self._roster.having(has_level(*level))).bit_count()
        return held if held * RARE <= here.bit_count() else _COMMON
