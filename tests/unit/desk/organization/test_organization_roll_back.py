"""Rolling back: what was dumped, loaded after any change, takes the whole change back. Every field of every section
of the organization file is changed: alone where hardly anything is said, beside others in the sample organization."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, get_args

import pytest
import sqlalchemy as sa
import yaml
from pydantic import BaseModel

from desk.kernel.sqlite_database import SqliteConnection
from desk.kernel.transaction import Actor, Tx
from desk.organization.file import Document, read, validated, written
from desk.organization.organization import dump, load
from desk.tables import metadata

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
SAMPLE = (Path(__file__).parents[4] / "web" / "demo" / "organization.yaml").read_text(encoding="utf-8")
#: Names and nothing else: all that can be left out is left out.
SILENT = """
skills: {service: Service, billing: Invoices}
hours: {day_and_night: {week: {}}}
teams: {service: {name: Service}}
queues: {general: {name: General}, billing: {name: Billing}}
agents: {agent1@demo.test: {name: Avery}}
dispositions: {solved: {name: Solved}, spam: {name: Spam}}
categories: {other: {name: Other}, service: {name: Service}}
causes: {customer: {name: Customer}, people: {name: People}}
canned_replies: {hello: {title: Hello, text: Hello.}}
"""
#: By field what is changed: laid over what was dumped, null taking away. Lists are said whole.
CHANGES = """
name: {name: Another House}
mail_domain: {mail_domain: another.test}
time_zone: {time_zone: Asia/Taipei}
languages: {languages: [fr]}
business_hours: {business_hours: {open: "10:00", close: "24:00"}}
business_hours.open: {business_hours: {open: "07:00"}}
business_hours.close: {business_hours: {close: "19:00"}}
weekend: {weekend: [friday]}
holidays: {holidays: [2026-11-05]}
working_weekends: {working_weekends: [2026-11-07]}
default_queue: {default_queue: billing}
default_flow: {default_flow: night, flows: {night: {start: a, nodes: {a: {hangup: true}}}}}
dial_countries: {dial_countries: [NZ]}
chat_origins: {chat_origins: ["https://shop.example"]}
not_ready_reasons: {not_ready_reasons: {lunch: null, garden: Garden}}
reopen_hours: {reopen_hours: {email: null, chat: 7}}
articles_need_review: {articles_need_review: true}
articles_by_meaning: {articles_by_meaning: true}
chat_bot: {chat_bot: always}
model_may_read: {model_may_read: conversations}
customer_sign_in: {customer_sign_in: false}
theme: {theme: {name: Another, accent: "#1d3a70", first: questions}}
theme.name: {theme: {name: Another}}
theme.logo: {theme: {logo: LOGO}}
theme.accent: {theme: {accent: "#1d3a70"}}
theme.accent_dark: {theme: {accent: "#1d3a70", accent_dark: "#9dbdf7"}}
theme.head: {theme: {head: [{to: /help, label: {en: Answers}}]}}
theme.head.to: {theme: {head: [{to: /call, label: {en: Shop}}]}}
theme.head.label: {theme: {head: [{to: /demo/shop, label: {fr: Boutique}}]}}
theme.foot: {theme: {foot: [{to: /help, label: {en: Answers}}]}}
theme.foot.to: {theme: {foot: [{to: /call, label: {en: Answers}}]}}
theme.foot.label: {theme: {foot: [{to: /help, label: {fr: Aide}}]}}
theme.welcome: {theme: {welcome: {en: We know}}}
theme.first: {theme: {first: questions}}
teams: {teams: {late: {name: Late}}}
teams.name: {teams: {service: {name: Early}}}
teams.members: {teams: {service: {members: [agent1@demo.test]}}}
playbook: {playbook: {survey_after: 5h, call_after: 6h}}
playbook.survey_after: {playbook: {survey_after: 5h}}
playbook.call_after: {playbook: {call_after: 6h}}
complaint_report: {complaint_report: {owner: Ana, approver: Bo, targets: {}}}
complaint_report.owner: {complaint_report: {owner: Ana}}
complaint_report.approver: {complaint_report: {approver: Bo}}
complaint_report.targets: {complaint_report: {targets: {final_response_on_time: 12}}}
skills: {skills: {german: German}}
ordering: {ordering: {priority: 7m, tiers: {small: 1m}}}
ordering.kind: {ordering: {kind: priority, head_start: null, tiers: null}}
ordering.priority: {ordering: {priority: 9m}}
ordering.head_start: {ordering: {head_start: {email: 3m}}}
ordering.tiers: {ordering: {tiers: {small: 3m}}}
limits: {limits: {weights: {chat: 20}, exclusive: [], interrupts: {}, idle: {}}}
limits.weights: {limits: {weights: {chat: 20}}}
limits.exclusive: {limits: {exclusive: [chat]}}
limits.interrupts: {limits: {interrupts: {voice: [email]}}}
limits.idle: {limits: {idle: {chat: 4m}}}
callbacks: {callbacks: {first: customer, attempts: 9}}
callbacks.first: {callbacks: {first: customer}}
callbacks.attempts: {callbacks: {attempts: 5}}
callbacks.gap: {callbacks: {gap: 2m}}
callbacks.hours: {callbacks: {hours: "10:00-11:00"}}
callbacks.owner_for: {callbacks: {owner_for: 0s}}
hours: {hours: {shop: {week: {}}}}
hours.zone: {hours: {day_and_night: {zone: Asia/Taipei}}}
hours.week: {hours: {day_and_night: {week: {monday: ["08:00-09:00"]}}}}
hours.exceptions: {hours: {day_and_night: {exceptions: {"2026-11-05": []}}}}
hours.holidays: [{hours: {day_and_night: {holidays: true}}}, {hours: {day_and_night: {holidays: false}}}]
hours.closed: {hours: {day_and_night: {closed: A fire}}}
hours.closed_told: {hours: {day_and_night: {closed_told: true}}}
queues: {queues: {extra: {name: Extra, skills: {billing: 2}}}}
queues.name: {queues: {billing: {name: Bills}}}
queues.skills: {queues: {billing: {skills: {service: 2}}}}
queues.priority: {queues: {billing: {priority: -7}}}
queues.target: {queues: {billing: {target: {within: 3m, share: 0.3}}}}
queues.target.within: {queues: {billing: {target: {within: 3m}}}}
queues.target.share: {queues: {billing: {target: {share: 0.3}}}}
queues.offer: {queues: {billing: {offer: 33s}}}
queues.wrap_up: {queues: {billing: {wrap_up: 0s}}}
queues.strategy: {queues: {billing: {strategy: ring_all}}}
queues.rings: {queues: {billing: {rings: [{after: 1m, queues: [general]}, {after: 2m, teams: [service]}]}}}
queues.rings.after: {queues: {billing: {rings: [{after: 3m, queues: [general]}]}}}
queues.rings.skills: {queues: {billing: {skills: {billing: 1}, rings: [{after: 1m, skills: {billing: 0}}]}}}
queues.rings.queues: {queues: {billing: {rings: [{after: 1m, queues: [general]}]}}}
queues.rings.teams: {queues: {billing: {rings: [{after: 1m, teams: [service]}]}}}
queues.handling: {queues: {billing: {handling: {voice: 4m}}}}
queues.due: {queues: {billing: {due: {email: 4h}}}}
queues.auto_accept: {queues: {billing: {auto_accept: [chat]}}}
queues.declines: {queues: {billing: {declines: 8}}}
queues.hours: [{queues: {billing: {hours: null}}}, {queues: {billing: {hours: day_and_night}}}]
queues.max_length: {queues: {billing: {max_length: 8}}}
queues.overflow: {queues: {billing: {overflow: [{to: general, after: 1m}, {to: general, nobody: true}]}}}
queues.overflow.to: {queues: {billing: {overflow: [{to: general, after: 1m}]}}}
queues.overflow.after: {queues: {billing: {overflow: [{to: general, after: 2m}]}}}
queues.overflow.wait: {queues: {billing: {overflow: [{to: general, wait: 2m}]}}}
queues.overflow.nobody: {queues: {billing: {overflow: [{to: general, nobody: true}]}}}
queues.overflow.closed: {queues: {billing: {hours: day_and_night, overflow: [{to: general, closed: true}]}}}
queues.overflow.full: {queues: {billing: {max_length: 9, overflow: [{to: general, full: true}]}}}
queues.overflow.protect: {queues: {billing: {overflow: [{to: general, after: 1m, protect: 0.5}]}}}
queues.case_owner: {queues: {billing: {case_owner: {email: 5m}}}}
queues.last_agent: {queues: {billing: {last_agent: {email: 5m}}}}
queues.last_agent_within: {queues: {billing: {last_agent_within: 2h}}}
queues.callbacks: [{queues: {billing: {callbacks: null}}}, {queues: {general: {callbacks: {key: "2"}}}}]
queues.callbacks.key: {queues: {billing: {callbacks: {key: "3"}}}}
queues.callbacks.after: {queues: {billing: {callbacks: {key: "1", after: 2m}}}}
queues.callbacks.first: {queues: {billing: {callbacks: {first: customer}}}}
queues.callbacks.attempts: {queues: {billing: {callbacks: {attempts: 7}}}}
queues.callbacks.gap: {queues: {billing: {callbacks: {gap: 7m}}}}
agents:
  - {agents: {new@demo.test: {name: New, queues: [general]}}}
  - {agents: {agent1@demo.test: null}, teams: {service: null}}
