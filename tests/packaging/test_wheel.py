"""What a user gets who installs the wheel: everything that runs, nothing that is only ours, and a demo that starts."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from zipfile import ZipFile

import aiohttp
import pytest

from routing.twins import MODULES, home
from tests.databases import free_port

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / ".make" / "wheels"
PACKAGES = ("channels", "desk", "ivr", "knowledgebase", "routing", "web")
READY_WITHIN_S = 240


def build(tree: Path, into: Path, **environment: str) -> Path:
    """Builds the wheel of `tree` as a packager would, without network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
    done = subprocess.run(
        command, cwd=tree, env=os.environ | environment, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    (wheel,) = into.glob("careline-*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `make wheel` builds where the engine can be compiled."""
    return build(ROOT, tmp_path_factory.mktemp("wheel"), ENGINE="compiled")


@pytest.fixture(scope="module")
def inside(wheel: Path) -> Iterator[ZipFile]:
    with ZipFile(wheel) as opened:
        yield opened


def test_it_carries_everything_that_runs(inside):
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not {"__pycache__", "frontend", "compiled"}.intersection(path.parts)
    }
    assert expected - set(inside.namelist()) == set()
    assert any(name.startswith("desk/migrations/versions/0001_") for name in inside.namelist())
    assert {"web/templates/login.html", "web/demo/organization.yaml"} <= set(inside.namelist())


def test_it_carries_the_built_browser_part_and_its_licences(inside):
    names = set(inside.namelist())
    manifest = json.loads(inside.read("web/static/manifest.json"))
    assert {"app.css", "console.js", "floor.js", "widget.js"} <= set(manifest)
    assert {f"web/static/{name}" for name in manifest.values() if isinstance(name, str)} <= names
    assert "web/static/licences.txt" in names


def test_it_carries_nothing_that_is_only_ours(inside):
    rooms = {name.partition("/")[0] for name in inside.namelist()}
    assert {room for room in rooms if not room.startswith("careline-")} == set(PACKAGES)
    assert not [name for name in inside.namelist() if "/frontend/" in name or name.endswith((".pyc", ".tsx", ".map"))]


def test_it_carries_the_compiled_engine_and_is_for_this_machine(wheel, inside):
    twins = home(ROOT / "routing").relative_to(ROOT).as_posix()
    carried = {name for name in inside.namelist() if "/compiled/" in name}
    assert {f"{twins}/{module}{EXTENSION_SUFFIXES[0]}" for module in MODULES} < carried
    assert {name.rpartition("/")[0] for name in carried} == {twins}, "those of other sources stay here"
    assert not wheel.name.endswith("-none-any.whl")


def test_it_says_what_it_is(inside):
    (metadata,) = [inside.read(name).decode() for name in inside.namelist() if name.endswith(".dist-info/METADATA")]
    (commands,) = [inside.read(name).decode() for name in inside.namelist() if name.endswith("/entry_points.txt")]
    assert "Name: careline\n" in metadata and "License-Expression: Apache-2.0\n" in metadata
    assert "careline = web.__main__:main" in commands
    assert [name for name in inside.namelist() if name.endswith("/licenses/LICENSE")]


@pytest.fixture
def fresh_tree(tmp_path: Path) -> Path:
    """The tree as it is checked out: nothing built."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, tmp_path / "tree" / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return tmp_path / "tree"


def test_where_the_browser_part_is_not_built_npm_builds_it(fresh_tree, tmp_path):
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text('#!/bin/sh\nmkdir -p web/static\n[ "$1" = run ] && echo "{}" >web/static/manifest.json || true\n')
    npm.chmod(0o755)

    made = build(fresh_tree, tmp_path / "out", PATH=f"{npm.parent}:{os.environ['PATH']}")

    with ZipFile(made) as opened:
        assert opened.read("web/static/manifest.json") == b"{}\n"
        assert not [name for name in opened.namelist() if "/compiled/" in name]
    assert made.name.endswith("-py3-none-any.whl"), "unless it is asked for, it is for every machine"


def test_an_engine_that_is_asked_for_and_cannot_be_compiled_is_no_wheel(fresh_tree, tmp_path):
    (fresh_tree / "web" / "static").mkdir()
    (fresh_tree / "web" / "static" / "manifest.json").write_text("{}")
    with pytest.raises(RuntimeError, match="there is no C compiler"):
        build(fresh_tree, tmp_path / "out", ENGINE="compiled", PATH=str(tmp_path), CC="")


def test_without_npm_it_says_what_to_do(fresh_tree, tmp_path):
    with pytest.raises(RuntimeError, match="install Node 20 or newer"):
        build(fresh_tree, tmp_path / "out", PATH=str(tmp_path))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel and what it asks for, filled without network; its `bin`."""
    environment = tmp_path_factory.mktemp("installed") / "env"
    uv = Path(sys.executable).with_name("uv")
    python = environment / "bin" / "python"
    offline = ["--quiet", "--offline", "--no-cache", "--no-index", "--find-links", str(WHEELS)]
    for command in (
        ["venv", "--python", sys.executable, str(environment)],
        ["pip", "install", "--python", str(python), str(wheel)],
    ):
        done = subprocess.run([uv, *command, *offline], capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
    return environment / "bin"


def test_what_is_installed_runs_the_compiled_engine(installed, tmp_path):
    says = "import routing.engine, routing.why; print(routing.engine.__file__, routing.why.__file__, sep='\\n')"
    command = [installed / "python", "-I", "-c", says]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    for file in done.stdout.splitlines():
        assert file.startswith(str(installed.parent)) and file.endswith(EXTENSION_SUFFIXES[0])


@asynccontextmanager
async def demo(installed: Path, folder: Path) -> AsyncIterator[str]:
    """`careline demo --quiet` of the installed wheel; its address once it is ready."""
    bind = f"127.0.0.1:{free_port()}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "CARELINE_BIND": bind,
        "CARELINE_SMTP_LISTEN": f"127.0.0.1:{free_port()}",
    }
    log = folder / "log"
    with log.open("wb") as output:
        server = await asyncio.create_subprocess_exec(
            installed / "careline",
            *("demo", "--quiet", "--data-dir", str(folder / "data")),
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
        )
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            while not await is_ready(f"http://{bind}"):
                if server.returncode is not None:
                    raise RuntimeError(log.read_text(errors="replace"))
                await asyncio.sleep(0.2)
        yield f"http://{bind}"
        server.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            assert await server.wait() == 0, log.read_text(errors="replace")
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()


async def is_ready(address: str) -> bool:
    try:
        async with aiohttp.ClientSession() as client, client.get(f"{address}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientConnectionError:
        return False


@pytest.mark.timeout(600)
async def test_the_demo_starts_from_it(installed, tmp_path):
    async with demo(installed, tmp_path) as address, aiohttp.ClientSession(address) as client:
        async with client.get("/login") as page:
            assert page.status == 200
            assert "/static/" in await page.text()
        async with client.get("/widget.js") as script:
            assert (script.status, script.content_type) == (200, "text/javascript")
