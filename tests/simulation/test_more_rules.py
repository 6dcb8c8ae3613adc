"""What goes beyond the plain rules: ordering, strategies, rings, delays, limits, each by a few contacts."""

from typing import Any

import pytest

from desk.kernel.errors import Invalid
from desk.scenarios.file import read
from tests.simulation.scenes import one_queue, play, trace


def waits(result: dict[str, Any]) -> dict[str, float]:
    """The longest wait by queue."""
    return {key: figures["wait_p99_s"] for key, figures in result["queues"].items()}


MIXED = """
horizon_s: 20000
{more}
queues:
  calls: {{target: {{within_s: 20}}}}
  mails: {{due: {{email: 10m}}, handling: {{email: 8m}}}}
agents: [{{queues: [calls, mails], channels: {{voice: 1, email: 1}}}}]
limits: {{exclusive: [voice, email]}}
traffic:
  - {{queue: mails, channel: email, trace: mails.csv}}
  - {{queue: calls, channel: voice, trace: calls.csv}}
"""


def test_slack_lets_a_call_overtake_a_mail_until_the_mail_is_late() -> None:
    # one mail in hand until 1000 s; a mail waits since 100 s, a call since 900 s
    day = {"mails.csv": trace("0,1000,", "100,300,"), "calls.csv": trace("900,100,")}

    first_come = waits(play(MIXED.format(more=""), day))
    assert first_come == {"calls": 400.0, "mails": 900.0}
    by_slack = waits(play(MIXED.format(more="ordering: slack"), day))
    assert by_slack == {"calls": 100.0, "mails": 1000.0}
    without_a_head_start = waits(play(MIXED.format(more="ordering: {head_start: {}}"), day))
    assert without_a_head_start == first_come


def test_a_deadline_of_its_own_and_a_tier_count_as_time() -> None:
    text = """
horizon_s: 20000
ordering: {kind: slack, head_start: {}, tiers: {vip: 10m}}
queues: {desk: {}}
agents: [{queues: [desk]}]
traffic:
  - {queue: desk, channel: voice, trace: hand.csv}
  - {queue: desk, channel: voice, trace: a.csv, due_s: 900}
  - {queue: desk, channel: voice, trace: b.csv, %s}
"""
    day = {"hand.csv": trace("0,100,"), "a.csv": trace("10,50,"), "b.csv": trace("10,50,1")}

    assert play(text % "due_s: 1000", day)["all"]["abandoned"] == 1
    soon = {**day, "b.csv": trace("10,50,120")}
    assert play(text % "due_s: 1000", soon)["all"]["abandoned"] == 1, "a was due first"
    assert play(text % "due_s: 800", soon)["all"]["abandoned"] == 0
    assert play(text % "due_s: 1000, tier: vip", soon)["all"]["abandoned"] == 0


def test_priority_with_age() -> None:
    text = """
horizon_s: 20000
ordering: {kind: priority, priority: 60s}
queues: {low: {}, high: {priority: 1}}
agents: [{queues: [low, high]}]
traffic: [{queue: low, channel: voice, trace: low.csv}, {queue: high, channel: voice, trace: high.csv}]
"""
    hand = "0,100,"
    in_a_minute = play(text, {"low.csv": trace(hand, "20,10,"), "high.csv": trace("70,10,")})
    assert waits(in_a_minute) == {"low": 90.0, "high": 30.0}
    later = play(text, {"low.csv": trace(hand, "20,10,"), "high.csv": trace("90,10,")})
    assert waits(later) == {"low": 80.0, "high": 20.0}


def test_a_ring_lets_others_in_also_for_who_waits_already() -> None:
    text = """
horizon_s: 1000
queues:
  cards: {skills: {cards: 3}, rings: [{after: 30s, skills: {cards: 1}}, {after: 60s, teams: [night]}]}
agents:
  - {queues: [cards], skills: {cards: 3}, until_s: 1}
  - {queues: [cards], skills: {cards: 1}, %s}
  - {queues: [], skills: {cards: 1}, teams: [night]}
traffic: [{queue: cards, channel: voice, trace: calls.csv}]
"""
    calls = {"calls.csv": trace("10,10,")}
    assert play(text % "from_s: 0", calls)["all"]["asa_s"] == 30.0
    assert play(text % "from_s: 500", calls)["all"]["asa_s"] == 60.0


def test_a_delay_and_a_priority_of_the_agent() -> None:
    text = """
horizon_s: 1000
queues: {own: {}, other: {}}
agents: [{queues: {own: {}, other: {priority: 2, delay: 30s}}}]
traffic: [{queue: own, channel: voice, trace: own.csv}, {queue: other, channel: voice, trace: other.csv}]
"""
    assert waits(play(text, {"own.csv": trace("90,5,"), "other.csv": trace("10,10,")}))["other"] == 30.0
    both = play(text, {"own.csv": trace("0,100,", "90,50,"), "other.csv": trace("10,10,")})
    assert waits(both) == {"own": 10.0, "other": 140.0}


