"""`careline simulate` as people type it: what it prints, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from desk.scenarios.file import read
from desk.scenarios.simulation import simulate
from web.__main__ import app

Careline = Callable[..., Result]

SCENARIO = """
seed: 7
horizon_s: 3600
queues: {billing: {}, nobody: {}}
agents: [{count: 3, queues: [billing]}]
traffic:
  - {queue: billing, channel: voice, rate_per_hour: 60, handle_s: {exponential: 120}, patience_s: {exponential: 60}}
"""
FIGURES = [
    *("offered", "answered", "abandoned", "short_abandoned", "waited_share", "wait_mean_s"),
    *("wait_p50_s", "wait_p90_s", "wait_p99_s", "asa_s", "service_level", "abandon_rate"),
]


@pytest.fixture
def careline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Careline:
    """`careline simulate …` beside a scenario."""
    monkeypatch.chdir(tmp_path)
    Path("monday.yaml").write_text(SCENARIO, encoding="utf-8")
    return lambda *words: CliRunner().invoke(app, ["simulate", *words])


def test_one_json_object_and_nothing_else(careline: Careline) -> None:
    run = careline("monday.yaml", "--json")

    assert run.exit_code == 0
    result = json.loads(run.stdout)
    assert list(result) == ["queues", "all", "agents", "decisions_per_s", "wall_s"]
    assert list(result["queues"]) == ["billing", "nobody"]
    assert list(result["all"]) == list(result["queues"]["billing"]) == FIGURES
    assert list(result["agents"]) == ["occupancy", "idle_mean_s", "idle_gini"]
    assert result["decisions_per_s"] > 0 and result["wall_s"] > 0


def test_the_file_has_a_seed_and_the_command_may_have_another(careline: Careline) -> None:
    def billing(*words: str) -> dict[str, float]:
        figures: dict[str, float] = json.loads(careline("monday.yaml", "--json", *words).stdout)["queues"]["billing"]
        return figures

    assert billing() == billing("--seed", "7") != billing("--seed", "8")


def test_without_json_a_table_to_read(careline: Careline) -> None:
    run = careline("monday.yaml")

    assert run.exit_code == 0
    heading, billing, nobody, everything, *rest = run.stdout.splitlines()
    assert heading.split()[:3] == ["offered", "answered", "hung"]
    assert [line.split()[0] for line in (billing, nobody, everything)] == ["billing", "nobody", "all"]
    assert nobody.split()[1:] == ["0", "0", "0"] + ["-"] * 8
    assert "Agents: occupancy" in rest[1]


def test_what_is_wrong_is_told_line_by_line_and_ends_with_1(careline: Careline) -> None:
    Path("monday.yaml").write_text("horizon_s: -1\nqueues: {billing: {skill: {}}}", encoding="utf-8")

    run = careline("monday.yaml")

    assert (run.exit_code, run.stdout) == (1, "")
    assert run.stderr.splitlines() == [
        "monday.yaml: horizon_s: Input should be greater than 0",
        "monday.yaml: queues.billing.skill: unknown here",
    ]


def test_what_a_file_says_neither_breaks_a_line_nor_speaks_to_the_terminal(careline: Careline) -> None:
    Path("monday.yaml").write_text(SCENARIO + '"a\\nb\\e[31m": 1\n', encoding="utf-8")

    run = careline("monday.yaml")

    assert (run.exit_code, run.stderr) == (1, "monday.yaml: a\\nb\\x1b[31m: unknown here\n")


def test_names_that_are_no_texts_are_told_by_name(careline: Careline) -> None:
    Path("monday.yaml").write_text("horizon_s: 60\nordering: 7\nqueues: {1: {}}", encoding="utf-8")

    run = careline("monday.yaml")

    assert [line.split(":")[1:3] for line in run.stderr.splitlines()] == [
        [" ordering", " expected a mapping of names to values"],
        [" queues.1", " expected a text"],
    ]


def test_a_trace_that_is_not_there_ends_with_1(careline: Careline) -> None:
    text = SCENARIO + "  - {queue: billing, channel: voice, trace: calls.csv}\n"
    Path("monday.yaml").write_text(text, encoding="utf-8")

    run = careline("monday.yaml", "--json")

    assert (run.exit_code, run.stdout) == (1, "")
    assert run.stderr == "monday.yaml: traffic[1].trace: calls.csv: No such file or directory\n"


def test_a_misspelt_channel_ends_with_1(careline: Careline) -> None:
    Path("monday.yaml").write_text(SCENARIO.replace("channel: voice", "channel: voise"), encoding="utf-8")

    run = careline("monday.yaml", "--json")

    assert (run.exit_code, run.stdout) == (1, "")
    channels = "voice, chat, sms, email, message, task"
    expected = f"monday.yaml: traffic[0].channel: voise is no channel ({channels}), and no agent takes it\n"
    assert run.stderr == expected


def test_traffic_that_nobody_takes_is_played_with_a_warning(careline: Careline) -> None:
    text = SCENARIO + "  - {queue: nobody, channel: voice, rate_per_hour: 6, handle_s: {constant: 60}}\n"
    Path("monday.yaml").write_text(text, encoding="utf-8")

    run = careline("monday.yaml", "--json")

    assert run.exit_code == 0
    assert json.loads(run.stdout)["queues"]["nobody"]["answered"] == 0
    assert run.stderr == (
        "monday.yaml: warning: traffic[1]: no agent takes voice of nobody: nothing of it is answered\n"
    )


def test_what_would_be_played_for_weeks_ends_with_1(careline: Careline) -> None:
    text = SCENARIO.replace("horizon_s: 3600", "horizon_s: 3650000").replace(
        "rate_per_hour: 60", "rate_per_hour: 1.0e7"
    )
    Path("monday.yaml").write_text(text, encoding="utf-8")

    run = careline("monday.yaml", "--json")

    assert (run.exit_code, run.stdout) == (1, "")
    assert run.stderr == (
        "monday.yaml: traffic: 10,138,888,889 contacts are expected until horizon_s, and at most 10,000,000 are"
        " played: lower rate_per_hour or horizon_s\n"
    )


def test_how_far_it_is_rises_and_ends_with_the_whole() -> None:
    told: list[float] = []
    simulate(read(SCENARIO.replace("horizon_s: 3600", "horizon_s: 360000"), str).scenario, seed=7, progress=told.append)

    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1] == 1 and all(share < 1 for share in told[:-1])


def test_what_is_no_text_ends_with_1(careline: Careline) -> None:
    Path("monday.yaml").write_bytes(b"\xff\xfe")

    assert (run := careline("monday.yaml")).exit_code == 1
    assert run.stderr == "monday.yaml: not UTF-8 text\n"


@pytest.mark.parametrize("words", [(), ("none.yaml",), ("monday.yaml", "--seed", "x"), ("monday.yaml", "--fast")])
def test_wrong_usage_ends_with_2(careline: Careline, words: tuple[str, ...]) -> None:
    assert careline(*words).exit_code == 2


def test_help_has_an_example(careline: Careline) -> None:
    run = careline("--help")

    assert run.exit_code == 0
    assert "careline simulate monday.yaml --json" in " ".join(run.stdout.split())
    assert "--data-dir" in run.stdout
