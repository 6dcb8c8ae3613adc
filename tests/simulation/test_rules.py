"""The rules of a scenario, each by a few contacts whose times can be followed by hand."""

import pytest

from tests.simulation.scenes import one_queue, play, trace


def test_a_call_waits_for_the_one_agent_and_the_figures_follow() -> None:
    result = one_queue(trace("0,100,", "10,50,", "20,50,30", "200,1,"))

    assert result["queues"]["billing"] == result["all"]
    assert result["all"] == {
        "offered": 4,
        "answered": 3,
        "abandoned": 1,
        "short_abandoned": 0,
        "waited_share": 0.5,
        "wait_mean_s": 30.0,  # 0, 90, 30 until it hung up, 0
        "wait_p50_s": 0.0,
        "wait_p90_s": 90.0,
        "wait_p99_s": 90.0,
        "asa_s": 30.0,
        "service_level": 0.5,
        "abandon_rate": 0.25,
    }
    # busy 0-150 and 200-201; between contacts 0 s and 50 s; one agent alone is equal to all others
    assert result["agents"] == {"occupancy": 0.151, "idle_mean_s": 25.0, "idle_gini": 0.0}


def test_at_one_instant_agents_free_first_then_callers_hang_up() -> None:
    freed = one_queue(trace("0,100,", "50,10,50"))["all"]
    assert (freed["answered"], freed["wait_p99_s"]) == (2, 50.0)

    a_moment_later = one_queue(trace("0,100.001,", "50,10,50"))["all"]
    assert (a_moment_later["answered"], a_moment_later["abandoned"]) == (1, 1)


def test_who_arrives_as_the_agent_frees_stands_behind_who_waits() -> None:
    result = one_queue(trace("100,10,", "0,100,", "50,10,"))

    assert result["all"]["wait_mean_s"] == 20.0  # 0, 50, and 10 for the one who came at 100


def test_an_idle_agent_answers_whatever_the_patience() -> None:
    result = one_queue(trace("0,10,0", "5,10,0", "10,10,0"))["all"]

    assert (result["answered"], result["abandoned"], result["short_abandoned"]) == (2, 1, 1)
    assert result["waited_share"] == 0.0


def test_contacts_that_take_no_time_follow_one_another_at_one_instant() -> None:
    result = one_queue(trace("5,0,0", "5,0,0", "5,0,0"))

    assert result["all"]["answered"] == 3
    assert result["agents"] == {"occupancy": 0.0, "idle_mean_s": 0.0, "idle_gini": 0.0}


def test_short_is_five_seconds_or_less_and_leaves_the_service_level_only() -> None:
    result = one_queue(trace("0,100,", "1,1,5", "1,1,5.001"))["all"]

    assert (result["abandoned"], result["short_abandoned"]) == (2, 1)
    assert result["abandon_rate"] == 2 / 3
    assert result["service_level"] == 1 / 2


def test_within_the_target_includes_its_last_instant() -> None:
    rows = trace("0,30,", "10,30,", "39.999,1,")
    assert one_queue(rows)["all"]["service_level"] == 2 / 3  # 0, 20 and 20.001 s
    assert one_queue(rows, queue="{target: {within_s: 20.001}}")["all"]["service_level"] == 1.0


TWO_QUEUES = """
horizon_s: 1000
queues:
  billing: {{priority: {priority}, target: {{within_s: 10}}}}
  general: {{target: {{within_s: 200}}}}
agents: [{{queues: [billing, general]}}]
traffic:
  - {{queue: general, channel: voice, trace: general.csv}}
  - {{queue: billing, channel: voice, trace: billing.csv}}
"""


def test_within_one_priority_the_earliest_over_all_queues_is_served() -> None:
    calls = {"general.csv": trace("0,100,", "50,100,"), "billing.csv": trace("60,100,")}

    alike = play(TWO_QUEUES.format(priority=0), calls)["queues"]
    assert (alike["general"]["wait_p99_s"], alike["billing"]["wait_p99_s"]) == (50.0, 140.0)

    urgent = play(TWO_QUEUES.format(priority=1), calls)["queues"]
    assert (urgent["general"]["wait_p99_s"], urgent["billing"]["wait_p99_s"]) == (150.0, 40.0)


