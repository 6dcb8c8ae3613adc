"""build_engine.py: compiles the modules of the routing engine that decide, where this machine can.

    python build_engine.py          # says in a line what it lacks, if it cannot; that is no failure
    python build_engine.py --must   # … is one

mypyc, which comes with mypy, writes C from the annotated sources, and the machine's compiler makes twins of it; where
they lie and when they are used says `routing/twins.py`. Compiling the same sources again does nothing.
"""

import io
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from hashlib import sha256
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent
PACKAGE = ROOT / "routing"

#: The library that all twins share, a module too: it lies beside them.
SHARED = "routing.core"
#: In a folder of twins: by what they were made.
MADE_BY = "made_by"
#: So many folders of twins are kept, the latest: those that a server in this tree may still run are among them.
KEPT = 3
#: A compiler that hangs must end.
LIMIT_S = 600

#: Sets of agents are long numbers: loops over their digits take four at a time.
_FLAGS = ("-O2", "-ftree-vectorize", "-fvect-cost-model=dynamic", "-g0", "-fPIC", "-fwrapv", "-DNDEBUG", "-w")
_LINKED = ("-bundle", "-undefined", "dynamic_lookup") if sys.platform == "darwin" else ("-shared", "-Wl,-s")

LACKS = (
    "the routing engine runs as plain Python, at about half of its rate ({why}): install a C compiler and"
    " Python's headers (Debian: gcc libc6-dev python3-dev), then run `make engine`"
)


class Lacking(Exception):
    """It cannot be compiled here; says why."""


def main(*, must: bool) -> int:
    """Sees to it that the sources as they are have twins; the exit code."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    from routing.twins import MODULES, home  # noqa: PLC0415  from this tree, wherever the script is started

    twins = home(PACKAGE)
    try:
        if _made_by(twins) != _maker():
            _compile(MODULES, twins)
    except Lacking as lacking:
        print(LACKS.format(why=lacking), file=sys.stderr)
        return 1 if must else 0
    os.utime(twins)
    for old in sorted(twins.parent.glob("[!.]*"), key=lambda folder: folder.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)
    print(twins.relative_to(ROOT))
    return 0


def _compile(modules: tuple[str, ...], twins: Path) -> None:
    compiler = _compiler()
    with TemporaryDirectory(prefix="engine-") as name:
        work = Path(name)
        _try(compiler, work)
        objects = _write_c(modules, work)
        made = work / "made"
        made.mkdir()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda source: _object(compiler, source, work), set(chain(*objects.values()))))
            list(pool.map(lambda twin: _link(compiler, made, *twin), objects.items()))
        (made / MADE_BY).write_text(_maker(), encoding="utf-8")
        _put(made, twins)


def _compiler() -> list[str]:
    """The command of a C compiler that is there: the one that is asked for, Python's own, or any."""
    for command in (os.environ.get("CC"), sysconfig.get_config_var("CC"), "cc", "gcc", "clang"):
        words = shlex.split(command or "")
        if words and shutil.which(words[0]):
            return words
    raise Lacking("there is no C compiler")


def _try(compiler: list[str], work: Path) -> None:
    """Whether a program that knows Python can be compiled at all."""
    source = work / "tried.c"
    source.write_text("#include <Python.h>\n", encoding="utf-8")
    try:
        _object(compiler, source, work)
    except Lacking:
        raise Lacking("there are no headers of Python, or of C") from None


def _write_c(modules: tuple[str, ...], work: Path) -> dict[str, list[Path]]:
    """Writes the twins as C: by module, its source files."""
    from mypyc.build import mypycify  # noqa: PLC0415  only where it is installed

    said = io.StringIO()
    with redirect_stdout(said):
        try:
            extensions = mypycify(
                ["--config-file=", "--strict", *[f"routing/{module}.py" for module in modules]],
                multi_file=True,
                target_dir=str(work),
                group_name=SHARED,
            )
        except SystemExit:
            raise Lacking(f"mypyc says: {said.getvalue().strip()}") from None
    return {extension.name: [Path(source) for source in extension.sources] for extension in extensions}


def _object(compiler: list[str], source: Path, work: Path) -> None:
    """Compiles one file."""
    from_where = [sysconfig.get_path("include"), sysconfig.get_path("platinclude"), *_runtime(), work, work / "routing"]
    looking = [f"-I{folder}" for folder in from_where]
    _run([*compiler, *_FLAGS, *looking, "-c", str(source), "-o", str(source.with_suffix(".o"))])


def _runtime() -> Iterator[Path]:
    """Where mypyc has what every twin needs."""
    for folder in sys.path:
        if (Path(folder) / "mypyc" / "lib-rt").is_dir():
            yield Path(folder) / "mypyc" / "lib-rt"


def _link(compiler: list[str], made: Path, module: str, sources: list[Path]) -> None:
    """Makes a module of what was compiled."""
    twin = made / (module.rpartition(".")[2] + EXTENSION_SUFFIXES[0])
    _run([*compiler, *_LINKED, *[str(source.with_suffix(".o")) for source in sources], "-o", str(twin)])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)  # noqa: S603 ours
    if done.returncode:
        raise Lacking(f"{command[0]} says: {done.stderr.strip()}")


def _put(made: Path, twins: Path) -> None:
    """Puts a whole folder in its place at once: a program that starts meanwhile finds all of it, or nothing."""
    twins.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=twins.parent, prefix=".new-") as name:
        new = Path(name) / twins.name
        shutil.copytree(made, new)
        if twins.exists():
            twins.rename(Path(name) / "old")
        new.rename(twins)


def _maker() -> str:
    """What makes the twins what they are, beside their sources."""
    try:
        return f"mypy {version('mypy')} {sha256(Path(__file__).read_bytes()).hexdigest()}\n"
    except PackageNotFoundError:
        raise Lacking("mypy is not installed") from None


def _made_by(twins: Path) -> str | None:
    made = twins / MADE_BY
    return made.read_text(encoding="utf-8") if made.is_file() else None


if __name__ == "__main__":
    sys.exit(main(must="--must" in sys.argv[1:]))
