"""What can be done with crews (多人作业): let people into an order's crew, and out of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dispatch.accounts import queries as accounts
from dispatch.people import queries as people
from dispatch.people.availability import Gap
from dispatch.people.eligibility import bar
from dispatch.people.presence import availability_of
from dispatch.territory import queries as territory
from dispatch.texts import line, optional_line
from dispatch.work_orders import errors
from dispatch.work_orders.book import BookOrder, Entry, OrderBook
from dispatch.work_orders.crew import CrewRole, Stint
from dispatch.work_orders.lifecycle import DISPATCHERS, TERMINAL, WITH_TECHNICIAN, Status
from dispatch.work_orders.service import (
    Outcome,
    answered_before,
    digest_of,
    open_book,
    server_entry,
    write_book,
)
from dispatch.work_orders.workload import demands_of
from kernel import errors as kernel_errors
from kernel.actor import Role, system_actor
from kernel.unit_of_work import Reading, UnitOfWork

ADD, REMOVE = "work_order.add_crew", "work_order.remove_crew"
MOST = 50
"""People that one command lets in or out."""
CREWED = WITH_TECHNICIAN | {Status.OPEN}
"""The states in which somebody can still join: a crew may be formed before its lead is found."""


def add_crew_members(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    user_ids: Sequence[UUID],
    role: CrewRole = CrewRole.MEMBER,
    reason: str | None = None,
    command_id: UUID | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Let technicians into an order's crew, all of them or none: the order comes onto their phones.

    Anybody who works in the order's region may be asked in, whoever's group they are of. Once for ever by its `command_id`.

    Raises:
        NotFound (work_order.unknown): no such order in the actor's scope.
        Forbidden (work_order.not_allowed), Conflict (work_order.lead_only): neither a dispatcher over the order nor its lead.
        Stale (stale); Conflict (work_order.command_reused).
        Conflict (work_order.illegal): the order is a draft, or done.
        Conflict (work_order.crew_double): somebody is in the crew already, or leads it; at `/user_ids/<n>`.
        Invalid (work_order.technician_unknown, work_order.crew_unfit): nobody who works in the region, or not fit for the work.
    """
    reason = optional_line(reason, longest=200, path="/reason")
    data = {"user_ids": [str(one) for one in user_ids], "role": role.value, "reason": reason}
    book, entry, again = _begin(uow, order_id, ADD, command_id, data, expected_version)
    if again is not None:
        return again
    order = book.find(order_id)
    if order.status not in CREWED:
        raise errors.ILLEGAL("nobody joins the crew of such an order", status_now=order.status.value)
    _check_people(uow, order, user_ids, role)
    for nth, user_id in enumerate(user_ids):
        stint = Stint(uow.new_id(), order.id, order.region_id, user_id, role, uow.actor.user_id, uow.now, reason)
        if user_id in book.holders_now(order.id):
            raise errors.CREW_DOUBLE(path=f"/user_ids/{nth}")
        book.join(stint, entry)
    write_book(uow, book)
    return Outcome(order_id, order.status, order.version)


def remove_crew_members(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    user_ids: Sequence[UUID],
    reason: str,
    command_id: UUID | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Let people out of an order's crew, all of them or none: the order goes off their phones. Once for ever by its `command_id`.

    Raises:
        NotFound (work_order.unknown): no such order in the actor's scope.
        Forbidden (work_order.not_allowed), Conflict (work_order.lead_only): neither a dispatcher over the order nor its lead.
        Stale (stale); Conflict (work_order.command_reused).
        Conflict (work_order.illegal): the order is closed or cancelled.
        Invalid (work_order.crew_member_unknown): somebody is not in the crew; at `/user_ids/<n>`.
    """
    data = {"user_ids": [str(one) for one in user_ids], "reason": line(reason, longest=200, path="/reason")}
    book, entry, again = _begin(uow, order_id, REMOVE, command_id, data, expected_version)
    if again is not None:
        return again
    order = book.find(order_id)
    if order.status in TERMINAL:
        raise errors.ILLEGAL("the order is over", status_now=order.status.value)
    for nth, user_id in enumerate(user_ids):
        if user_id not in book.crews.members(order_id):
            raise errors.CREW_MEMBER_UNKNOWN(path=f"/user_ids/{nth}")
        book.part(order_id, user_id, uow.now, data["reason"], entry)
    write_book(uow, book)
    return Outcome(order_id, order.status, order.version)


def _begin(
    uow: UnitOfWork,
    order_id: UUID,
    kind: str,
    command_id: UUID | None,
    data: dict[str, Any],
    expected_version: int | None,
) -> tuple[OrderBook, Entry, Outcome | None]:
    """Open the book for a command on a crew; with the answer that it got before, if it comes again."""
    key = command_id or uow.new_id()
    entry = server_entry(uow, key, order_id, kind, data)
    entry.digest = digest_of(order_id, kind, data)
    book = open_book(uow, [order_id])
    again = answered_before(uow, order_id, key, entry.digest, in_scope=order_id in book.orders)
    if again is not None:
        return book, entry, again
    order = book.find(order_id)
    if expected_version is not None and expected_version != order.version:
        raise kernel_errors.STALE(f"the order is at version {order.version}")
    _check_who(uow, book, order)
    if not 1 <= len(data["user_ids"]) <= MOST:
        raise kernel_errors.INVALID(f"name 1 to {MOST} people", path="/user_ids")
    return book, entry, None


def _check_who(uow: UnitOfWork, book: OrderBook, order: BookOrder) -> None:
    held = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if order.assignee_id == uow.actor.user_id or held & (DISPATCHERS | {Role.ADMINISTRATOR}):
        return
    if uow.actor.user_id in book.crews.members(order.id):
        raise errors.LEAD_ONLY()
    raise errors.NOT_ALLOWED()


def _check_people(uow: UnitOfWork, order: BookOrder, user_ids: Sequence[UUID], role: CrewRole) -> None:
    """Check that these people work in the region and are not away, and that those who do the work are fit for it then."""
    # A lead sees no colleagues, and a leader none of other groups; whom one may ask in is the region's matter.
    everybody = Reading(uow.session, system_actor(order.region_id), uow.now)
    technicians = people.technicians_by_id(everybody, user_ids)
    contacts = accounts.contacts_of(uow, user_ids)
    demand = demands_of(everybody, [order.id])[order.id]
    timezone = ZoneInfo(territory.timezones_of(uow, {order.region_id})[order.region_id])
    begins = demand.window_start_at or uow.now
    there = availability_of(uow, user_ids, begins, order.window_end_at or begins)
    for nth, user_id in enumerate(user_ids):
        found = technicians.get(user_id)
        working = found is not None and found.left_at is None and contacts[user_id].active
        if found is None or not working or found.region_id != order.region_id:
            raise errors.TECHNICIAN_UNKNOWN(path=f"/user_ids/{nth}")
        gap = there[user_id].gap(begins, order.window_end_at or begins)
        if gap is not None and gap.why is Gap.ABSENT:
            raise errors.CREW_UNFIT(f"{found.name} is away then", path=f"/user_ids/{nth}", why=gap.why.value)
        why = bar(found.skills, demand.skill, begins, timezone)
        if role is CrewRole.MEMBER and why is not None:
            raise errors.CREW_UNFIT(f"{found.name}: {why}", path=f"/user_ids/{nth}", why=why.value)
