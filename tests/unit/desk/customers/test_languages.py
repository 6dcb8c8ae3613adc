"""In which language somebody is written who was spoken to."""

import pytest

from desk.customers.languages import nearer


@pytest.mark.parametrize(
    ("spoken", "reads", "written"),
    [("zh", "zh-TW", "zh-TW"), ("en", "zh-TW", "en"), ("de", "de_AT", "de_AT"), ("en", "", "en")],
)
def test_who_is_spoken_to_is_written_the_same_language_as_they_read_it(spoken: str, reads: str, written: str) -> None:
    assert nearer(spoken, reads) == written
