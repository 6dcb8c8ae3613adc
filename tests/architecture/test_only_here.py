"""Things that are done in one place only, so that one place can be trusted to do them right."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.arrows import Source, calls, read_tree

#: The database and its migrations: nobody else begins or commits.
DATABASES = ("desk.kernel.database", "desk.kernel.sqlite_database", "desk.kernel.postgres_database")
COMMITS = (*DATABASES, "desk.kernel.migrate", "desk.migrations.")
#: The only modules that tell the wall clock. How long something takes (`monotonic`) anybody may measure.
TELLS_THE_TIME = (
    "desk.kernel.clock",
    "web.limiter",  # turns the reset time of the library's own windows into seconds to wait
)
#: The only modules that read the environment.
READS_THE_ENVIRONMENT = (
    "desk.kernel.settings",
    "knowledgebase.meaning.model",  # tells numpy's own library, which asks nobody else, to keep to one thread
    "web.bench.server",  # hands it on to a process of its own, without our settings
)
#: The only modules that take work out of an agent's hands.
LETS_WORK_GO = (
    "desk.work.hands",
    "desk.callbacks.outcomes",  # a call-back's room is taken by the call that is made for it
)
#: The only module that sends to the sockets of browsers.
SPEAKS_TO_SOCKETS = (
    "web.sockets.realtime",
    "web.demo.visitors",  # a customer of the demo: the client's side of the socket
)

CLOCKS = frozenset({"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"})


@pytest.fixture(scope="module")
def tree() -> dict[str, Source]:
    return read_tree()


def elsewhere(tree: dict[str, Source], allowed: tuple[str, ...]) -> Iterator[Source]:
    return (source for source in tree.values() if not source.module.startswith(allowed))


def test_only_the_database_commits(tree):
    found = []
    for source in elsewhere(tree, COMMITS):
        if any(item.target.partition(".")[0] in {"sqlalchemy", "sqlite3", "asyncpg"} for item in source.imports):
            names = [(name, call.lineno) for name, call in calls(source.tree)]
            found += [source.at(line) for name, line in names if name.endswith((".commit", ".begin", ".begin_nested"))]
            found += [source.at(line) for line in _transaction_talk(source.tree)]
    assert found == []


def test_what_speaks_to_no_database_holds_no_driver(tree):
    assert [
        source.at(item.line)
        for source in tree.values()
        for item in source.imports
        if source.package in {"channels", "ivr", "routing"}
        and item.target.partition(".")[0] in {"sqlalchemy", "sqlite3", "asyncpg", "alembic"}
    ] == []


def test_only_the_clock_tells_the_time(tree):
    assert [
        f"{source.at(call.lineno)}: {name}"
        for source in elsewhere(tree, TELLS_THE_TIME)
        for name, call in calls(source.tree)
        if ".".join(name.split(".")[-2:]) in CLOCKS
    ] == []


def test_only_the_settings_read_the_environment(tree):
    assert [
        source.at(node.lineno)
        for source in elsewhere(tree, READS_THE_ENVIRONMENT)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    ] == []


def test_work_leaves_an_agents_hands_in_one_way(tree):
    assert [
        source.at(call.lineno)
        for source in elsewhere(tree, LETS_WORK_GO)
        for name, call in calls(source.tree)
        if name.endswith(".update") and len(call.args) > 1 and ast.unparse(call.args[0]) == "work_items"
        for word in call.keywords
        if word.arg == "agent_id" and ast.unparse(word.value) == "None"
    ] == []


def test_only_one_module_speaks_to_the_sockets(tree):
    """`tx.emit` says what happened; every other `emit` sends to browsers."""
    assert [
        f"{source.at(call.lineno)}: {name}"
        for source in elsewhere(tree, SPEAKS_TO_SOCKETS)
        for name, call in calls(source.tree)
        if name.endswith(".emit") and name != "tx.emit"
    ] == []


def test_blind_excepts_are_where_the_house_says(tree):
    """They log and count, and are few: what is caught blindly elsewhere is a fault that nobody hears of."""
    may = (
        # a reader of the log outlives one bad event
        *("desk.kernel.relay", "desk.kernel.runner", "desk.kernel.cluster", "desk.router"),
        *("desk.kernel.database", "desk.kernel.sqlite_database"),  # the writer thread hands the error to the caller
        *("web.middleware", "web.sockets.realtime", "web.sockets."),  # the outermost edges
        "channels.email.receive_smtp",  # the mail door: whatever it was, the sender keeps the mail
    )
    assert [
        source.at(node.lineno)
        for source in elsewhere(tree, may)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and _is_blind(node)
    ] == []


def _is_blind(handler: ast.ExceptHandler) -> bool:
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    blind = any(name is None or (isinstance(name, ast.Name) and name.id in BLIND) for name in names)
    # What is raised again was not swallowed.
    return blind and not any(isinstance(node, ast.Raise) for node in ast.walk(handler))


BLIND = frozenset({"Exception", "BaseException"})


def _transaction_talk(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = node.value.strip()
            if said.isupper() and said.startswith(("COMMIT", "BEGIN", "ROLLBACK", "SAVEPOINT")):
                yield node.lineno