agents.name: {agents: {agent1@demo.test: {name: Another}}}
agents.role: {agents: {agent1@demo.test: {role: admin}}}
agents.language: {agents: {agent1@demo.test: {language: fr}}}
agents.languages: {agents: {agent1@demo.test: {languages: [fr]}}}
agents.queues: {agents: {agent1@demo.test: {queues: [billing]}}}
agents.queues.priority: {agents: {agent1@demo.test: {queues: {billing: {priority: 2}}}}}
agents.queues.delay: {agents: {agent1@demo.test: {queues: {billing: {delay: 2m}}}}}
agents.skills: {agents: {agent1@demo.test: {skills: {billing: 5}}}}
agents.capacity: {agents: {agent1@demo.test: {capacity: {voice: 9}}}}
flows: {flows: {main: {start: a, nodes: {a: {hangup: true}}}}}
entry_points: {entry_points: [{channel: email, address: a@demo.test, queue: general}]}
entry_points.channel: {entry_points: [{channel: message, address: a@demo.test, queue: general}]}
entry_points.address: {entry_points: [{channel: email, address: b@demo.test, queue: general}]}
entry_points.queue: {entry_points: [{channel: email, address: a@demo.test, queue: billing}]}
entry_points.flow:
  flows: {main: {start: a, nodes: {a: {hangup: true}}}}
  entry_points: [{channel: voice, address: "+442079460101", queue: billing, flow: main}]
