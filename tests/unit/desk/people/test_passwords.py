"""Passwords: Argon2id, and nobody takes as long as somebody."""

import time

from desk.people.passwords import LONGEST, hash_password, matches, outdated

OLD = "$argon2id$v=19$m=65536,t=3,p=4$Rlq1zpF9dZ3Lqp3iU6mQOw$Zq9oNQYxQ7v1wq3m0hP0bY7rQ3m8q0Z5T1s2u3v4w5w"


def test_only_the_right_password_matches() -> None:
    stored = hash_password("correct horse")

    assert stored.startswith("$argon2id$") and not outdated(stored)
    assert matches(stored, "correct horse")
    assert not matches(stored, "correct horse ")
    assert not matches(stored, "")
    assert hash_password("correct horse") != stored


def test_nobody_has_no_password_not_even_the_one_it_is_compared_with() -> None:
    for stored in ("", "no hash at all"):
        assert not matches(stored, "nobody")


def test_one_made_by_other_rules_is_made_again() -> None:
    assert outdated(OLD)


def test_a_password_as_long_as_a_book_is_refused_before_it_costs_anything() -> None:
    stored = hash_password("x" * LONGEST)

    assert matches(stored, "x" * LONGEST)
    assert not matches(stored, "x" * (LONGEST + 1))


def test_nobody_takes_as_long_as_somebody() -> None:
    stored = hash_password("correct horse")
    matches("", "warm up")

    somebody = min(_cost(stored) for _ in range(5))
    nobody = min(_cost("") for _ in range(5))

    assert 0.5 < nobody / somebody < 2


def _cost(stored: str) -> float:
    began = time.thread_time()
    matches(stored, "a guess")
    return time.thread_time() - began
