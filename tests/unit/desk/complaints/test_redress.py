"""What a customer gets: known kinds, and money exactly as it was written."""

import pytest

from desk.complaints.redress import KINDS, PAYING, money_in_words, redress_of
from desk.kernel.errors import Invalid


def refused(value):
    with pytest.raises(Invalid) as caught:
        redress_of(value)
    return caught.value.errors


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(PAYING)))
def test_a_kind_that_pays_nothing_stands_alone(kind):
    assert redress_of(kind) == redress_of({"kind": kind}) == {"kind": kind}


@pytest.mark.parametrize("kind", PAYING)
@pytest.mark.parametrize("amount", [None, "", {}])
def test_a_kind_that_pays_money_says_how_much(kind, amount):
    for value in (kind, {"kind": kind}, {"kind": kind, "amount": amount}, ["apology", kind]):
        assert [field for field, _ in refused(value)] == ["redress.amount", "redress.currency"]
    (lacks,) = refused({"kind": kind, "amount": None, "currency": "EUR"})
    assert lacks[0] == "redress.amount"


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(PAYING)))
def test_a_kind_that_pays_nothing_has_no_amount_beside_it(kind):
    ((field, why),) = refused({"kind": kind, "amount": {"amount": "5", "currency": "EUR"}})

    assert field == "redress.amount"
    assert why.startswith(f"{kind} pays no money")


def test_nothing_is_no_part_of_something():
    refund = {"kind": "refund", "amount": "5", "currency": "EUR"}

    assert redress_of(["none"])["kind"] == "none"
    assert refused(["none", refund]) == refused([refund, "none"]) == [("redress.kind", "none stands alone")]


@pytest.mark.parametrize("value", [[], [[]], [[[]]], [None], 7, [["apology"]]])
def test_a_redress_that_names_no_kind_is_refused(value):
    assert refused(value) == [("redress", "must say what kind it is")]


def test_what_belongs_to_no_amount_is_refused_rather_than_left_out():
    ((field, why),) = refused({"kind": "refund", "amount": {"amount": "5", "currency": "EUR", "off": 1}})

    assert field == "redress.amount"
    assert "'off'" in why


@pytest.mark.parametrize("value", ["a yacht", "", {}, {"kind": 7}, ["apology", "a yacht"]])
def test_any_other_kind_is_refused_with_those_there_are(value):
    assert refused(value) == [("redress.kind", f"must be one of {', '.join(KINDS)}")]


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [
        ("12.5", "eur", "12.50"),
        (20, "EUR", "20.00"),
        (0.1, "GBP", "0.10"),
        ("0.01", "USD", "0.01"),
        ("500", "JPY", "500"),
        ("1.005", "KWD", "1.005"),
    ],
)
def test_money_is_kept_with_the_decimals_of_its_currency(amount, currency, kept):
    found = redress_of({"kind": "refund", "amount": {"amount": amount, "currency": currency}})

    assert found["amount"] == {"amount": kept, "currency": currency.upper()}
    assert found == redress_of({"kind": "refund", "amount": amount, "currency": currency})


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        *((one, "EUR") for one in ("20.005", "0.004", "12.500", "0", "0.00", "-1", "1e9", "1E2", "+5", ".5", "5.")),
        *((one, "EUR") for one in ("NaN", "Infinity", "1_000", "1,50", "٣", "9" * 13)),
        (0, "EUR"),
        (-1, "EUR"),
        (1e16, "EUR"),
        (True, "EUR"),
        ([], "EUR"),
        ("500.5", "JPY"),
        ("1.0005", "KWD"),
    ],
)
def test_an_amount_that_is_no_money_is_refused_and_never_rounded(amount, currency):
    ((field, _),) = refused({"kind": "refund", "amount": {"amount": amount, "currency": currency}})

    assert field == "redress.amount"


@pytest.mark.parametrize("currency", ["", "XYZ", "EURO", "XXX", "E1R", None, 978])
def test_a_currency_that_there_is_not_is_refused(currency):
    ((field, _),) = refused({"kind": "refund", "amount": {"amount": "5", "currency": currency}})

    assert field == "redress.currency"


def test_several_add_up_in_one_currency():
    money = {"kind": "refund", "amount": "300", "currency": "JPY"}

    found = redress_of(["apology", money, {**money, "kind": "goodwill"}])

    assert found["amount"] == {"amount": "600", "currency": "JPY"}
    assert found["kind"] == "refund"
    assert refused([money, {**money, "currency": "EUR"}]) == [("redress", "one currency, please")]


def test_what_was_kept_before_is_still_read():
    assert money_in_words({"kind": "money", "amount": {"amount": "0.005", "currency": "ABC"}}) == "0.005 ABC"
    assert money_in_words({"kind": "a yacht"}) == ""
