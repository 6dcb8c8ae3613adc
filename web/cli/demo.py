"""web/cli/demo.py: `careline demo`: the sample shop, alive on this machine."""

from typing import Annotated

import typer

from web.cli.options import DataDir, stop


def demo(
    quiet: Annotated[bool, typer.Option("--quiet", help="No live traffic: organization and history only.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Runs the sample shop: an organization, half a year of history, and customers who get in touch now.

    Listens on loopback only. The data folder is a fresh temporary one that goes away at the end; with
    --data-dir it stays, and the next demo goes on there. CARELINE_* variables win over the demo's defaults.

    Example: careline demo --quiet --data-dir ./demo-data
    """
    from desk.kernel.settings import SettingsError
    from web.cli.running import run_fast
    from web.demo.house import open_demo

    try:
        code = run_fast(open_demo(data_dir, quiet=quiet, say=typer.echo))
    except SettingsError as error:
        stop(str(error), code=2)
    raise typer.Exit(code)
