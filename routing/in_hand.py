"""routing/in_hand.py: what agents have in hand, what is put aside for a call, and when it goes on.

    in hand ──a call interrupts──▶ parked ──there is room again──▶ in hand ──▶ done

What fits beside what is `routing/capacity.py`; what is parked does not count there. The desk puts aside and
goes on by `put_aside` and `going_on`; the agents of the simulator and of a replay have everything `InHand`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from routing.capacity import Limits, Room, room


class Held(Protocol):
    """Something that an agent holds: a row of the desk's, or a hand."""

    @property
    def channel(self) -> Any: ...


Thing = TypeVar("Thing", bound=Held)


def put_aside(held: Iterable[Thing], channel: str, limits: Limits) -> list[Thing]:
    """Of what takes room, what one more of `channel` interrupts, once it has been found to fit only so."""
    may = limits.interrupts.get(channel, frozenset())
    return [one for one in held if one.channel in may]


def going_on(
    parked: Iterable[Thing], *, capacity: Mapping[str, int], load: Mapping[str, int], limits: Limits
) -> list[Thing]:
    """Of what is parked, first to last, each for which there is room beside `load` and those before it."""
    filled, found = dict(load), []
    for one in parked:
        if room(one.channel, capacity=capacity, load=filled, limits=limits) is Room.FREE:
            filled[one.channel] = filled.get(one.channel, 0) + 1
            found.append(one)
    return found


@dataclass(slots=True, eq=False, kw_only=True)
class Hand:
    """Something in hand: when it will be done, or what is left of it while it is parked.

    `placed_ms` is when it came into line. What is `silent` is parked until its customer writes. An end that was
    foreseen before it was last parked is none: who foresees one remembers how many `parkings` there had been.
    """

    channel: str
    placed_ms: int
    ends_ms: int
    left_ms: int | None = None
    parkings: int = 0
    silent: bool = False


AHand = TypeVar("AHand", bound=Hand)


class InHand(Generic[AHand]):
    """All that one agent holds."""

    def __init__(self, capacity: Mapping[str, int], limits: Limits) -> None:
        self._capacity, self._limits = capacity, limits
        self.hands: list[AHand] = []  #: parked or not, in the order in which they were taken

    def take(self, hand: AHand) -> None:
        """Something more is in hand."""
        self.hands.append(hand)

    def load(self) -> dict[str, int]:
        """How many of each channel take room."""
        load: dict[str, int] = {}
        for hand in self.hands:
            if hand.left_ms is None:
                load[hand.channel] = load.get(hand.channel, 0) + 1
        return load

    def interrupts(self, channel: str) -> bool:
        """Whether one more of a channel fits only when something is put aside."""
        return room(channel, capacity=self._capacity, load=self.load(), limits=self._limits) is Room.INTERRUPTS

    def has_room(self, channel: str) -> bool:
        """Whether one more of a channel fits, beside what is there or when something is put aside."""
        fits = room(channel, capacity=self._capacity, load=self.load(), limits=self._limits)
        return fits in (Room.FREE, Room.INTERRUPTS)

    def park(self, channel: str, now_ms: int) -> None:
        """Puts aside what one more of `channel` interrupts."""
        for hand in put_aside(self.hands, channel, self._limits):
            if hand.left_ms is None:
                hand.left_ms = hand.ends_ms - now_ms
                hand.parkings += 1

    def fall_silent(self, hand: AHand, left_ms: int, now_ms: int, *, ringing: Iterable[str] = ()) -> list[AHand]:
        """The customer of something says nothing more for a while, and then it takes so long; returns what goes on for
        it, as `go_on`."""
        hand.silent, hand.left_ms = True, left_ms
        hand.parkings += 1
        return self.go_on(now_ms, ringing=ringing)

    def take_up(self, hand: AHand, now_ms: int) -> list[AHand]:
        """Takes up again what is parked, whether there is room for it or not; returns it, with its new end."""
        hand.ends_ms, hand.left_ms = now_ms + (hand.left_ms or 0), None
        return [hand]

    def let_go(self, hand: AHand, now_ms: int, *, ringing: Iterable[str] = ()) -> list[AHand]:
        """Is done with something; returns what goes on for it, as `go_on`."""
        self.hands.remove(hand)
        return self.go_on(now_ms, ringing=ringing)

    def go_on(self, now_ms: int, *, ringing: Iterable[str] = ()) -> list[AHand]:
        """Takes up again what was parked, what has its place for longest first, as far as there is room for it.

        What rings there, of these channels, has its room already. Returns what goes on, each with its new end.
        """
        parked = [hand for hand in self.hands if hand.left_ms is not None and not hand.silent]
        if not parked:
            return parked
        load = self.load()
        for channel in ringing:
            load[channel] = load.get(channel, 0) + 1
        parked.sort(key=lambda hand: hand.placed_ms)
        back = going_on(parked, capacity=self._capacity, load=load, limits=self._limits)
        for hand in back:
            hand.ends_ms, hand.left_ms = now_ms + (hand.left_ms or 0), None
        return back
