"""What can be done with planned outages: plan one, change it, announce it, move it, end it, cancel it, give it an order."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from dispatch.outages import errors
from dispatch.outages.explaining import settle_requests
from dispatch.outages.lifecycle import NEWS, OVER, News, OutageKind, State, Step, check_window, decide
from dispatch.outages.models import OutageZone, PlannedOutage
from dispatch.outages.notices import announce
from dispatch.outages.open_outage import Outcome, answered_before, asked, check_planner, check_version, log, open_outage
from dispatch.outages.where import Located, Wherever, locate
from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.texts import line, optional_line
from dispatch.work_orders.lifecycle import NOT_BEGUN, Command, Evidence
from dispatch.work_orders.lifecycle import Asked as AskedOfOrder
from dispatch.work_orders.numbers import order_number
from dispatch.work_orders.service import NewOrder, create_orders, open_book, server_entry, write_book
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

STAMPS: Mapping[Step, str] = {Step.ANNOUNCE: "announced_at", Step.START: "started_at", Step.END: "ended_at"}


def plan_outage(
    uow: UnitOfWork,
    *,
    kind: OutageKind,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    where: Wherever,
    reason: str | None = None,
    command_id: UUID | None = None,
) -> Outcome:
    """Plan an outage as a draft that nobody is told of.

    Raises:
        Forbidden (forbidden): the actor does not dispatch at the smallest place that holds all of it;
        Invalid (outage.window_backwards, outage.window_past, outage.window_too_long, invalid), with the path;
        Conflict (outage.command_reused); and what `where.locate` raises.
    """
    said = {"kind": kind, "title": title, "starts_at": starts_at, "ends_at": ends_at, "reason": reason, **asdict(where)}
    command = asked(uow, "plan", None, command_id, said)
    again = answered_before(uow, command)
    if again is not None:
        return again
    check_window(starts_at, ends_at, uow.now)
    located = locate(uow, where)
    check_planner(uow, located.home)
    key = uow.new_id()
    outage = PlannedOutage(
        id=key,
        number=f"P{order_number(key, uow.now)}",
        kind=kind.value,
        title=line(title, longest=120, path="/title"),
        reason=optional_line(reason, longest=500, path="/reason"),
        state=State.DRAFT.value,
        starts_at=starts_at,
        ends_at=ends_at,
        **_columns(located),
        edition=0,
        created_by=uow.actor.user_id,
        version=1,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(outage)
    uow.session.flush()
    _store_zones(uow, outage, located)
    return log(uow, outage, command)


def change_outage(
    uow: UnitOfWork,
    *,
    outage_id: UUID,
    changes: Mapping[str, Any],
    where: Wherever | None = None,
    command_id: UUID | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Change an outage: `kind`, `title`, `reason`, `starts_at`, `ends_at`, only what is given; and where it is.

    One that customers know of is moved: another window is told to all of them. Where it is is fixed by then.

    Raises:
        NotFound (outage.unknown); Forbidden (forbidden); Stale (stale); Conflict (outage.illegal): it is over;
        Conflict (outage.where_fixed, outage.command_reused);
        Invalid (outage.window_backwards, outage.window_past, outage.window_too_long, invalid), with the path;
        and what `where.locate` raises.
    """
    command = asked(uow, "change", outage_id, command_id, {**changes, **(asdict(where) if where else {})})
    outage = open_outage(uow, outage_id)
    again = answered_before(uow, command)
    if again is not None:
        return again
    check_version(outage, expected_version)
    if State(outage.state) in OVER:
        raise errors.ILLEGAL(f"the outage is {outage.state}", state_now=outage.state)
    if where is not None:
        _replace(uow, outage, where)
    for name in ("title", "reason"):
        if name in changes:
            check = line if name == "title" else optional_line
            setattr(outage, name, check(changes[name], longest=120 if name == "title" else 500, path=f"/{name}"))
    outage.kind = OutageKind(changes.get("kind", outage.kind)).value
    window = (changes.get("starts_at", outage.starts_at), changes.get("ends_at", outage.ends_at))
    if window != (outage.starts_at, outage.ends_at):
        _move(uow, outage, *window)
    return _written(uow, outage, command)


def _replace(uow: UnitOfWork, outage: PlannedOutage, where: Wherever) -> None:
    if outage.state != State.DRAFT.value:
        raise errors.WHERE_FIXED()
    located = locate(uow, where)
    check_planner(uow, located.home)
    for name, value in _columns(located).items():
        setattr(outage, name, value)
    uow.session.execute(delete(OutageZone).where(OutageZone.outage_id == outage.id))
    _store_zones(uow, outage, located)


def _move(uow: UnitOfWork, outage: PlannedOutage, starts_at: datetime, ends_at: datetime) -> None:
    check_window(starts_at, ends_at, uow.now)
    if outage.state == State.IN_PROGRESS.value and starts_at > uow.now:
        raise errors.ILLEGAL("it has begun; end it, or say when it ends", state_now=outage.state, path="/starts_at")
    outage.starts_at, outage.ends_at = starts_at, ends_at
    if outage.state != State.DRAFT.value:
        outage.next_look_at = starts_at if outage.state == State.ANNOUNCED.value else ends_at
        outage.edition += 1
        uow.session.flush()
        announce(uow, outage, News.MOVED)
        settle_requests(uow, outage)


