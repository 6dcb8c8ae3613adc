"""bench/recursion.py: one queue, first come first served, without any engine: a line of arithmetic a contact.

Who arrives waits for the first agent to free (Kiefer and Wolfowitz), or hangs up before and takes
nobody's time. With one group of equal agents that is all there is, so the router must come to the
same waits, contact by contact; and millions of contacts, which theory asks for at high loads, take seconds.
"""

from collections.abc import Iterable, Iterator
from heapq import heapreplace
from random import Random

from routing.scenario import Scenario
from routing.simulation import Watch, play
from routing.traffic import Contact, arrivals

#: A contact, its wait, and whether it was answered.
Fate = tuple[Contact, int, bool]


def fates(contacts: Iterable[Contact], agents: int) -> Iterator[Fate]:
    """What becomes of each contact, in order of arrival."""
    frees = [0] * agents
    for contact in contacts:
        wait_ms = max(0, frees[0] - contact.arrived_ms)
        if contact.patience_ms is not None and contact.patience_ms < wait_ms:
            yield contact, contact.patience_ms, False
            continue
        heapreplace(frees, contact.arrived_ms + wait_ms + contact.handle_ms)
        yield contact, wait_ms, True


def play_by_recursion(scenario: Scenario, seed: int, watch: Watch) -> None:
    """Tells `watch` the same as the simulation does, for one queue and one group who stay."""
    (group,) = scenario.groups
    for contact, wait_ms, answered in fates(_arrivals(scenario, seed), group.count):
        watch(contact, contact.arrived_ms + wait_ms, answered)


def play_by_router(scenario: Scenario, seed: int, watch: Watch) -> None:
    """Plays the scenario through the engine of production."""
    play(scenario, chances=lambda name: Random(f"{seed} {name}"), watch=watch)


def differing(scenario: Scenario, seed: int) -> tuple[int, int]:
    """Of how many contacts the router says something else than the recursion; and of how many in all."""
    told: dict[str, list[tuple[int, int, bool]]] = {"router": [], "recursion": []}

    def into(name: str) -> Watch:
        return lambda contact, now_ms, answered: told[name].append((contact.arrived_ms, now_ms, answered))

    play_by_router(scenario, seed, into("router"))
    play_by_recursion(scenario, seed, into("recursion"))
    pairs = zip(sorted(told["router"]), sorted(told["recursion"]), strict=True)
    return sum(one != other for one, other in pairs), len(told["router"])


def _arrivals(scenario: Scenario, seed: int) -> Iterator[Contact]:
    return arrivals(scenario.traffic, horizon_ms=scenario.horizon_ms, chances=lambda name: Random(f"{seed} {name}"))