def test_at_one_instant_the_higher_priority_arrives_first_and_equals_as_the_file_has_them() -> None:
    calls = {"general.csv": trace("0,100,"), "billing.csv": trace("0,100,")}

    assert play(TWO_QUEUES.format(priority=0), calls)["queues"]["general"]["wait_p99_s"] == 0.0
    assert play(TWO_QUEUES.format(priority=1), calls)["queues"]["billing"]["wait_p99_s"] == 0.0


def test_the_service_level_of_all_takes_each_contact_by_its_own_queue() -> None:
    calls = {"general.csv": trace("0,100,", "10,10,"), "billing.csv": trace("20,10,")}
    result = play(TWO_QUEUES.format(priority=0), calls)

    assert [result["queues"][key]["service_level"] for key in ("general", "billing")] == [1.0, 0.0]
    assert result["all"]["service_level"] == 2 / 3


def test_skill_levels_are_minima_and_a_queue_that_nobody_can_serve_is_allowed() -> None:
    result = play(
        """
horizon_s: 100
queues: {cards: {skills: {cards: 3}}, loans: {skills: {loans: 1}}, other:}
agents: [{skills: {cards: 2}, queues: [cards, loans]}, {skills: {cards: 3}, queues: [cards]}]
traffic:
  - {queue: cards, channel: voice, trace: cards.csv}
  - {queue: loans, channel: voice, trace: loans.csv}
""",
        {"cards.csv": trace("0,10,", "0,10,"), "loans.csv": trace("0,10,", "0,10,30")},
    )

    assert result["queues"]["cards"]["wait_p99_s"] == 10.0, "only one of the two may"
    loans = result["queues"]["loans"]
    assert (loans["offered"], loans["answered"], loans["abandoned"]) == (2, 0, 1)
    assert (loans["asa_s"], loans["service_level"], loans["wait_mean_s"]) == (None, 0.0, 30.0)
    assert result["queues"]["other"] == {
        **dict.fromkeys(("offered", "answered", "abandoned", "short_abandoned"), 0),
        **dict.fromkeys(("waited_share", "wait_mean_s", "wait_p50_s", "wait_p90_s", "wait_p99_s", "asa_s")),
        **dict.fromkeys(("service_level", "abandon_rate")),
    }


def test_a_channel_that_nobody_takes_waits() -> None:
    result = one_queue(trace("0,10,"), agents="{queues: [billing], channels: {chat: 3}}")

    assert (result["all"]["offered"], result["all"]["answered"]) == (1, 0)


def test_a_group_finishes_what_is_in_hand_and_takes_nothing_new() -> None:
    shift = "{queues: [billing], from_s: 10, until_s: 60}"
    result = one_queue(trace("0,20,", "20,50,", "30,5,", "60,5,100"), agents=shift)

    # the first waits for the agent to come, the second is finished at 80, the third never had one
    assert (result["all"]["answered"], result["all"]["abandoned"]) == (2, 1)
    assert result["all"]["asa_s"] == 10.0
    assert result["agents"]["occupancy"] == 1.0


def test_who_frees_at_the_end_of_the_shift_takes_nothing_new() -> None:
    assert one_queue(trace("0,60,", "10,1,"), agents="{queues: [billing], until_s: 60}")["all"]["answered"] == 1
    assert one_queue(trace("0,60,", "10,1,"), agents="{queues: [billing], until_s: 60.001}")["all"]["answered"] == 2


def test_who_is_there_at_the_horizon_stays_until_all_is_played_out() -> None:
    rows = trace("900,200,", "950,200,", "960,200,")
    for until_s in (1000, 1200):  # the horizon is 1000
        shift = f"{{queues: [billing], until_s: {until_s}}}"
        assert one_queue(rows, agents=shift)["all"]["answered"] == 3
    assert one_queue(rows, agents="{queues: [billing], until_s: 999}")["all"]["answered"] == 1