def step_outage(
    uow: UnitOfWork,
    *,
    outage_id: UUID,
    step: Step,
    reason: str | None = None,
    command_id: UUID | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Take an outage to its next state, and tell its people and its customers; what waited for its end goes back to a person.

    Of a draft that is cancelled nobody is told.

    Raises:
        NotFound (outage.unknown); Forbidden (forbidden); Stale (stale); Conflict (outage.illegal, outage.command_reused);
        Invalid (outage.window_past): it is to be announced, and over; Invalid (outage.reason_missing): it is cancelled.
    """
    command = asked(uow, step.value, outage_id, command_id, {"reason": reason})
    outage = open_outage(uow, outage_id)
    again = answered_before(uow, command)
    if again is not None:
        return again
    check_version(outage, expected_version)
    before = State(outage.state)
    state = decide(before, step)
    why = optional_line(reason, longest=200, path="/reason")
    if step is Step.CANCEL and why is None:
        raise errors.REASON_MISSING(path="/reason")
    if step is Step.ANNOUNCE:
        check_window(outage.starts_at, outage.ends_at, uow.now)
    outage.state = state.value
    outage.next_look_at = {State.ANNOUNCED: outage.starts_at, State.IN_PROGRESS: outage.ends_at}.get(state)
    if step is Step.START:
        outage.starts_at = min(outage.starts_at, uow.now)
    if step in STAMPS:
        setattr(outage, STAMPS[step], uow.now)
    if state in OVER:
        outage.ended_at, outage.end_reason = uow.now, why
    if step in NEWS and (before is not State.DRAFT or step is Step.ANNOUNCE):
        outage.edition += 1
        uow.session.flush()
        announce(uow, outage, NEWS[step])
    if state in OVER:
        settle_requests(uow, outage)
    if step is Step.CANCEL and outage.work_order_id is not None:
        _let_go(uow, outage, outage.work_order_id, why or "")
    return _written(uow, outage, command)


def _let_go(uow: UnitOfWork, outage: PlannedOutage, order_id: UUID, why: str) -> None:
    """Cancel the order of an outage that will not be, unless somebody has begun it."""
    book = open_book(uow, [order_id])
    order = book.orders.get(order_id)
    if order is None or order.status not in NOT_BEGUN:
        return
    data = {"reason": "plan_changed", "note": why, "outage_id": str(outage.id)}
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    asked_for = AskedOfOrder(Command.CANCEL, uow.actor.user_id, roles, uow.now, data=data, lenient=True)
    book.command(order_id, asked_for, Evidence(), server_entry(uow, uow.new_id(), order_id, "work_order.cancel", data))
    write_book(uow, book)


def open_outage_order(
    uow: UnitOfWork,
    *,
    outage_id: UUID,
    work_type: str,
    priority: Priority = Priority.PRIORITY,
    command_id: UUID | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Give an outage its work order, at its home and due with its end; a dispatcher assigns it.

    Raises:
        NotFound (outage.unknown); Forbidden (forbidden); Stale (stale);
        Conflict (outage.has_order, outage.illegal, outage.command_reused); Invalid (work_order.work_type_unknown) with the path.
    """
    command = asked(uow, "order", outage_id, command_id, {"work_type": work_type, "priority": priority})
    outage = open_outage(uow, outage_id)
    again = answered_before(uow, command)
    if again is not None:
        return again
    check_version(outage, expected_version)
    if outage.work_order_id is not None:
        raise errors.HAS_ORDER()
    if State(outage.state) in OVER:
        raise errors.ILLEGAL(f"the outage is {outage.state}", state_now=outage.state)
    draft = NewOrder(
        Places(outage.region_id, outage.station_id, outage.group_id),
        work_type,
        priority,
        f"{outage.title} · {outage.number}",
        uow.now,
        description=outage.reason,
        first_owner_id=uow.actor.user_id,
        planned_until=outage.ends_at,
    )
    (outage.work_order_id,) = create_orders(uow, [draft])
    return _written(uow, outage, command)


def _written(uow: UnitOfWork, outage: PlannedOutage, command: Any) -> Outcome:
    outage.version += 1
    outage.updated_at = uow.now
    uow.session.flush()
    return log(uow, outage, command)


def _columns(located: Located) -> dict[str, Any]:
    return {
        "region_id": located.home.region_id,
        "station_id": located.home.station_id,
        "group_id": located.home.group_id,
        "boundary": located.reach.boundary,
        "asset_ids": [str(key) for key in located.reach.asset_ids],
    }


def _store_zones(uow: UnitOfWork, outage: PlannedOutage, located: Located) -> None:
    rows = [
        {
            "outage_id": outage.id,
            "zone_id": zone_id,
            "region_id": places.region_id,
            "station_id": places.station_id,
            "group_id": places.group_id,
        }
        for zone_id, places in located.zones.items()
    ]
    insert_rows(uow.session, OutageZone, rows)
