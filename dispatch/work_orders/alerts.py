"""Tells people about clocks that are half gone, nearly due or overdue: each notice once, and then step by step up the chain."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.accounts import queries as accounts
from dispatch.notifications import service as notifications
from dispatch.notifications.notice import Notice as Message
from dispatch.notifications.notice import Term
from dispatch.sla import keeping
from dispatch.sla import queries as sla
from dispatch.sla.book import ClockBook, ClockKey
from dispatch.sla.clock import ClockEvent, ClockState, EventKind
from dispatch.sla.deadline import Priority
from dispatch.sla.notices import RANK, Notice, due_notice, is_final
from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from dispatch.work_orders.announcing import ORDERS
from dispatch.work_orders.book import Entry
from dispatch.work_orders.crew_keeping import load_crews
from dispatch.work_orders.models import WorkOrder
from dispatch.work_orders.recipients import Chain, chats, coordinator, recipients
from dispatch.work_orders.rows import timeline_row
from dispatch.work_orders.timeline import write_entries
from kernel.actor import SYSTEM_USER, Role
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import Reading, UnitOfWork

LastPushes = Callable[[Reading, Collection[UUID]], Mapping[UUID, datetime | None]]
"""When the phones of these people last reported (None: never); people without a phone are left out."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A notice that is due: about which clock, to whom, and who coordinates from now on."""

    key: ClockKey
    notice: Notice
    state: ClockState
    people: tuple[UUID, ...]
    coordinator_id: UUID | None
    before: Notice


def sweep_clocks(uow: UnitOfWork, *, limit: int, last_pushes: LastPushes) -> int:
    """Look at clocks of one region that are due, and return how many there were.

    The same few statements for any number. A breach stays provisional while the assignee's phone has not reported since it
    happened, at most five days; the alert goes out at once all the same.
    """
    claimed = sla.claim_due(uow, limit=limit)
    if claimed is None or not claimed.keys:
        return 0
    book = sla.clock_book(uow, {order_id: claimed.region_id for order_id, _ in claimed.keys})
    orders = _orders(uow, sorted({order_id for order_id, _ in claimed.keys}))
    chains = _chains(uow, claimed.region_id, orders)
    pushes = last_pushes(uow, sorted({one.assignee_id for one in orders.values() if one.assignee_id is not None}))
    told: list[_Told] = []
    changed: dict[UUID, None] = {}
    for key in claimed.keys:
        state = book.state(*key)
        if state is None or key not in book.rows:
            continue
        book.touched[key] = None
        if _settle(uow, book, key, state, orders[key[0]].assignee_id, pushes):
            changed[key[0]] = None
        one = _tell(book, key, chains[key[0]], uow.now)
        if one is not None:
            told.append(one)
            changed[key[0]] = None
    keeping.write_clocks(uow, book)
    _record(uow, claimed.region_id, orders, told)
    _announce(uow, claimed.region_id, orders, changed)
    return len(claimed.keys)


def _orders(reading: Reading, ids: Collection[UUID]) -> dict[UUID, Any]:
    columns = (
        WorkOrder.id,
        WorkOrder.number,
        WorkOrder.priority,
        WorkOrder.assignee_id,
        WorkOrder.station_id,
        WorkOrder.group_id,
        WorkOrder.zone_id,
    )
    return {row.id: row for row in reading.session.execute(select(*columns).where(WorkOrder.id.in_(ids)))}


def _chains(reading: Reading, region_id: UUID, orders: Mapping[UUID, Any]) -> dict[UUID, Chain]:
    """Find who stands above each order at this moment. Two statements."""
    places = {place for row in orders.values() for place in (row.station_id, row.group_id, row.zone_id)} - {None}
    duties = territory.holders(reading, places, reading.now)
    operations = accounts.holders_of(reading, Role.REGIONAL_OPERATIONS, region_id)
    found = {}
    for order_id, row in orders.items():
        zone, group, station = (duties.get(place, {}) for place in (row.zone_id, row.group_id, row.station_id))
        found[order_id] = Chain(
            row.assignee_id or zone.get(DutyKind.ZONE_MANAGER) or zone.get(DutyKind.DEPUTY),
            group.get(DutyKind.GROUP_LEADER),
            station.get(DutyKind.STATION_MANAGER),
            operations,
        )
    return found


