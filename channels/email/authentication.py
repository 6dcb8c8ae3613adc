"""channels/email/authentication.py: what the mail server before us found out about a sender (RFC 8601).

Anybody can write an `Authentication-Results` line. Only the topmost of a server that is trusted by
name counts: servers write theirs above what came with the mail, and take away what pretends to be
theirs. Of its results DMARC alone speaks of the From line that people see; SPF and DKIM speak of
whoever sent it on.
"""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum

#: So much of a line is looked at, and of so many lines.
_LONGEST = 4_000
_MOST = 20
_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_DMARC = re.compile(r"dmarc(?:/\d{1,3})?=([a-z]{1,20})(?:\s|$)", re.ASCII)


class Verdict(StrEnum):
    """Whether a mail comes from where its From line says."""

    PASSED = "passed"  #: the domain vouches for it
    FAILED = "failed"  #: the domain says that it did not send this
    UNKNOWN = "unknown"  #: nobody whom we trust looked, or the domain says nothing


def verdict(lines: Iterable[str], trusted: Collection[str]) -> Verdict:
    """What these values of Authentication-Results, topmost first, say; `trusted` are authserv-ids in lower case."""
    for number, line in enumerate(lines):
        if number >= _MOST:
            break
        server, *results = _without_comments(line[:_LONGEST].lower()).split(";")
        if server.split()[:1] and server.split()[0] in trusted:
            return _of(results)
    return Verdict.UNKNOWN


def _of(results: Iterable[str]) -> Verdict:
    for result in results:
        found = _DMARC.match(result.strip())
        if found is not None:
            return {"pass": Verdict.PASSED, "fail": Verdict.FAILED}.get(found[1], Verdict.UNKNOWN)
    return Verdict.UNKNOWN


def _without_comments(line: str) -> str:
    """Comments may be nested; a few levels are, never more."""
    for _ in range(4):
        line = _COMMENT.sub(" ", line)
    return line
