"""What can be done with work orders: create them, command them, and open the book on many at once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.people import queries as people
from dispatch.sla.deadline import Priority
from dispatch.sla.keeping import Dues, dues
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from dispatch.texts import line
from dispatch.work_orders import clockwork, errors
from dispatch.work_orders.announcing import announce
from dispatch.work_orders.book import BookOrder, Entry, OrderBook
from dispatch.work_orders.crew_keeping import load_crews, write_crews
from dispatch.work_orders.drafts import NewOrder as NewOrder
from dispatch.work_orders.events import CreatedOrder, OrdersCreated
from dispatch.work_orders.lifecycle import Asked, Command, Evidence, Status
from dispatch.work_orders.models import TimelineEntry, WorkOrder, WorkOrderAssignment, WorkType
from dispatch.work_orders.moves import publish_moves
from dispatch.work_orders.numbers import order_number
from dispatch.work_orders.queries import in_scope
from dispatch.work_orders.rows import assignment_row, changed_row, ended_row, timeline_row
from kernel import errors as kernel_errors
from kernel.actor import SYSTEM_USER
from kernel.database import insert_rows, update_rows
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


def define_work_type(
    uow: UnitOfWork,
    *,
    region_id: UUID,
    code: str,
    name: str,
    name_en: str | None = None,
    skill: str | None = None,
    template_code: str | None = None,
    minutes: int = 60,
    crew_size: int = 1,
) -> None:
    """Define a work type of a region, or change it. `minutes` is how long such a visit takes, `crew_size` how many people."""
    row = {
        "region_id": region_id,
        "code": code,
        "name": name,
        "name_en": name_en,
        "skill": skill,
        "template_code": template_code,
        "minutes": minutes,
        "crew_size": crew_size,
    }
    insert_rows(
        uow.session,
        WorkType,
        [row],
        on_conflict="(region_id, code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, "
        "skill = excluded.skill, template_code = excluded.template_code, minutes = excluded.minutes, "
        "crew_size = excluded.crew_size",
    )


def create_orders(uow: UnitOfWork, drafts: Sequence[NewOrder], *, path: str = "") -> list[UUID]:
    """Create orders with a constant number of statements per region, and tell the slices above.

    Deadlines come from the policy in force when each was received. Raises Invalid (work_order.work_type_unknown), with its place
    below `path`.
    """
    if not drafts:
        return []
    drafts = _at_present_places(uow, drafts)
    ids = [draft.id or uow.new_id() for draft in drafts]
    templates: dict[tuple[UUID, str], str | None] = {}
    for region_id in sorted({draft.places.region_id for draft in drafts}):
        for code, template in uow.session.execute(
            select(WorkType.code, WorkType.template_code).where(WorkType.region_id == region_id)
        ):
            templates[region_id, code] = template
    for index, draft in enumerate(drafts):
        if (draft.places.region_id, draft.work_type) not in templates:
            here = path if len(drafts) == 1 else f"{path}/{index}"
            raise errors.WORK_TYPE_UNKNOWN(draft.work_type, path=f"{here}/work_type")
    clocks = clockwork.plan(uow, ids, drafts)
    insert_rows(
        uow.session,
        WorkOrder,
        [_row(uow, key, draft, dues(clocks, key)) for key, draft in zip(ids, drafts, strict=True)],
    )
    clockwork.store(uow, clocks, ids, drafts)
    insert_rows(
        uow.session,
        TimelineEntry,
        [
            timeline_row(
                server_entry(uow, uow.new_id(), key, "work_order.created", {"to": draft.status.value}),
                draft.places.region_id,
            )
            for key, draft in zip(ids, drafts, strict=True)
        ],
    )
    uow.publish(
        OrdersCreated(
            tuple(
                CreatedOrder(
                    key,
                    draft.places.region_id,
                    templates[draft.places.region_id, draft.work_type],
                    draft.parent_id,
                )
                for key, draft in zip(ids, drafts, strict=True)
            )
        )
    )
    return ids


def _at_present_places(uow: UnitOfWork, drafts: Sequence[NewOrder]) -> list[NewOrder]:
    """Keep the zones of new orders where they are until these are stored: a zone may have moved since it was looked up."""
    zones = {draft.places.zone_id for draft in drafts if draft.places.zone_id is not None}
    present = territory.held_places(uow, zones) if zones else {}
    return [
        draft if places is None or places == draft.places else replace(draft, places=places)
        for draft in drafts
        for places in [None if draft.places.zone_id is None else present.get(draft.places.zone_id)]
    ]


def _row(uow: UnitOfWork, key: UUID, draft: NewOrder, due: Dues) -> dict[str, Any]:
    return {
        "id": key,
        "region_id": draft.places.region_id,
        "station_id": draft.places.station_id,
        "group_id": draft.places.group_id,
        "zone_id": draft.places.zone_id,
        "number": draft.number or order_number(key, draft.received_at),
        "status": draft.status.value,
        "priority": draft.priority.value,
        "work_type": draft.work_type,
        "title": draft.title[:200],
        "description": draft.description,
        "customer_id": draft.customer_id,
        "site_id": draft.site_id,
        "asset_id": draft.asset_id,
        "first_owner_id": draft.first_owner_id,
        "parent_id": draft.parent_id,
        "received_at": draft.received_at,
        "completed_at": draft.completed_at,
        "closed_at": draft.closed_at,
        "sla_policy_id": due.policy_id,
        "respond_due_at": due.respond_due_at,
        "arrive_due_at": due.arrive_due_at,
        "resolve_due_at": due.resolve_due_at,
        "needs_review": False,
        "version": 1,
        "created_at": uow.now,
        "updated_at": uow.now,
    }


FOLLOW_UP = "created_order_id"
LONGEST_DESCRIPTION = 4000


def open_book(uow: UnitOfWork, ids: Sequence[UUID], *, history: bool = False) -> OrderBook:
    """Open the book on the orders that the actor may see, locked in the order of their ids. Three statements at most.

    With `history` it also knows everybody whom each order was ever assigned to, or who was in its crew. An order out
    of scope is simply not in the book.
    """
    columns = [getattr(WorkOrder, name) for name in BookOrder.__dataclass_fields__]
    rows = uow.session.execute(
        select(*columns)
        .where(WorkOrder.id.in_(ids), in_scope(uow))
        .order_by(WorkOrder.id)
        # The key stays free: the sweep, which holds clocks, refers to orders whose command waits for those clocks.
        .with_for_update(key_share=True)
    )
    orders = {row.id: _book_order(row) for row in rows}
    crews, holders = load_crews(uow, orders, history=history)
    if history:
        for order_id, user_id in uow.session.execute(
            select(WorkOrderAssignment.work_order_id, WorkOrderAssignment.user_id).where(
                WorkOrderAssignment.work_order_id.in_(orders)
            )
        ):
            holders.setdefault(order_id, set()).add(user_id)
    return OrderBook(orders, uow.new_id, crews, {key: frozenset(users) for key, users in holders.items()})


def _book_order(row: Any) -> BookOrder:
    order = BookOrder(*row)
    order.status, order.priority = Status(order.status), Priority(order.priority)
    order.status_before_hold = Status(order.status_before_hold) if order.status_before_hold else None
    return order


def write_book(uow: UnitOfWork, book: OrderBook) -> None:
    """Write what happened in the book, with a constant number of statements, and announce it to the phones."""
    clockwork.keep_step(uow, book)
    update_rows(uow.session, WorkOrder, [changed_row(order, uow.now) for order in book.changed.values()], key=["id"])
    insert_rows(
        uow.session,
        TimelineEntry,
        [timeline_row(entry, book.orders[entry.work_order_id].region_id) for entry in book.entries],
    )
    stored = [a for a in book.assignments.values() if not a.fresh]
    fresh = [a for a in book.assignments.values() if a.fresh]
    update_rows(uow.session, WorkOrderAssignment, [ended_row(a) for a in stored], key=["id"])
    insert_rows(uow.session, WorkOrderAssignment, [assignment_row(a) for a in fresh])
    write_crews(uow, book.crews)
    announce(uow, book)
    publish_moves(uow, book)


def server_entry(uow: UnitOfWork, key: UUID, order_id: UUID, kind: str, data: Mapping[str, Any]) -> Entry:
    """Make the timeline entry of what the actor does now."""
    return Entry(key, order_id, kind, uow.actor.user_id, uow.now, uow.now, data, uow.actor.device_id)


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
) -> Outcome:
    """Carry out one command, once for ever by its `command_id`: asked again, it answers as it did the first time.

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
    if command in (Command.ASSIGN, Command.REASSIGN):
        _check_technician(uow, order, data)
    entry = server_entry(uow, command_id, order_id, _kind(command), dict(data))
    entry.digest = digest
    follow_up = uow.new_id() if command is Command.CREATE_FOLLOW_UP else None
    if follow_up is not None:
        entry.data = {**entry.data, FOLLOW_UP: str(follow_up)}
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    asked = Asked(command, uow.actor.user_id, roles, uow.now, assignment_id, data)
    transition = book.command(order_id, asked, evidence, entry)
    if follow_up is not None:
        _create_follow_up(uow, order, follow_up, data)
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


def _create_follow_up(uow: UnitOfWork, order: BookOrder, key: UUID, data: Mapping[str, Any]) -> None:
    source = uow.session.execute(
        select(
            WorkOrder.work_type,
            WorkOrder.priority,
            WorkOrder.title,
            WorkOrder.customer_id,
            WorkOrder.asset_id,
            WorkOrder.first_owner_id,
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
        uow.now,
        description=description or None,
        customer_id=source.customer_id,
        site_id=order.site_id,
        asset_id=source.asset_id,
        first_owner_id=source.first_owner_id,
        parent_id=order.id,
        id=key,
    )
    create_orders(uow, [draft], path="/data")
