"""Lets orders follow zones and groups that move, and sees that none is stranded by it."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from dispatch.people import queries as people
from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from dispatch.territory.events import OpenOrders, PlaceMoved, PlaceRetired, PlacesMoved
from dispatch.territory.following import follow
from dispatch.territory.places import Places
from dispatch.work_orders import errors
from dispatch.work_orders.announcing import ORDERS
from dispatch.work_orders.book import Entry
from dispatch.work_orders.lifecycle import DONE, TABLE, TERMINAL, Asked, Command, Evidence, Status
from dispatch.work_orders.models import Appointment, WorkOrder, WorkOrderCrew
from dispatch.work_orders.rows import timeline_row
from dispatch.work_orders.service import open_book, write_book
from dispatch.work_orders.stranding import Case, Post, Stranding, strandings, summary
from dispatch.work_orders.timeline import write_entries
from kernel.actor import Level, Role
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import UnitOfWork

MOVED, RETIRED = "work_order.places_moved", "work_order.zone_retired"


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Let orders follow, old ones too; a constant number of statements.

    Phones that hold one that is not over hear of it, and the timelines of open ones tell where from and where to.

    Raises Conflict (work_order.stranded), with counts and the first orders, unless it was decided what becomes of them.
    """
    after = {one.after.zone_id: one for one in event.zones} | {one.after.group_id: one for one in event.groups}
    zone_ids = [one.after.zone_id for one in event.zones]
    group_ids = [one.after.group_id for one in event.groups]
    inside = or_(WorkOrder.zone_id.in_(zone_ids), WorkOrder.group_id.in_(group_ids))
    held = _load(uow, inside, TERMINAL)
    moved = {row.id: after.get(row.zone_id) or after[row.group_id] for row in held}
    open_ones = [row for row in held if Status(row.status) not in DONE]
    found = {case.order_id: why for case in _cases(uow, event, open_ones, moved) if (why := strandings(case))}
    _check_decided(found, {row.id: row.number for row in held}, event.open_orders)
    follow(uow, event, WorkOrder, Appointment)
    _tell(uow, held)
    notes = {
        row.id: {"before": _named(moved[row.id].before), "after": _named(moved[row.id].after)} for row in open_ones
    }
    _note(uow, MOVED, notes, {row.id: row.region_id for row in open_ones})
    if event.open_orders is OpenOrders.REOPEN:
        _put_back(uow, found, "moved")


def on_place_retired(uow: UnitOfWork, event: PlaceRetired) -> None:
    """See what becomes of open orders in a zone that is retired, or in a region at large.

    Raises Conflict (work_order.stranded), with counts and the first orders, unless that was decided.
    """
    if event.level not in (Level.ZONE, Level.REGION):
        return
    zone_gone = event.level is Level.ZONE
    inside = WorkOrder.zone_id == event.places.zone_id if zone_gone else WorkOrder.region_id == event.places.region_id
    rows = _load(uow, inside, DONE)
    found = {row.id: (Stranding.ZONE_RETIRED if zone_gone else Stranding.REGION_RETIRED,) for row in rows}
    _check_decided(found, {row.id: row.number for row in rows}, event.open_orders)
    _note(uow, RETIRED, {row.id: {} for row in rows}, {row.id: row.region_id for row in rows})
    if event.open_orders is OpenOrders.REOPEN:
        _put_back(uow, found, "zone retired" if zone_gone else "region retired")


def _load(uow: UnitOfWork, inside: ColumnElement[bool], over: Collection[Status]) -> list[Any]:
    """Lock the orders of moved places that are not over, whoever sees them."""
    columns = (
        WorkOrder.id,
        WorkOrder.number,
        WorkOrder.status,
        WorkOrder.assignee_id,
        WorkOrder.region_id,
        WorkOrder.station_id,
        WorkOrder.group_id,
        WorkOrder.zone_id,
    )
    statement = select(*columns).where(inside, WorkOrder.status.not_in(sorted(over)))
    return list(uow.session.execute(statement.order_by(WorkOrder.id).with_for_update()))