canned_replies: {canned_replies: {hello: null, bye: {title: Bye, text: Bye.}}}
canned_replies.title: {canned_replies: {hello: {title: Hi}}}
canned_replies.text: {canned_replies: {hello: {text: Hi.}}}
canned_replies.language: {canned_replies: {hello: {language: fr}}}
dispositions: {dispositions: {spam: null}}
dispositions.name: {dispositions: {solved: {name: Done}}}
dispositions.retired: {dispositions: {solved: {retired: true}}}
categories: {categories: {other: null}}
categories.name: {categories: {other: {name: Else}}}
categories.parent: {categories: {other: {parent: service}}}
categories.retired: {categories: {other: {retired: true}}}
causes: {causes: {customer: null}}
causes.name: {causes: {customer: {name: Them}}}
causes.parent: {causes: {customer: {parent: people}}}
causes.retired: {causes: {customer: {retired: true}}}
"""
#: A grey square.
LOGO = "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAAAAADFHGIkAAAAE0lEQVR42mNowAEYRiVGJciXAACWFyAQt1gSMQAAAABJRU5ErkJggg=="
ALL: dict[str, Any] = yaml.safe_load(CHANGES.replace("LOGO", LOGO))


@pytest.fixture
def tx() -> Iterator[Tx]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        yield Tx(SqliteConnection(connection), Actor.system("test"), NOW)
    engine.dispose()


def test_every_field_of_every_section_is_changed_here() -> None:
    assert sorted(ALL) == sorted(fields_of(Document))


def test_a_dump_takes_back_whatever_was_changed(tx: Tx) -> None:
    load(tx, parsed(SILENT))
    before, first = said(tx), written(dump(tx))
    for name in ALL:
        changed = False
        for change in variants(name):
            load(tx, validated(laid_over(plain(first), change)))
            changed |= said(tx) != before
            load(tx, parsed(first))
            assert said(tx) == before, name
        assert changed, f"{name} was not changed"
    assert written(dump(tx)) == first


def test_a_dump_takes_back_what_was_changed_in_every_section_at_once(tx: Tx) -> None:
    """Also where much is said: a load of the sample is dear, so each takes the next change of every section."""
    load(tx, parsed(SAMPLE))
    before, first = dump(tx).model_dump(mode="json"), written(dump(tx))
    unchanged = set(ALL)
    for round_ in rounds():
        content = plain(first)
        for _, change in round_:
            content = laid_over(content, change)
        load(tx, validated(content))
        now = dump(tx).model_dump(mode="json")
        unchanged -= {name for name, _ in round_ if now[section(name)] != before[section(name)]}
        load(tx, parsed(first))
        assert dump(tx).model_dump(mode="json") == before, [name for name, _ in round_]
    assert not unchanged
    assert written(dump(tx)) == first


def test_a_dump_says_every_section_even_where_nobody_said_anything(tx: Tx) -> None:
    first = written(dump(tx))
    assert yaml.safe_load(first).keys() == Document.model_fields.keys()

    load(tx, read("queues: {a: {name: A}}\ndefault_queue: a\nchat_origins: ['https://shop.example']\nname: Other\n"))
    load(tx, read(first))

    assert written(dump(tx)) == first


def test_a_dump_that_is_loaded_at_once_tells_of_no_change(tx: Tx) -> None:
    load(tx, parsed(SILENT))
    told = len(tx.events)
    load(tx, read(written(dump(tx))))
    assert len(tx.events) == told


@cache
def parsed(text: str) -> Document:
    return read(text)


@cache
def plain(text: str) -> Any:
    return yaml.safe_load(text)


def said(tx: Tx) -> str:
    """All that a dump writes, in its order, sooner than as YAML."""
    return dump(tx).model_dump_json()


def variants(name: str) -> list[dict[str, Any]]:
    """The changes of a field: several where one of them may be what a house says already."""
    found = ALL[name]
    return found if isinstance(found, list) else [found]


def section(name: str) -> str:
    """The section of the file that a field stands in."""
    return name.partition(".")[0]


def rounds() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Every change once, with its field: of each section one a round. What changes two sections is told alone."""
    waiting: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name in ALL:
        for change in variants(name):
            if change.keys() == {section(name)}:
                waiting.setdefault(section(name), []).append((name, change))
            else:
                yield [(name, change)]
    yield from ([one for one in round_ if one] for round_ in zip_longest(*waiting.values()))


def fields_of(kind: Any, path: str = "") -> Iterator[str]:
    """The paths of all that the schema knows: `queues`, `queues.rings`, `queues.rings.after`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield f"{path}{name}"
            yield from fields_of(field.annotation, f"{path}{name}.")
    for inner in get_args(kind):
        yield from fields_of(inner, path)


def laid_over(content: Any, change: Any) -> Any:
    """Content with a change: mappings are merged, null takes away, and a list of queues becomes a mapping."""
    if not isinstance(change, dict):
        return change
    if not isinstance(content, dict):
        content = {key: {} for key in content} if isinstance(content, list) else {}
    merged = {key: laid_over(content.get(key), inner) for key, inner in change.items() if inner is not None}
    return {key: value for key, value in content.items() if key not in change} | merged
