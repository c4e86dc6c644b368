"""In which orders work orders are listed, and of which part of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dispatch.sla.deadline import Priority
from dispatch.work_orders.lifecycle import DONE
from dispatch.work_orders.models import WorkOrder
from kernel.ordering import Order, Sorts
from kernel.unit_of_work import Reading

if TYPE_CHECKING:
    from dispatch.work_orders.queries import OrderFilter

SORTS = Sorts(
    WorkOrder.received_at,
    WorkOrder.id,
    by={
        name: getattr(WorkOrder, name)
        for name in ("received_at", "number", "updated_at", "priority", "resolve_due_at", "window_start_at")
    },
    ranks={"priority": tuple(Priority)},
    # No index for these: each would be written with every step of every order.
    narrow=("updated_at", "priority", "resolve_due_at", "window_start_at"),
)
RECENT = timedelta(days=92)


def order_of(reading: Reading, sort: str | None, filters: OrderFilter) -> Order:
    """Return the order that a word of `sort` asks for.

    Raises:
        Invalid (sort.too_wide): in this order only a part of a region's orders can be listed.
    """
    return SORTS.order(sort, is_narrow=_is_narrow(reading, filters))


def _is_narrow(reading: Reading, filters: OrderFilter) -> bool:
    """Tell whether a list is bounded by a place below a region, a person, what is not over yet, or a short time."""
    scope = reading.actor.scope
    under_way = bool(filters.statuses) and DONE.isdisjoint(filters.statuses)
    recent = filters.received_from is not None and reading.now - filters.received_from <= RECENT
    places = (filters.station_id, filters.group_id, filters.zone_id, filters.technician_id)
    return not (scope.everywhere or scope.regions) or under_way or bool(filters.late) or recent or any(places)
