"""The rules of routing in the organization file: what they may say, where an error is, and back as they were."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.kernel.errors import Invalid
from desk.kernel.sqlite_database import SqliteConnection
from desk.kernel.transaction import Actor, Tx
from desk.organization.channels import CHANNELS, KINDS
from desk.organization.everything_said import MOST_TEXT, in_entries
from desk.organization.file import Document, read, validated, written
from desk.organization.history import MOST_CHANGES, differences, history
from desk.organization.organization import dump, load
from desk.organization.values import TIERS
from desk.replay.rules import wrong as wrong_in_replay
from desk.tables import agent_queues, agents, customers, events, interactions, metadata, users
from routing.model import Strategy

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)

HOUSE = """
skills: {billing: Invoices, german: German}
teams: {late: {name: Late shift}}
ordering: {kind: slack, priority: 10m, head_start: {voice: 30m}, tiers: {vip: 15m}}
limits: {weights: {chat: 33, email: 50}, exclusive: [voice], interrupts: {voice: [email]}}
callbacks: {first: customer, attempts: 5, hours: "08:30-21:00"}
queues:
  general: {name: General}
  billing:
    name: Billing
    skills: {billing: 3, german: 1}
    strategy: best_skilled
    rings:
      - {after: 30s, skills: {billing: 2}}
      - {after: 1m, skills: {german: 0}, teams: [late]}
      - {after: 2m, queues: [general]}
    handling: {voice: 4m}
    due: {email: 4h}
    callbacks: {key: "1", after: 1m, first: agent, gap: 45m}
agents:
  ana@demo.test: {name: Ana, queues: [general, billing], skills: {billing: 5}}
  bo@demo.test: {name: Bo, queues: {billing: {}, general: {priority: 2, delay: 1m}}}
