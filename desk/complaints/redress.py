"""desk/complaints/redress.py: what a customer gets: a kind, and money with its currency where it is money."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from desk.complaints.currencies import CURRENCIES, decimals_of
from desk.complaints.lifecycle import money_of
from desk.kernel.errors import Invalid

#: The kinds that pay money: none of them is without an amount.
PAYING = ("refund", "compensation", "distress", "goodwill")
KINDS = ("apology", "explanation", "correction", *PAYING, "replacement", "process_change", "none")

_AMOUNT = re.compile(r"([0-9]{1,12})(?:\.([0-9]+))?", re.ASCII)
_LIKE = "is written like 12.50"
_CURRENCY = "a code of ISO 4217, like EUR"


def redress_of(value: Any) -> dict[str, Any]:
    """A redress as the table keeps it: `{kind, amount?: {amount, currency}, items?}`.

    Several are given as a list. Together they have the kind of what pays, and else of the first.

    Raises:
        Invalid: a kind that is not known, one that pays money without an amount, an amount beside a kind that
            pays none, "none" among others, or an amount that is no money. No amount is ever rounded.
    """
    return _together([_one(item) for item in value]) if isinstance(value, list) else _one(value)


def _one(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        value = {"kind": value}
    if not isinstance(value, Mapping):
        raise Invalid("redress", "must say what kind it is")
    kind = str(value.get("kind") or "").strip().lower()
    if kind not in KINDS:
        raise Invalid("redress.kind", f"must be one of {', '.join(KINDS)}")
    pays = value.get("amount") not in (None, "", {})
    if pays and kind not in PAYING:
        raise Invalid("redress.amount", f"{kind} pays no money; one of {', '.join(PAYING)} does")
    if kind in PAYING and not pays:
        lacks = [("redress.amount", f"{kind} pays money: how much? An amount {_LIKE}")]
        if not value.get("currency"):
            lacks.append(("redress.currency", f"missing: {_CURRENCY}"))
        raise Invalid.many(lacks)
    return {"kind": kind, "amount": _money(value)} if pays else {"kind": kind}


def money_in_words(redress: Mapping[str, Any] | None) -> str:
    """The money of a redress as a letter says it; empty without any."""
    if not redress or not money_of(redress):
        return ""
    return f"{redress['amount']['amount']} {redress['amount']['currency']}"


def _together(items: list[dict[str, Any]]) -> dict[str, Any]:
    if not items:
        raise Invalid("redress", "must say what kind it is")
    if len(items) > 1 and any(item["kind"] == "none" for item in items):
        raise Invalid("redress.kind", "none stands alone")
    paying = [item for item in items if "amount" in item]
    found: dict[str, Any] = {"kind": str((paying or items)[0]["kind"]), "items": items}
    if len({item["amount"]["currency"] for item in paying}) > 1:
        raise Invalid("redress", "one currency, please")
    if paying:
        currency = paying[0]["amount"]["currency"]
        total = sum((Decimal(item["amount"]["amount"]) for item in paying), Decimal(0))
        found["amount"] = {"amount": f"{total:.{decimals_of(currency)}f}", "currency": currency}
    return found


def _money(value: Mapping[str, Any]) -> dict[str, str]:
    given = value["amount"]
    if not isinstance(given, Mapping):
        given = {"amount": given, "currency": value.get("currency")}
    elif strange := sorted(str(name) for name in given.keys() - {"amount", "currency"}):
        raise Invalid("redress.amount", f"holds an amount and a currency, and nothing else: {strange[0]!r:.40}")
    currency = str(given.get("currency") or "").strip().upper()
    if currency not in CURRENCIES:
        raise Invalid("redress.currency", f"must be {_CURRENCY}")
    written = _AMOUNT.fullmatch(str(given.get("amount")).strip())
    if written is None or Decimal(written[0]) == 0:
        raise Invalid("redress.amount", f"an amount {_LIKE}, and is more than nothing")
    decimals = decimals_of(currency)
    if len(written[2] or "") > decimals:
        raise Invalid("redress.amount", f"an amount in {currency} has at most {decimals} decimals")
    return {"amount": f"{Decimal(written[0]):.{decimals}f}", "currency": currency}