SENIOR_AND_JUNIOR = """
horizon_s: 1000
queues:
  cards: {skills: {cards: 3}, rings: [{after: 5s, skills: {cards: 1}}]%s}
agents:
  - {queues: [cards], skills: {cards: 3}, until_s: %s}
  - {queues: [cards], skills: {cards: 1}}
traffic:
  - {queue: cards, channel: voice, trace: before.csv}
  - {queue: cards, channel: voice, trace: calls.csv%s}
"""
_ONE_MORE = {"before.csv": trace("0,100,"), "calls.csv": trace("10,10,")}


@pytest.mark.parametrize("word", ["case_owner", "last_agent"])
@pytest.mark.parametrize(
    ("kept", "share", "until_s", "waits_s", "preferred"),
    [
        ("", 0, 1000, 5, None),  # nobody is wanted
        (", %s: {voice: 30s}", 1, 1000, 30, {"wanted": 1, "had": 0}),  # for so long nobody else is asked
        (", %s: {voice: 200s}", 1, 1000, 90, {"wanted": 1, "had": 1}),
        ("", 1, 1000, 10, {"wanted": 1, "had": 0}),  # as a queue that says nothing
        (", %s: {voice: 0s}", 1, 1000, 5, None),
        (", %s: {voice: 200s}", 1, 5, 5, {"wanted": 0, "had": 0}),  # she has gone: not waited for
        (", %s: {voice: 200s}", 1, 60, 50, {"wanted": 1, "had": 0}),  # from when she goes it is anybody's
    ],
)
def test_a_contact_is_kept_for_who_knows_the_customer(
    word: str, kept: str, share: float, until_s: int, waits_s: float, preferred: dict[str, int] | None
) -> None:
    """The senior, who alone may have it at once, talks until second 100; the junior may after five seconds."""
    text = SENIOR_AND_JUNIOR % (kept and kept % word, until_s, f", {word}: {share}")

    told = play(text, _ONE_MORE)

    assert told["all"]["asa_s"] * 2 == waits_s  # the first waits for nobody
    assert told.get("preferred") == preferred


def test_so_many_know_somebody_and_the_owner_of_a_case_goes_first() -> None:
    text = """
horizon_s: 36000
queues: {cards: {last_agent: {voice: %s}}}
agents: [{count: 20, queues: [cards]}]
traffic:
  - {queue: cards, channel: voice, rate_per_hour: 300, handle_s: {exponential: 200}, case_owner: 0.25, last_agent: 0.5}
"""
    told = play(text % "10s")
    share = told["preferred"]["wanted"] / told["all"]["offered"]
    assert 0.6 < share < 0.65  # a quarter, and half of the rest
    assert told == play(text % "10s")
    # Five in six are busy, and ten seconds are a twentieth of a call.
    assert 0.15 < told["preferred"]["had"] / told["preferred"]["wanted"] < 0.3
    patient = play(text % "1h")["preferred"]
    assert 0.6 < patient["had"] / patient["wanted"] < 0.8  # all whom somebody had last, of whom there are three in five
    only_owners = play(text % "0s")
    assert 0.22 < only_owners["preferred"]["wanted"] / only_owners["all"]["offered"] < 0.28
    assert only_owners["all"]["offered"] == told["all"]["offered"]


MAIL_AND_CALL = """
horizon_s: 1000
limits: {weights: {voice: 100, email: 100}, interrupts: {voice: [email]}}
queues: {desk: {}}
agents: [{queues: [desk], channels: {voice: 1, email: 1}}]
traffic: [{queue: desk, channel: email, trace: mails.csv}, {queue: desk, channel: voice, trace: calls.csv}]
"""


def test_a_call_interrupts_a_mail_which_comes_back_and_takes_what_was_left() -> None:
    day = {"mails.csv": trace("0,100,", "120,10,"), "calls.csv": trace("50,30,", "60,5,")}
    result = play(MAIL_AND_CALL, day)

    # the mail is parked from 50 to 80, and again to 85 for the second call; it is done at 135
    assert result["all"]["wait_p99_s"] == 20.0
    assert result["all"]["waited_share"] == 2 / 4
    assert result["agents"]["occupancy"] == 0.145


@pytest.mark.parametrize("handle", ["{constant: 0}", "{constant: 0.0001}", "{empirical: [0, 100]}"])
def test_what_interrupts_may_take_no_time_at_all(handle: str) -> None:
    text = f"""
horizon_s: 3600
limits: {{weights: {{voice: 100, email: 100}}, interrupts: {{voice: [email]}}}}
queues: {{desk: {{}}}}
agents: [{{count: 2, queues: [desk], channels: {{voice: 1, email: 1}}}}]
traffic:
  - {{queue: desk, channel: email, rate_per_hour: 30, handle_s: {{constant: 200}}}}
  - {{queue: desk, channel: voice, rate_per_hour: 60, handle_s: {handle}}}
"""
    figures = play(text, seed=7)["all"]

    assert figures["answered"] == figures["offered"] > 0


