"""What the settings name and is not there: every command that needs it says so in one line, and ends."""

import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from desk.kernel import migrate
from desk.kernel.settings import Settings
from tests.conftest import logs_begin_anew
from tests.databases import PostgresServer
from web.__main__ import app
from web.start_up import check_carrier, without_effect

Careline = Callable[..., Result]

SID = "CARELINE_TWILIO_ACCOUNT_SID"
SERVERS = (("serve",), ("demo", "--quiet"))
COMMANDS = (
    *SERVERS,
    ("db", "upgrade"),
    ("db", "downgrade"),
    ("user", "add", "ana@house.test", "--role", "agent"),
    ("token", "add", "--user", "ana@house.test"),
    ("org", "dump"),
    ("report", "complaints", "--month", "2026-10"),
    ("replay", "--from", "2026-11-25T08:00Z", "--to", "2026-11-25T18:00Z"),
)


@pytest.fixture
def careline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, any_port: Callable[[], int]) -> Careline:
    """`careline …` in an empty folder, with a data folder and ports of its own."""
    monkeypatch.chdir(tmp_path)
    own = {"CARELINE_DATA_DIR": str(tmp_path / "data")}
    own |= {name: f"127.0.0.1:{any_port()}" for name in ("CARELINE_BIND", "CARELINE_SMTP_LISTEN")}

    def run(*words: str, **settings: str) -> Result:
        named = {f"CARELINE_{name}": value for name, value in settings.items()}
        try:
            return CliRunner().invoke(app, list(words), input="correct horse\n", env=own | named)
        finally:
            logs_begin_anew()

    return run


def line_of(stopped: Result, *, code: int | None = None) -> str:
    """The one line that a command said before it ended."""
    assert stopped.exit_code in ((1, 2) if code is None else (code,)), stopped.output
    assert not stopped.stdout
    assert stopped.stderr.count("\n") == 1, stopped.stderr
    return stopped.stderr


@contextmanager
def refusing_passwords() -> Iterator[int]:
    """A PostgreSQL whose only word is that the password is wrong; its port."""

    def answer(server: socket.socket) -> None:
        while True:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                if b"\x04\xd2\x16\x2f" in caller.recv(8):  # may it be encrypted? It may not.
                    caller.sendall(b"N")
                caller.recv(1000)
                told = b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "desk"\0\0'
                caller.sendall(b"E" + (len(told) + 4).to_bytes(4, "big") + told)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_database_at_whose_address_nobody_is(careline: Careline, any_port: Callable[[], int], command: tuple[str]):
    port = any_port()
    stopped = careline(*command, DATABASE_URL=f"postgresql+asyncpg://desk:hidden@127.0.0.1:{port}/desk")

    said = f"CARELINE_DATABASE_URL: nobody can be reached at 127.0.0.1:{port}: Connection refused\n"
    assert line_of(stopped, code=2 if command in SERVERS else 1) == said


@pytest.mark.parametrize("command", [("serve",), ("db", "downgrade"), ("org", "dump")], ids=" ".join)
def test_a_database_that_does_not_let_us_in(careline: Careline, command: tuple[str]):
    with refusing_passwords() as port:
        stopped = careline(*command, DATABASE_URL=f"postgresql+asyncpg://desk:hidden@127.0.0.1:{port}/desk")

    assert line_of(stopped) == 'CARELINE_DATABASE_URL: password authentication failed for user "desk"\n'


@pytest.mark.parametrize("command", [("serve",), ("db", "upgrade"), ("db", "downgrade")], ids=" ".join)
def test_a_database_that_the_server_does_not_have(careline: Careline, postgres: PostgresServer, command: tuple[str]):
    stopped = careline(*command, DATABASE_URL=postgres.url("nowhere"))

    assert line_of(stopped) == 'CARELINE_DATABASE_URL: database "nowhere" does not exist\n'


