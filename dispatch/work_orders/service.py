"""What can be done with work orders: create them, command them, and open the book on many at once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.people import queries as people
from dispatch.sla.deadline import Priority
from dispatch.work_orders import clockwork, errors, visit_keeping
from dispatch.work_orders.announcing import announce
from dispatch.work_orders.book import GIVES, BookOrder, Entry, OrderBook
from dispatch.work_orders.creating import create_orders as create_orders
from dispatch.work_orders.creating import define_work_type as define_work_type
from dispatch.work_orders.creating import server_entry as server_entry
from dispatch.work_orders.crew_keeping import load_crews, write_crews
from dispatch.work_orders.drafts import NewOrder as NewOrder
from dispatch.work_orders.equipping import Wish, equip
from dispatch.work_orders.fixes import MOCK_LOCATION, read_fix
from dispatch.work_orders.follow_ups import FOLLOW_UP, create_follow_up
from dispatch.work_orders.leaving import come_back
from dispatch.work_orders.lifecycle import Asked, Command, Evidence, FollowUp, Status
from dispatch.work_orders.models import TimelineEntry, WorkOrder, WorkOrderAssignment
from dispatch.work_orders.moves import publish_moves
from dispatch.work_orders.queries import in_scope
from dispatch.work_orders.reopening import tell_first_owners
from dispatch.work_orders.rows import assignment_row, changed_row, ended_row, timeline_row
from dispatch.work_orders.submitting import check_draft
from dispatch.work_orders.timeline import write_entries
from kernel import errors as kernel_errors
from kernel.actor import SYSTEM_USER
from kernel.bulk import insert_rows, update_rows
from kernel.by_ids import ByIds
from kernel.identifiers import parse_id
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to. `created_order_id` is the follow-up order, if the command made one."""

    order_id: UUID
    status: Status
    version: int
    unchanged: bool = False
    created_order_id: UUID | None = None


def open_book(uow: UnitOfWork, ids: Sequence[UUID], *, history: bool = False) -> OrderBook:
    """Open the book on the orders that the actor may see, locked in the order of their ids. Three statements at most.

    With `history` it also knows everybody whom each order was ever assigned to, or who was in its crew. An order out
    of scope is simply not in the book.
    """
    uow.session.flush()
    if uow.actor.scope.everywhere:
        rows = _ANY_ORDERS.rows(uow.session, ids)
    else:
        rows = list(uow.session.execute(_ORDERS.where(WorkOrder.id.in_(ids), in_scope(uow))))
    orders = {order.id: order for order in map(_book_order, rows)}
    crews, holders = load_crews(uow, orders, history=history)
    if history:
        for order_id, user_id in _HOLDERS.rows(uow.session, orders):
            holders.setdefault(order_id, set()).add(user_id)
    return OrderBook(orders, uow.new_id, crews, {key: frozenset(users) for key, users in holders.items()})


_ORDERS = (
    select(*(getattr(WorkOrder, name) for name in BookOrder.__dataclass_fields__))
    .order_by(WorkOrder.id)
    # The key stays free: the sweep, which holds clocks, refers to orders whose command waits for those clocks.
    .with_for_update(key_share=True)
)
_ANY_ORDERS = ByIds(_ORDERS, WorkOrder.id)
"""For the product itself, which sees them all, hundreds at once."""
_HOLDERS = ByIds(
    select(WorkOrderAssignment.work_order_id, WorkOrderAssignment.user_id).distinct(), WorkOrderAssignment.work_order_id
)


def _book_order(row: Any) -> BookOrder:
    order = BookOrder(*row)
    order.status, order.priority = Status(order.status), Priority(order.priority)
    order.status_before_hold = Status(order.status_before_hold) if order.status_before_hold else None
    order.follow_up = FollowUp(order.follow_up) if order.follow_up else None
    return order


def write_book(uow: UnitOfWork, book: OrderBook) -> None:
    """Write what happened in the book, with a constant number of statements, and announce it to the phones."""
    clockwork.keep_step(uow, book)
    visit_keeping.keep_step(uow, book)
    returned = come_back(book, uow.now)
    update_rows(uow.session, WorkOrder, [changed_row(order, uow.now) for order in book.changed.values()], key=["id"])
    write_entries(
        uow,
        [timeline_row(entry, book.orders[entry.work_order_id].region_id) for entry in book.entries],
    )
    stored = [a for a in book.assignments.values() if not a.fresh]
    fresh = [a for a in book.assignments.values() if a.fresh]
    update_rows(uow.session, WorkOrderAssignment, [ended_row(a) for a in stored], key=["id"])
    insert_rows(uow.session, WorkOrderAssignment, [assignment_row(a) for a in fresh])
    write_crews(uow, book.crews)
    announce(uow, book, returned)
    tell_first_owners(uow, book)
    publish_moves(uow, book)