def test_what_is_parked_does_not_go_on_while_the_call_is_on() -> None:
    text = """
horizon_s: 3600
limits: {weights: {voice: 60, email: 60, chat: 40}, interrupts: {voice: [email]}}
queues: {desk: {}}
agents: [{queues: [desk], channels: {voice: 1, email: 1, chat: 1}}]
traffic:
  - {queue: desk, channel: email, trace: mails.csv}
  - {queue: desk, channel: chat, trace: chats.csv}
  - {queue: desk, channel: voice, trace: calls.csv}
"""
    day = {"mails.csv": trace("0,1000,"), "chats.csv": trace("10,100,"), "calls.csv": trace("20,500,")}

    # the mail is parked from 20 to 520, also when the chat ends at 110: it is done at 1500
    assert play(text, day)["agents"]["occupancy"] == pytest.approx(1500 / 3600)


def test_ring_all_has_one_winner_and_the_others_are_free_again() -> None:
    result = one_queue(
        trace("0,100,", "0,100,", "0,100,", "10,1,0"), agents="{count: 3, queues: [billing]}", more="strategy: ring_all"
    )

    assert (result["all"]["answered"], result["all"]["waited_share"]) == (3, 0.0)


@pytest.mark.parametrize("strategy", ["round_robin", "fewest_handled", "longest_idle"])
def test_among_equals_everybody_gets_a_fair_share(strategy: str) -> None:
    text = f"""
horizon_s: 36000
strategy: {strategy}
queues: {{billing: {{}}}}
agents: [{{count: 10, queues: [billing]}}]
traffic: [{{queue: billing, channel: voice, rate_per_hour: 100, handle_s: {{constant: 180}}}}]
"""
    assert (play(text)["agents"]["idle_gini"] or 1) < 0.05


def test_in_turn_means_by_the_last_offer_and_not_by_what_ended_last() -> None:
    text = """
horizon_s: 600
strategy: %s
queues: {x: {}, y: {}}
agents: [{queues: [x]}, {queues: [x, y]}, {queues: [x]}]
traffic: [{queue: x, channel: voice, trace: x.csv}, {queue: y, channel: voice, trace: y.csv}]
"""
    # the second is asked at 1 and done at 6, the third asked at 2 and done at 3; the second alone serves y
    day = {"x.csv": trace("0,50,", "1,5,", "2,1,", "10,300,"), "y.csv": trace("11,10,")}

    assert waits(play(text % "longest_idle", day))["y"] == 0.0
    assert waits(play(text % "round_robin", day))["y"] == 299.0


def test_best_skilled_by_queue_keeps_the_others_free() -> None:
    text = """
horizon_s: 1000
queues: {cards: {skills: {cards: 1}, %s}, loans: {}}
agents: [{queues: [cards, loans], skills: {cards: 1}}, {queues: [cards], skills: {cards: 5}}]
traffic: [{queue: cards, channel: voice, trace: cards.csv}, {queue: loans, channel: voice, trace: loans.csv}]
"""
    day = {"cards.csv": trace("0,100,"), "loans.csv": trace("10,10,")}

    assert waits(play(text % "priority: 0", day))["loans"] == 90.0
    assert waits(play(text % "strategy: best_skilled", day))["loans"] == 0.0


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ("ordering: fast", "ordering.kind: Input should be 'slack' or 'priority'"),
        ("ordering: {kind: priority, tiers: {vip: 1m}}", "ordering.tiers: only with kind slack"),
        ("strategy: random", "strategy: Input should be 'longest_idle'"),
        ("limits: {interrupts: {voice: [voice]}}", "limits.interrupts.voice: voice cannot interrupt itself"),
        ("queues: {a: {rings: [{after: 5s, queues: [b]}]}}", "queues.a.rings[0].queues: b is not one of the queues"),
        ("queues: {a: {rings: [{after: 5s, teams: [b]}]}}", "queues.a.rings[0].teams: nobody is in a team b"),
        ("queues: {a: {rings: [{after: 5s}]}}", "queues.a.rings[0]: changes nothing"),
        ("queues: {a: {due: {voice: soon}}}", "queues.a.due.voice: expected a duration like 90s"),
        (
            "agents: [{queues: {a: {delay: -1}}}]",
            "agents[0].queues.a.delay: Input should be greater than or equal to 0",
        ),
        ("agents: [{queues: [a, a]}]", "agents[0].queues: a queue is listed twice"),
    ],
)
def test_rules_that_are_wrong_are_named_by_their_path(more: str, error: str) -> None:
    text = f"horizon_s: 100\n{more}\n" + ("" if more.startswith("queues") else "queues: {a: {}}\n")

    with pytest.raises(Invalid) as caught:
        read(text, str)

    assert any(f"{path}: {why}".startswith(error) for path, why in caught.value.errors), caught.value.errors