def _cases(uow: UnitOfWork, event: PlacesMoved, rows: Collection[Any], moved: Mapping[UUID, PlaceMoved]) -> list[Case]:
    groups = {place.group_id for one in (*event.zones, *event.groups) for place in (one.before, one.after)}
    held = territory.holders(uow, {*groups, *(row.zone_id for row in rows)} - {None}, uow.now)
    posts = people.posts_of(uow, {row.assignee_id for row in rows if row.assignee_id is not None})
    stations_before = {one.before.group_id: one.before.station_id for one in event.groups}
    cases = []
    for row in rows:
        move, post = moved[row.id], posts.get(row.assignee_id)
        duties = held.get(row.zone_id, {})
        cases.append(
            Case(
                row.id,
                row.number,
                move.before,
                move.after,
                row.assignee_id is not None,
                row.assignee_id in (duties.get(DutyKind.ZONE_MANAGER), duties.get(DutyKind.DEPUTY)),
                None if post is None else Post(stations_before.get(post[1]) or post[0], post[1]),
                None if post is None else Post(*post),
                _is_led(held, move.before),
                _is_led(held, move.after),
            )
        )
    return cases


def _is_led(held: Mapping[UUID, Mapping[DutyKind, UUID]], places: Places) -> bool:
    return places.group_id is not None and DutyKind.GROUP_LEADER in held.get(places.group_id, {})


def _check_decided(
    found: Mapping[UUID, tuple[Stranding, ...]], numbers: Mapping[UUID, str], decided: OpenOrders | None
) -> None:
    if found and decided is None:
        raise errors.STRANDED(
            f"{len(found)} open orders would be stranded",
            path="/open_orders",
            **summary(found, numbers),
            choices=[one.value for one in OpenOrders],
        )


def _put_back(uow: UnitOfWork, order_ids: Collection[UUID], reason: str) -> None:
    """Take stranded orders back, to be dispatched anew; those whose technician is at the customer's stay with them."""
    book = open_book(uow, sorted(order_ids))
    for order_id in sorted(book.orders):
        if book.orders[order_id].status not in TABLE[Command.PUT_BACK].sources:
            continue
        data = {"reason": reason}
        # The lifecycle wants a dispatcher; here it was decided by whoever may move the territory.
        asked = Asked(Command.PUT_BACK, uow.actor.user_id, frozenset({Role.GROUP_LEADER}), uow.now, data=data)
        kind = f"work_order.{Command.PUT_BACK.value}"
        entry = Entry(uow.new_id(), order_id, kind, uow.actor.user_id, uow.now, uow.now, data, uow.actor.device_id)
        book.command(order_id, asked, Evidence(), entry)
    write_book(uow, book)


def _tell(uow: UnitOfWork, rows: Collection[Any]) -> None:
    """Tell the phones of the lead and of the crew."""
    crew = select(WorkOrderCrew.work_order_id, WorkOrderCrew.user_id).where(
        WorkOrderCrew.work_order_id.in_([row.id for row in rows]), WorkOrderCrew.left_at.is_(None)
    )
    regions = {row.id: row.region_id for row in rows}
    held = [(row.id, row.assignee_id) for row in rows if row.assignee_id is not None]
    held += [(order_id, user_id) for order_id, user_id in uow.session.execute(crew)]
    uow.announce(
        Change(regions[order_id], scope_of("user", user_id), ORDERS, str(order_id)) for order_id, user_id in held
    )


def _note(uow: UnitOfWork, kind: str, notes: Mapping[UUID, Mapping[str, Any]], regions: Mapping[UUID, UUID]) -> None:
    entries = [
        Entry(uow.new_id(), order_id, kind, uow.actor.user_id, uow.now, uow.now, data, uow.actor.device_id)
        for order_id, data in notes.items()
    ]
    write_entries(uow, [timeline_row(one, regions[one.work_order_id]) for one in entries])


def _named(places: Places) -> dict[str, str]:
    return {"station_id": str(places.station_id), "group_id": str(places.group_id)}
