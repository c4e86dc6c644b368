"""Work orders as a table, page by page, so that any number of them takes the memory of one page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response

from api import csv_export, transactions
from api.pages import MAX_LIMIT
from dispatch.accounts import queries as accounts
from dispatch.territory import queries as territory
from dispatch.work_orders import queries
from dispatch.work_orders.queries import OrderFilter, OrderRow
from kernel.unit_of_work import Reading

COLUMNS: Mapping[str, tuple[str, str]] = {
    "number": ("number", "工单号"),
    "status": ("status", "状态"),
    "priority": ("priority", "优先级"),
    "work_type": ("work type", "工单类型"),
    "title": ("title", "标题"),
    "zone": ("zone", "片区"),
    "assignee": ("assignee", "维护人员"),
    "received_at": ("received at", "受理时间"),
    "respond_due_at": ("respond by", "响应时限"),
    "responded_at": ("responded at", "响应时间"),
    "arrive_due_at": ("arrive by", "到场时限"),
    "arrived_at": ("arrived at", "到场时间"),
    "resolve_due_at": ("resolve by", "修复时限"),
    "completed_at": ("completed at", "完工时间"),
    "closed_at": ("closed at", "关单时间"),
    "needs_review": ("needs review", "待复核"),
    "id": ("id", "编号"),
}
Row = Sequence[Any]


def respond(filters: OrderFilter) -> Response:
    """Answer with all orders of the caller's scope that a filter lets through. The first page is read at once."""
    header = [titles[transactions.language() == "zh-CN"] for titles in COLUMNS.values()]
    pages = _pages(filters)
    first = next(pages)
    response = Response(
        transactions.streamed(csv_export.lines(header, _chain(first, pages))), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="work-orders.csv"'
    response.vary.add("Accept-Language")
    return response


def _chain(first: list[Row], others: Iterator[list[Row]]) -> Iterator[list[Row]]:
    yield first
    yield from others


def _pages(filters: OrderFilter) -> Iterator[list[Row]]:
    """Read page after page, each in a transaction of its own, as whoever the caller still is."""
    after: Sequence[Any] | None = None
    zones: dict[UUID, str] = {}
    while True:
        with transactions.request_reading() as reading:
            page = queries.page_of_orders(reading, filters=filters, limit=MAX_LIMIT, after=after)
            zones = zones or _zone_names(reading)
            people = accounts.contacts_of(reading, [row.assignee_id for row in page.items if row.assignee_id])
            rows = [_row(row, zones, {key: person.name for key, person in people.items()}) for row in page.items]
        yield rows
        after = page.after
        if after is None:
            return


def _zone_names(reading: Reading) -> dict[UUID, str]:
    names: dict[UUID, str] = {}
    after: Sequence[Any] | None = None
    while True:
        page = territory.zones(reading, limit=MAX_LIMIT, after=after, with_retired=True)
        names.update((zone.id, zone.name) for zone in page.items)
        after = page.after
        if after is None:
            return names


def _row(row: OrderRow, zones: Mapping[UUID, str], people: Mapping[UUID, str]) -> Row:
    named = {
        "zone": None if row.zone_id is None else zones.get(row.zone_id),
        "assignee": None if row.assignee_id is None else people.get(row.assignee_id),
    }
    return [named[name] if name in named else getattr(row, name) for name in COLUMNS]
