"""web/cli/bench.py: `careline bench NAME`: how fast this version is, on this machine."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from web.cli.options import DataDir, stop

app = typer.Typer(no_args_is_help=True, help="Load for a real server; the last line is one JSON object.")

DatabaseUrl = Annotated[
    str | None,
    typer.Option(help="A database for the bench alone, as CARELINE_DATABASE_URL; default: SQLite in the data folder."),
]
#: Runs with a folder and a database URL.
Measure = Callable[[Path, str], Coroutine[Any, Any, dict[str, Any]]]


class Door(StrEnum):
    """Where inbound messages come in."""

    HTTP = "http"
    SMTP = "smtp"
    SMS = "sms"
    CHAT = "chat"


@app.callback()
def benches() -> None:
    """Load for a real server; the last line is one JSON object."""


@app.command()
def floor(
    agents: Annotated[int, typer.Option(min=1, help="Consoles; every agent takes what is offered.")] = 40,
    supervisors: Annotated[int, typer.Option(min=0, help="Open floors.")] = 2,
    rate: Annotated[float, typer.Option(min=0.01, help="Contacts a second.")] = 5.0,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long to measure, after the warm-up.")] = 30.0,
    warm_up: Annotated[float, typer.Option(min=0, help="Seconds at the same rate that are not measured.")] = 5.0,
    queues: Annotated[int, typer.Option(min=1, max=9, help="Queues; each agent serves two of them.")] = 4,
    seed: Annotated[int, typer.Option(help="The same seed, the same arrivals.")] = 1,
    database_url: DatabaseUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Runs a floor: half the contacts are chats, a quarter texts, a quarter mails; all are answered at once.

    Exits with 1 when a contact was lost or doubled.

    Example: careline bench floor --agents 280 --supervisors 4 --rate 10 --seconds 60
    """
    from web.bench.floor import Plan, measure

    async def run(folder: Path, url: str) -> dict[str, Any]:
        plan = Plan(
            agents=agents,
            supervisors=supervisors,
            rate=rate,
            seconds=seconds,
            warm_up_s=warm_up,
            queues=queues,
            seed=seed,
            database_url=url,
        )
        return await measure(plan, folder, _say)

    result = _run(run, data_dir, database_url)
    if result["lost"] or result["duplicated"]:
        raise typer.Exit(1)


