"""What the mail server before us found out, and what only pretends to be its word."""

import pytest

from channels.email.authentication import Verdict, verdict

OURS = frozenset({"mx.desk.example"})


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], Verdict.UNKNOWN),
        (["mx.desk.example; dmarc=pass header.from=a.example"], Verdict.PASSED),
        (["MX.desk.example 1; spf=fail smtp.mailfrom=b.example; dkim=none; DMARC=FAIL (p=reject)"], Verdict.FAILED),
        (["mx.desk.example (says (nobody)); dmarc/1=pass"], Verdict.PASSED),
        (["mx.desk.example; spf=pass; dkim=pass header.d=evil.example"], Verdict.UNKNOWN),
        (["mx.desk.example; none"], Verdict.UNKNOWN),
        (["mx.desk.example; dmarc=temperror"], Verdict.UNKNOWN),
        (["evil.example; dmarc=pass", "mx.desk.example; dmarc=fail"], Verdict.FAILED),
        (["mx.desk.example; dmarc=fail", "mx.desk.example; dmarc=pass"], Verdict.FAILED),
        (["evil.example; (mx.desk.example; dmarc=pass"], Verdict.UNKNOWN),
        (["mx.desk.example.evil.example; dmarc=pass"], Verdict.UNKNOWN),
        (["mx.desk.example; x=dmarc=pass"], Verdict.UNKNOWN),
        (["mx.desk.example; dmarc=passing"], Verdict.UNKNOWN),
        (["", ";", ";;;", "mx.desk.example"], Verdict.UNKNOWN),
    ],
)
def test_the_topmost_word_of_a_trusted_server_counts(lines: list[str], said: Verdict) -> None:
    assert verdict(lines, OURS) is said


def test_where_nobody_is_trusted_nothing_is_known() -> None:
    assert verdict(["mx.desk.example; dmarc=pass"], frozenset()) is Verdict.UNKNOWN


def test_brackets_without_end_cost_little() -> None:
    assert verdict(["(" * 100_000, "mx.desk.example; dmarc=pass"], OURS) is Verdict.PASSED