"""


@pytest.fixture
def tx() -> Iterator[Tx]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        yield Tx(SqliteConnection(connection), Actor.system("test"), NOW)
    engine.dispose()


def wrong(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        read(text)
    return caught.value.errors


def test_rules_come_back_as_they_were(tx: Tx) -> None:
    document = read(HOUSE)
    load(tx, document)

    dumped = dump(tx)

    assert (dumped.queues, dumped.ordering, dumped.limits) == (document.queues, document.ordering, document.limits)
    assert dumped.callbacks == document.callbacks
    assert dumped.agents == document.agents
    assert read(written(dumped)) == dumped
    assert yaml.safe_load(written(dumped))["agents"]["ana@demo.test"]["queues"] == ["billing", "general"]


def test_an_agent_serves_each_queue_alike_or_as_is_said(tx: Tx) -> None:
    load(tx, read(HOUSE))
    rows = {(row.email, row.queue): (row.priority, row.delay_s) for row in tx.all(_SERVED)}
    assert rows == {
        ("ana@demo.test", "general"): (1, 0),
        ("ana@demo.test", "billing"): (1, 0),
        ("bo@demo.test", "billing"): (1, 0),
        ("bo@demo.test", "general"): (2, 60),
    }


@pytest.mark.parametrize(
    ("queue", "path", "why"),
    [
        ("strategy: fastest", "strategy", "'longest_idle'"),
        ("rings: [{after: 1m, teams: [t]}, {after: 60s, teams: [t]}]", "rings[1].after", "later than the ring before"),
        ("rings: [{after: 1m}]", "rings[0]", "changes nothing"),
        ("rings: [{after: 1m, skills: {x: 0}}]", "rings[0].skills", "the queue does not ask for x"),
        ("rings: [{after: 1m, skills: {s: 3}}]", "rings[0].skills", "no less than before"),
        ("rings: [{after: 1m, skills: {s: 1}}, {after: 2m, skills: {s: 2}}]", "rings[1].skills", "no less than before"),
        ("rings: [{after: 1m, queues: [q]}]", "rings[0].queues", "serve it anyway"),
        ("rings: [{after: 0s, teams: [t]}]", "rings[0].after", "greater than or equal to 1"),
        ("rings: [{teams: [t]}]", "rings[0].after", "Field required"),
        ("handling: {voice: quick}", "handling.voice", "expected a duration"),
        ("due: {Voice: 1m}", "due.Voice", "expected a key"),
        ("callbacks: {key: '#'}", "callbacks.key", "expected one digit"),
        ("callbacks: {key: '12'}", "callbacks.key", "expected one digit"),
        ("callbacks: {after: 1m}", "callbacks.after", "nothing is offered without a key"),
        ("callbacks: {attempts: 0}", "callbacks.attempts", "greater than or equal to 1"),
        ("handling: {voise: 4m}", "handling.voise", "voise is no channel (voice, chat, sms, email, message, task)"),
        ("due: {mail: 4h}", "due.mail", "mail is no channel"),
        ("due: {whatsapp: 4h}", "due.whatsapp", "what other systems hand in come by message"),
        ("auto_accept: [chat, chatt]", "auto_accept", "chatt is no channel"),
        ("handling: {form: 4m}", "handling.form", "forms and what other systems hand in come by message"),
    ],
)
def test_an_error_in_a_queue_names_its_path(queue: str, path: str, why: str) -> None:
    ((found, words),) = wrong(f"queues: {{q: {{name: Q, skills: {{s: 3}}, {queue}}}}}")
    assert found == f"queues.q.{path}"
    assert why in words


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ("ordering: {kind: fifo}", "ordering.kind", "'slack' or 'priority'"),
        ("ordering: {kind: priority, head_start: {voice: 1m}}", "ordering.head_start", "only with kind slack"),
        (
            "ordering: {head_start: {voise: 1m}}",
            "ordering.head_start.voise",
            "and no kind of work (interaction, callback",
        ),
        ("ordering: {tiers: {gold: 1m}}", "ordering.tiers.gold", "must be one of vip"),
        ("limits: {weights: {chat: 101}}", "limits.weights.chat", "less than or equal to 100"),
        ("limits: {weights: {promise: 100}}", "limits.weights.promise", "promise is no channel (voice, "),
        ("limits: {exclusive: [whatsapp]}", "limits.exclusive", "what other systems hand in come by message"),
        ("limits: {interrupts: {voise: [email]}}", "limits.interrupts.voise", "voise is no channel"),
        ("limits: {interrupts: {voice: [mail]}}", "limits.interrupts.voice", "mail is no channel"),
        ("limits: {idle: {chatt: 5m}}", "limits.idle.chatt", "chatt is no channel"),
        (
            "limits: {weights: {form: 10}}",
            "limits.weights.form",
            "forms and what other systems hand in come by message",
        ),
        ("limits: {idle: {voice: 5m}}", "limits.idle.voice", "a call takes room until it ends"),
        ("queues: {q: {name: Q, offer: 11m}}", "queues.q.offer", "at most 10m"),
        ("queues: {q: {name: Q, wrap_up: 9h}}", "queues.q.wrap_up", "at most 8h"),
        ("queues: {q: {name: Q, callbacks: {key: '#'}}}", "queues.q.callbacks.key", "expected one digit"),
        ("agents: {a@b.c: {name: A, queues: {q: {delay: 2d}}}}", "agents.a@b.c.queues.q.delay", "at most 1d"),
        ("hours: {shop: {week: {monday: ['09:00-09:00']}}}", "hours.shop.week.monday", "a whole day is 00:00-24:00"),
        ("business_hours: {open: '09:00', close: '09:00'}", "business_hours.close", "a whole day is 00:00-24:00"),
        ("dial_countries: [uk]", "dial_countries[0]", "two capital letters"),
        ("mail_domain: no_domain", "mail_domain", "like example.com"),
        ("chat_origins: [example.com]", "chat_origins[0]", "https://www.example.com"),
        ("limits: {interrupts: {chat: [chat]}}", "limits.interrupts.chat", "cannot interrupt itself"),
        ("limits: {interrupts: {chat: [voice]}}", "limits.interrupts.chat", "nothing goes beside voice"),
        ("callbacks: {first: nobody}", "callbacks.first", "'agent' or 'customer'"),
        ("callbacks: {hours: '20:00-09:00'}", "callbacks.hours", "nobody is phoned at night"),
        ("callbacks: {gap: 0s}", "callbacks.gap", "greater than or equal to 1"),
        ("agents: {a@b.c: {name: A, capacity: {phone: 1}}}", "agents.a@b.c.capacity.phone", "phone is no channel"),
        ("agents: {a@b.c: {name: A, queues: [q, q]}}", "agents.a@b.c.queues", "a queue is listed twice"),
        ("agents: {a@b.c: {name: A, queues: {q: {delay: soon}}}}", "agents.a@b.c.queues.q.delay", "a duration"),
        ("agents: {a@b.c: {name: A, queues: {q: {priority: 0}}}}", "agents.a@b.c.queues.q.priority", "equal to 1"),
    ],
)
def test_an_error_elsewhere_names_its_path(text: str, path: str, why: str) -> None:
    ((found, words),) = wrong(text)
    assert found == path
    assert why in words


def test_rules_speak_of_what_exists(tx: Tx) -> None:
    text = "queues: {q: {name: Q, rings: [{after: 1m, queues: [gone], teams: [nobody]}]}}"
    with pytest.raises(Invalid) as caught:
        load(tx, read(text))
    assert caught.value.errors == [
        ("queues.q.rings[0].queues", "there is no queue gone"),
        ("queues.q.rings[0].teams", "there is no team nobody"),
    ]


def test_a_channel_of_ones_own_is_reopened_and_led_somewhere_once_something_has_come_by_it(tx: Tx) -> None:
    load(tx, read(HOUSE))
    own = "reopen_hours: {email: 336, form: 48, whatsapp: 72, other: 24}"
    with pytest.raises(Invalid) as caught:
        load(tx, read(own))
    ((path, why),) = caught.value.errors
    assert path == "reopen_hours.whatsapp"
    assert why.startswith("whatsapp is no channel (voice, chat, sms, email, form, message, other)")

    points = (
        "entry_points: [{channel: email, address: a@b.test, queue: general}, {channel: %s, address: s, queue: general}]"
    )
    for name in ("whatsapp", "emial", "phone", "task", "other"):
        with pytest.raises(Invalid) as caught:
            load(tx, read(points % name))
        ((path, why),) = caught.value.errors
        assert path == "entry_points[1].channel"
        assert why.startswith(f"{name} is no channel (voice, chat, sms, email, form, message)")
    tx.insert(customers, id="c", name="Cleo", created_at=NOW)
    contact = {"id": "i", "channel": "whatsapp", "customer_id": "c", "queue": "general", "state": "closed"}
    tx.insert(interactions, **contact, arrived_at=NOW)
    load(tx, read(own))
    load(tx, read(points % "whatsapp"))
    load(tx, dump(tx))
    assert dump(tx).reopen_hours == {"email": 336, "form": 48, "whatsapp": 72, "other": 24}


def test_a_team_or_queue_that_a_ring_lets_in_does_not_go(tx: Tx) -> None:
    load(tx, read(HOUSE))
    with pytest.raises(Invalid) as caught:
        load(tx, read("teams: {early: {name: Early shift}}"))
    assert caught.value.errors == [("queues.billing.rings[1].teams", "there is no team late")]
    assert list(wrong_in_replay(tx, read("teams: {early: {name: Early shift}}"))) == caught.value.errors

    billing = read(HOUSE).model_copy(update={"agents": None})
    assert billing.queues is not None
    only = billing.model_copy(update={"queues": {"billing": billing.queues["billing"]}})
    assert load(tx, only).kept == ("queues.general",)


def test_the_log_says_which_rules_a_file_changed(tx: Tx) -> None:
    load(tx, read(HOUSE))
    load(tx, read(HOUSE.replace("best_skilled", "round_robin").replace("billing: 5", "billing: 4")))
    (ana,) = tx.all(sa.select(users).where(users.c.email == "ana@demo.test"))

    assert tx.events[-1].data() == {
        "changes": {
            f"agents.{ana.id}.skills": [{"billing": 5}, {"billing": 4}],
            "queues.billing.strategy": ["best_skilled", "round_robin"],
        }
    }


def test_a_thing_has_its_history(tx: Tx) -> None:
    tx.insert(users, id="u", email="eva@demo.test", name="Eva", role="admin", created_at=NOW)
    for position, path in enumerate(("queues.a.strategy", "queues.b.strategy", "ordering.kind")):
        values = {"at": NOW, "name": "organization.changed", "actor": "user:u", "subject": "organization"}
        tx.insert(events, id=position + 1, position=position + 1, data={"changes": {path: [None, 1]}}, **values)

    (of_a,) = history(tx, "queues.a.")
    assert (of_a.who, of_a.at, of_a.changes) == ("Eva", NOW, {"queues.a.strategy": [None, 1]})
    assert [list(change.changes) for change in history(tx)] == [
        ["ordering.kind"], ["queues.b.strategy"], ["queues.a.strategy"],
    ]  # fmt: skip


def test_an_act_that_changes_very_much_has_several_entries_and_loses_nothing() -> None:
    changes = differences({}, {f"agents.a{n:04}.skills": n for n in range(MOST_CHANGES + 5)})
    entries = list(in_entries(changes))
    assert [len(entry) for entry in entries] == [MOST_CHANGES, 5]
    assert entries[0] | entries[1] == changes
    assert list(in_entries({})) == []


def test_of_two_long_texts_the_lines_that_differ_stand_in_the_history() -> None:
    (entry,) = in_entries({"flows.main": ["a: 1\nb: 2\nc: 3\n", "a: 1\nb: 4\nc: 3\n"], "name": ["x" * 5000, "y"]})
    assert entry["flows.main"] == ["b: 2", "b: 4"]
    assert len(entry["name"][0]) < MOST_TEXT + 40


_SERVED = sa.select(agent_queues, users.c.email).join(users, users.c.id == agent_queues.c.agent_id)

keys = st.sampled_from(["a", "b", "c"])
spans = st.integers(0, 86400)
durations = st.integers(1, 400 * 86400)
callbacks = st.fixed_dictionaries(
    {"key": st.sampled_from(["1", "0"])}, optional={"after": spans, "gap": durations, "attempts": st.integers(1, 20)}
)


@st.composite
def rings(draw: st.DrawFn) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Skills that a queue asks for and rings that ask for less and less."""
    skills = draw(st.dictionaries(st.sampled_from(["s", "t"]), st.integers(1, 5)))
    found, asked, after = [], dict(skills), 0
    for _ in range(draw(st.integers(0, 3))):
        after += draw(st.integers(1, 3600))
        less = {
            skill: draw(st.integers(0, level - 1)) for skill, level in asked.items() if level and draw(st.booleans())
        }
        asked |= less
        found.append({"after": after, "skills": less, "teams": ["late"]})
    return skills, found


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Organizations with queues a, b, c in every combination of rules."""
    made: dict[str, Any] = {}
    for key in ("a", "b", "c"):
        skills, steps = draw(rings())
        made[key] = {
            "name": key,
            "skills": skills,
            "rings": steps,
            "wrap_up": draw(st.integers(0, 8 * 3600)),
            "strategy": draw(st.sampled_from(Strategy)).value,
            "handling": draw(st.dictionaries(st.sampled_from(["voice", "chat"]), durations)),
            "due": draw(st.dictionaries(st.sampled_from(["voice", "email"]), durations)),
            "callbacks": draw(st.none() | callbacks),
        }
    served = st.fixed_dictionaries({}, optional={"priority": st.integers(1, 100), "delay": spans})
    in_queues = draw(st.one_of(st.lists(keys, unique=True), st.dictionaries(keys, served)))
    slack = st.fixed_dictionaries(
        {"kind": st.just("slack")},
        optional={"priority": spans, "head_start": st.dictionaries(st.sampled_from([*CHANNELS, *KINDS]), spans)}
        | {"tiers": st.dictionaries(st.sampled_from(TIERS), spans)},
    )
    channels = st.sampled_from(CHANNELS)
    weights, exclusive = st.dictionaries(channels, st.integers(0, 100)), st.lists(channels, unique=True)
    limits = st.fixed_dictionaries({}, optional={"weights": weights, "exclusive": exclusive})
    return {
        "skills": {"s": "S", "t": "T"},
        "teams": {"late": {"name": "Late"}},
        "queues": made,
        "agents": {"ana@demo.test": {"name": "Ana", "queues": in_queues}},
        "ordering": draw(st.one_of(slack, st.just({"kind": "priority", "priority": 60}))),
        "limits": draw(limits),
    }


#: One installation goes from each organization to the next: what was before must not show.
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=documents())
def test_whatever_the_rules_what_is_dumped_is_what_was_loaded(tx: Tx, content: dict[str, Any]) -> None:
    document = validated(content)
    assert read(written(document)) == document

    load(tx, document)
    dumped = dump(tx)

    assert (dumped.queues, dumped.ordering, dumped.limits) == (document.queues, document.ordering, document.limits)
    assert dumped.agents == document.agents
    assert isinstance(dumped, Document)
    told = len(tx.events)
    load(tx, dumped)
    assert len(tx.events) == told
    assert len(tx.all(sa.select(agents))) == 1
