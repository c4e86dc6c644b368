"""Loads what commands look at beside their orders, with a constant number of statements for any number of them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from dispatch.customers import queries as customers
from dispatch.people.locking import lock_technicians
from dispatch.work_orders import catalogue
from dispatch.work_orders.book import BookOrder, OrderBook
from dispatch.work_orders.geofence import Position
from dispatch.work_orders.lifecycle import Command, Status
from dispatch.work_orders.models import Appointment, WorkOrder
from dispatch.work_orders.visits import VisitState
from dispatch.work_orders.windows import Window
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Wish:
    """A command that is about to be asked of an order; `technician_id` is whom it would give the order to."""

    order_id: UUID
    command: Command
    technician_id: UUID | None = None


BOOKING = frozenset({Command.SCHEDULE, Command.ASSIGN, Command.REASSIGN})


def equip(uow: UnitOfWork, book: OrderBook, wishes: Collection[Wish]) -> None:
    """Load into the book what these commands look at; the days of the technicians concerned are locked. Seven statements.

    Call it once the orders are locked, and with all commands of the transaction at once.
    """
    known = [(wish, book.orders[wish.order_id]) for wish in wishes if wish.order_id in book.orders]
    if not known:
        return
    book.around.regions |= catalogue.rules_of(uow, sorted({order.region_id for _, order in known}))
    sites = {order.site_id for wish, order in known if wish.command is Command.ARRIVE and order.site_id is not None}
    if sites:
        _load_positions(uow, book, sites)
    booking = {_who(wish, order) for wish, order in known if wish.command in BOOKING} - {None}
    leaving = {order.assignee_id for wish, order in known if wish.command is Command.DEPART} - {None}
    if booking or leaving:
        lock_technicians(uow, [one for one in booking | leaving if one is not None])
    if booking:
        _load_diaries(uow, book, [one for one in booking if one is not None])
    if leaving:
        _load_trips(uow, book, [one for one in leaving if one is not None])


def _who(wish: Wish, order: BookOrder) -> UUID | None:
    """Return whose day a command decides about: whoever agrees on a window, or gets the order with the one that is agreed."""
    if wish.command is Command.SCHEDULE:
        return order.assignee_id
    return None if order.window_end_at is None else wish.technician_id


def _load_positions(uow: UnitOfWork, book: OrderBook, sites: Collection[UUID]) -> None:
    for key, site in customers.sites_of(uow, sites).items():
        if site["lat"] is not None and site["lon"] is not None:
            book.around.positions[UUID(key)] = Position(site["lat"], site["lon"])


def _load_diaries(uow: UnitOfWork, book: OrderBook, technicians: Collection[UUID]) -> None:
    book.around.diaries |= {technician_id: {} for technician_id in technicians}
    agreed = select(
        Appointment.technician_id, Appointment.work_order_id, Appointment.start_at, Appointment.end_at
    ).where(Appointment.technician_id.in_(technicians), Appointment.state == VisitState.AGREED.value)
    for row in uow.session.execute(agreed):
        book.around.diaries[row.technician_id][row.work_order_id] = Window(row.start_at, row.end_at)


def _load_trips(uow: UnitOfWork, book: OrderBook, technicians: Collection[UUID]) -> None:
    book.around.trips |= {technician_id: set() for technician_id in technicians}
    under_way = select(WorkOrder.assignee_id, WorkOrder.id).where(
        WorkOrder.assignee_id.in_(technicians), WorkOrder.status == Status.EN_ROUTE.value
    )
    for row in uow.session.execute(under_way):
        if row.assignee_id is not None:
            book.around.trips[row.assignee_id].add(row.id)