@pytest.mark.parametrize("command", [("serve",), ("org", "dump"), ("db", "downgrade")], ids=" ".join)
def test_a_file_that_is_no_database(careline: Careline, tmp_path: Path, command: tuple[str]):
    (tmp_path / "letter.txt").write_text("Dear all,\n" * 100)
    for file, why in ((tmp_path / "letter.txt", "file is not a database"), (tmp_path, "unable to open database file")):
        stopped = careline(*command, DATABASE_URL=f"sqlite:///{file}")
        assert line_of(stopped) == f"CARELINE_DATABASE_URL: {file}: {why}\n"


@pytest.mark.parametrize("command", [one for one in COMMANDS if one != ("db", "downgrade")], ids=" ".join)
def test_a_database_of_a_newer_version(careline: Careline, tmp_path: Path, command: tuple[str]):
    url = f"sqlite:///{tmp_path / 'newer.sqlite3'}"
    migrate.upgrade(url)
    with closing(sqlite3.connect(tmp_path / "newer.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    said = line_of(careline(*command, DATABASE_URL=url))
    assert said.startswith("CARELINE_DATABASE_URL: the database has tables of a newer version (9999); install ")


def test_a_database_of_an_older_version_is_brought_up_by_who_may_and_named_by_who_may_not(
    careline: Careline, postgres: PostgresServer, tmp_path: Path
):
    with postgres.database(tables=False) as url:
        migrate.upgrade(url, "0002")
        for command in (("serve", "--role", "router"), *COMMANDS[-2:]):
            said = line_of(careline(*command, DATABASE_URL=url))
            assert said.startswith("CARELINE_DATABASE_URL: ") and "run `careline db upgrade` first" in said
        assert careline("db", "upgrade", DATABASE_URL=url).exit_code == 0
        assert migrate.current(url) == migrate.head()


def test_a_bench_with_no_database_to_measure(careline: Careline, any_port: Callable[[], int]):
    said = line_of(careline("bench", "floor", "--database-url", "mysql://x"), code=2)
    assert said == "--database-url: must begin with sqlite:/// or postgresql+asyncpg://\n"

    port = any_port()
    said = line_of(careline("bench", "floor", "--database-url", f"postgresql+asyncpg://x@127.0.0.1:{port}/x"), code=2)
    assert said == f"CARELINE_DATABASE_URL: nobody can be reached at 127.0.0.1:{port}: Connection refused\n"


@pytest.mark.parametrize("command", SERVERS, ids=" ".join)
@pytest.mark.parametrize("name", ["BIND", "SMTP_LISTEN"])
def test_a_port_that_somebody_has_and_an_address_that_is_not_ours(careline: Careline, name: str, command: tuple[str]):
    with socket.create_server(("127.0.0.1", 0)) as other:
        at = f"127.0.0.1:{other.getsockname()[1]}"
        said = line_of(careline(*command, **{name: at}), code=2)
        assert said == f"CARELINE_{name}: {at} is taken by another program; stop it, or choose another port.\n"

    said = line_of(careline("serve", **{name: "192.0.2.1:8080"}), code=2)
    assert said == f"CARELINE_{name}: 192.0.2.1:8080: Cannot assign requested address\n"


@pytest.mark.parametrize("command", SERVERS, ids=" ".join)
def test_a_redis_at_whose_address_nobody_is(careline: Careline, any_port: Callable[[], int], command: tuple[str]):
    port = any_port()
    said = line_of(careline(*command, REDIS_URL=f"redis://:hidden@127.0.0.1:{port}/0"), code=2)

    assert said == f"CARELINE_REDIS_URL: nobody can be reached at 127.0.0.1:{port}: Connection refused\n"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_data_folder_that_cannot_be(careline: Careline, tmp_path: Path, command: tuple[str]):
    (tmp_path / "file").write_text("")

    said = line_of(careline(*command, DATA_DIR=str(tmp_path / "file" / "data")))
    assert said.startswith("CARELINE_DATA_DIR: Not a directory: ")


def test_a_data_folder_in_which_nothing_can_be_written(
    careline: Careline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "read-only"
    folder.mkdir()
    monkeypatch.setattr("desk.kernel.settings.os.access", lambda path, _mode: Path(path) != folder)  # root may all

    said = line_of(careline("serve", DATA_DIR=str(folder), SECRET_KEY="x" * 32), code=2)
    assert said == f"CARELINE_DATA_DIR: Permission denied: {folder}\n"


@pytest.mark.parametrize("command", SERVERS, ids=" ".join)
def test_a_misspelt_variable_does_not_stand_before_the_line(careline: Careline, command: tuple[str]):
    line_of(careline(*command, BNID="x", TEST_CLOCK="/nowhere"), code=2)
    with socket.create_server(("127.0.0.1", 0)) as other:
        line_of(careline(*command, BNID="x", BIND=f"127.0.0.1:{other.getsockname()[1]}"), code=2)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"VOICE_CARRIER": "twilio"},
            f"CARELINE_VOICE_CARRIER: twilio needs an account; {SID} and CARELINE_TWILIO_AUTH_TOKEN must be set.\n",
        ),
        (
            {"VOICE_CARRIER": "twilio", "TWILIO_AUTH_TOKEN": "t"},
            f"CARELINE_VOICE_CARRIER: twilio needs an account; {SID} must be set.\n",
        ),
        (
            {"TWILIO_ACCOUNT_SID": "AC1"},
            f"{SID}: an account needs its token; CARELINE_TWILIO_AUTH_TOKEN must be set.\n",
        ),
    ],
)
def test_a_carrier_that_was_chosen_and_has_no_account(careline: Careline, given: dict[str, str], words: str):
    assert line_of(careline("serve", **given), code=2) == words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, []),
        ({"twilio_auth_token": "t"}, []),  # texts and calls come in; nobody chose to call
        ({"voice_carrier": "memory"}, []),
        ({"voice_carrier": "twilio", "twilio_account_sid": "AC1", "twilio_auth_token": "t"}, []),
        ({"imap_url": "imaps://u:hidden@mail.example"}, ["CARELINE_IMAP_URL: no mail is collected"]),
        ({"voice_carrier": "browser"}, ["CARELINE_VOICE_CARRIER: browser is not available yet; no calls are made"]),
        (
            {"voice_carrier": "browser", "twilio_account_sid": "AC1", "twilio_auth_token": "t"},
            ["CARELINE_VOICE_CARRIER: browser is not available yet; calls are made by Twilio"],
        ),
        (
            {"voice_carrier": "asterisk", "ari_url": "http://u:hidden@ari.example"},
            ["CARELINE_VOICE_CARRIER: asterisk is not available yet; no calls", "CARELINE_ARI_URL: no Asterisk"],
        ),
    ],
)
def test_what_is_set_and_does_nothing_is_named_and_stops_nothing(given: dict[str, Any], said: list[str]):
    settings = Settings(**given)
    check_carrier(settings)
    told = [f"{name}: {why}" for name, why in without_effect(settings)]
    assert len(told) == len(said) and all(map(str.startswith, told, said)), told
    assert "hidden" not in str(told)


@pytest.mark.parametrize("command", SERVERS, ids=" ".join)
def test_a_server_says_once_what_does_nothing_and_starts(
    careline: Careline, monkeypatch: pytest.MonkeyPatch, command: tuple[str]
):
    async def at_once(_stop: object, _app: object) -> int:
        return 0

    monkeypatch.setattr("web.serve._until", at_once)
    monkeypatch.setattr("web.serve._settle_memory", lambda: None)
    ran = careline(*command, VOICE_CARRIER="browser", IMAP_URL="imaps://u:hidden@mail.example")
    lines = [line for line in ran.output.splitlines() if "setting_without_effect" in line]
    assert (ran.exit_code, len(lines)) == (0, 2), ran.output
    assert "CARELINE_IMAP_URL" in lines[0] and "CARELINE_VOICE_CARRIER" in lines[1]
    assert "hidden" not in ran.output
