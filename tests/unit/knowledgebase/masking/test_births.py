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
        ("1984年3月12日生", "…生"),
        ("1984/3/12生，女", "…生，女"),
        ("民国73年3月12日生", "…生"),
        ("生於1984年3月12日", "生於…"),
        ("生于1984年", "生于…"),
        ("我生日是农历三月初八", "我生日是农历…"),
        ("我妈妈的生日应该是八四年三月十二号", "我妈妈的生日应该是…"),
        ("geburtstag ist der 12. märz", "geburtstag ist der …"),
        ("Geburtstag meines Sohnes ist am 12.03.", "Geburtstag meines Sohnes ist am …"),
        ("Der Geburtstag von Eva: 12.03.1984", "Der Geburtstag von Eva: …"),
        ("my wife's birthday is 12/03", "my wife's birthday is …"),
        ("birthday of my late husband was March 12", "birthday of my late husband was …"),
        ("born '84", "born …"),
        ("It's my birthday on Monday 12 March", "It's my birthday on Monday …"),
        ("my birthday's 12 March", "my birthday's …"),
        ("Ich habe am 12.03. Geburtstag", "Ich habe am … Geburtstag"),
        ("Ich bin Jahrgang 1984", "Ich bin Jahrgang …"),
        ("我的生日是星期一3月12日", "我的生日是星期一…"),
    ],
)
def test_a_date_of_birth_goes(said, left):
    for mask in (masked, masked_question):
        assert mask(said) == left


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("date of birth (dd/mm/yyyy): 12/03/1984", "date of birth (dd/mm/yyyy): …"),
        ("mein Geburtsdatum lautet 12.03.1984", "mein Geburtsdatum lautet …"),
        ("mein Geburtsdatum ist der 12.03.1984", "mein Geburtsdatum ist der …"),
        ("Ich wurde am 12. März 1984 in Köln geboren", "Ich wurde am … in Köln geboren"),
        ("geboren in Köln am 12.03.1984", "geboren in Köln am …"),
        ("geboren am zwölften März 1984", "geboren am …"),
        ("Geboren im Jahr neunzehnhundertvierundachtzig", "Geboren im Jahr …"),
        ("geboren: März 1984", "geboren: …"),
        ("Geb.-Datum 12.03.1984", "Geb.-Datum …"),
        ("Geburtsort und -datum: Köln, 12.03.1984", "Geburtsort und -datum: Köln, …"),
        ("Geburtsdatum meines Mannes: 12.03.1984", "Geburtsdatum meines Mannes: …"),
        ("Seit dem 12.3.1984 lebe ich hier, geb. Schmidt", "Seit dem … lebe ich hier, geb. Schmidt"),
        ("I was born in London on 12 March 1984", "I was born in London on …"),
        (
            "I was born in St. Ives, on the 12th of March, 1984.",
            "I was born in St. Ives, on the ….",
        ),
        ("born on the twelfth of March nineteen eighty-four", "born on the …"),
        ("born on March the twenty-first 1984", "born on …"),
        ("birth date of my son: 12/03/2014", "birth date of my son: …"),
        ("Eva is born 12.03.1984 and mine is 01.02.1980", "Eva is born … and mine is …"),
        ("12/03/84 is the date of her birth", "… is the date of her birth"),
        ("Place and date of birth: London, 12-03-1984", "Place and date of birth: London, …"),
        ("birth year 1984", "birth year …"),
        ("d o b 12/03/1984", "d o b …"),
        ("DOB - 12Mar1984", "DOB - …"),
        ("Date of birth? 12/03/1984", "Date of birth? …"),
        ("出生於一九八四年三月十二日", "出生於…"),
        ("八四年三月出生", "…出生"),
        ("出生日期应该是1984年3月12日", "出生日期应该是…"),
        ("身份证上的出生日期写的是 1984.03.12", "身份证上的出生日期写的是 …"),
        ("我1984年3月12号在北京出生", "我…在北京出生"),
        ("昭和59年3月12日生まれ", "…生まれ"),
    ],
)
def test_dates_go_of_a_sentence_that_tells_of_a_birth(said, left):
    for mask in (masked, masked_question):
        assert mask(said) == left
        assert mask(f"{said}! Ordered on 3 March 2026.") == f"{left}! Ordered on 3 March 2026."


def test_a_date_of_birth_goes_that_stands_below():
    assert masked("Name: E\nDOB\n12/03/1984") == "Name: E\nDOB\n…"
    assert masked("My birthday?\n12 March") == "My birthday?\n…"


def test_no_number_gets_shorter_by_a_date_within_it():
    assert masked_question("born in Ulm, order 12-03-1984-556677") == "born in Ulm, order …"


@pytest.mark.parametrize(
    "said",
    [
        "The birthday offer ended on 27.11.2026 at 10:30",
        "A birthday cake for 12 people, ordered on 3 March 2026",
        "Geburtstagskarten, bestellt am 27.11.2026",
        "生日礼物2026年3月5日下单",
        "Zum Geburtstag bestellt am 3. März 2026, für 12.50 Euro",
        "Die Garantie läuft bis 12.03.2028, geliefert am 12.03.2026",
        "Mein neugeborenes Kind braucht die am 3.3.2026 bestellte Wiege",
        "The newborn set, ordered on 3 March 2026",
        "My baby is born. I ordered the cot on 3 March 2026",
        "For his birthday I ordered it on 3 March 2026",
        "The warranty ends on 12 March 2028",
        "王先生于2026年3月5日下单，医生于3月6日收到",
        "问题发生于2026年3月5日",
        "2026年3月5日生效，2026年3月5日生产",
        "宝宝出生了。2026年3月5日下单的婴儿车还没到",
    ],
)
def test_any_other_date_stays(said):
    for mask in (masked, masked_question):
        assert mask(said) == said
