"""Counts in the words of the complaint report: none, one and more."""

import re
from pathlib import Path

import pytest

from desk.complaint_report.chinese import CHINESE
from desk.complaint_report.period import Unit
from desk.complaint_report.words import Words

#: A count of one before words for many.
_WRONG = re.compile(r"\b1 (?:final )?(?:complaints|responses|issues|days)\b|\bAll 1\b")
COUNTED = [phrase for phrase in CHINESE if re.search(r"\{\w+:", phrase)]


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "We decided 0 complaints; 0 were upheld in whole or in part (–)."),
        (1, "We decided 1 complaint; 1 was upheld in whole or in part (–)."),
        (2, "We decided 2 complaints; 2 were upheld in whole or in part (–)."),
        (1200, "We decided 1,200 complaints; 1,200 were upheld in whole or in part (–)."),
    ],
)
def test_what_was_decided_is_counted_in_grammar(n, said):
    phrase = next(phrase for phrase in COUNTED if phrase.startswith("We decided"))

    assert Words("en")(phrase, n=n, upheld=n, share="–") == said


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("phrase", COUNTED)
def test_every_counted_phrase_is_said_rightly_of_none_one_and_two(phrase, n):
    values = dict.fromkeys(re.findall(r"\{(\w+)[:}]", phrase), n)

    assert not _WRONG.search(Words("en")(phrase, **values))
    assert "|" not in Words("en")(phrase, **values)
    assert str(n) in Words("zh")(phrase, **values)


def test_no_count_stands_bare_before_words_for_many():
    root = Path(__file__).parents[4]
    sources = [*root.glob("desk/complaint_report/*.py"), *root.glob("web/templates/reports/*.html")]
    many = re.compile(r"\{\w+\} (?:final )?(?:complaints|responses|issues)\b")

    assert not {found for source in sources for found in many.findall(source.read_text("utf-8"))}


def test_one_day_is_a_day():
    say = Words("en")

    assert [say.value(Unit.DAYS, n) for n in (0, 1, 1.5, 2)] == ["0 days", "1 day", "1.5 days", "2 days"]
