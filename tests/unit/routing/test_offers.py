"""The life of an offer."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.errors import Stale
from routing.offers import Offer, Outcome, end

MADE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def offer() -> Offer:
    return Offer(id="o1", item_id="w1", agent_id="ana", made_at=MADE, answer_within=timedelta(seconds=20))


#: (outcome, seconds after the one before): what agent, timer and customer do, in any order.
histories = st.lists(st.tuples(st.sampled_from(Outcome), st.integers(0, 15)), max_size=12)


@given(histories)
def test_an_offer_ends_once_and_the_first_word_wins(history: list[tuple[Outcome, int]]) -> None:
    current, now, endings = offer(), MADE, []
    for outcome, later in history:
        now += timedelta(seconds=later)
        try:
            current = end(current, outcome, now=now)
        except Stale:
            continue
        endings.append(outcome)

    assert len(endings) <= 1
    assert current.outcome == (endings[0] if endings else None)


@pytest.mark.parametrize("outcome", Outcome)
def test_whatever_ends_it_is_remembered(outcome: Outcome) -> None:
    assert end(offer(), outcome, now=MADE).outcome is outcome


def test_accepting_at_the_last_instant_is_in_time_and_at_expiry_too_late() -> None:
    last = offer().expires_at - timedelta(milliseconds=1)
    assert end(offer(), Outcome.ACCEPTED, now=last).outcome is Outcome.ACCEPTED

    with pytest.raises(Stale) as refused:
        end(offer(), Outcome.ACCEPTED, now=offer().expires_at)

    assert (refused.value.code, refused.value.offer_id) == ("stale", "o1")


def test_the_timer_ends_it_at_expiry() -> None:
    assert end(offer(), Outcome.TIMED_OUT, now=offer().expires_at).outcome is Outcome.TIMED_OUT
