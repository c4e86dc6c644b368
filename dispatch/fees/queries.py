"""What can be asked about fees, within the caller's scope; and as phones get them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, func, or_, select

from dispatch.fees.keeping import facts_of, line_of, price_lists_of
from dispatch.fees.lines import Amounts, Facts, Line, Removal, Total, amounts, fees_document, line_document, totals
from dispatch.fees.models import FeeLine, FeeRemoval
from dispatch.fees.money import major, money_text
from dispatch.fees.policy import PriceLists, dump_rules
from dispatch.territory import queries as territory
from dispatch.work_orders import briefs
from dispatch.work_orders import errors as work_order_errors
from dispatch.work_orders.queries import orders_of, visible_order_ids
from kernel.database import Page, one_of, read_page
from kernel.unit_of_work import Reading

_LINE = tuple(getattr(FeeLine, name) for name in Line.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class OrderFees:
    """The fees of an order: the lines that stand, what they come to by currency, and everything that was ever recorded."""

    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    facts: Facts

    @property
    def removed(self) -> tuple[tuple[Line, Removal], ...]:
        """The lines that were taken back, each with the first who did."""
        first = {one.line_id: one for one in sorted(self.facts.removals, key=lambda one: one.key, reverse=True)}
        return tuple(
            (one, first[one.id]) for one in sorted(self.facts.lines, key=lambda one: one.key) if one.id in first
        )


@dataclass(frozen=True, slots=True)
class FeeFilter:
    """Which lines a list shows; what is None does not filter. Times are aware, the first included, the last not."""

    region_id: UUID | None = None
    station_id: UUID | None = None
    group_id: UUID | None = None
    zone_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A line as lists and tables show it, with its order and station. Amounts are decimal texts in `currency`."""

    id: UUID
    at: datetime
    work_order_id: UUID
    number: str
    station_id: UUID | None
    station: str | None
    zone_id: UUID | None
    kind: str
    code: str | None
    text: str
    quantity: str
    unit: str | None
    currency: str
    unit_price: str
    gross: str
    discount: str
    net: str
    tax: str
    total: str
    reason: str | None
    serial: str | None
    flags: tuple[str, ...]
    user_id: UUID


@dataclass(frozen=True, slots=True)
class StationTotal:
    """What the lines of a station come to in one currency; orders that belong to no station have none."""

    station_id: UUID | None
    lines: int
    total: Total


def fees_of_order(reading: Reading, order_id: UUID) -> OrderFees:
    """Return the fees of an order. Raises NotFound (work_order.unknown). Three statements."""
    if not visible_order_ids(reading, [order_id]):
        raise work_order_errors.UNKNOWN()
    facts = facts_of(reading.session, [order_id])[order_id]
    lines = facts.in_force()
    return OrderFees(lines, totals(lines), facts)


_PLACES = {
    "region": FeeLine.region_id,
    "station": FeeLine.station_id,
    "group": FeeLine.group_id,
    "zone": FeeLine.zone_id,
}


def _scope_parts(reading: Reading) -> list[ColumnElement[bool]]:
    parts = reading.actor.scope.parts(**_PLACES)
    if reading.actor.scope.everywhere:
        return parts
    return [*parts, FeeLine.work_order_id.in_(orders_of(reading.actor.user_id))]


