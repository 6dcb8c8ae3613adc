"""web/cli/replay.py: `careline replay`: recorded traffic through the router again, by today's rules or by others."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.cli.options import DataDir, one_a_line, stop, text_of
from web.cli.progress import Progress
from web.cli.replay_table import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.kernel.settings import Settings
    from desk.organization.file import Document
    from desk.organization.rules import Wrong


def replay(
    begins: Annotated[str, typer.Option("--from", help="Contacts from this instant on, like 2026-11-25T08:00Z.")],
    ends: Annotated[str, typer.Option("--to", help="Contacts before this instant, at most 31 days later.")],
    rules: Annotated[
        Path | None, typer.Option(help="An organization file: its rules beside today's.", exists=True, dir_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Plays recorded traffic again through the very router of production, and compares.

    Prints what was recorded, what today's rules make of it, and, with --rules, what others would have: service
    level, waits, hang-ups, load of each agent. Reads only. The same database and rules give the same figures.

    Example: careline replay --from 2026-11-25T08:00Z --to 2026-11-25T18:00Z --rules proposed.yaml
    """
    from desk.kernel.clock import FileClock, SystemClock
    from desk.kernel.errors import CarelineError, Invalid
    from web.cli.reading import settings_to_read

    span = (_instant("--from", begins), _instant("--to", ends))
    document = None if rules is None else _document(rules)
    settings = settings_to_read(data_dir)
    clock = FileClock(settings.test_clock) if settings.test_clock else SystemClock()
    try:
        result = asyncio.run(_result(settings, clock.now(), span, document))
    except Invalid as error:
        stop(_lines(rules, error.errors), code=2)
    except CarelineError as error:
        stop(error.message)
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else table(result))


async def _result(
    settings: "Settings", now: datetime, span: tuple[datetime, datetime], document: "Document | None"
) -> dict[str, Any]:
    from desk.kernel.clock import ManualClock
    from desk.kernel.database import connect
    from desk.kernel.transaction import Actor
    from desk.replay.reading import Span
    from desk.replay.replay import answer, ask

    database = connect(settings.database_url, ManualClock(now))
    await database.start()
    try:
        wanted = Span(begins=span[0], ends=span[1])
        question = await database.read(Actor.system("replay"), lambda rx: ask(rx, wanted, document))
    finally:
        await database.close()
    return answer(question, Progress())


def _instant(option: str, text: str) -> datetime:
    from desk.kernel.instants import parse

    try:
        return parse(text)
    except ValueError as error:
        stop(f"{option}: {text!r} is no instant like 2026-11-25T08:00Z: {error}", code=2)


def _document(file: Path) -> "Document":
    from desk.kernel.errors import Invalid
    from desk.organization.file import MOST_CHARACTERS, read

    try:
        return read(text_of(file, MOST_CHARACTERS))
    except OSError as error:
        stop(f"{file}: {error.strerror}", code=2)
    except UnicodeDecodeError:
        stop(f"{file}: not UTF-8 text", code=2)
    except Invalid as error:
        stop(one_a_line(error.errors, file), code=2)


def _lines(rules: Path | None, errors: "Sequence[Wrong]") -> str:
    """An option speaks for itself; everything else is a path in the file."""
    options = [f"{path}: {why}" for path, why in errors if path.startswith("--") or rules is None]
    in_file = [(path, why) for path, why in errors if not path.startswith("--")]
    return "\n".join([*options, one_a_line(in_file, rules)] if rules is not None and in_file else options)
