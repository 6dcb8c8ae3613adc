"""bench/theory.py: the simulator against what theory knows of one queue, of skills, and of orderings.

    python -m bench.theory erlang-c [--contacts 5000] [--agents 5 50 500] [--loads 0.5 … 0.98]
    python -m bench.theory erlang-a [--contacts 5000] [--agents 5 50 500] [--loads 0.5 … 0.98]
    python -m bench.theory skills   [--contacts 15000] [--seed 1]
    python -m bench.theory ordering [--days 5] [--seed 1]

Prints tables as they are in docs/performance.md; the last line is one JSON object.
"""

import argparse
import sys
import time
from collections.abc import Mapping

import orjson

from bench.batches import T95, T99, Estimate, measure
from bench.mixed_day import compare
from bench.recursion import differing, play_by_recursion
from routing.erlang import asa_s, erlang_c, service_level
from routing.erlang_a import erlang_a
from routing.model import QueuePolicy, Rules, Service
from routing.scenario import Group, Scenario
from routing.traffic import HOUR_MS, Contact, Exponential, Line, Poisson, Trace

AHT_S, PATIENCE_S, WITHIN_S = 180.0, 120.0, 20.0
#: At least so many handling times are played, and so many before them are not counted.
_SPANS, _FORGOTTEN = 1_000, 20
#: Of what happens to fewer contacts than this in theory, a simulation says nothing.
_SEEN = 20
#: In a queue in which nobody hangs up the mean wait of n contacts has a relative deviation of about
#: 2 / ((1 - load) * root of n): this over (1 - load)² makes it 4 %.
_FORGETS = 2_500
#: At least so many contacts are played.
_LEAST = 200_000

#: Of the setting of Wallace and Whitt (2005): six types of call, 90 agents, 84 erlangs, 10 minutes a call.
TYPES, SKILLED_AGENTS, OFFERED, LONG_AHT_S = 6, 90, 84.0, 600.0


#: (skills per agent, whether each serves the first of them before the others)
SKILLS = {"1": (1, False), "2": (2, False), "2, primary first": (2, True), "3": (3, False), "6": (6, False)}


