"""desk/complaints/redress.py: what a customer gets: a kind, and money with its currency where it is money."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from desk.complaints.lifecycle import money_of
from desk.errors import Invalid


def redress_of(value: Any) -> dict[str, Any]:
    """A redress as the table keeps it: `{kind, amount?: {amount, currency}, items?}`.

    Raises:
        Invalid: an amount that is no money.
    """
    if isinstance(value, str):
        return {"kind": value.strip()}
    if isinstance(value, list):
        items = [redress_of(item) for item in value]
        found: dict[str, Any] = {"kind": str(items[0]["kind"]) if items else "none", "items": items}
        amounts = [item["amount"] for item in items if "amount" in item]
        if len({amount["currency"] for amount in amounts}) > 1:
            raise Invalid("redress", "one currency, please")
        if amounts:
            total = sum((Decimal(amount["amount"]) for amount in amounts), Decimal(0))
            found["amount"] = {"amount": f"{total:.2f}", "currency": amounts[0]["currency"]}
        return found
    if not isinstance(value, Mapping):
        raise Invalid("redress", "must say what kind it is")
    found = {"kind": str(value.get("kind") or "other").strip()}
    if value.get("amount") not in (None, "", {}):
        found["amount"] = _money(value)
    return found


def money_in_words(redress: Mapping[str, Any] | None) -> str:
    """The money of a redress as a letter says it; empty without any."""
    if not redress or not money_of(redress):
        return ""
    return f"{redress['amount']['amount']} {redress['amount']['currency']}"


def _money(value: Mapping[str, Any]) -> dict[str, str]:
    given = value["amount"]
    if not isinstance(given, Mapping):
        given = {"amount": given, "currency": value.get("currency")}
    currency = str(given.get("currency") or "").upper()
    try:
        amount = Decimal(str(given.get("amount")))
    except InvalidOperation as error:
        raise Invalid("redress.amount", 'must be like {"amount": "12.50", "currency": "EUR"}') from error
    if not amount.is_finite() or amount < 0 or amount > Decimal("1e12") or not re.fullmatch(r"[A-Z]{3}", currency):
        raise Invalid("redress.amount", 'must be like {"amount": "12.50", "currency": "EUR"}')
    return {"amount": f"{amount:.2f}", "currency": currency}