def test_the_figures_cover_what_arrives_in_the_window_and_is_played_out_after_it() -> None:
    rows = trace("0,100,", "99,50,", "100,30,", "199,30,", "200,30,")
    assert one_queue(rows, more="warmup_s: 100")["all"]["offered"] == 3

    text = """
horizon_s: 200
warmup_s: 100
queues: {billing: {}}
agents: [{queues: [billing]}]
traffic: [{queue: billing, channel: voice, trace: calls.csv}]
"""
    result = play(text, {"calls.csv": rows})
    assert (result["all"]["offered"], result["all"]["answered"]) == (2, 2)
    assert result["all"]["wait_mean_s"] == 25.0  # 50 and 0
    assert result["agents"]["occupancy"] == 0.81  # 100-180 and 199-200 of 100-200
    assert result["agents"]["idle_mean_s"] == pytest.approx(19 / 3)  # 0 at 100, 0 at 150, 19 until 199


def test_gaps_and_idle_times_are_clipped_to_the_window() -> None:
    text = """
horizon_s: 100
warmup_s: 50
queues: {billing: {}}
agents: [{count: 2, queues: [billing]}]
traffic: [{queue: billing, channel: voice, trace: calls.csv}]
"""
    result = play(text, {"calls.csv": trace("0,10,", "0,10,", "70,10,")})

    # Both idle from 10 s: one until 70 s and from 80 s (20 + 20 s in the window), the other all 50 s of it.
    assert result["agents"]["occupancy"] == 10 / 100
    assert result["agents"]["idle_mean_s"] == 20.0
    assert result["agents"]["idle_gini"] == pytest.approx((50 - 40) / (2 * 90))


def test_the_agent_idle_longest_is_asked_and_at_the_start_the_first_of_the_file() -> None:
    groups = "{queues: [billing], skills: {first: 1}}, {queues: [billing], until_s: 40}"
    # the first agent has the first call until 30, the second the next until 100; a third at 50 finds the first
    result = one_queue(trace("0,30,", "10,90,", "50,1,0"), agents=groups)
    assert result["all"]["answered"] == 3

    swapped = "{queues: [billing], until_s: 40}, {queues: [billing]}"
    result = one_queue(trace("0,30,", "10,90,", "50,1,0"), agents=swapped)
    assert result["all"]["answered"] == 2, "the second still has a call, and the first has gone"


CHATS = """
horizon_s: 1000
queues: {desk: {}}
agents: [{count: 2, queues: [desk], channels: {voice: 1, chat: 3}}]
traffic:
  - {queue: desk, channel: chat, trace: chats.csv}
  - {queue: desk, channel: voice, trace: calls.csv}
"""


def test_three_chats_fit_and_nothing_goes_beside_a_call() -> None:
    six = play(CHATS, {"chats.csv": trace(*["0,100,"] * 7), "calls.csv": trace()})
    assert six["all"]["waited_share"] == 1 / 7

    beside = play(CHATS, {"chats.csv": trace(*["10,100,"] * 4), "calls.csv": trace("0,50,")})
    assert (beside["all"]["waited_share"], beside["all"]["wait_p99_s"]) == (1 / 5, 40.0)


def test_a_call_may_come_to_who_chats_and_chats_wait_for_its_end() -> None:
    result = play(CHATS, {"chats.csv": trace("0,100,", "0,100,", "20,10,"), "calls.csv": trace("10,30,", "10,30,")})

    assert result["all"]["waited_share"] == 1 / 5
    assert result["all"]["wait_p99_s"] == 20.0


def test_who_has_nothing_in_hand_is_idle_and_comes_before_who_chats() -> None:
    result = play(CHATS, {"chats.csv": trace("0,100,", "0,100,"), "calls.csv": trace()})

    assert result["agents"]["occupancy"] == 200 / 2000, "one chat each"


def test_chats_side_by_side_count_once_in_occupancy_and_are_no_gap() -> None:
    one_agent = CHATS.replace("count: 2", "count: 1")
    result = play(one_agent, {"chats.csv": trace("0,100,", "50,100,", "200,100,"), "calls.csv": trace()})

    assert result["agents"]["occupancy"] == 250 / 1000
    assert result["agents"]["idle_mean_s"] == 50.0
