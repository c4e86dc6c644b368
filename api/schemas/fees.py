"""The forms of service fees: money is a decimal text in a currency of ISO 4217, never a binary fraction."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate

from api.pages import Cursor
from api.schemas.fields import Flag, Moment, Text, Word, page_of, page_query
from dispatch.fees.lines import LineKind, line_document
from dispatch.fees.money import money_text

FEES = Cursor("fees", datetime, UUID)
_ID = {"description": "Minted by you; sent again with the same one, it takes effect once."}


class Amount(fields.String):
    """A decimal text, such as `"80.00"`; what it must be within, the slice says."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": r"^[0-9]{1,9}(\.[0-9]{1,6})?$", **options.pop("metadata", {})}
        super().__init__(validate=validate.Length(max=16), metadata=metadata, **options)


class Month(fields.Field[date]):
    """A month such as `2026-11`, as its first day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            metadata={"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", **options.pop("metadata", {})}, **options
        )

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        try:
            if not re.fullmatch("20[0-9]{2}-[0-9]{2}", str(value)):
                raise ValueError
            return date.fromisoformat(f"{value}-01")
        except ValueError as error:
            raise ValidationError("Not a month such as 2026-11.") from error


class NewFeeLine(Schema):
    """A line to charge. With a `code` of the price list, what is left out is as the list says."""

    id = fields.UUID(load_default=None, allow_none=True, metadata=_ID)
    kind = fields.String(validate=validate.OneOf([kind.value for kind in LineKind]))
    code = Text(48, allow_none=True)
    text = Text(200, allow_none=True, metadata={"description": "What is charged for; needed without a code."})
    quantity = Amount(metadata={"description": '`"1"` if left out; three decimals at most.'})
    unit = Text(16, allow_none=True)
    currency = fields.String(
        validate=validate.Length(equal=3), metadata={"description": "ISO 4217; the region's if left out."}
    )
    unit_price = Amount(allow_none=True, metadata={"description": "None for a part that is not charged."})
    serial = Text(64, allow_none=True)
    asset_id = fields.UUID(
        allow_none=True,
        metadata={"description": "The asset that it is for: under warranty, the line is free of charge."},
    )
    discount = Amount(allow_none=True, metadata={"description": "An amount; needs a reason."})
    discount_percent = Amount(allow_none=True, metadata={"description": "A share of 0 to 100; needs a reason."})
    discount_reason = Text(200, allow_none=True)
    tax_percent = Amount(allow_none=True)
    warranty = Flag(allow_none=True, metadata={"description": "False charges what is under warranty, such as damage."})


class FeeRemoval(Schema):
    """Why a line is taken back."""

    id = fields.UUID(load_default=None, allow_none=True, metadata=_ID)
    reason = Text(200, required=True)


class FeeLine(Schema):
    """A line as it stands. `discount`, `tax` and `total` follow from the rest."""

    id = fields.UUID(required=True)
    kind = Word(LineKind, required=True)
    code = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    quantity = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    currency = fields.String(required=True)
    unit_price = fields.String(
        required=True, allow_none=True, metadata={"description": "Null: a part that is not charged."}
    )
    serial = fields.String(required=True, allow_none=True)
    discount = fields.String(required=True)
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the discount; `warranty` for what is under warranty."},
    )
    tax_percent = fields.String(required=True)
    tax = fields.String(required=True)
    total = fields.String(required=True)
    at = Moment(required=True)
    user_id = fields.UUID(required=True)
    flags = fields.List(fields.String(), required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Take what a line comes to from its document, which phones get and customers sign."""
        if attr in ("at", "user_id", "flags", "kind"):
            return getattr(obj, attr)
        return line_document(obj).get(attr, default)


class FeeTotal(Schema):
    """What lines of one currency come to. `total` is what the customer pays."""

    currency = fields.String(required=True)
    gross = fields.String(required=True)
    discount = fields.String(required=True)
    net = fields.String(required=True)
    tax = fields.String(required=True)
    total = fields.String(required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Write the amounts with the decimals of their currency."""
        return obj.currency if attr == "currency" else money_text(getattr(obj.amounts, attr), obj.currency)


class RemovedFeeLine(Schema):
    """A line that was taken back, by whom, when and why."""

    line = fields.Nested(FeeLine, required=True)
    reason = fields.String(required=True)
    user_id = fields.UUID(required=True)
    at = Moment(required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Take apart the pair of a line and its removal."""
        return obj[0] if attr == "line" else getattr(obj[1], attr)


class OrderFees(Schema):
    """The fees of an order: lines in the order of their ids, totals by currency, and what was taken back."""

    lines = fields.List(fields.Nested(FeeLine), required=True)
    totals = fields.List(fields.Nested(FeeTotal), required=True)
    removed = fields.List(fields.Nested(RemovedFeeLine), required=True)


class ChargedLine(Schema):
    """A line as lists show it, with its order and station."""

    id = fields.UUID(required=True)
    at = Moment(required=True)
    work_order_id = fields.UUID(required=True)
    number = fields.String(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    station = fields.String(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    kind = Word(LineKind, required=True)
    code = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    quantity = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    currency = fields.String(required=True)
    unit_price = fields.String(required=True)
    gross = fields.String(required=True)
    discount = fields.String(required=True)
    net = fields.String(required=True)
    tax = fields.String(required=True)
    total = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    serial = fields.String(required=True, allow_none=True)
    flags = fields.List(fields.String(), required=True)
    user_id = fields.UUID(required=True)


class StationFees(Schema):
    """What the lines of a station come to in one currency."""

    station_id = fields.UUID(required=True, allow_none=True)
    lines = fields.Integer(required=True)
    total = fields.Nested(FeeTotal, required=True)


class FeeSums(Schema):
    """Sums by station and currency."""

    items = fields.List(fields.Nested(StationFees), required=True)


_FILTERS: dict[str, fields.Field[Any]] = {
    "region_id": fields.UUID(
        load_default=None, metadata={"description": "Yours if left out and a month is asked for."}
    ),
    "station_id": fields.UUID(load_default=None),
    "group_id": fields.UUID(load_default=None),
    "zone_id": fields.UUID(load_default=None),
    "month": Month(load_default=None, metadata={"description": "A month of the region's calendar."}),
    "since": Moment(load_default=None),
    "until": Moment(load_default=None),
}
FeeQuery = page_query(FEES, "FeeQuery", **_FILTERS)
FeeExportQuery = type("FeeExportQuery", (Schema,), {"__doc__": "What an export shows.", **_FILTERS})
FeePage = page_of(ChargedLine, "FeePage")
