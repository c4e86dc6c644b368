"""Keeps the appointments of orders in step with what happens to them, in sets."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.work_orders.book import BookOrder, OrderBook
from dispatch.work_orders.models import Appointment
from dispatch.work_orders.visits import LIVE, Visit, VisitBook, VisitState
from dispatch.work_orders.windows import AgreedChannel, RequestedBy
from kernel.bulk import insert_rows, update_rows
from kernel.unit_of_work import Reading, UnitOfWork

_VISIT = tuple(name for name in Visit.__dataclass_fields__ if name != "fresh")


def keep_step(uow: UnitOfWork, book: OrderBook) -> None:
    """Let what happened in the book take effect on the appointments. Three statements at most; none when nothing concerns one."""
    if not book.visit_facts:
        return
    visits = VisitBook(uow.new_id)
    visits.know(live_visits(uow, sorted({fact.order_id for fact in book.visit_facts})))
    for fact in book.visit_facts:
        visits.note(fact)
    write_visits(uow, visits, book.orders)


def live_visits(reading: Reading, order_ids: Collection[UUID]) -> list[Visit]:
    """Return the appointments of these orders that may still change. One statement."""
    states = sorted(state.value for state in LIVE)
    rows = reading.session.execute(
        select(*(getattr(Appointment, name) for name in _VISIT)).where(
            Appointment.work_order_id.in_(order_ids), Appointment.state.in_(states)
        )
    )
    return [_visit(row) for row in rows]


def _visit(row: Any) -> Visit:
    visit = Visit(*row)
    visit.state = VisitState(visit.state)
    visit.channel = None if visit.channel is None else AgreedChannel(visit.channel)
    visit.requested_by = None if visit.requested_by is None else RequestedBy(visit.requested_by)
    return visit


def write_visits(uow: UnitOfWork, visits: VisitBook, orders: Mapping[UUID, BookOrder]) -> None:
    """Write what is new of the visits, and what changed. Two statements."""
    stored = [_row(one, uow.now) for one in visits.changed.values() if not one.fresh]
    fresh = [
        {**_row(one, uow.now), **_places(orders[one.work_order_id]), "created_at": uow.now}
        for one in visits.changed.values()
        if one.fresh
    ]
    update_rows(uow.session, Appointment, stored, key=["id"])
    insert_rows(uow.session, Appointment, fresh)


def _row(visit: Visit, now: datetime) -> dict[str, Any]:
    revision = visit.revision if visit.fresh else visit.revision + 1
    return {name: getattr(visit, name) for name in _VISIT} | {"revision": revision, "updated_at": now}


def _places(order: BookOrder) -> dict[str, UUID | None]:
    return {
        "region_id": order.region_id,
        "station_id": order.station_id,
        "group_id": order.group_id,
        "zone_id": order.zone_id,
    }
