"""Who gets a call after a survey."""

import pytest

from desk.complaints.surveys import detractor


@pytest.mark.parametrize(
    ("answers", "called"),
    [
        ({}, False),
        ({"nps": 6}, True),
        ({"nps": 7}, False),
        ({"csat": 2}, True),
        ({"csat": 3}, False),
        ({"csat": 5, "nps": 0}, True),
        ({"effort": 1}, False),
    ],
)
def test_detractors(answers: dict[str, int], called: bool) -> None:
    assert detractor(answers) is called
