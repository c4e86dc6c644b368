"""Reads a line as somebody wrote it, fills in what the price list says, and notes where it departs from it.

What a phone sends was told to a customer already: it stands as it is, and what departs from the rules is flagged for a person.
At a desk the same departures are refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from dispatch.fees import errors
from dispatch.fees.lines import HUNDRED, Line, LineKind, amounts
from dispatch.fees.money import DIGITS, decimal_of
from dispatch.fees.policy import MOST_PERCENT, MOST_PRICE, FeeRules, PriceItem
from kernel.actor import Role
from kernel.errors import DomainError, ErrorCode
from kernel.identifiers import parse_id

MOST_QUANTITY = Decimal(99_999)
_TEXTS = {"code": 48, "text": 200, "unit": 16, "serial": 64, "discount_reason": 200}


@dataclass(frozen=True, slots=True)
class Saying:
    """Who recorded a line, for which order, when (corrected, aware), in which roles over it, and the day that it was there."""

    id: UUID
    work_order_id: UUID
    user_id: UUID
    at: datetime
    roles: frozenset[Role]
    day: date
    device_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """Something in which a line departs from the rules: the flag that it gets, or the refusal with its path."""

    flag: str
    error: ErrorCode
    path: str

    def refusal(self) -> DomainError:
        """Return the refusal, with the path of what departs."""
        return self.error(path=self.path)


def read_line(
    saying: Saying, data: Mapping[str, Any], rules: FeeRules, warranty_until: date | None
) -> tuple[Line, tuple[Departure, ...]]:
    """Return the line that somebody recorded, and where it departs from the rules.

    `warranty_until` is the last day of the warranty of the asset that the line names, if it names one and that has any. A line
    for an asset under warranty is free of charge unless it says `"warranty": false`.

    Raises Invalid (fee.data_unfit, fee.amount_unfit, fee.currency_other) with the path of what cannot be stored.
    """
    texts = {name: _text(data, name, longest) for name, longest in _TEXTS.items()}
    code = texts["code"]
    item = None if code is None else rules.items.get(code)
    currency = data.get("currency") or rules.currency
    if not isinstance(currency, str) or currency not in DIGITS:
        raise errors.CURRENCY_OTHER("a currency of ISO 4217", path="/currency")
    listed = item is not None and currency == rules.currency
    unit_price = _money(data, "unit_price", currency)
    if unit_price is None and listed and item is not None:
        unit_price = item.price
    under = warranty_until is not None and saying.day <= warranty_until
    claimed = _flag(data, "warranty")
    line = Line(
        saying.id,
        saying.work_order_id,
        _kind(data, item),
        _words(texts["text"], item, data),
        _quantity(data),
        currency,
        saying.at,
        saying.user_id,
        unit_price,
        code,
        texts["unit"] or (None if item is None else item.unit),
        texts["serial"],
        parse_id(data.get("asset_id")),
        _money(data, "discount", currency),
        _percent(data, "discount_percent"),
        texts["discount_reason"],
        _tax(data, item, rules),
        rules.tax_included,
        under if claimed is None else claimed,
        saying.device_id,
    )
    if line.discount is not None and line.discount_percent is not None:
        raise errors.DATA_UNFIT("either an amount or a percentage", path="/discount_percent")
    return line, tuple(_departures(line, item, rules, saying.roles, under=under))


def _departures(
    line: Line, item: PriceItem | None, rules: FeeRules, roles: frozenset[Role], *, under: bool
) -> list[Departure]:
    found: list[Departure] = []
    if line.currency != rules.currency:
        found.append(Departure("currency_other", errors.CURRENCY_OTHER, "/currency"))
    if line.unit_price is not None and item is None:
        if line.code is not None:
            found.append(Departure("code_unknown", errors.CODE_UNKNOWN, "/code"))
        elif not rules.free_lines:
            found.append(Departure("free_line", errors.FREE_LINE, "/code"))
    if line.warranty and not under:
        found.append(Departure("warranty_unproven", errors.WARRANTY_UNPROVEN, "/warranty"))
    if line.unit_price is None or line.warranty:
        return found
    come_to = amounts(line)
    listed = item.price if item is not None and line.currency == rules.currency else line.unit_price
    if line.unit_price > listed:
        found.append(Departure("above_list", errors.ABOVE_LIST, "/unit_price"))
    if come_to.discount > 0 and line.discount_reason is None:
        found.append(Departure("reason_missing", errors.REASON_MISSING, "/discount_reason"))
    full, charged = line.quantity * listed, come_to.gross - come_to.discount
    if full > 0 and (full - charged) * HUNDRED > rules.limit(roles) * full + full_cent(line):
        path = "/unit_price" if line.unit_price < listed else "/discount"
        found.append(Departure("discount_too_high", errors.DISCOUNT_TOO_HIGH, path))
    return found


def full_cent(line: Line) -> Decimal:
    """Return what rounding may add to a discount, in hundredths: a percentage of an odd price is not an exact amount."""
    return HUNDRED.scaleb(-DIGITS[line.currency])


def _kind(data: Mapping[str, Any], item: PriceItem | None) -> LineKind:
    given = data.get("kind")
    if given is None:
        return LineKind.OTHER if item is None else item.kind
    if given not in list(LineKind):
        raise errors.DATA_UNFIT("one of " + ", ".join(LineKind), path="/kind")
    return LineKind(given)


def _words(given: str | None, item: PriceItem | None, data: Mapping[str, Any]) -> str:
    text = given or (item.text if item is not None else None) or _text(data, "code", 48)
    if text is None:
        raise errors.DATA_UNFIT("what is charged for", path="/text")
    return text


def _text(data: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or any(ord(sign) < 32 for sign in value):
        raise errors.DATA_UNFIT(f"a line of at most {longest} characters", path=f"/{name}")
    return value.strip() or None


def _flag(data: Mapping[str, Any], name: str) -> bool | None:
    value = data.get(name)
    if value is not None and not isinstance(value, bool):
        raise errors.DATA_UNFIT("true or false", path=f"/{name}")
    return value


def _quantity(data: Mapping[str, Any]) -> Decimal:
    value = decimal_of(data.get("quantity", "1"), MOST_QUANTITY, 3)
    if not value:
        raise errors.AMOUNT_UNFIT('more than "0", at most "99999", with three decimals at most', path="/quantity")
    return value


def _money(data: Mapping[str, Any], name: str, currency: str) -> Decimal | None:
    if data.get(name) is None:
        return None
    value = decimal_of(data[name], MOST_PRICE, DIGITS[currency])
    if value is None:
        raise errors.AMOUNT_UNFIT(f"with {DIGITS[currency]} decimals at most", path=f"/{name}")
    return value


def _percent(data: Mapping[str, Any], name: str) -> Decimal | None:
    if data.get(name) is None:
        return None
    value = decimal_of(data[name], MOST_PERCENT, 2)
    if value is None:
        raise errors.AMOUNT_UNFIT('from "0" to "100"', path=f"/{name}")
    return value


def _tax(data: Mapping[str, Any], item: PriceItem | None, rules: FeeRules) -> Decimal:
    given = _percent(data, "tax_percent")
    if given is not None:
        return given
    return rules.tax_percent if item is None or item.tax_percent is None else item.tax_percent


def part_of(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what `log.part_used` says as a line of kind part; None when it cannot be one, and stays a plain fact.

    Phones from before there were fees write quantities as they like: `2`, `1.5`, `"2"`.
    """
    part, quantity, serial = data.get("part"), data.get("quantity"), data.get("serial")
    if isinstance(quantity, float):
        quantity = repr(quantity)
    count = decimal_of(quantity, MOST_QUANTITY, 3)
    if not isinstance(part, str) or not part.strip() or not count:
        return None
    plain_text = " ".join(part.split())[:200]
    kept = {name: data[name] for name in ("code", "unit_price", "currency", "asset_id", "warranty") if name in data}
    number = {"serial": serial[:64]} if isinstance(serial, str) else {}
    return {"kind": LineKind.PART.value, "text": plain_text, "quantity": str(count), **number, **kept}
