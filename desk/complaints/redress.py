"""desk/complaints/redress.py: what a customer gets: a kind, and money with its currency where it is money."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from desk.complaints.currencies import CURRENCIES, decimals_of
from desk.complaints.lifecycle import money_of
from desk.errors import Invalid

#: The kinds that pay money: none of them is without an amount.
PAYING = ("refund", "compensation", "distress", "goodwill")
KINDS = ("apology", "explanation", "correction", *PAYING, "replacement", "process_change", "none")

_AMOUNT = re.compile(r"([0-9]{1,12})(?:\.([0-9]+))?", re.ASCII)
_LIKE = 'must be like {"amount": "12.50", "currency": "EUR"}'


def redress_of(value: Any) -> dict[str, Any]:
    """A redress as the table keeps it: `{kind, amount?: {amount, currency}, items?}`.

    Raises:
        Invalid: a kind that is not known, one that pays money without an amount, or an amount that is no
            money. No amount is ever rounded.
    """
    if isinstance(value, list):
        return _together([redress_of(item) for item in value])
    if isinstance(value, str):
        value = {"kind": value}
    if not isinstance(value, Mapping):
        raise Invalid("redress", "must say what kind it is")
    kind = str(value.get("kind") or "").strip().lower()
    if kind not in KINDS:
        raise Invalid("redress.kind", f"must be one of {', '.join(KINDS)}")
    found: dict[str, Any] = {"kind": kind}
    if value.get("amount") not in (None, "", {}):
        found["amount"] = _money(value)
    elif kind in PAYING:
        raise Invalid("redress.amount", f"{kind} pays money: how much? It {_LIKE}")
    return found


def money_in_words(redress: Mapping[str, Any] | None) -> str:
    """The money of a redress as a letter says it; empty without any."""
    if not redress or not money_of(redress):
        return ""
    return f"{redress['amount']['amount']} {redress['amount']['currency']}"


def _together(items: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": str(items[0]["kind"]) if items else "none", "items": items}
    amounts = [item["amount"] for item in items if "amount" in item]
    if len({amount["currency"] for amount in amounts}) > 1:
        raise Invalid("redress", "one currency, please")
    if amounts:
        currency = amounts[0]["currency"]
        total = sum((Decimal(amount["amount"]) for amount in amounts), Decimal(0))
        found["amount"] = {"amount": f"{total:.{decimals_of(currency)}f}", "currency": currency}
    return found


def _money(value: Mapping[str, Any]) -> dict[str, str]:
    given = value["amount"]
    if not isinstance(given, Mapping):
        given = {"amount": given, "currency": value.get("currency")}
    currency = str(given.get("currency") or "").strip().upper()
    if currency not in CURRENCIES:
        raise Invalid("redress.amount", f"{_LIKE}; the currency is a code of ISO 4217")
    written = _AMOUNT.fullmatch(str(given.get("amount")).strip())
    if written is None or Decimal(written[0]) == 0:
        raise Invalid("redress.amount", f"{_LIKE}, and more than nothing")
    decimals = decimals_of(currency)
    if len(written[2] or "") > decimals:
        raise Invalid("redress.amount", f"an amount in {currency} has at most {decimals} decimals")
    return {"amount": f"{Decimal(written[0]):.{decimals}f}", "currency": currency}
