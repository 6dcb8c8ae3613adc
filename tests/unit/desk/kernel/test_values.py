"""Ids, tokens, errors, jobs, actors: the kernel's small values."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.kernel.errors import (
    CarelineError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    Unauthenticated,
    Unavailable,
)
from desk.kernel.ids import new_id
from desk.kernel.jobs import MAX_ATTEMPTS, Job, back_off, decode
from desk.kernel.tokens import sign, verify
from desk.kernel.transaction import Actor
from desk.people.permissions import ROLES, Right, may

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_an_id_is_a_uuid_of_version_7_that_tells_when_it_was_made():
    id = uuid.UUID(new_id(NOW))
    assert (id.version, id.variant) == (7, uuid.RFC_4122)
    assert id.int >> 80 == int(NOW.timestamp() * 1000)


def test_ids_sort_by_the_time_they_were_made():
    ids = [new_id(NOW + timedelta(milliseconds=n)) for n in range(100)]
    assert ids == sorted(ids)
    assert len({new_id(NOW) for _ in range(10_000)}) == 10_000


@given(st.text(max_size=80))
def test_a_token_carries_its_value(value):
    assert verify("secret", "status", sign("secret", "status", value)) == value


def test_a_token_opens_nothing_else():
    token = sign("secret", "status", "c-1")
    for secret, purpose, shown in (
        ("other", "status", token),
        ("secret", "survey", token),
        ("secret", "status", token[:-1] + ("A" if token[-1] != "A" else "B")),
        ("secret", "status", ""),
        ("secret", "status", "x" * 10_000),
        ("secret", "status", "…"),
    ):
        with pytest.raises(NotFound):
            verify(secret, purpose, shown)


def test_each_error_has_a_stable_code():
    errors = [
        NotFound("complaint", "c"),
        Invalid("subject", "is missing"),
        Unauthenticated(),
        Forbidden(),
        Conflict("offer", "taken"),
        Stale("offer"),
        Unavailable("The database"),
    ]
    assert [error.code for error in errors] == [
        "not_found",
        "invalid",
        "unauthenticated",
        "forbidden",
        "conflict",
        "stale",
        "unavailable",
    ]
    assert all(isinstance(error, CarelineError) for error in errors)
    assert isinstance(errors[5], Conflict)


def test_several_wrong_fields_are_named_at_once():
    error = Invalid.many([("subject", "is missing"), ("to", "is no address")])
    assert error.errors == [("subject", "is missing"), ("to", "is no address")]
    assert error.message == "subject: is missing; to: is no address"


@dataclass(frozen=True, kw_only=True)
class UnitRingAgent(Job):
    agent_id: str
    tries: int = 1


def test_a_job_comes_back_from_its_table():
    job = UnitRingAgent(agent_id="a", tries=3)
    assert job.name == "unit_ring_agent"
    assert decode(job.name, job.data()) == job


def test_a_job_of_another_version_is_not_understood():
    with pytest.raises(KeyError):
        decode("no_such_job", {})


def test_back_off_triples_from_two_seconds_to_two_hours_and_lasts_about_eight_in_all():
    waits = [back_off(attempts) for attempts in range(1, MAX_ATTEMPTS)]
    assert waits[:4] == [timedelta(seconds=s) for s in (2, 6, 18, 54)]
    assert max(waits) == timedelta(hours=2)
    assert timedelta(hours=7) < sum(waits, timedelta()) < timedelta(hours=9)


def test_an_actor_is_written_as_kind_and_id():
    assert str(Actor.system("relay")) == "system:relay"
    assert str(Actor.customer("c-1")) == "customer:c-1"


def test_roles_have_the_rights_of_their_work():
    assert may("agent", Right.WORK)
    assert not may("agent", Right.SUPERVISE)
    assert may("supervisor", Right.SUPERVISE)
    assert not may("supervisor", Right.ADMINISTER)
    assert {role for role in ROLES if may(role, Right.CLOSE)} == {"supervisor", "admin"}
    assert all(may("admin", right) for right in Right)
    assert not any(may("nobody", right) for right in Right)
    assert set(ROLES) == {"agent", "supervisor", "admin"}
