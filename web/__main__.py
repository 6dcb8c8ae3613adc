"""web/__main__.py: `careline`: every command by name. Each imports what it needs when it runs."""

import importlib
import importlib.util
import os

import typer

from web.cli import articles, db, demo, ivr, org, replay, report, serve, simulate, token, user

app = typer.Typer(
    name="careline",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A contact centre in one process: phone, mail, chat and text in one queue; complaints to the end.",
)
app.command()(demo.demo)
app.command()(serve.serve)
app.command()(simulate.simulate)
app.command()(replay.replay)
app.add_typer(db.app, name="db")
app.add_typer(user.app, name="user")
app.add_typer(token.app, name="token")
app.add_typer(org.app, name="org")
app.add_typer(articles.app, name="articles")
app.add_typer(ivr.app, name="ivr")
app.add_typer(report.app, name="report")
if importlib.util.find_spec("web.cli.bench") is not None:
    app.add_typer(importlib.import_module("web.cli.bench").app, name="bench")


def main() -> None:
    """Runs the command line. What a command writes is for its own user alone: it is what customers said."""
    os.umask(0o077)
    app()


if __name__ == "__main__":
    main()
