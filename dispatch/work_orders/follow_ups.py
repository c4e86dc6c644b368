"""Makes the order that follows one which could not be completed, was not the end of it, or where something was found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.texts import line
from dispatch.work_orders.catalogue import rules_of
from dispatch.work_orders.creating import create_orders, server_entry
from dispatch.work_orders.drafts import NewOrder
from dispatch.work_orders.lifecycle import Status
from dispatch.work_orders.models import WorkOrder
from dispatch.work_orders.records import BookOrder
from dispatch.work_orders.rows import timeline_row
from dispatch.work_orders.rules import FollowUpClocks, OrderRules
from dispatch.work_orders.timeline import write_entries
from dispatch.work_orders.work_types import codes_of
from kernel import errors as kernel_errors
from kernel.unit_of_work import UnitOfWork

FOLLOW_UP = "created_order_id"
LONGEST_DESCRIPTION = 4000
RAISED = "work_order.follow_up_raised"
WORK_TYPE_UNKNOWN = "work_type_unknown"
WORK_ENDED = frozenset({Status.COMPLETED, Status.UNABLE_TO_COMPLETE})
"""The states in which an order has nothing more to find, and is not settled yet."""


def create_follow_up(uow: UnitOfWork, order: BookOrder, key: UUID, data: Mapping[str, Any], rules: OrderRules) -> None:
    """Create the order that follows: the same customer, site and first owner, counted as a repeat visit.

    Raises Invalid (work_order.work_type_unknown, invalid), with the path.
    """
    source = uow.session.execute(
        select(
            WorkOrder.work_type, WorkOrder.priority, WorkOrder.title, WorkOrder.received_at, WorkOrder.asset_id
        ).where(WorkOrder.id == order.id)
    ).one()
    description = str(data.get("description") or "")
    if len(description) > LONGEST_DESCRIPTION:
        raise kernel_errors.INVALID(f"must have at most {LONGEST_DESCRIPTION} characters", path="/data/description")
    draft = NewOrder(
        Places(order.region_id, order.station_id, order.group_id, order.zone_id),
        str(data.get("work_type") or source.work_type),
        Priority(source.priority),
        line(str(data["title"]), longest=200, path="/data/title") if data.get("title") else source.title,
        source.received_at if rules.follow_up_clocks is FollowUpClocks.INHERIT else uow.now,
        description=description or None,
        customer_id=order.customer_id,
        site_id=order.site_id,
        asset_id=source.asset_id,
        first_owner_id=order.first_owner_id,
        parent_id=order.id,
        id=key,
        repeat_visit=True,
    )
    create_orders(uow, [draft], path="/data")


@dataclass(frozen=True, slots=True)
class Source:
    """An order whose work has ended, as far as an order that follows from it takes it over."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    number: str
    work_type: str
    priority: str
    received_at: datetime
    customer_id: UUID | None
    site_id: UUID | None
    asset_id: UUID | None
    first_owner_id: UUID | None


@dataclass(frozen=True, slots=True)
class Raised:
    """An order to raise because of something that was found at another one; `reason` says what, for both timelines.

    Without a priority it gets that of the other one.
    """

    id: UUID
    source_id: UUID
    work_type: str
    priority: str | None
    title: str
    description: str
    reason: Mapping[str, Any]


def ended(uow: UnitOfWork, order_ids: Collection[UUID]) -> dict[UUID, Source]:
    """Return those of these orders whose work has ended, and that are not closed. For orders that the caller has locked."""
    columns = [getattr(WorkOrder, name) for name in Source.__dataclass_fields__]
    rows = uow.session.execute(
        select(*columns).where(
            WorkOrder.id.in_(sorted(order_ids)), WorkOrder.status.in_([one.value for one in WORK_ENDED])
        )
    )
    return {row.id: Source(*row) for row in rows}


def raise_orders(uow: UnitOfWork, sources: Mapping[UUID, Source], raised: Sequence[Raised]) -> None:
    """Create orders that follow from what was found at others, and say so on both timelines.

    A kind of work that the region does not have becomes that of the source, and the timelines say `work_type_unknown`.
    """
    regions = {sources[one.source_id].region_id for one in raised}
    rules = rules_of(uow, regions)
    kinds = {region_id: codes_of(uow, region_id) for region_id in regions}
    drafts, entries = [], []
    for one in raised:
        source = sources[one.source_id]
        known = one.work_type in kinds[source.region_id]
        drafts.append(_draft(uow, source, one, rules[source.region_id].rules, known=known))
        flags = () if known else (WORK_TYPE_UNKNOWN,)
        for order_id, link in ((source.id, {FOLLOW_UP: str(one.id)}), (one.id, {"source_order_id": str(source.id)})):
            entry = server_entry(
                uow, uow.new_id(), order_id, RAISED, {**one.reason, "work_type": one.work_type, **link}
            )
            entry.flags = flags
            entries.append(timeline_row(entry, source.region_id))
    create_orders(uow, drafts)
    write_entries(uow, entries)


def _draft(uow: UnitOfWork, source: Source, one: Raised, rules: OrderRules, *, known: bool) -> NewOrder:
    work_type = one.work_type if known else source.work_type
    return NewOrder(
        Places(source.region_id, source.station_id, source.group_id, source.zone_id),
        work_type,
        Priority(one.priority or source.priority),
        one.title,
        source.received_at if rules.follow_up_clocks is FollowUpClocks.INHERIT else uow.now,
        description=one.description,
        customer_id=source.customer_id,
        site_id=source.site_id,
        asset_id=source.asset_id,
        first_owner_id=source.first_owner_id,
        parent_id=source.id,
        id=one.id,
        repeat_visit=work_type == source.work_type,
    )
