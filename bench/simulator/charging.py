"""What is charged at a visit, reckoned on the phone: lines of an order's fees, and what they come to."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

PLAIN: Mapping[str, Any] = {"currency": "CNY", "digits": 2, "tax_percent": "0", "tax_included": True}
"""The rules of a region that decided nothing."""
AMOUNTS = ("gross", "discount", "net", "tax", "total")


def line(op_id: str, said: Mapping[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
    """Write a line as the order's document will have it, from what was said of it and the region's rules (docs/fees.md)."""
    quantity, price, percent = (Decimal(said.get(name, text)) for name, text in _NUMBERS)
    come_to = _amounts(quantity * price, percent, rules)
    return {
        "id": op_id,
        "kind": said.get("kind", "other"),
        "code": None,
        "text": said["text"],
        "quantity": said.get("quantity", "1"),
        "unit": None,
        "currency": rules["currency"],
        "unit_price": _money(price, rules) if "unit_price" in said else None,
        "serial": said.get("serial"),
        "discount": _money(come_to["discount"], rules),
        "reason": said.get("discount_reason"),
        "tax_percent": rules["tax_percent"],
        "tax": _money(come_to["tax"], rules),
        "total": _money(come_to["total"], rules),
    }


_NUMBERS = (("quantity", "1"), ("unit_price", "0"), ("discount_percent", "0"))


def _amounts(full: Decimal, percent: Decimal, rules: Mapping[str, Any]) -> dict[str, Decimal]:
    tax_percent = Decimal(rules["tax_percent"])
    gross = _rounded(full, rules)
    discount = _rounded(gross * percent / 100, rules)
    charged = gross - discount
    if rules["tax_included"]:
        net = _rounded(charged * 100 / (100 + tax_percent), rules)
        return dict(zip(AMOUNTS, (gross, discount, net, charged - net, charged), strict=True))
    tax = _rounded(charged * tax_percent / 100, rules)
    return dict(zip(AMOUNTS, (gross, discount, charged, tax, charged + tax), strict=True))


def totals(lines: Iterable[Mapping[str, Any]], rules: Mapping[str, Any]) -> list[dict[str, str]]:
    """Add up lines that are charged, all of one currency: what a customer reads at the end."""
    charged = [one for one in lines if one["unit_price"] is not None]
    if not charged:
        return []
    sums = dict.fromkeys(AMOUNTS, Decimal(0))
    for one in charged:
        gross = _rounded(Decimal(one["quantity"]) * Decimal(one["unit_price"]), rules)
        total, tax = Decimal(one["total"]), Decimal(one["tax"])
        parts = (gross, Decimal(one["discount"]), total - tax, tax, total)
        sums = {name: sums[name] + part for name, part in zip(AMOUNTS, parts, strict=True)}
    return [{"currency": rules["currency"], **{name: _money(sums[name], rules) for name in AMOUNTS}}]


def _rounded(amount: Decimal, rules: Mapping[str, Any]) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-int(rules["digits"])), rounding=ROUND_HALF_UP)


def _money(amount: Decimal, rules: Mapping[str, Any]) -> str:
    return f"{_rounded(amount, rules):f}"
