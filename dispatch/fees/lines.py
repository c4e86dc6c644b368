"""What the lines of an order come to: one pure, exact function from the facts that people recorded.

Facts add up: a line is added, a line is removed, and each counts once, in whatever order they arrive. For one line, everything
rounded half up to the smallest unit of the currency:

    gross    = quantity x unit price
    discount = gross under warranty; else the amount that was given; else gross x percent / 100
    charged  = gross - discount
    with the tax included:  net = charged x 100 / (100 + tax percent), tax = charged - net, total = charged
    with the tax on top:    net = charged, tax = charged x tax percent / 100, total = net + tax
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from dispatch.fees.money import money_text, plain, rounded

HUNDRED = Decimal(100)


class LineKind(StrEnum):
    """What is charged for."""

    LABOUR = "labour"
    PART = "part"
    TRAVEL = "travel"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was recorded. `at` is the corrected time (aware), percentages are of 0 to 100.

    A part without a `unit_price` is built in and not charged. `discount` is an amount, `discount_percent` a share; one of them at
    most. `flags` say what a person has to look at.
    """

    id: UUID
    work_order_id: UUID
    kind: LineKind
    text: str
    quantity: Decimal
    currency: str
    at: datetime
    user_id: UUID
    unit_price: Decimal | None = None
    code: str | None = None
    unit: str | None = None
    serial: str | None = None
    asset_id: UUID | None = None
    discount: Decimal | None = None
    discount_percent: Decimal | None = None
    discount_reason: str | None = None
    tax_percent: Decimal = Decimal(0)
    tax_included: bool = True
    warranty: bool = False
    device_id: UUID | None = None
    flags: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[datetime, UUID]:
        """The corrected time, then the id: the order of facts, whenever they arrived."""
        return (self.at, self.id)


@dataclass(frozen=True, slots=True)
class Removal:
    """Somebody took a line back. A line that was taken back stays so."""

    id: UUID
    work_order_id: UUID
    line_id: UUID
    at: datetime
    user_id: UUID
    reason: str
    device_id: UUID | None = None

    @property
    def key(self) -> tuple[datetime, UUID]:
        """The corrected time, then the id."""
        return (self.at, self.id)


@dataclass(slots=True)
class Facts:
    """Everything that was recorded about the fees of one order."""

    lines: list[Line] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)

    def in_force(self, as_of: tuple[datetime, UUID] | None = None) -> tuple[Line, ...]:
        """Return the lines that stand, in the order of their ids; with `as_of`, those of that corrected time and id."""
        gone = {one.line_id for one in self.removals if as_of is None or one.key <= as_of}
        standing = (one for one in self.lines if one.id not in gone and (as_of is None or one.key <= as_of))
        return tuple(sorted(standing, key=lambda one: one.id))


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a line comes to, in the currency of the line; `total` is what the customer pays."""

    gross: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Total:
    """What lines of one currency come to together."""

    currency: str
    amounts: Amounts


def amounts(line: Line) -> Amounts:
    """Say what a line comes to; see the head of this module for the rule."""
    gross = rounded(line.quantity * (line.unit_price or Decimal(0)), line.currency)
    if line.warranty:
        discount = gross
    elif line.discount is not None:
        discount = min(rounded(line.discount, line.currency), gross)
    else:
        discount = rounded(gross * (line.discount_percent or Decimal(0)) / HUNDRED, line.currency)
    charged = gross - discount
    if line.tax_included:
        net = rounded(charged * HUNDRED / (HUNDRED + line.tax_percent), line.currency)
        return Amounts(gross, discount, net, charged - net, charged)
    tax = rounded(charged * line.tax_percent / HUNDRED, line.currency)
    return Amounts(gross, discount, charged, tax, charged + tax)


def totals(lines: Iterable[Line]) -> tuple[Total, ...]:
    """Add up what is charged, by currency; parts that are not charged make no total."""
    found: dict[str, list[Amounts]] = {}
    for line in lines:
        if line.unit_price is not None:
            found.setdefault(line.currency, []).append(amounts(line))
    names = Amounts.__dataclass_fields__
    return tuple(
        Total(currency, Amounts(*(sum((getattr(one, name) for one in parts), Decimal(0)) for name in names)))
        for currency, parts in sorted(found.items())
    )


def line_document(line: Line) -> dict[str, Any]:
    """Write a line as phones get it and as it is signed: amounts are decimal texts, members without a value are null."""
    come_to = amounts(line)
    currency = line.currency
    return {
        "id": str(line.id),
        "kind": line.kind.value,
        "code": line.code,
        "text": line.text,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "currency": currency,
        "unit_price": None if line.unit_price is None else money_text(line.unit_price, currency),
        "serial": line.serial,
        "discount": money_text(come_to.discount, currency),
        "reason": "warranty" if line.warranty else line.discount_reason,
        "tax_percent": plain(line.tax_percent),
        "tax": money_text(come_to.tax, currency),
        "total": money_text(come_to.total, currency),
    }


def total_document(total: Total) -> dict[str, str]:
    """Write a total as phones get it and as it is signed."""
    one, currency = total.amounts, total.currency
    return {
        "currency": currency,
        **{name: money_text(getattr(one, name), currency) for name in Amounts.__dataclass_fields__},
    }


def fees_document(lines: Sequence[Line]) -> dict[str, Any]:
    """Write all lines that stand, and what they come to."""
    return {
        "lines": [line_document(line) for line in lines],
        "totals": [total_document(total) for total in totals(lines)],
    }