@app.command()
def ingest(
    door: Annotated[Door, typer.Option(help="Where the messages come in.")] = Door.HTTP,
    clients: Annotated[int, typer.Option(min=1, max=400, help="Senders; each waits for its answer.")] = 64,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long to send.")] = 10.0,
    size: Annotated[int, typer.Option(min=1, max=1_000_000, help="Bytes of text in each message.")] = 400,
    database_url: DatabaseUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Sends messages through one door as fast as they are answered, and counts what is stored.

    A message is answered when it is on disk. Exits with 1 when one that was answered is not there.

    Example: careline bench ingest --door smtp --clients 64 --seconds 10 --size 10000
    """
    from web.bench.ingest import Plan, measure

    async def run(folder: Path, url: str) -> dict[str, Any]:
        plan = Plan(door=door.value, clients=clients, seconds=seconds, size=size, database_url=url)
        return await measure(plan, folder, _say)

    result = _run(run, data_dir, database_url)
    if result["stored"] < result["sent"]:
        raise typer.Exit(1)


@app.command()
def routing(
    agents: Annotated[int, typer.Option(min=20, help="Agents of each floor.")] = 3_000,
    waiting: Annotated[int, typer.Option(min=1, help="Items that wait on each floor.")] = 3_000,
    decisions: Annotated[int, typer.Option(min=100, help="Decisions to time on each floor.")] = 12_000,
    largest: Annotated[int, typer.Option(min=100, help="The curve runs from 100 to so many of both.")] = 20_000,
    picture: Annotated[Path | None, typer.Option(help="Draws the curve into this SVG file.")] = None,
    check: Annotated[bool, typer.Option(help="Ends with 1 where either cost grows faster than log n.")] = False,
) -> None:
    """Times the engine alone on six floors, and how its cost grows beside the logarithm and a bare heap.

    Each cost is told twice: of the engine alone, and with each decision asked why, in words. `decisions_per_s` is of
    the engine alone, and of the worst floor.

    With `--check` neither may grow faster, from the smallest size of the curve to the largest, than the logarithm of
    the size, or than a bare heap of as many entries in the same run where memory makes that grow more. Both are told.

    Example: careline bench routing --agents 3000 --waiting 3000 --picture curve.svg --check
    """
    from math import log

    import orjson

    from web.bench.routing import measure, sizes_to
    from web.bench.routing_growth import growths
    from web.bench.routing_picture import picture as draw

    sizes = sizes_to(largest)
    result = measure(agents, waiting, least=decisions, sizes=sizes, say=_say)
    if picture is not None:
        lines = {
            name: [(point["agents"], point["us_per_decision"]) for point in points]
            for name, points in result["curves"].items()
        }
        bounds = {
            "bare heap": [(point["entries"], point["us_per_push_and_pop"]) for point in result["heap"]],
            "logarithm": [(size, log(size)) for size in sizes],
        }
        picture.write_text(draw(lines, bounds), encoding="utf-8")
    found = growths(result["growth"], result["heap_growth"], sizes[0], sizes[-1]) if check else []
    for growth in found:
        typer.echo(str(growth), err=True)
    typer.echo(orjson.dumps(result).decode())
    if not all(growth.holds for growth in found):
        raise typer.Exit(1)


@app.command()
def knowledgebase(
    articles: Annotated[int, typer.Option(min=100, help="Made-up articles, in three languages.")] = 10_000,
    questions: Annotated[int, typer.Option(min=20, help="Questions to time.")] = 1_000,
    message: Annotated[int, typer.Option(min=10, help="Characters of a message to suggest answers for.")] = 2_000,
    meaning: Annotated[bool, typer.Option(help="Read the made-up articles by meaning too; 60 ms a text.")] = False,
    database_url: DatabaseUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Searches a made-up knowledge base, and asks labelled questions in English and Chinese.

    `ndcg10` and `recall5` are over all labelled questions; `held_out` and `among_all` say how many questions, and the
    same two figures: of those that ranking was not made with, and of all among the made-up articles. Where the extra
    `meaning` and its model are installed, `by_meaning` has the same by words and meaning.

    Example: careline bench knowledgebase --articles 100000
    """
    from web.bench.knowledgebase import Plan, measure

    async def run(folder: Path, url: str) -> dict[str, Any]:
        plan = Plan(articles=articles, questions=questions, message=message, database_url=url, meaning=meaning)
        return await measure(plan, folder, _say)

    _run(run, data_dir, database_url)


def _run(measure: Measure, data_dir: Path | None, database_url: str | None) -> dict[str, Any]:
    """Measures in `data_dir` or a folder that goes away, and prints the result."""
    import tempfile

    import orjson

    from desk.kernel import database_address, log
    from desk.kernel.settings import SettingsError
    from web.bench.house import InUse
    from web.bench.server import ServerFailed

    log.configure(level=30)
    with tempfile.TemporaryDirectory(prefix="careline-bench-") as temporary:
        folder = (data_dir or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        url = database_url or f"sqlite:///{folder / 'careline.sqlite3'}"
        try:
            database_address.checked(url)
        except ValueError as error:
            stop(f"--database-url: {error}", code=2)
        try:
            result = _on_a_fast_loop(measure(folder, url))
        except InUse:
            stop("--database-url: somebody works with this database; give the bench one of its own.", code=2)
        except SettingsError as error:
            stop(str(error), code=2)
        except ServerFailed as error:
            stop(f"The server failed: {error}")
    typer.echo(orjson.dumps(result).decode())
    return result


def _on_a_fast_loop(work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    from desk.kernel.loop import new_loop

    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)


def _say(words: str) -> None:
    if sys.stderr.isatty():
        typer.echo(words, err=True)