def floor(*, agents: int, busy: float, contacts: int, patience_s: float | None = None) -> Scenario:
    """One queue with exponential times at a share of what the agents can carry, already at work when it begins."""
    rate_per_hour = busy * agents * 3600 / AHT_S
    window_ms = int(contacts / rate_per_hour * HOUR_MS)
    warmup_ms = max(window_ms // 10, int(_FORGOTTEN * AHT_S * 1000))
    line, handle = Line(queue="calls", channel="voice"), Exponential(mean_ms=AHT_S * 1000)
    in_hand = round(busy * agents)
    # What is left of exponential calls in hand is exponential again.
    left = [round(handle.at((number + 0.5) / in_hand)) for number in range(in_hand)]
    return Scenario(
        horizon_ms=warmup_ms + window_ms,
        warmup_ms=warmup_ms,
        rules=Rules(queues=(_queue("calls"),)),
        groups=(Group(count=agents, queues={"calls": Service()}),),
        traffic=(
            Trace(line=line, recorded=[Contact(line, 0, handle_ms, None) for handle_ms in left]),
            Poisson(
                line=line,
                rate_per_hour=rate_per_hour,
                handle=handle,
                patience=None if patience_s is None else Exponential(mean_ms=patience_s * 1000),
            ),
        ),
    )


def truth(*, agents: int, busy: float, patience_s: float | None = None) -> dict[str, float]:
    """What Erlang C, or with patience Erlang A, says of that floor."""
    load = busy * agents
    if patience_s is None:
        wait_s = asa_s(load=load, agents=agents, aht_s=AHT_S)
        assert wait_s is not None, "a load that can be carried"
        return {
            "wait_share": erlang_c(load=load, agents=agents),
            "wait_mean_s": wait_s,
            "in_time_share": service_level(load=load, agents=agents, aht_s=AHT_S, within_s=WITHIN_S),
        }
    queue = erlang_a(calls_per_s=load / AHT_S, aht_s=AHT_S, patience_s=patience_s, agents=agents, within_s=WITHIN_S)
    return {
        "wait_share": queue.wait_share,
        "wait_mean_s": queue.wait_mean_s,
        "abandon_share": queue.abandon_share,
        "in_time_share": queue.in_time_share,
    }


def skilled(*, skills: int, contacts: int, primary_first: bool = False) -> Scenario:
    """Six types of call; every agent has so many of the six skills, all combinations alike."""
    types = [f"type{number}" for number in range(TYPES)]
    rate_per_hour = OFFERED * 3600 / LONG_AHT_S
    window_ms = int(contacts / rate_per_hour * HOUR_MS)
    groups = []
    for number in range(SKILLED_AGENTS):
        # The first skill goes round the types, the others go round with a step that changes each round.
        first, step = number % TYPES, number // TYPES % (TYPES - 1) + 1
        others = [(first + step + more) % TYPES for more in range(TYPES) if (first + step + more) % TYPES != first]
        own = [first, *others][:skills]
        served = {types[kind]: Service(priority=1 + (primary_first and at > 0)) for at, kind in enumerate(own)}
        groups.append(Group(count=1, queues=served))
    return Scenario(
        horizon_ms=window_ms + window_ms // 10,
        warmup_ms=window_ms // 10,
        rules=Rules(queues=tuple(map(_queue, types))),
        groups=tuple(groups),
        traffic=tuple(
            Poisson(
                line=Line(queue=kind, channel="voice"),
                rate_per_hour=rate_per_hour / TYPES,
                handle=Exponential(mean_ms=LONG_AHT_S * 1000),
            )
            for kind in types
        ),
    )


def against_erlang(
    agents: list[int], loads: list[float], contacts: int, seed: int, *, patience_s: float | None
) -> dict[str, object]:
    """A row a floor, and how many figures lie within the simulation's own intervals.

    The router plays the first `contacts` and must say of each what the recursion says; which then plays on
    alone for as long as the formula's mean can be told apart from chance.
    """
    columns = ("agents", "load", "router", "contacts", "waited", "mean wait s", "hung up", "within 20 s")
    _say(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    within95 = within99 = figures = differ = 0
    for count in agents:
        for busy in loads:
            mine = seed + 1000 * count + round(100 * busy)
            different, of = differing(floor(agents=count, busy=busy, contacts=contacts, patience_s=patience_s), mine)
            differ += different
            row = f"| {count} | {busy} | {different} of {of:,} differ"
            known = truth(agents=count, busy=busy, patience_s=patience_s)
            many = max(_LEAST, round(_SPANS * busy * count))
            if patience_s is None:
                many = max(many, round(_FORGETS / (1 - busy) ** 2))
            if known["wait_share"] * many < _SEEN:
                _say(f"{row} | {many:,} | {known['wait_share']:.2g}: too rare to be seen | | | |")
                continue
            scenario = floor(agents=count, busy=busy, contacts=many, patience_s=patience_s)
            found = measure(scenario, seed=mine, by=play_by_recursion)
            within95 += sum(found[name].holds(value, errors=T95) for name, value in known.items())
            within99 += sum(found[name].holds(value, errors=T99) for name, value in known.items())
            figures += len(known)
            _say(f"{row} | {many:,} | {_row(known, found)} |")
    return {"figures": figures, "within_95": within95, "within_99": within99, "differ": differ}


def skills_against_pooling(contacts: int, seed: int) -> dict[str, object]:
    """Mean wait by skills per agent, the same calls each time, beside the bound of one queue for everybody."""
    bound_s = asa_s(load=OFFERED, agents=SKILLED_AGENTS, aht_s=LONG_AHT_S)
    assert bound_s is not None, "a load that can be carried"
    _say("| skills per agent | waited | mean wait s | of the gap to all six closed |\n|---|---|---|---|")
    found = {
        name: measure(skilled(skills=skills, contacts=contacts, primary_first=primary_first), seed=seed)
        for name, (skills, primary_first) in SKILLS.items()
    }
    waits = {name: estimates["wait_mean_s"].mean for name, estimates in found.items()}
    for name, estimates in found.items():
        closed = (waits["1"] - waits[name]) / (waits["1"] - waits["6"])
        _say(f"| {name} | {estimates['wait_share']} | {estimates['wait_mean_s']} | {closed:.1%} |")
    _say(f"| bound: Erlang C | {erlang_c(load=OFFERED, agents=SKILLED_AGENTS):.4g} | {bound_s:.4g} | |")
    return {"wait_mean_s": waits, "bound_s": bound_s}


def _row(known: Mapping[str, float], found: Mapping[str, Estimate]) -> str:
    columns = ("wait_share", "wait_mean_s", "abandon_share", "in_time_share")
    return " | ".join(f"{known[name]:.4g}: {found[name]}" if name in known else "" for name in columns)


def _queue(key: str) -> QueuePolicy:
    return QueuePolicy(key=key, skills={}, priority=0, offer_ms=20_000, target_ms=int(WITHIN_S * 1000))


def _say(words: str) -> None:
    print(words, flush=True)


def main() -> None:
    """Runs one comparison."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=["erlang-c", "erlang-a", "skills", "ordering"])
    arguments.add_argument("--contacts", type=int, default=5_000)
    arguments.add_argument("--agents", type=int, nargs="+", default=[5, 50, 500])
    arguments.add_argument("--loads", type=float, nargs="+", default=[0.5, 0.8, 0.9, 0.95, 0.98])
    arguments.add_argument("--days", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    began = time.perf_counter()
    if chosen.what.startswith("erlang"):
        patience_s = PATIENCE_S if chosen.what == "erlang-a" else None
        result = against_erlang(chosen.agents, chosen.loads, chosen.contacts, chosen.seed, patience_s=patience_s)
    elif chosen.what == "skills":
        result = skills_against_pooling(chosen.contacts, chosen.seed)
    else:
        result = compare(chosen.days, chosen.seed, _say)
    sys.stdout.write(orjson.dumps({**result, "seconds": round(time.perf_counter() - began, 1)}).decode() + "\n")


if __name__ == "__main__":
    main()
