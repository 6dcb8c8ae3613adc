"""The benches themselves: small loads on a real server: every key is there, nothing is lost, nothing comes twice.

How fast it is, is measured and written down in `docs/performance.md`; no test looks at a clock.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from web.__main__ import app

LIMIT_S = 240
LATENCY = {"p50", "p95", "p99"}
OF_THE_SERVER = {"cpu_s", "peak_mb", "seconds", "database"}


def bench(*arguments: str, folder: Path) -> dict[str, Any]:
    """The last line of `careline bench …`, which must end well."""
    done = CliRunner().invoke(app, ["bench", *arguments, "--data-dir", str(folder / "bench")])
    assert done.exit_code == 0, done.stdout[-2000:] + done.stderr[-2000:]
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


@pytest.mark.timeout(LIMIT_S + 30)
def test_a_floor_answers_everybody_once(database_url: str, tmp_path: Path):
    plan = ("--agents", "6", "--supervisors", "1", "--rate", "4", "--seconds", "3", "--warm-up", "1")

    result = bench("floor", *plan, "--database-url", database_url, folder=tmp_path)

    assert result.keys() >= {"arrival_to_offer_ms", "message_ms", "sent", "queued", "answered", "consoles"}
    assert result.keys() >= OF_THE_SERVER
    assert result["arrival_to_offer_ms"].keys() == result["message_ms"].keys() == LATENCY
    assert result["sent"] == result["queued"] == result["answered"] > 0
    assert (result["lost"], result["duplicated"], result["refusals"]) == (0, 0, [])
    assert result["consoles"] == 6
    assert database_url.startswith(result["database"])


@pytest.mark.timeout(LIMIT_S + 30)
@pytest.mark.usefixtures("forked_servers")
@pytest.mark.parametrize("door", ["http", "smtp", "sms", "chat"])
def test_what_a_door_has_answered_is_stored(door: str, sqlite_url: str, tmp_path: Path):
    # So many that none of them sends more than one page of a visitor may, however fast the machine is.
    plan = ("--door", door, "--clients", "10", "--seconds", "1", "--size", "300")

    result = bench("ingest", *plan, "--database-url", sqlite_url, folder=tmp_path)

    assert result.keys() >= {"per_s", "latency_ms", "sent", "stored"} | OF_THE_SERVER
    assert result["latency_ms"].keys() == LATENCY
    assert result["stored"] == result["sent"] > 0
    assert result["refusals"] == []


def test_a_database_that_somebody_works_with_is_left_alone(sqlite_url: str, tmp_path: Path):
    here = {"CARELINE_DATABASE_URL": sqlite_url, "CARELINE_DATA_DIR": str(tmp_path / "data")}
    add = ["user", "add", "ana@example.org", "--role", "admin"]
    assert CliRunner().invoke(app, add, env=here, input="long enough\n").exit_code == 0

    done = CliRunner().invoke(app, ["bench", "floor", "--database-url", sqlite_url])

    assert done.exit_code == 2
    assert "give the bench one of its own" in done.stderr


@pytest.mark.timeout(LIMIT_S + 30)
@pytest.mark.usefixtures("forked_servers")
def test_people_find_what_they_ask_the_knowledge_base_for(tmp_path: Path):
    result = bench("knowledgebase", "--articles", "100", "--questions", "20", folder=tmp_path)

    assert result.keys() >= {"search_ms", "suggest_ms", "index_visible_ms", "page_kb", "page_ms", *OF_THE_SERVER}
    assert result["search_ms"].keys() == result["page_ms"].keys() == LATENCY
    assert 0 < result["page_kb"] < 50
    for language in ("en", "zh"):
        assert result["ndcg10"][language] >= 0.8
        assert result["recall5"][language] >= 0.9
        assert result["held_out"][language][1] >= 0.9
    by_meaning = result["by_meaning"]
    assert by_meaning["search_ms"].keys() == by_meaning["question_ms"].keys() == LATENCY
    assert by_meaning["suggest_ms"].keys() == LATENCY
    assert by_meaning["ndcg10"]["en"] > result["ndcg10"]["en"] + 0.03
    assert by_meaning["recall5"]["en"] > result["recall5"]["en"]
    assert by_meaning["ndcg10"]["zh"] == result["ndcg10"]["zh"]
