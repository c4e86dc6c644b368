"""What each command changes about an order, and what it checks against the order's surroundings first."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dispatch.work_orders import errors
from dispatch.work_orders.geofence import MISS, NO_POSITION, Position, distance_metres, misses
from dispatch.work_orders.lifecycle import APPROVERS, TERMINAL, Asked, Command, FollowUp, Status
from dispatch.work_orders.reasons import ReasonKind, settle
from dispatch.work_orders.records import BookOrder, Entry
from dispatch.work_orders.surroundings import Surroundings
from dispatch.work_orders.windows import Window, moment, read_agreement, read_window
from kernel.clock import parse_moment
from kernel.identifiers import parse_id

Effect = Callable[[BookOrder, Asked, Surroundings, Entry], None]
"""Checks first, then changes the order; what is odd it flags on the entry."""
ESCALATED, OTHER_TRIP, HOLD_SHORTENED = "escalated", "other_trip", "hold_shortened"


def _flag(entry: Entry, *flags: str) -> None:
    entry.flags = (*entry.flags, *(one for one in flags if one not in entry.flags))


def _give(order: BookOrder, asked: Asked, around: Surroundings, _entry: Entry) -> None:
    """Somebody gets the order, with the window that was agreed: it must fit among theirs."""
    technician_id, window = technician_of(asked), window_of(order)
    if window is not None and window.end_at > asked.at:
        _check_free(order, around, technician_id, window, "/data/technician_id")


def technician_of(asked: Asked) -> UUID:
    """Return whom a command gives an order to. Raises Invalid (work_order.data_missing) with the path."""
    technician_id = parse_id(str(asked.data["technician_id"]))
    if technician_id is None:
        raise errors.DATA_MISSING("technician_id is not an id", path="/data/technician_id")
    return technician_id


def window_of(order: BookOrder) -> Window | None:
    """Return the window that is agreed for an order, or None."""
    if order.window_start_at is None or order.window_end_at is None:
        return None
    return Window(order.window_start_at, order.window_end_at)


def _check_free(order: BookOrder, around: Surroundings, technician_id: UUID | None, window: Window, path: str) -> None:
    travel = timedelta(minutes=around.region(order.region_id).rules.travel_minutes)
    other = around.in_the_way(technician_id, order.id, window, travel)
    if other is not None:
        raise errors.DOUBLE_BOOKED(path=path, work_order_id=str(other))


def _decline(order: BookOrder, _asked: Asked, around: Surroundings, entry: Entry) -> None:
    order.declines += 1
    if order.declines >= around.region(order.region_id).rules.declines_before_escalation:
        order.escalated = True
        _flag(entry, ESCALATED)


def _accept(order: BookOrder, asked: Asked, _around: Surroundings, _entry: Entry) -> None:
    order.responded_at = order.responded_at or asked.at
    order.escalated = False


def _schedule(order: BookOrder, asked: Asked, around: Surroundings, _entry: Entry) -> None:
    window = read_window(asked.data, around.region(order.region_id).rules, asked.at)
    read_agreement(asked.data, lenient=asked.lenient)
    _check_free(order, around, order.assignee_id, window, "/data/window_start_at")
    order.window_start_at, order.window_end_at = window.start_at, window.end_at
    order.responded_at = order.responded_at or asked.at


def _depart(order: BookOrder, asked: Asked, around: Surroundings, entry: Entry) -> None:
    given = asked.data.get("eta_at")
    eta = parse_moment(given) if asked.lenient else moment(asked.data, "eta_at")
    if eta is not None and eta <= asked.at:
        if not asked.lenient:
            raise errors.ETA_PAST("eta_at must lie ahead", path="/data/eta_at")
        eta = None
    other = None if order.assignee_id is None else next(around.other_trips(order.assignee_id, order.id), None)
    if other is not None:
        if not asked.lenient:
            raise errors.OTHER_TRIP(work_order_id=str(other))
        _flag(entry, OTHER_TRIP)
    order.eta_at = eta


def _arrive(order: BookOrder, asked: Asked, around: Surroundings, entry: Entry) -> None:
    _check_place(order, asked, around, entry)
    order.responded_at = order.responded_at or asked.at
    order.arrived_at = order.arrived_at or asked.at


def _check_place(order: BookOrder, asked: Asked, around: Surroundings, entry: Entry) -> None:
    """Compare where somebody is with where the site is; being elsewhere needs a reason, and shows."""
    known = around.region(order.region_id)
    site = None if order.site_id is None else around.positions.get(order.site_id)
    if site is None or known.rules.geofence_metres == 0:
        return
    if entry.lat is None or entry.lon is None:
        _flag(entry, NO_POSITION)
        return
    metres = distance_metres(Position(entry.lat, entry.lon), site)
    if misses(metres, entry.accuracy_m, known.rules.geofence_metres):
        if not asked.lenient and asked.data.get("reason") in (None, ""):
            raise errors.GEOFENCE_MISS(f"{metres:.0f} m from the site", path="/data/reason", distance_m=metres)
        _flag(entry, MISS)
    entry.data = {**entry.data, "distance_m": metres}


def _hold(order: BookOrder, asked: Asked, around: Surroundings, entry: Entry) -> None:
    until = moment(asked.data, "until")
    latest = asked.at + timedelta(minutes=around.region(order.region_id).rules.longest_hold_minutes)
    if until is not None and until <= asked.at:
        if not asked.lenient:
            raise errors.HOLD_BACKWARDS("until must lie ahead", path="/data/until")
        until = None
    if not asked.roles & APPROVERS:
        if until is not None and until > latest:
            if not asked.lenient:
                raise errors.HOLD_TOO_LONG(f"at the latest until {latest.isoformat()}", path="/data/until")
            _flag(entry, HOLD_SHORTENED)
        until = latest if until is None else min(until, latest)
    order.status_before_hold = order.status
    order.hold_reason, order.hold_until = str(asked.data["reason"])[:64], until


def _complete(order: BookOrder, asked: Asked, around: Surroundings, entry: Entry) -> None:
    order.completed_at = asked.at
    order.closes_at = _closes_at(order, around, entry.recorded_at)


def _closes_at(order: BookOrder, around: Surroundings, known_at: datetime) -> datetime:
    """Say when an order closes by itself: a while after we learnt that it may, however long ago that happened."""
    return known_at + timedelta(days=around.region(order.region_id).rules.close_after_days)


def _mark_unable(order: BookOrder, _asked: Asked, _around: Surroundings, _entry: Entry) -> None:
    order.follow_up = FollowUp.PENDING


def _follow_up(order: BookOrder, _asked: Asked, around: Surroundings, entry: Entry) -> None:
    if order.status is Status.UNABLE_TO_COMPLETE:
        order.follow_up = FollowUp.CREATED
        order.closes_at = _closes_at(order, around, entry.recorded_at)


def _close(order: BookOrder, asked: Asked, _around: Surroundings, _entry: Entry) -> None:
    if order.follow_up is FollowUp.PENDING:
        if asked.data.get("without_follow_up") is not True:
            raise errors.DECISION_MISSING(
                "create a follow-up order, reopen it, or close it with without_follow_up and a note",
                path="/data/without_follow_up",
            )
        if not str(asked.data.get("note") or "").strip():
            raise errors.DATA_MISSING("say in note why nothing follows", path="/data/note")
        order.follow_up = FollowUp.WAIVED
    order.closed_at = asked.at


def keep_or_let_go(order: BookOrder, around: Surroundings, known_at: datetime) -> None:
    """Say when an order leaves the phones: some days after we learnt of its end, if its new state is that."""
    days = around.region(order.region_id).rules.archive_after_days
    order.archived_at = None
    order.archives_at = known_at + timedelta(days=days) if order.status in TERMINAL else None


def _reopen(order: BookOrder, asked: Asked, around: Surroundings, _entry: Entry) -> None:
    days = around.region(order.region_id).rules.reopen_within_days
    since = order.closed_at or order.completed_at
    if since is not None and asked.at - since > timedelta(days=days):
        raise errors.REOPEN_TOO_LATE(days=days)
    order.window_start_at = order.window_end_at = None
    order.declines, order.escalated = 0, False


EFFECTS: Mapping[Command, Effect] = {
    Command.ASSIGN: _give,
    Command.REASSIGN: _give,
    Command.DECLINE: _decline,
    Command.ACCEPT: _accept,
    Command.SCHEDULE: _schedule,
    Command.DEPART: _depart,
    Command.ARRIVE: _arrive,
    Command.HOLD: _hold,
    Command.COMPLETE: _complete,
    Command.MARK_UNABLE: _mark_unable,
    Command.CREATE_FOLLOW_UP: _follow_up,
    Command.CLOSE: _close,
    Command.REOPEN: _reopen,
}


def with_reason(
    order: BookOrder, asked: Asked, around: Surroundings, known: Mapping[str, Any], kind: ReasonKind
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return the command's data with its reason as the catalogue has it, and what is odd about it.

    `known` is what the entry has, also of evidence. Raises what `reasons.settle` raises.
    """
    data = {**asked.data, "media": known.get("media") or asked.data.get("media")}
    given = settle(around.region(order.region_id).catalogue, kind, data, lenient=asked.lenient)
    return {**asked.data, "reason": given.code, "note": given.note}, given.flags
