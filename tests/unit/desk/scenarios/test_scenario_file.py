"""What a scenario file may say, and what it is told when it says something else."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk.kernel.errors import Invalid
from desk.scenarios import file as scenario_file
from desk.scenarios.file import Loaded, load, read
from routing.model import Service
from routing.traffic import Constant, Empirical, Exponential, Lognormal, Poisson, Trace

CONTRACT = """
seed: 7
horizon_s: 36000
warmup_s: 3600
queues:
  billing: {skills: {billing: 1}, target: {within_s: 20, share: 0.8}, priority: 0}
agents:
  - {count: 12, skills: {billing: 5, technical: 2}, queues: [billing], channels: {voice: 1, chat: 3}}
traffic:
  - {queue: billing, channel: voice, rate_per_hour: 240, handle_s: {exponential: 180}, patience_s: {exponential: 120}}
  - {queue: billing, channel: voice, trace: calls.csv}   # columns arrival_s, handle_s, patience_s
"""
CALLS = "arrival_s,handle_s,patience_s\n20.0005,60,\n10,30.25,5\n"


def test_the_file_of_the_contract() -> None:
    loaded = read(CONTRACT, {"calls.csv": CALLS}.__getitem__)

    scenario = loaded.scenario
    assert (loaded.seed, scenario.horizon_ms, scenario.warmup_ms) == (7, 36_000_000, 3_600_000)
    (queue,) = scenario.rules.queues
    assert (queue.key, queue.skills, queue.priority, queue.target_ms) == ("billing", {"billing": 1}, 0, 20_000)
    (group,) = scenario.groups
    assert (group.count, group.skills, group.queues) == (12, {"billing": 5, "technical": 2}, {"billing": Service()})
    assert (group.channels, group.from_ms, group.until_ms) == ({"voice": 1, "chat": 3}, 0, None)
    drawn, recorded = scenario.traffic
    assert isinstance(drawn, Poisson) and isinstance(recorded, Trace)
    assert (drawn.rate_per_hour, drawn.handle) == (240, Exponential(mean_ms=180_000))
    assert drawn.patience == Exponential(mean_ms=120_000)
    assert [tuple(contact)[1:4] for contact in recorded.recorded] == [(10_000, 30_250, 5_000), (20_001, 60_000, None)]


@pytest.mark.parametrize(
    ("spread", "expected"),
    [
        ({"exponential": 1.5}, Exponential(mean_ms=1_500)),
        ({"lognormal": [180, 90]}, Lognormal(mean_ms=180_000, deviation_ms=90_000)),
        ({"constant": 0}, Constant(value_ms=0)),
        ({"empirical": [1, 2.5, 2.5]}, Empirical(values_ms=(1_000, 2_500, 2_500))),
    ],
)
def test_durations(spread: dict[str, Any], expected: object) -> None:
    (line,) = plain(traffic=[poisson(handle_s=spread)]).scenario.traffic

    assert isinstance(line, Poisson)
    assert (line.handle, line.patience) == (expected, None)


def test_a_trace_lies_beside_its_scenario_and_its_columns_stand_as_they_like(tmp_path: Path) -> None:
    (tmp_path / "traces").mkdir()
    (tmp_path / "traces" / "calls.csv").write_text(
        '\ufeffid, handle_s ,arrival_s\r\n7,30,2e1\r\n\r\n8,"1.5",10\r\n', encoding="utf-8"
    )
    text = CONTRACT.replace("calls.csv", "traces/calls.csv")
    (tmp_path / "monday.yaml").write_text(text, encoding="utf-8")

    recorded = load(tmp_path / "monday.yaml").scenario.traffic[1]

    assert isinstance(recorded, Trace)
    assert [tuple(contact)[1:4] for contact in recorded.recorded] == [(10_000, 1_500, None), (20_000, 30_000, None)]


@pytest.mark.parametrize("name", ["/dev/zero", "pipe", "."])
def test_a_trace_is_a_file_and_nothing_that_never_ends(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "monday.yaml").write_text(CONTRACT.replace("calls.csv", name), encoding="utf-8")

    with pytest.raises(Invalid) as caught:
        load(tmp_path / "monday.yaml")

    assert str(caught.value) == f"traffic[1].trace: {name}: not a regular file"


def test_a_trace_that_is_too_long_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "monday.yaml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "calls.csv").write_text(CALLS, encoding="utf-8")
    monkeypatch.setattr(scenario_file, "MOST_OF_A_TRACE", len(CALLS))
    assert load(tmp_path / "monday.yaml")
    monkeypatch.setattr(scenario_file, "MOST_OF_A_TRACE", len(CALLS) - 1)

    with pytest.raises(Invalid) as caught:
        load(tmp_path / "monday.yaml")

    assert str(caught.value) == f"traffic[1].trace: calls.csv: longer than {len(CALLS) - 1} characters"


def test_a_scenario_without_end_is_read_no_further_than_one_may_be_long() -> None:
    with pytest.raises(Invalid, match="file: longer than 4000000 characters"):
        load(Path("/dev/zero"))


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"speed": 2}, "speed: unknown here"),
    ({"horizon_s": None}, "horizon_s: Input should be a valid number"),
    ({"horizon_s": 0}, "horizon_s: Input should be greater than 0"),
    ({"horizon_s": float("inf")}, "horizon_s: Input should be a finite number"),
    ({"horizon_s": "1h"}, "horizon_s: Input should be a valid number"),
    ({"warmup_s": 100}, "warmup_s: must be before horizon_s"),
    ({"warmup_s": -1}, "warmup_s: Input should be greater than or equal to 0"),
    ({"seed": "x"}, "seed: Input should be a valid integer"),
    ({"queues": {}}, "queues: Dictionary should have at least 1 item"),
    ({"queues": {"billing": {"skill": {}}}}, "queues.billing.skill: unknown here"),
    ({"queues": {"billing": {"skills": {"x": 6}}}}, "queues.billing.skills.x: Input should be less than or equal to 5"),
    ({"queues": {"billing": {"target": {"share": 0}}}}, "queues.billing.target.share: Input should be greater than 0"),
    ({"agents": [{"queues": ["billing"]}, {"queues": ["sales"]}]}, "agents[1].queues: sales is not one of the queues"),
    ({"agents": [{"queues": ["billing"], "count": -1}]}, "agents[0].count: Input should be greater than or equal"),
    ({"agents": [{"queues": ["billing"], "from_s": 9, "until_s": 9}]}, "agents[0]: until_s must be later than from_s"),
    ({"agents": [{"queues": ["billing"], "channels": {"voice": "many"}}]}, "agents[0].channels.voice: "),
    ({"traffic": [{"queue": "sales", "channel": "voice", "trace": "calls.csv"}]}, "traffic[0].queue: sales is not one"),
    ({"traffic": [{"queue": "billing", "channel": "voice"}]}, "traffic[0]: expected rate_per_hour and handle_s, or a"),
    (
        {"traffic": [{"queue": "billing", "channel": "voice", "trace": "calls.csv", "rate_per_hour": 1}]},
        "traffic[0]: a",
    ),
    ({"traffic": [{"queue": "billing", "channel": "voice", "trace": "none.csv"}]}, "traffic[0].trace: none.csv: "),
    ({"agents": [{"queues": ["billing"], "channels": {"voise": 1}}]}, "agents[0].channels: voise is no channel"),
    ({"queues": {"billing": {"handling": {"voise": "1m"}}}}, "queues.billing.handling: voise is no channel"),
    ({"queues": {"billing": {"due": {"mail": "1m"}}}}, "queues.billing.due: mail is no channel"),
    ({"limits": {"weights": {"voise": 1}}}, "limits.weights: voise is no channel"),
    ({"limits": {"exclusive": ["voise"]}}, "limits.exclusive: voise is no channel"),
    ({"limits": {"interrupts": {"voise": ["email"]}}}, "limits.interrupts: voise is no channel"),
    ({"limits": {"interrupts": {"voice": ["mail"]}}}, "limits.interrupts.voice: mail is no channel"),
    ({"limits": {"idle": {"chatt": "5m"}}}, "limits.idle: chatt is no channel"),
    ({"ordering": {"kind": "slack", "head_start": {"promis": "5m"}}}, "ordering.head_start: promis is no channel"),
]


@pytest.mark.parametrize(("changes", "error"), WRONG, ids=[error.partition(": ")[0] for _, error in WRONG])
def test_what_is_wrong_is_named_by_its_path(changes: dict[str, Any], error: str) -> None:
    with pytest.raises(Invalid) as caught:
        plain(**changes)

    assert any(f"{path}: {why}".startswith(error) for path, why in caught.value.errors), caught.value.errors


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"channel": "voise"},
            "traffic[0].channel: voise is no channel (voice, chat, sms, email, message, task)",
        ),
        ({"kind": "callbak"}, "traffic[0].kind: must be one of interaction, callback, promise"),
        ({"tier": "gold"}, "traffic[0].tier: must be one of vip, major, ordinary, small"),
        ({"case_owner": 1.5}, "traffic[0].case_owner: Input should be less than or equal to 1"),
        ({"rate_per_hour": -1}, "traffic[0].rate_per_hour: Input should be greater than or equal to 0"),
        ({"rate_per_hour": float("nan")}, "traffic[0].rate_per_hour: "),
        ({"handle_s": {"exponential": 0}}, "traffic[0].handle_s.exponential: Input should be greater than 0"),
        ({"handle_s": {"exponential": 1, "constant": 1}}, "traffic[0].handle_s: expected one of exponential"),
        ({"handle_s": {}}, "traffic[0].handle_s: expected one of exponential"),
        ({"handle_s": 180}, "traffic[0].handle_s: expected a mapping like {exponential: 180}"),
        ({"handle_s": {"weibull": 180}}, "traffic[0].handle_s.weibull: unknown here"),
        ({"handle_s": {"lognormal": [180]}}, "traffic[0].handle_s.lognormal[1]: Field required"),
        ({"patience_s": {"empirical": []}}, "traffic[0].patience_s.empirical: List should have at least 1 item"),
        ({"patience_s": {"empirical": [1, -1]}}, "traffic[0].patience_s.empirical[1]: Input should be greater than"),
    ],
)
def test_what_is_wrong_with_traffic_is_named_by_its_path(changes: dict[str, Any], error: str) -> None:
    with pytest.raises(Invalid) as caught:
        plain(traffic=[poisson(**changes)])

    assert any(f"{path}: {why}".startswith(error) for path, why in caught.value.errors), caught.value.errors


def test_a_scenario_without_end_is_refused_before_it_begins() -> None:
    """Ten million an hour over 3.65 million seconds: a slip of digits that would be played for weeks."""
    with pytest.raises(Invalid) as caught:
        plain(horizon_s=3_650_000, traffic=[poisson(rate_per_hour=10_000_000)])

    ((path, why),) = caught.value.errors
    assert (path, why.split(" contacts")[0]) == ("traffic", "10,138,888,889")
    assert plain(horizon_s=3_600, traffic=[poisson(rate_per_hour=10_000_000)]).scenario.horizon_ms == 3_600_000
    late = {"rate_per_hour": 10_000_000, "until_s": 1800}
    assert plain(horizon_s=3_650_000, traffic=[poisson(**late), poisson(**late)])
    with pytest.raises(Invalid):
        plain(horizon_s=3_650_000, traffic=[poisson(**late), poisson(**late), poisson(rate_per_hour=1)])


@pytest.mark.parametrize(
    ("calls", "error"),
    [
        ("", "calls.csv:1: the header lacks arrival_s, handle_s"),
        ("arrival_s,patience_s\n", "calls.csv:1: the header lacks handle_s"),
        ("arrival_s,handle_s,handle_s\n", "calls.csv:1: handle_s is given twice"),
        ("arrival_s,handle_s\n1,2\n1\n", "calls.csv:3: 1 values under a header of 2"),
        ("arrival_s,handle_s\n1,2\n\n1,soon\n", "calls.csv:4: handle_s: 'soon' is no number of seconds"),
        ("arrival_s,handle_s\n-1,2\n", "calls.csv:2: arrival_s: -1 is not between 0 and"),
        ("arrival_s,handle_s\n1,nan\n", "calls.csv:2: handle_s: nan is not between 0 and"),
        ("arrival_s,handle_s,patience_s\n1,,2\n", "calls.csv:2: handle_s: '' is no number of seconds"),
        ("arrival_s,handle_s,patience_s\n1,1,-2\n", "calls.csv:2: patience_s: -2 is not between 0 and"),
        ('arrival_s,handle_s\n1,"2\n', "calls.csv:2: unexpected end of data"),
    ],
)
def test_what_is_wrong_in_a_trace_is_named_by_its_line(calls: str, error: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(CONTRACT, {"calls.csv": calls}.__getitem__)

    assert str(caught.value).startswith(f"traffic[1].trace: {error}")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "file: a scenario begins with names like horizon_s:"),
        ("- 1", "file: a scenario begins with names like horizon_s:"),
        ("seed: 1\nseed: 2", "line 2: 'seed' is given twice"),
        ("a: &a [1]\nb: *a", "line 2: anchors and aliases are not read here"),
        ("seed: 1\nhorizon_s: " + "9" * 200_000, "line 2: a number of more than 100 digits"),
        ("seed: 0x" + "f" * 200_000, "line 1: a number of more than 100 digits"),
        ("horizon_s: 9" + ":59" * 300 + ".5", "line 1: a number of more than 100 digits"),
        ("horizon_s: " + "9" * 90, "horizon_s: Input should be less than or equal to"),
        ("a: [", "line 1: "),
        ("a: !!python/object/apply:os.getcwd []", "line 1: "),
    ],
)
def test_what_is_no_plain_yaml_is_named_by_its_line(text: str, error: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(text, str)

    assert str(caught.value).startswith(error)


def test_a_channel_of_another_system_is_one_that_comes_and_is_taken() -> None:
    agents = [{"queues": ["billing"], "channels": {"whatsapp": 3}}]

    loaded = plain(agents=agents, traffic=[poisson(channel="whatsapp")], limits={"weights": {"whatsapp": 33}})

    assert loaded.beside == ()


UNSERVED = (("traffic[0]", "no agent takes voice of billing: nothing of it is answered"),)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"agents": [{"queues": ["billing"], "count": 0}]},
        {"agents": [{"queues": ["billing"], "channels": {"chat": 3}}]},
        {"agents": [{"queues": ["billing"], "channels": {"voice": 0}}]},
        {"agents": [{"queues": ["other"]}]},
        {"agents": [{"queues": ["billing"]}], "queues": {"billing": {"skills": {"french": 1}}, "other": {}}},
    ],
    ids=["no agents", "none of them", "another channel", "no room", "another queue", "not the skills"],
)
def test_traffic_that_nobody_takes_is_played_and_told_beside(changes: dict[str, Any]) -> None:
    loaded = plain(**{"queues": {"billing": {}, "other": {}}, "traffic": [poisson()]} | changes)

    assert loaded.beside == UNSERVED


def test_who_is_let_in_by_a_ring_takes_it() -> None:
    rings = [{"after": "30s", "skills": {"french": 0}}, {"after": "60s", "teams": ["late"]}]
    queues = {"billing": {"skills": {"french": 2}, "rings": rings}, "other": {}}

    helped = plain(queues=queues, agents=[{"queues": ["other"], "teams": ["late"]}], traffic=[poisson()])

    assert helped.beside == ()


def test_what_never_comes_and_who_serves_nothing_is_told_beside() -> None:
    agents = [{"queues": ["billing"]}, {"count": 2}]

    loaded = plain(agents=agents, traffic=[poisson(from_s=100)])

    assert loaded.beside == (
        ("traffic[0].from_s", "not before horizon_s: nothing of this line comes"),
        ("agents[1]", "serves no queue"),
    )


def test_rows_of_a_trace_after_the_horizon_are_told_beside() -> None:
    calls = "arrival_s,handle_s\n10,1\n36000,1\n40000,1\n"

    loaded = read(CONTRACT, {"calls.csv": calls}.__getitem__)

    assert loaded.beside == (("traffic[1].trace", "2 of 3 come at horizon_s or later: not played"),)


def poisson(**changes: Any) -> dict[str, Any]:
    return {"queue": "billing", "channel": "voice", "rate_per_hour": 60, "handle_s": {"constant": 1}} | changes


def plain(**changes: Any) -> Loaded:
    """A small scenario, changed; None leaves a name's value empty."""
    content = {"horizon_s": 100, "queues": {"billing": {}}, "agents": [], "traffic": []} | changes
    return read(yaml.safe_dump(content), lambda name: Path("/nowhere", name).read_text(encoding="utf-8"))