def _tell(book: ClockBook, key: ClockKey, chain: Chain, now: datetime) -> _Told | None:
    """Say whether a notice is due that was not given yet; lower ones that were never given are left out."""
    row, state = book.rows[key], book.state(*key)
    assert state is not None
    notice = due_notice(state, book.policies.by_id[state.terms.policy_id].escalation, now)
    if RANK[notice] <= RANK[row.noticed]:
        return None
    before, people = row.noticed, recipients(chain, row.noticed, notice)
    row.noticed = notice
    if RANK[notice] >= RANK[Notice.RED] and row.coordinator_id is None:
        row.coordinator_id = coordinator(chain)
    return _Told(key, notice, state, people, row.coordinator_id, before)


def _settle(
    uow: UnitOfWork,
    book: ClockBook,
    key: ClockKey,
    state: ClockState,
    assignee_id: UUID | None,
    pushes: Mapping[UUID, datetime | None],
) -> bool:
    """Record a breach: as provisional when it is first seen, and as final once no phone can change it any more.

    Tells whether there was something to record.
    """
    if state.breached_at is None or state.is_settled:
        return False
    holds_phone = assignee_id is not None and assignee_id in pushes
    last_push = None if assignee_id is None else pushes.get(assignee_id)
    final = is_final(state.breached_at, last_push, holds_phone, uow.now)
    known = any(one.kind is EventKind.BREACH and one.at == state.breached_at for one in book.events[key])
    if known and not final:
        return False
    event = ClockEvent(uow.new_id(), EventKind.BREACH, state.breached_at, uow.now, final=final)
    book.add(*key, SYSTEM_USER, event)
    return True


def _record(uow: UnitOfWork, region_id: UUID, orders: Mapping[UUID, Any], told: list[_Told]) -> None:
    """Put the notices on the timelines, and tell the people."""
    entries = []
    for one in told:
        order_id, clock = one.key
        data = {
            "clock": clock.value,
            "notice": one.notice.value,
            "due_at": one.state.due_at,
            "breached_at": one.state.breached_at,
            "provisional": one.state.breached_at is not None and not one.state.is_settled,
            "to": [str(user_id) for user_id in one.people],
            "coordinator_id": None if one.coordinator_id is None else str(one.coordinator_id),
        }
        entry = Entry(uow.new_id(), order_id, f"sla.{one.notice.value}", SYSTEM_USER, uow.now, uow.now, data)
        entries.append(timeline_row(entry, region_id))
    write_entries(uow, entries)
    if told:
        names = accounts.contacts_of(uow, {one.coordinator_id for one in told if one.coordinator_id is not None})
        notifications.tell(uow, [_message(region_id, orders[one.key[0]], one, names) for one in told])


def _announce(uow: UnitOfWork, region_id: UUID, orders: Mapping[UUID, Any], concerned: Collection[UUID]) -> None:
    """Change orders on the phones that hold them: their clocks stand differently now."""
    crews, _ = load_crews(uow, concerned)
    uow.announce(
        Change(region_id, scope_of("user", holder), ORDERS, str(order_id))
        for order_id in concerned
        for holder in (orders[order_id].assignee_id, *crews.members(order_id))
        if holder is not None
    )


def _message(region_id: UUID, order: Any, one: _Told, names: Mapping[UUID, accounts.Contact]) -> Message:
    """Say what people are told: overdue or urgent work wakes them, other work waits for the end of quiet hours."""
    clock = one.key[1].value
    values = {
        "number": order.number,
        "clock": Term(f"sla.{clock}"),
        "due_at": one.state.due_at or one.state.breached_at,
        "coordinator": Term("sla.nobody") if one.coordinator_id is None else names[one.coordinator_id].name,
    }
    return Message(
        f"sla.{one.notice.value}",
        f"{order.id}:{clock}:{one.notice.value}",
        one.people,
        values,
        region_id,
        urgent=RANK[one.notice] >= RANK[Notice.RED] or order.priority == Priority.EMERGENCY.value,
        place_ids=chats(order.group_id, order.station_id, region_id, one.before, one.notice),
    )
