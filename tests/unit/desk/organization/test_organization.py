"""The organization file: read with errors that name the path, loaded twice without a change, dumped as it was."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.errors import Invalid
from desk.kernel.transaction import Tx
from desk.organization.file import CannedReply, Document, read, validated, written
from desk.organization.organization import dump, load, setting
from desk.organization.rules import Limits
from desk.tables import agents, customers, dispositions, interactions, metadata, queues, taxonomy, users

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
SAMPLE = Path(__file__).parents[4] / "web" / "demo" / "organization.yaml"


def errors_of(text: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read(text)
    found: dict[str, str] = {}
    for path, why in caught.value.errors:
        found[path] = f"{found[path]}; {why}" if path in found else why
    return found


def everything(tx: Tx) -> dict[str, list[Any]]:
    return {table.name: list(tx.all(sa.select(table))) for table in metadata.sorted_tables}


def test_the_sample_organization_loads_and_comes_back_as_it_was(tx: Tx) -> None:
    sample = read(SAMPLE.read_text(encoding="utf-8"))
    assert load(tx, sample).kept == ()

    dumped = dump(tx)

    unsaid: dict[str, Any] = {"working_weekends": [], "chat_origins": [], "reopen_hours": {"email": 336, "other": 24}}
    unsaid |= {
        "articles_need_review": False,
        "articles_by_meaning": False,
        "chat_bot": "never",
        "model_may_read": "articles",
    }
    unsaid |= {"customer_sign_in": True}
    assert dumped.model_dump() == {
        **sample.model_dump(),
        **unsaid,
        "limits": Limits().model_dump(),
        "agents": {email: _sorted(agent) for email, agent in sample.model_dump()["agents"].items()},
        "entry_points": sorted(sample.model_dump()["entry_points"], key=lambda one: (one["channel"], one["address"])),
    }
    assert read(written(dumped)) == dumped


def test_loading_twice_changes_nothing(tx: Tx) -> None:
    load(tx, read(SAMPLE.read_text(encoding="utf-8")))
    load(tx, dump(tx))  # writes down what the sample leaves out
    before = {name: list(rows) for name, rows in everything(tx).items()}
    load(tx, dump(tx))
    after = everything(tx)
    for name in before.keys() - {"agents", "agent_queues", "agent_skills", "entry_points"}:
        assert before[name] == after[name], name
    for name in ("agent_queues", "agent_skills", "entry_points"):
        assert sorted(before[name]) == sorted(after[name]), name
    assert [row.id for row in before["agents"]] == [row.id for row in after["agents"]]


def test_a_section_that_is_missing_is_left_alone(tx: Tx) -> None:
    load(tx, read(SAMPLE.read_text(encoding="utf-8")))
    load(tx, read("name: Halden House\n"))
    assert setting(tx, "name") == "Halden House"
    assert len(tx.all(sa.select(queues))) == 4
    assert len(tx.all(sa.select(agents))) == 10


def test_what_vanished_goes_if_unused_and_stays_if_used(tx: Tx) -> None:
    load(tx, read("queues: {one: {name: One}, two: {name: Two}}\ndispositions: {done: {name: Done}}\n"))
    tx.insert(customers, id="c", created_at=NOW)
    tx.insert(interactions, id="i", channel="chat", queue="one", state="closed", customer_id="c", arrived_at=NOW)

    loaded = load(tx, read("queues: {three: {name: Three}}\ndispositions: {}\n"))

    assert loaded.kept == ("queues.one",)
    assert {row.key for row in tx.all(sa.select(queues))} == {"one", "three"}
    assert tx.one(dispositions, "done").retired


def test_codes_are_retired_and_come_back(tx: Tx) -> None:
    both = "categories: {a: {name: A}, a.b: {name: B, parent: a}}\n"
    load(tx, read(both))
    load(tx, read("categories: {a: {name: A}}\n"))
    assert {row.code: row.retired for row in tx.all(sa.select(taxonomy))} == {"a": False, "a.b": True}
    load(tx, read(both))
    assert not any(row.retired for row in tx.all(sa.select(taxonomy)))


def test_an_agent_who_is_new_gets_a_user_that_cannot_sign_in_yet(tx: Tx) -> None:
    load(tx, read("queues: {q: {name: Q}}\nagents: {ana@demo.test: {name: Ana, queues: [q]}}\n"))
    (ana,) = tx.all(sa.select(users))
    assert (ana.email, ana.password_hash, tx.one(agents, ana.id).presence) == ("ana@demo.test", "", "offline")

    load(tx, read("agents: {}\n"))
    assert tx.all(sa.select(agents)) == []
    assert tx.one(users, ana.id).email == "ana@demo.test"


def test_settings_have_defaults(tx: Tx) -> None:
    assert setting(tx, "weekend") == [5, 6]
    assert setting(tx, "unheard_of", 7) == 7
    load(tx, read("weekend: [friday, saturday]\nplaybook: {survey_after: 36h}\nholidays: [2026-12-25]\n"))
    assert setting(tx, "weekend") == [4, 5]
    assert setting(tx, "playbook") == {"survey_after_s": 129600}
    assert setting(tx, "holidays") == ["2026-12-25"]


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ("queues: {billing: {name: B, target: {share: 2}}}", "queues.billing.target.share", "less than or equal to 1"),
        ("queues: {billing: {nam: B}}", "queues.billing.nam", "unknown here"),
        ("queues: {Billing: {name: B}}", "queues.Billing", "expected a key"),
        ("queues: {b: {name: B, offer: soon}}", "queues.b.offer", "expected a duration"),
        ("time_zone: Europe/Londres", "time_zone", "no such time zone"),
        ("business_hours: {open: 9am, close: '17:00'}", "business_hours.open", "expected a time of day"),
        ("holidays: [2026-02-30]", "line 1", "2026-02-30 is no date: day is out of range"),
        ("agents: {ana: {name: Ana}}", "agents.ana", "named by their mail address"),
        ("causes: {a: {name: A, parent: b}}", "causes.a.parent", "b is not one of the causes"),
        ("flows: {main: 'start: a'}", "flows.main", "line 1: the flow: nodes: is missing"),
        ("flows: {main: {start: a, nodes: {b: {hangup: yes}}}}", "flows.main", "start leads to a"),
        ("teams: {yes: {name: Yes}}", "teams.1", "yes or no stands in quotes"),
        ("queues: {2: {name: Two}}", "queues.2", "what YAML takes for a number"),
        ("business_hours: {open: 9:00, close: '17:00'}", "business_hours.open", "a time, a date, yes or no stands in"),
        ("queues: {billing: }", "queues.billing", "expected a mapping of names to values"),
        ("queues: [billing]", "queues", "expected a mapping of names to values"),
        ("holidays: tomorrow", "holidays", "expected a list"),
        ("languages: [en]\nhours: {shop: {exceptions: {2026-13-01: []}}}", "line 2", "2026-13-01 is no date"),
        ("queues: {a: {name: A}, a: {name: B}}", "line 1", "'a' is given twice"),
        ("a: &x 1\nb: *x", "line 2", "anchors and aliases"),
        ("queues:\n  a: {name: A, priority: " + "9" * 5_000 + "}", "line 2", "a number of more than 100 digits"),
        ("[" * 20_000, "line 1", "nested too deeply"),
        ("{a: " * 20_000, "line 1", "nested too deeply"),
        ("\n".join(" " * n + "a:" for n in range(500)), "line 31", "nested too deeply"),
        ("- a\n- b", "file", "begins with names"),
        ("queues: {a: [", "line 1", ""),
        ("entry_points: [{channel: sms, address: x, queue: a, floe: b}]", "entry_points[0].floe", "unknown here"),
        (
            "entry_points: [{channel: voice, address: hello, queue: a}]",
            "entry_points[0].address",
            "no telephone number",
        ),
        ("entry_points: [{channel: voice, address: '60660', queue: a}]", "entry_points[0].address", "with its country"),
        (
            "entry_points: [{channel: voice, address: '442079460100', queue: a}]",
            "entry_points[0].address",
            "with its country",
        ),
        (
            "entry_points: [" + "{channel: form, address: Gr\u00fcn, queue: a}, "
            "{channel: form, address: Gru\u0308n, queue: a}]",
            "entry_points[1]",
            "given twice",
        ),
        (
            "entry_points: [{channel: voice, address: '+44 20 7946 0100 ext. 5', queue: a}]",
            "entry_points[0].address",
            "extension",
        ),
        ("entry_points: [{channel: voice, address: 'SIP:', queue: a}]", "entry_points[0].address", "sip:desk@"),
        ("entry_points: [{channel: chat, address: shop, queue: a}]", "entry_points[0].address", "widget"),
        (
            "entry_points: [" + "{channel: email, address: a@xn--mller-kva.example, queue: a}, "
            "{channel: email, address: a@MÜLLER.example, queue: a}]",
            "entry_points[1]",
            "given twice",
        ),
        ("entry_points: [{channel: email, address: help, queue: a}]", "entry_points[0].address", "is no mail address"),
        ('entry_points: [{channel: form, address: "\u200b", queue: a}]', "entry_points[0].address", "holds U+200B"),
        ('entry_points: [{channel: form, address: "con\u00adtact", queue: a}]', "entry_points[0].address", "U+00AD"),
        ('entry_points: [{channel: kiosk, address: "hall\u2060b", queue: a}]', "entry_points[0].address", "U+2060"),
        ('entry_points: [{channel: kiosk, address: "hall\u00a0b", queue: a}]', "entry_points[0].address", "U+00A0"),
        ('entry_points: [{channel: email, address: "a\u202e@b.test", queue: a}]', "entry_points[0].address", "U+202E"),
        ('entry_points: [{channel: email, address: "a@b\u200b.test", queue: a}]', "entry_points[0].address", "U+200B"),
        ('entry_points: [{channel: email, address: "a\u00a0b@c.test", queue: a}]', "entry_points[0].address", "U+00A0"),
        (
            'entry_points: [{channel: email, address: "a\u00a0b", queue: a}]',
            "entry_points[0].address",
            "is no mail address",
        ),
        (
            'entry_points: [{channel: sms, address: "+44 20 7946\u202e 0100", queue: a}]',
            "entry_points[0].address",
            "U+202E",
        ),
        (
            'entry_points: [{channel: voice, address: "+44 20 7946\u202e 0100 ", queue: a}]',
            "entry_points[0].address",
            "U+202E",
        ),
        ('entry_points: [{channel: sms, address: "60\u200b660", queue: a}]', "entry_points[0].address", "holds U+200B"),
        ('chat_origins: ["https://www\u00ad.example.com"]', "chat_origins[0]", "holds U+00AD"),
        ('agents: {"a\u200b@demo.test": {name: Ana}}', "agents.a\u200b@demo.test", "holds U+200B"),
        ('name: "\u00a0"', "name", "shows nothing"),
        ("name: ''", "name", "is empty"),
        ("holidays: [24 December]", "holidays[0]", "expected a day like 2026-12-24"),
        ("skills: {a: ' '}", "skills.a", "shows nothing"),
        ('teams: {a: {name: "\u00a0"}}', "teams.a.name", "shows nothing"),
        ('agents: {a@demo.test: {name: "\u00a0\u00a0"}}', "agents.a@demo.test.name", "shows nothing"),
        ('queues: {a: {name: "\u00a0"}}', "queues.a.name", "shows nothing"),
        ('categories: {a: {name: "\u00a0"}}', "categories.a.name", "shows nothing"),
        ('queues:\n  a: {name: "A\\0"}', "line 2", "holds U+0000"),
        ('canned_replies: {a: {title: A, text: "a\\0b"}}', "line 1", "holds U+0000"),
        ("entry_points: [{channel: chat, address: ' ', queue: a}]", "entry_points[0].address", "is missing"),
        ("entry_points: [{channel: chat, address: widget, queue: a, flow: c}]", "entry_points[0].flow", "only callers"),
        (
            "entry_points: [{channel: sms, address: '60 6', queue: a}, {channel: sms, address: '606', queue: b}]",
            "entry_points[1]",
            "sms 606 is given twice",
        ),
    ],
)
def test_an_error_names_the_path_and_says_why(text: str, path: str, why: str) -> None:
    found = errors_of(text)
    assert why in found[path]


def test_an_entry_point_is_spelled_as_what_comes_to_it(tx: Tx) -> None:
    text = """
    queues: {a: {name: A}}
    entry_points:
      - {channel: voice, address: "+44 20 7946 0199", queue: a}
      - {channel: voice, address: "sip:desk@pbx.test", queue: a}
      - {channel: sms, address: " +44 (20) 7946-0100", queue: a}
      - {channel: sms, address: "60 660", queue: a}
      - {channel: sms, address: "0044 20 7946 0101", queue: a}
      - {channel: voice, address: "tel:+44-20-7946-0101", queue: a}
      - {channel: voice, address: "００４４ ２０ ７９４６ ０１０２", queue: a}
      - {channel: email, address: " Help@Demo.Test", queue: a}
      - {channel: email, address: "Help <shop@demo.test>", queue: a}
      - {channel: email, address: "help@xn--mller-kva.example", queue: a}
      - {channel: email, address: "help@Straße.example", queue: a}
      - {channel: voice, address: "SIP:Desk@PBX.test", queue: a}
      - {channel: form, address: "Contact", queue: a}
      - {channel: chat, address: "Widget ", queue: a}
    """
    load(tx, read(text))
    assert [(point.channel, point.address) for point in dump(tx).entry_points or ()] == [
        ("chat", "widget"),
        ("email", "help@demo.test"),
        ("email", "help@müller.example"),
        ("email", "help@straße.example"),
        ("email", "shop@demo.test"),
        ("form", "contact"),
        ("sms", "+442079460100"),
        ("sms", "+442079460101"),
        ("sms", "60660"),
        ("voice", "+442079460101"),
        ("voice", "+442079460102"),
        ("voice", "+442079460199"),
        ("voice", "sip:Desk@pbx.test"),
        ("voice", "sip:desk@pbx.test"),
    ]


def test_who_belongs_to_a_team_is_not_left_out_of_the_agents_so_that_a_dump_loads_again(tx: Tx) -> None:
    both = "agents: {ana@demo.test: {name: Ana}, bo@demo.test: {name: Bo}}\n"
    load(tx, read(both + "teams: {first: {name: First, members: [bo@demo.test]}}"))
    with pytest.raises(Invalid) as caught:
        load(tx, read("agents: {ana@demo.test: {name: Ana}}"))
    assert caught.value.errors == [
        ("agents", "bo@demo.test is left out and belongs to the team first: say teams as well")
    ]
    load(tx, read("agents: {ana@demo.test: {name: Ana}}\nteams: {first: {name: First}}"))
    load(tx, read(written(dump(tx))))


def test_teams_alone_have_agents_for_members_in_whichever_spelling_so_that_a_dump_loads_again(tx: Tx) -> None:
    load(tx, read("agents: {ana@demo.test: {name: Ana}, bo@demo.test: {name: Bo}}"))
    with pytest.raises(Invalid) as caught:
        load(tx, read("teams: {first: {name: First, members: [ana@demo.test, cho@demo.test]}}"))
    assert caught.value.errors == [("teams.first.members", "cho@demo.test is not one of the agents")]

    load(tx, read("teams: {first: {name: First, members: [ANA@demo.test, ' bo@Demo.test ', ana@demo.test]}}"))

    assert (dump(tx).teams or {})["first"].members == ["ana@demo.test", "bo@demo.test"]
    load(tx, read(written(dump(tx))))


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_what_yaml_takes_for_the_end_of_a_line_is_kept_in_texts(tx: Tx, end: str) -> None:
    said = f"one{end}two\nthree{end}"
    load(tx, Document(canned_replies={"k": CannedReply(title="T", text=said)}))

    text = written(dump(tx))

    assert (read(text).canned_replies or {})["k"].text == said


@pytest.mark.parametrize("wrong", ["\a", "\n", "\x85", "\u2028", "\u202e"])
@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("name", {"name": "A{}B"}),
        ("queues.q.name", {"queues": {"q": {"name": "A{}B"}}}),
        ("teams.t.name", {"teams": {"t": {"name": "A{}B"}}}),
        ("skills.s", {"skills": {"s": "A{}B"}}),
        ("agents.a@b.test.name", {"agents": {"a@b.test": {"name": "A{}B"}}}),
        ("canned_replies.k.title", {"canned_replies": {"k": {"title": "A{}B", "text": "t"}}}),
        ("dispositions.d.name", {"dispositions": {"d": {"name": "A{}B"}}}),
        ("causes.c.name", {"causes": {"c": {"name": "A{}B"}}}),
        ("hours.h.closed", {"hours": {"h": {"week": {}, "closed": "A{}B"}}}),
    ],
)
def test_no_name_holds_what_nobody_sees_or_what_turns_a_screen_around(
    path: str, section: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(Invalid) as caught:
        validated(_filled(section, wrong))
    ((where, why),) = caught.value.errors
    assert where == path
    assert f"U+{ord(wrong):04X}" in why


@pytest.mark.parametrize("name", ["Łódź & Söhne", "شكاوى", "👩\u200d💻 Help", "投訴", "A\u00a0B"])
def test_a_name_may_hold_what_people_write(name: str) -> None:
    validated({"queues": {"q": {"name": name}}})


def _filled(value: Any, wrong: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, wrong) for key, one in value.items()}
    return value.format(wrong)


def test_what_the_file_speaks_of_must_exist(tx: Tx) -> None:
    text = """
    default_flow: dusk
    queues: {a: {name: A, skills: {welding: 1}}}
    agents: {ana@demo.test: {name: Ana, queues: [b]}}
    entry_points: [{channel: voice, address: '+442079460100', queue: a, flow: night}]
    """
    with pytest.raises(Invalid) as caught:
        load(tx, read(text))
    assert caught.value.errors == [
        ("default_flow", "there is no flow dusk"),
        ("queues.a.skills", "there is no skill welding"),
        ("agents.ana@demo.test.queues", "there is no queue b"),
        ("entry_points[0].flow", "there is no flow night"),
    ]


def test_an_empty_installation_dumps_what_holds_there(tx: Tx) -> None:
    assert (dump(tx).queues, dump(tx).chat_origins, dump(tx).default_queue) == ({}, [], "general")
    assert load(tx, dump(tx)).kept == ()
    assert isinstance(dump(tx), Document)


def _sorted(agent: dict[str, Any]) -> dict[str, Any]:
    return agent | {"queues": sorted(agent["queues"])}