def _conditions(filters: FeeFilter) -> list[ColumnElement[bool]]:
    equal = {
        FeeLine.region_id: filters.region_id,
        FeeLine.station_id: filters.station_id,
        FeeLine.group_id: filters.group_id,
        FeeLine.zone_id: filters.zone_id,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    conditions += [
        FeeLine.unit_price.is_not(None),
        ~select(FeeRemoval.id)
        .where(FeeRemoval.line_id == FeeLine.id, FeeRemoval.work_order_id == FeeLine.work_order_id)
        .exists(),
    ]
    if filters.since is not None:
        conditions.append(FeeLine.at >= filters.since)
    if filters.until is not None:
        conditions.append(FeeLine.at < filters.until)
    return conditions


def page_of_fees(
    reading: Reading, *, filters: FeeFilter, limit: int, after: Sequence[Any] | None = None
) -> Page[FeeRow]:
    """Return one page of what is charged, the latest first; the key is (at, id). Lines that were taken back are not there."""
    page: Page[Any] = read_page(
        reading.session,
        select(*_LINE, FeeLine.station_id, FeeLine.zone_id).where(*_conditions(filters)),
        key=(FeeLine.at, FeeLine.id),
        limit=limit,
        after=after,
        any_of=_scope_parts(reading),
    )
    orders = briefs.briefs_of(reading, {row.work_order_id for row in page.items})
    names = territory.names_of_stations(reading, {row.station_id for row in page.items if row.station_id is not None})
    rows = (_row(line_of(row._asdict()), row, orders[row.work_order_id].number, names) for row in page.items)
    return Page(tuple(rows), page.after)


def _row(line: Line, row: Any, number: str, names: Mapping[UUID, str]) -> FeeRow:
    come_to = amounts(line)
    known = {name: money_text(getattr(come_to, name), line.currency) for name in Amounts.__dataclass_fields__}
    own = {name: value for name, value in line_document(line).items() if name in FeeRow.__dataclass_fields__}
    return FeeRow(
        **{
            **own,
            **known,
            "id": line.id,
            "at": line.at,
            "work_order_id": line.work_order_id,
            "number": number,
            "station_id": row.station_id,
            "station": None if row.station_id is None else names.get(row.station_id),
            "zone_id": row.zone_id,
            "flags": line.flags,
            "user_id": line.user_id,
        }
    )


def totals_by_station(reading: Reading, *, filters: FeeFilter, limit: int = 1000) -> tuple[StationTotal, ...]:
    """Add up what is charged, by station and currency: exactly, in the smallest units. One statement."""
    sums = [func.sum(getattr(FeeLine, f"{name}_minor")) for name in Amounts.__dataclass_fields__]
    rows = reading.session.execute(
        select(FeeLine.station_id, FeeLine.currency, func.count(), *sums)
        .where(*_conditions(filters), or_(false(), *_scope_parts(reading)))
        .group_by(FeeLine.station_id, FeeLine.currency)
        .order_by(FeeLine.station_id, FeeLine.currency)
        .limit(limit)
    )
    return tuple(
        StationTotal(station_id, count, Total(currency, Amounts(*(major(int(one), currency) for one in found))))
        for station_id, currency, count, *found in rows
    )


def month_span(reading: Reading, region_id: UUID, first: date) -> tuple[datetime, datetime]:
    """Return when a month begins and ends in a region, as aware times; `first` is its first day."""
    zone = ZoneInfo(territory.timezones_of(reading, [region_id])[region_id])
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    begins, ends = (datetime(day.year, day.month, 1, tzinfo=zone).astimezone(UTC) for day in (first, following))
    return begins, ends


def documents(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the fees of these orders as phones get them. For orders that the caller holds: it does not ask. Two statements."""
    if not order_ids:
        return {}
    return {key: fees_document(facts.in_force()) for key, facts in facts_of(reading.session, order_ids).items()}


def price_list_documents(reading: Reading, region_ids: Collection[UUID]) -> Mapping[UUID, dict[str, Any]]:
    """Return what holds now for the fees of these regions, and what is decided already, as phones get it."""
    found = price_lists_of(reading, region_ids)
    return {region_id: _price_list(found.get(region_id, PriceLists()), reading.now) for region_id in region_ids}


def _price_list(lists: PriceLists, now: datetime) -> dict[str, Any]:
    since, rules = lists.began(now)
    ahead = [dump_rules(rules, since) for since, rules in lists.lists if since > now]
    return {**dump_rules(rules, since), "ahead": ahead}


def assets_charged(reading: Reading, asset_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these assets that lines of fees name. One statement."""
    where = one_of(reading.session, FeeLine.asset_id, asset_ids)
    return {key for key in reading.session.scalars(select(FeeLine.asset_id).where(where)) if key is not None}
