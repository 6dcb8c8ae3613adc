"""Two simulators that know nothing of each other tell the same of every small scenario, to the last digit."""

from random import Random
from typing import Any

import pytest
import yaml

from tests.simulation.reference import Call, Person, Reference
from tests.simulation.scenes import play, trace

QUEUES = ("billing", "cards", "loans")
CHANNELS = ({"voice": 1}, {"voice": 1, "chat": 3}, {"chat": 2})


def scenario_of(chance: Random) -> dict[str, Any]:
    """A small scenario with small numbers, so that many things happen at one instant."""
    queues = {
        key: {
            "priority": chance.randint(0, 1),
            "target": {"within_s": chance.choice([0, 0.003, 20])},
            "skills": {"skill": chance.randint(1, 3)} if chance.random() < 0.5 else {},
        }
        for key in QUEUES[: chance.randint(1, 3)]
    }
    agents = []
    for _ in range(chance.randint(1, 4)):
        begins = chance.choice([0, 0, 10])
        group: dict[str, Any] = {
            "count": chance.randint(1, 2),
            "queues": chance.sample(sorted(queues), chance.randint(0, len(queues))),
            "skills": {"skill": chance.randint(1, 3)} if chance.random() < 0.7 else {},
            "channels": dict(chance.choice(CHANNELS)),
            "from_s": begins / 1000,
        }
        if chance.random() < 0.3:
            group["until_s"] = (begins + chance.randint(1, 50)) / 1000
        agents.append(group)
    horizon = chance.randint(20, 70)
    return {
        "horizon": horizon,
        "warmup": chance.choice([0, chance.randrange(horizon)]),
        "queues": queues,
        "agents": agents,
        "traffic": [
            {"queue": chance.choice(sorted(queues)), "channel": chance.choice(["voice", "chat"]), "rows": calls(chance)}
            for _ in range(chance.randint(1, 3))
        ],
    }


def calls(chance: Random) -> list[tuple[int, int, int | None]]:
    """(arrival, handling, patience), in milliseconds and in no order."""
    return [
        (chance.randint(0, 60), chance.randint(0, 25), chance.choice([None, chance.randint(0, 20)]))
        for _ in range(chance.randint(0, 25))
    ]


@pytest.mark.parametrize("seed", range(10))
def test_both_tell_the_same(seed: int) -> None:
    chance = Random(seed)
    for _ in range(12):
        scenario = scenario_of(chance)
        assert ours(scenario) == theirs(scenario), scenario


def ours(scenario: dict[str, Any]) -> dict[str, Any]:
    """By the scenario file, in seconds: `careline simulate`."""
    traffic = [
        {"queue": line["queue"], "channel": line["channel"], "trace": f"t{at}.csv"}
        for at, line in enumerate(scenario["traffic"])
    ]
    traces = {
        f"t{at}.csv": trace(*(f"{a / 1000},{h / 1000},{'' if p is None else p / 1000}" for a, h, p in line["rows"]))
        for at, line in enumerate(scenario["traffic"])
    }
    text = yaml.safe_dump(
        {
            "horizon_s": scenario["horizon"] / 1000,
            "warmup_s": scenario["warmup"] / 1000,
            "queues": scenario["queues"],
            "agents": scenario["agents"],
            "traffic": traffic,
        },
        sort_keys=False,
    )
    return play(text, traces)


def _until(group: dict[str, Any], horizon: int) -> int | None:
    """When they leave; who is there at the horizon stays."""
    until = round(group.get("until_s", 1e6) * 1000)
    return until if until < horizon else None


def theirs(scenario: dict[str, Any]) -> dict[str, Any]:
    """By the second simulator, in milliseconds."""
    people = [
        Person(
            number=0,
            queues=group["queues"],
            skills=group["skills"],
            channels=group["channels"],
            begins=round(group["from_s"] * 1000),
            until=_until(group, scenario["horizon"]),
        )
        for group in scenario["agents"]
        for _ in range(group["count"])
    ]
    for number, person in enumerate(people):
        person.number = number
    rows = [
        Call(line["queue"], line["channel"], arrived, handle, patience, 0)
        for line in scenario["traffic"]
        for arrived, handle, patience in sorted(line["rows"], key=lambda row: row[0])
    ]
    rows.sort(key=lambda call: call.arrived)
    for number, call in enumerate(rows):
        call.number = number
    queues = {
        key: (queue["priority"], round(queue["target"]["within_s"] * 1000), queue["skills"])
        for key, queue in scenario["queues"].items()
    }
    return Reference(queues, people, rows, scenario["warmup"], scenario["horizon"]).play()