def command(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    command: Command,
    command_id: UUID,
    data: Mapping[str, Any],
    evidence: Evidence,
    assignment_id: UUID | None = None,
    expected_version: int | None = None,
    noted: Mapping[str, Any] | None = None,
) -> Outcome:
    """Carry out one command, once for ever by its `command_id`: asked again, it answers as it did the first time.

    The timeline keeps what is `noted` with the data.

    Raises:
        NotFound (work_order.unknown): no such order in the actor's scope.
        Conflict (work_order.command_reused): the id was used for another command.
        Stale (stale): the order is not at `expected_version`.
        and everything that `lifecycle.decide` and the book raise.
    """
    book = open_book(uow, [order_id])
    digest = digest_of(order_id, command, data)
    again = answered_before(uow, order_id, command_id, digest, in_scope=order_id in book.orders)
    if again is not None:
        return again
    order = book.find(order_id)
    if expected_version is not None and expected_version != order.version:
        raise kernel_errors.STALE(f"the order is at version {order.version}")
    if command in GIVES:
        _check_technician(uow, order, data)
    equip(uow, book, [Wish(order_id, command, parse_id(str(data.get("technician_id"))))])
    if command is Command.SUBMIT:
        check_draft(uow, order, book.around.region(order.region_id).rules, data)
    entry = server_entry(uow, command_id, order_id, _kind(command), {**data, **(noted or {})})
    entry.digest = digest
    follow_up = uow.new_id() if command is Command.CREATE_FOLLOW_UP else None
    if follow_up is not None:
        entry.data = {**entry.data, FOLLOW_UP: str(follow_up)}
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    lenient = uow.actor.user_id == SYSTEM_USER  # it says what happened: there is nobody to ask again
    asked = Asked(command, uow.actor.user_id, roles, uow.now, assignment_id, data, lenient)
    _place(entry, data.get("gps"))
    transition = book.command(order_id, asked, evidence, entry)
    if follow_up is not None:
        create_follow_up(uow, order, follow_up, data, book.around.region(order.region_id).rules)
    write_book(uow, book)
    return Outcome(order_id, transition.target, order.version, transition.unchanged, follow_up)


def digest_of(order_id: UUID, command: str, data: Mapping[str, Any]) -> bytes:
    """Return what tells whether a command that comes again under its id is the same."""
    return hashlib.sha256(
        json.dumps([str(order_id), command, dict(data)], sort_keys=True, default=str).encode()
    ).digest()


def answered_before(
    uow: UnitOfWork, order_id: UUID, command_id: UUID, digest: bytes, *, in_scope: bool
) -> Outcome | None:
    """Return the answer that this command got the first time; also when it took the order out of its asker's sight.

    Raises Conflict (work_order.command_reused) when its id was used for something else.
    """
    columns = (TimelineEntry.kind, TimelineEntry.digest, TimelineEntry.data, TimelineEntry.user_id)
    before = uow.session.execute(select(*columns).where(TimelineEntry.id == command_id)).one_or_none()
    if before is None or not (in_scope or before.user_id == uow.actor.user_id):
        return None
    if before.digest != digest:
        raise errors.COMMAND_REUSED(path="/command_id")
    made = UUID(before.data[FOLLOW_UP]) if before.kind == _kind(Command.CREATE_FOLLOW_UP) else None
    return Outcome(order_id, Status(before.data["to"]), before.data["version"], created_order_id=made)


def _place(entry: Entry, gps: object) -> None:
    """Put where the actor says to be on the entry. Raises Invalid (work_order.data_missing) with the path."""
    if gps is None:
        return
    fix = read_fix(gps)
    if fix is None:
        raise errors.DATA_MISSING("gps needs lat and lon in degrees", path="/data/gps")
    entry.lat, entry.lon, entry.accuracy_m = fix.lat, fix.lon, fix.accuracy_m
    if fix.mock:
        entry.flags = (*entry.flags, MOCK_LOCATION)


def _kind(command: Command) -> str:
    return f"work_order.{command.value}"


def _check_technician(uow: UnitOfWork, order: BookOrder, data: Mapping[str, Any]) -> None:
    given = data.get("technician_id")
    if given in (None, "") or uow.actor.user_id == SYSTEM_USER:
        return  # the lifecycle says what is missing, with its path
    key = parse_id(str(given))
    found = None if key is None else people.technicians_by_id(uow, [key]).get(key)
    # A phone has the orders of its own region only.
    if found is None or found.left_at is not None or found.region_id != order.region_id:
        raise errors.TECHNICIAN_UNKNOWN(path="/data/technician_id")
