"""web/cli/simulate.py: `careline simulate FILE.yaml`: a scenario through the router of production, in virtual time."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.cli.options import DataDir, one_a_line, stop
from web.cli.progress import Progress

if TYPE_CHECKING:
    from desk.scenarios.file import Loaded


def simulate(
    file: Annotated[Path, typer.Argument(help="The scenario.", exists=True, dir_okay=False, readable=True)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
    seed: Annotated[int | None, typer.Option(help="Another seed than the file's: other chances, same rules.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Plays a scenario (queues, agents, traffic) through the very router of production, in virtual time.

    The same seed gives the same figures. Nothing is read from a running desk, and nothing is changed.

    Example: careline simulate monday.yaml --json --seed 7
    """
    from desk.scenarios.simulation import simulate as play

    loaded = _load(file)
    if loaded.beside:
        typer.echo(one_a_line(((f"warning: {path}", what) for path, what in loaded.beside), file), err=True)
    result = play(loaded.scenario, seed=loaded.seed if seed is None else seed, progress=Progress())
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else _table(result))


def _load(file: Path) -> "Loaded":
    from desk.kernel.errors import Invalid
    from desk.scenarios.file import load

    try:
        return load(file)
    except OSError as error:
        stop(f"{file}: {error.strerror}")
    except UnicodeDecodeError:
        stop(f"{file}: not UTF-8 text")
    except Invalid as error:
        stop(one_a_line(error.errors, file))


#: Heading and how to print it, by the name of the figure.
_COLUMNS = {
    "offered": ("offered", "{:d}"),
    "answered": ("answered", "{:d}"),
    "abandoned": ("hung up", "{:d}"),
    "abandon_rate": ("rate", "{:.1%}"),
    "service_level": ("in time", "{:.1%}"),
    "waited_share": ("waited", "{:.1%}"),
    "asa_s": ("asa s", "{:.1f}"),
    "wait_mean_s": ("mean s", "{:.1f}"),
    "wait_p50_s": ("p50 s", "{:.1f}"),
    "wait_p90_s": ("p90 s", "{:.1f}"),
    "wait_p99_s": ("p99 s", "{:.1f}"),
}


def _table(result: dict[str, Any]) -> str:
    """A line a queue, all of them, and a line about the agents. A dash is no value."""
    rows = [["", *(heading for heading, _ in _COLUMNS.values())]]
    for name, figures in [*result["queues"].items(), ("all", result["all"])]:
        rows.append([name, *(_shown(figures[key], pattern) for key, (_, pattern) in _COLUMNS.items())])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    agents = result["agents"]
    occupancy, gap = _shown(agents["occupancy"], "{:.1%}"), _shown(agents["idle_mean_s"], "{:.1f} s")
    lines += ["", f"Agents: occupancy {occupancy}, mean gap between contacts {gap}, "]
    lines[-1] += f"Gini of idle time {_shown(agents['idle_gini'], '{:.3f}')}"
    if preferred := result.get("preferred"):
        wanted, had = preferred["wanted"], preferred["had"]
        lines.append(f"Preferred agents: {wanted} wanted one who was there, {had} came to that one")
    lines.append(f"{result['decisions_per_s']:.0f} decisions a second, {result['wall_s']:.1f} s")
    return "\n".join(lines)


def _shown(value: float | None, pattern: str) -> str:
    return "-" if value is None else pattern.format(value)
