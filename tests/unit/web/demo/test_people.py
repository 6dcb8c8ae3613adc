"""The sample customers: the same every time, fictitious for sure, reachable all the same."""

from random import Random

import phonenumbers
import pytest

from web.demo.people import LANGUAGES, people, pyramid
from web.demo.texts import ANGER, COMMENTS, GREETING, HELPFUL, MATTERS, OPENERS, PRODUCTS, REMEDIES, THANKS, story


def test_the_same_seed_gives_the_same_people() -> None:
    assert people(Random(3), 200) == people(Random(3), 200)
    assert people(Random(3), 200) != people(Random(4), 200)


def test_everybody_has_addresses_of_their_own_that_reach_nobody() -> None:
    everybody = people(Random(7), 1200)
    assert len({one.email for one in everybody}) == len({one.phone for one in everybody}) == 1200
    assert {one.email.partition("@")[2] for one in everybody} <= {"example.com", "example.org", "example.net"}
    for one in everybody:
        assert phonenumbers.is_valid_number(phonenumbers.parse(one.phone)), one.phone
        assert (
            one.phone.startswith(("+441134960", "+441214960", "+441314960", "+441614960", "+4930231", "+3319900"))
            or one.phone[5:10] == "55501"
        ), one.phone
    assert {one.language for one in everybody} == set(LANGUAGES)


@pytest.mark.parametrize(
    ("count", "tiers"),
    [
        (1, (1, 0, 0, 0)),
        (2, (1, 1, 0, 0)),
        (3, (1, 1, 1, 0)),
        (30, (1, 2, 5, 22)),
        (101, (2, 5, 16, 78)),
        (1000, (10, 40, 150, 800)),
    ],
)
def test_tiers_follow_the_pyramid(count: int, tiers: tuple[int, ...]) -> None:
    made = pyramid(count)
    assert tuple(made.count(tier) for tier in ("vip", "major", "ordinary", "small")) == tiers


def test_every_matter_can_be_told_in_every_language() -> None:
    languages = set(LANGUAGES)
    for matter in MATTERS:
        assert set(matter.words) == languages
    for texts in (*PRODUCTS.values(), ANGER, THANKS, GREETING, REMEDIES, COMMENTS, OPENERS, HELPFUL):
        assert set(texts) == languages
    rng = Random(1)
    for language in sorted(languages) * 60:
        told = story(rng, language, complaint=rng.random() < 0.5)
        assert not any("{" in text for text in (told.subject, told.opening, told.reply, told.thanks))
