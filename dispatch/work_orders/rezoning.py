"""Moves orders to another zone of their region: who may see them changes, and nothing else."""

from collections.abc import Sequence
from uuid import UUID

from dispatch.territory.places import Places
from dispatch.work_orders.book import Entry
from dispatch.work_orders.models import WorkOrder
from dispatch.work_orders.service import open_book, write_book
from kernel.bulk import update_rows
from kernel.unit_of_work import UnitOfWork

REZONED = "work_order.rezoned"


def rezone_orders(uow: UnitOfWork, *, order_ids: Sequence[UUID], places: Places) -> list[UUID]:
    """Move those of these orders that are in the actor's scope and in the places' region; return which did move.

    Whoever has one keeps it; their phone learns of it. A constant number of statements. The caller has checked the roles.
    """
    book = open_book(uow, order_ids)
    moved = []
    for order in book.orders.values():
        if order.region_id != places.region_id or order.zone_id == places.zone_id:
            continue
        data = {
            "from_zone": None if order.zone_id is None else str(order.zone_id),
            "to_zone": None if places.zone_id is None else str(places.zone_id),
        }
        order.station_id, order.group_id, order.zone_id = places.station_id, places.group_id, places.zone_id
        order.version += 1
        entry = Entry(uow.new_id(), order.id, REZONED, uow.actor.user_id, uow.now, uow.now, data)
        entry.data = {**data, "to": order.status.value, "version": order.version}
        book.changed[order.id] = order
        book.entries.append(entry)
        moved.append(order)
    rows = [
        {"id": one.id, "station_id": one.station_id, "group_id": one.group_id, "zone_id": one.zone_id} for one in moved
    ]
    update_rows(uow.session, WorkOrder, rows, key=["id"])
    write_book(uow, book)
    return [one.id for one in moved]
