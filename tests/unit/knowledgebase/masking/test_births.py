"""A date of birth goes with the word that says so beside it; any other date stays."""

import pytest

from knowledgebase.masking.masked import masked
from knowledgebase.reading.questions import masked as masked_question


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Eva here, born 12.03.1984, and it is torn", "Eva here, born …, and it is torn"),
        ("I was born on 12 March 1984", "I was born on …"),
        ("Date of birth: March 12th, 1984.", "Date of birth: …."),
        ("DOB 12/3/84", "DOB …"),
        ("12.03.1984 (D.O.B.)", "… (D.O.B.)"),
        ("my birthday is on 12 March", "my birthday is on …"),
        ("I was born in 1984", "I was born in …"),
        ("Ich bin geboren am 12. März 1984 in Ulm", "Ich bin geboren am … in Ulm"),
        ("geb. 12.3.84", "geb. …"),
        ("Geburtsdatum 1984-03-12", "Geburtsdatum …"),
        ("出生于1984年3月12日", "出生于…"),
        ("我生日是3月12日", "我生日是…"),
        ("生日：1984-03-12", "生日：…"),
        ("1984年3月12日出生", "…出生"),
        ("née le 12 mars 1984", "née le …"),
        ("nacida el 12 de marzo de 1984", "nacida el …"),
        ("дата рождения 12.03.1984", "дата рождения …"),
    ],
)
def test_a_date_of_birth_goes(said, left):
    for mask in (masked, masked_question):
        assert mask(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "The birthday offer ended on 27.11.2026 at 10:30",
        "A birthday cake for 12 people, ordered on 3 March 2026",
        "Geburtstagskarten, bestellt am 27.11.2026",
        "生日礼物2026年3月5日下单",
    ],
)
def test_any_other_date_stays(said):
    for mask in (masked, masked_question):
        assert mask(said) == said
