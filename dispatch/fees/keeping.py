"""Reads and writes fees in sets: for one request, or for all that came in from phones at once."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.assets import queries as assets
from dispatch.fees.book import FeeBook
from dispatch.fees.lines import Facts, Line, LineKind, Removal, amounts
from dispatch.fees.models import FeeLine, FeeRemoval
from dispatch.fees.money import minor, money_text, plain
from dispatch.fees.policy import SUBJECT, PriceLists, read_rules
from dispatch.policies import queries as policies
from dispatch.territory import queries as territory
from dispatch.work_orders.announcing import ORDERS
from dispatch.work_orders.book import BookOrder
from kernel.bulk import insert_rows
from kernel.by_ids import ByIds
from kernel.change_feed import Change, scope_of
from kernel.identifiers import parse_id
from kernel.unit_of_work import Reading, UnitOfWork

_DECIMALS = ("unit_price", "discount", "discount_percent")
_LINE = tuple(getattr(FeeLine, name) for name in Line.__dataclass_fields__)
_REMOVAL = tuple(getattr(FeeRemoval, name) for name in Removal.__dataclass_fields__)
_LINES = ByIds(select(*_LINE), FeeLine.work_order_id)
_REMOVALS = ByIds(select(*_REMOVAL), FeeRemoval.work_order_id)


def line_of(row: Mapping[str, Any]) -> Line:
    """Return the line that a row of `fee_lines` holds."""
    known = {name: row[name] for name in Line.__dataclass_fields__}
    for name in _DECIMALS:
        known[name] = None if known[name] is None else Decimal(known[name])
    return Line(
        **{
            **known,
            "kind": LineKind(known["kind"]),
            "quantity": Decimal(known["quantity"]),
            "tax_percent": Decimal(known["tax_percent"]),
            "flags": tuple(known["flags"]),
        }
    )


def facts_of(session: Session, order_ids: Collection[UUID]) -> dict[UUID, Facts]:
    """Return what was recorded about these orders. For orders in scope already: it does not ask. Two statements."""
    found: dict[UUID, Facts] = {order_id: Facts() for order_id in order_ids}
    if not found:
        return found
    for row in _LINES.rows(session, order_ids):
        found[row.work_order_id].lines.append(line_of(row._asdict()))
    for row in _REMOVALS.rows(session, order_ids):
        found[row.work_order_id].removals.append(Removal(*row))
    return found


def price_lists_of(reading: Reading, region_ids: Collection[UUID]) -> dict[UUID, PriceLists]:
    """Return what these regions decided about fees over time. One statement."""
    decided = policies.rules_over_time(reading, region_ids, SUBJECT)
    return {
        region_id: PriceLists(tuple((since, read_rules(rules)) for since, rules in lists))
        for region_id, lists in decided.items()
    }


def open_fees(reading: Reading, orders: Mapping[UUID, BookOrder], said: Iterable[Mapping[str, Any]] = ()) -> FeeBook:
    """Open the book on the fees of these orders, which the caller has locked; `said` is what is about to be recorded.

    Two statements, and three more when something is.
    """
    book = FeeBook(facts_of(reading.session, list(orders)))
    said = list(said)
    if not said:
        return book
    regions = sorted({order.region_id for order in orders.values()})
    book.lists = price_lists_of(reading, regions)
    book.zones = {key: ZoneInfo(zone) for key, zone in territory.timezones_of(reading, regions).items()}
    named = {key for data in said if (key := parse_id(data.get("asset_id"))) is not None}
    book.warranties = assets.warranties_of(reading, named)
    return book


def write_fees(uow: UnitOfWork, book: FeeBook, holders: Mapping[UUID, Collection[UUID]]) -> None:
    """Write what came in, with two statements at most, and announce the orders to the phones that hold them.

    An id that is taken makes the database refuse, which a desk learns beforehand.
    """
    insert_rows(uow.session, FeeLine, [_line_row(uow, book, line) for line in book.fresh])
    insert_rows(
        uow.session,
        FeeRemoval,
        [
            {
                "id": one.id,
                "region_id": book.orders[one.work_order_id].region_id,
                "work_order_id": one.work_order_id,
                "line_id": one.line_id,
                "reason": one.reason,
                "user_id": one.user_id,
                "device_id": one.device_id,
                "at": one.at,
                "recorded_at": uow.now,
            }
            for one in book.fresh_removals
        ],
    )
    uow.announce(
        Change(order.region_id, scope_of("user", user_id), ORDERS, str(key))
        for key, order in book.orders.items()
        for user_id in holders.get(key, ())
    )


def _line_row(uow: UnitOfWork, book: FeeBook, line: Line) -> dict[str, Any]:
    order, come_to = book.orders[line.work_order_id], amounts(line)
    own = {name: getattr(line, name) for name in Line.__dataclass_fields__}
    sums = {
        f"{name}_minor": minor(getattr(come_to, name), line.currency) for name in type(come_to).__dataclass_fields__
    }
    return {
        **own,
        "kind": line.kind.value,
        "quantity": plain(line.quantity),
        "unit_price": None if line.unit_price is None else money_text(line.unit_price, line.currency),
        "discount": None if line.discount is None else money_text(line.discount, line.currency),
        "discount_percent": None if line.discount_percent is None else plain(line.discount_percent),
        "tax_percent": plain(line.tax_percent),
        "flags": list(line.flags),
        **sums,
        "region_id": order.region_id,
        "station_id": order.station_id,
        "group_id": order.group_id,
        "zone_id": order.zone_id,
        "recorded_at": uow.now,
        "digest": book.digests[line.id],
    }
