"""Commands as people type them: what they print, and how they end."""

import asyncio
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from desk.kernel import migrate
from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor
from desk.people.access import password_of, who
from desk.people.passwords import matches
from tests.conftest import logs_begin_anew
from web.__main__ import app
from web.demo.house import demo_settings
from web.start_up import ready_database

Careline = Callable[..., Result]

_NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_ACTOR = Actor.system("test")

FLOW = """\
name: small
languages: [en]
start: hello
nodes:
  hello:
    say: {en: Hello.}
    next: wait
  wait:
    queue: general
    say: {en: Please wait.}
"""


@pytest.fixture
def careline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Careline:
    """`careline …` in an empty folder, with a data folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, typed: str = "") -> Result:
        data = {"CARELINE_DATA_DIR": str(tmp_path / "data")}
        try:
            return CliRunner().invoke(app, list(words), input=typed, env=data)
        finally:
            logs_begin_anew()

    return run


COMMANDS = (
    ("demo",),
    ("serve",),
    ("db", "upgrade"),
    ("db", "downgrade"),
    ("user", "add"),
    ("token", "add"),
    ("org", "load"),
    ("org", "dump"),
    ("ivr", "check"),
    ("report", "complaints"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example_and_takes_a_data_folder(
    careline: Careline, command: tuple[str, ...]
) -> None:
    shown = careline(*command, "--help")

    assert shown.exit_code == 0
    assert f"careline {command[0]}" in " ".join(shown.output.split())
    assert "--data-dir" in shown.output


def test_what_a_command_writes_is_for_its_own_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o755)
    words = (sys.executable, "-m", "web", "db", "upgrade", "--data-dir", str(folder))
    subprocess.run(words, check=True, capture_output=True, umask=0)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes["careline.sqlite3"] == 0o600
    assert set(modes.values()) <= {0o600, 0o700}


@pytest.mark.parametrize(
    "words", [("no-such",), ("serve", "--no-such"), ("user", "add"), ("user", "add", "a@b", "--role", "king")]
)
def test_wrong_usage_ends_with_two(careline: Careline, words: tuple[str, ...]) -> None:
    assert careline(*words).exit_code == 2


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CARELINE_BIND", "nowhere", "CARELINE_BIND: must be host:port"),
        ("CARELINE_DATABASE_URL", "mysql://x", "CARELINE_DATABASE_URL: must begin with"),
        ("CARELINE_PUBLIC_URL", "desk.example", "CARELINE_PUBLIC_URL"),
        ("CARELINE_TRUSTED_PROXIES", "10.0.0.0/99", "CARELINE_TRUSTED_PROXIES"),
        ("CARELINE_VOICE_CARRIER", "pigeon", "CARELINE_VOICE_CARRIER"),
        ("CARELINE_SMTP_URL", "http://relay", "CARELINE_SMTP_URL"),
    ],
)
def test_a_wrong_setting_stops_with_one_line(
    careline: Careline, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)

    stopped = careline("serve")

    assert stopped.exit_code == 2
    assert stopped.stderr.count("\n") == 1 and words in stopped.stderr
    assert not stopped.stdout


def test_settings_are_printed_without_their_secrets(careline: Careline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_SECRET_KEY", "very-secret" * 3)
    monkeypatch.setenv("CARELINE_TWILIO_AUTH_TOKEN", "also-secret")
    monkeypatch.setenv("CARELINE_SMTP_URL", "smtp://desk:hidden@relay.example:587")
    monkeypatch.setenv("CARELINE_DATABASE_URL", "postgresql+asyncpg://desk:hidden@db.example/desk")

    shown = careline("serve", "--print-settings", "--bind", "127.0.0.1:9000")

    assert shown.exit_code == 0
    assert "CARELINE_BIND=127.0.0.1:9000" in shown.stdout
    assert "CARELINE_SMTP_URL=smtp://desk:********@relay.example:587" in shown.stdout
    for secret in ("very-secret", "also-secret", "hidden"):
        assert secret not in shown.output


def test_several_processes_on_sqlite_are_refused(careline: Careline) -> None:
    stopped = careline("serve", "--role", "router")

    assert stopped.exit_code == 2 and "PostgreSQL" in stopped.stderr


def test_a_user_is_added_with_a_password_from_standard_input(careline: Careline, tmp_path: Path) -> None:
    added = careline("user", "add", "Ana@House.test", "--role", "agent", typed="correct horse\n")
    again = careline("user", "add", "ana@house.test", "--role", "agent", typed="correct horse\n")

    assert added.exit_code == 0, added.output
    assert again.exit_code == 1 and "signs in already" in again.stderr
    _, stored = asyncio.run(_read(tmp_path, password_of, "ana@house.test"))
    assert matches(stored, "correct horse")
    assert "correct horse" not in added.output


def test_a_short_password_and_a_strange_address_are_refused(careline: Careline) -> None:
    assert careline("user", "add", "ana@house.test", "--role", "agent", typed="short\n").exit_code == 1
    assert careline("user", "add", "ana@house.test", "--role", "agent", typed="").exit_code == 1
    assert careline("user", "add", "ana", "--role", "agent", typed="correct horse\n").exit_code == 1


def test_a_token_is_shown_once_and_only_its_digest_kept(careline: Careline, tmp_path: Path) -> None:
    careline("user", "add", "ana@house.test", "--role", "supervisor", typed="correct horse\n")

    shown = careline("token", "add", "--user", "ana@house.test", "--label", "import")
    nobody = careline("token", "add", "--user", "bo@house.test")

    secret = shown.stdout.strip()
    assert shown.exit_code == 0 and len(secret) > 40
    assert nobody.exit_code == 1 and "no such user" in nobody.stderr
    found: Any = asyncio.run(_read(tmp_path, lambda rx: who(rx, token=secret)))
    assert (found.email, found.role) == ("ana@house.test", "supervisor")
    assert secret.encode() not in (tmp_path / "data" / "careline.sqlite3").read_bytes()


def test_what_is_printed_for_other_programs_stands_alone_however_slow_the_machine(
    careline: Careline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.kernel.sqlite_database.SLOW_S", 0.0)
    careline("user", "add", "ana@house.test", "--role", "supervisor", typed="correct horse\n")

    shown = careline("token", "add", "--user", "ana@house.test")

    assert re.fullmatch(r"cl_\S+\n", shown.stdout)
    assert shown.stderr == ""


def test_articles_of_a_call_flow_are_looked_for_where_there_is_a_database(careline: Careline, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(FLOW.replace("  wait:\n", "  read: {article: refunds, next: wait, else: wait}\n  wait:\n", 1))
    file.write_text(file.read_text().replace("next: wait\n  read", "next: read\n  read"))
    assert careline("ivr", "check", str(file)).exit_code == 0, "nobody can know"
    assert not list((tmp_path / "data").glob("*.db"))

    article = tmp_path / "refunds.md"
    article.write_text("---\ntitle: Refunds\nslug: refunds\naudience: internal\nstate: published\n---\nFive days.\n")
    assert careline("articles", "import", str(article)).exit_code == 0
    checked = careline("ivr", "check", str(file))
    assert (checked.exit_code, checked.stderr) == (1, f"{file}:8: read: there is no public article refunds\n")
    article.write_text(article.read_text().replace("internal", "public"))
    assert careline("articles", "import", str(article)).exit_code == 0
    assert careline("ivr", "check", str(file)).exit_code == 0


def test_a_call_flow_is_checked_line_by_line(careline: Careline, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(FLOW)
    assert careline("ivr", "check", str(file)).exit_code == 0

    file.write_text(FLOW.replace("next: wait", "next: nowhere"))
    checked = careline("ivr", "check", str(file))
    assert checked.exit_code == 1
    assert f"{file}:5: hello: next leads to nowhere, which does not exist" in checked.stderr
    assert all(line.startswith(f"{file}:") for line in checked.stderr.splitlines())

    file.write_text(FLOW.replace("queue: general", "queue: ["))
    assert f"{file}:" in careline("ivr", "check", str(file)).stderr
    file.write_bytes(b"\xff\xfe")
    assert careline("ivr", "check", str(file)).exit_code == 1
    assert careline("ivr", "check", str(tmp_path / "none.yaml")).exit_code == 2


def test_the_database_is_made_upgraded_and_taken_back(careline: Careline) -> None:
    made = careline("db", "upgrade")
    again = careline("db", "upgrade")
    back = careline("db", "downgrade", "base")
    wrong = careline("db", "downgrade", "nowhere")

    assert [made.exit_code, again.exit_code, back.exit_code, wrong.exit_code] == [0, 0, 0, 1]
    assert migrate.head() in made.stdout and "nothing" in back.stdout
    assert wrong.stderr.count("\n") == 1


def test_a_database_of_a_newer_version_is_left_alone(careline: Careline, tmp_path: Path) -> None:
    careline("db", "upgrade")
    with sqlite3.connect(tmp_path / "data" / "careline.sqlite3") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    for command in (("db", "upgrade"), ("org", "dump")):
        stopped = careline(*command)
        assert stopped.exit_code == 1 and "newer version (9999)" in stopped.stderr


def test_one_of_many_processes_makes_no_tables(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, role="web", secret_key="x")

    with pytest.raises(Exception, match="careline db upgrade"):
        ready_database(settings)
    assert migrate.current(settings.database_url) is None


def test_what_a_database_says_is_one_line_without_its_password(any_port: Callable[[], int]) -> None:
    url = f"postgresql+asyncpg://desk:hidden@127.0.0.1:{any_port()}/desk"

    with pytest.raises(Exception, match="CARELINE_DATABASE_URL") as caught:
        ready_database(Settings(database_url=url, secret_key="x"))
    assert "hidden" not in str(caught.value) and "\n" not in str(caught.value)


def test_the_demo_is_for_this_machine_and_takes_nothing_from_a_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "careline.toml").write_text(
        'bind = "0.0.0.0:80"\ndatabase_url = "postgresql+asyncpg://prod"\nsmtp_url = "smtp://relay.example"\n'
    )
    settings = demo_settings(tmp_path / "data")
    assert (settings.bind, settings.smtp_url) == ("127.0.0.1:8080", "")
    assert settings.database_url.startswith("sqlite:///")

    monkeypatch.setenv("CARELINE_BIND", "127.0.0.1:9001")
    monkeypatch.setenv("CARELINE_SMTP_URL", "smtp://127.0.0.1:2525")
    settings = demo_settings(tmp_path / "data")
    assert (settings.bind, settings.smtp_url) == ("127.0.0.1:9001", "smtp://127.0.0.1:2525")
    assert settings.public_url == "http://127.0.0.1:9001"

    for name in ("CARELINE_BIND", "CARELINE_SMTP_LISTEN"):
        monkeypatch.setenv(name, "0.0.0.0:9001")
        with pytest.raises(Exception, match=f"{name}: the demo listens on loopback only"):
            demo_settings(tmp_path / "data")
        monkeypatch.delenv(name)


def test_help_is_quick_as_it_imports_no_server() -> None:
    heavy = "('aiohttp', 'sqlalchemy', 'socketio')"
    code = f"import sys, web.__main__; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


async def _read(folder: Path, query: Any, *args: Any) -> Any:
    desk = Desk(Settings(data_dir=folder / "data", secret_key="x"), clock=ManualClock(_NOW))
    await desk.start()
    try:
        return await desk.read(_ACTOR, query, *args)
    finally:
        await desk.close()
