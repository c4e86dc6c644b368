"""The orders of one transaction, in memory: commands and facts change them here, and are written together at the end.

The same book serves one command over HTTP and hundreds of ops from phones, so there is one truth about what is legal. Each
method checks before it changes anything: one that raises leaves the book as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.sla.book import ClockFact, Promise
from dispatch.sla.clock import EventKind
from dispatch.sla.deadline import Priority
from dispatch.work_orders import errors
from dispatch.work_orders.clock_facts import facts_of
from dispatch.work_orders.crew import DISSOLVE, LED, Crews, Stint, stays
from dispatch.work_orders.lifecycle import DONE, Asked, Command, Evidence, Order, Status, Transition, decide
from kernel.clock import parse_moment
from kernel.identifiers import MintId, parse_id


@dataclass(slots=True)
class Entry:
    """A timeline entry to be: who, when by which clock, where, and with what data."""

    id: UUID
    work_order_id: UUID
    kind: str
    user_id: UUID
    effective_at: datetime
    recorded_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    device_id: UUID | None = None
    time_quality: str = "server"
    occurred_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    flags: tuple[str, ...] = ()
    digest: bytes | None = None


@dataclass(slots=True)
class Assignment:
    """An assignment that the book opens or ends. `fresh` tells that it is not stored yet."""

    id: UUID
    work_order_id: UUID
    region_id: UUID
    user_id: UUID
    assigned_by: UUID
    assigned_at: datetime
    reason: str | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    fresh: bool = True


@dataclass(slots=True)
class BookOrder:
    """An order as the book has it: what commands may change, and the places that say who may see it."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    site_id: UUID | None
    number: str
    status: Status
    assignee_id: UUID | None
    assignment_id: UUID | None
    status_before_hold: Status | None
    hold_reason: str | None
    hold_until: datetime | None
    window_start_at: datetime | None
    window_end_at: datetime | None
    responded_at: datetime | None
    arrived_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None
    needs_review: bool
    version: int
    priority: Priority = Priority.ROUTINE
    work_type: str = ""
    customer_id: UUID | None = None
    received_at: datetime | None = None
    sla_policy_id: UUID | None = None
    respond_due_at: datetime | None = None
    arrive_due_at: datetime | None = None
    resolve_due_at: datetime | None = None

    def as_order(self, members: frozenset[UUID] = frozenset()) -> Order:
        """Return what the lifecycle needs to know."""
        return Order(
            self.id,
            self.status,
            self.assignee_id,
            self.assignment_id,
            self.status_before_hold,
            self.version,
            members,
        )


@dataclass
class OrderBook:
    """Orders by id, and everything that happened to them since the book was opened."""

    orders: dict[UUID, BookOrder]
    mint_id: MintId
    crews: Crews = field(default_factory=Crews)
    # Everybody an order was ever assigned to, or in its crew; filled when the book is opened with its history.
    holders: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    changed: dict[UUID, BookOrder] = field(default_factory=dict)
    assignments: dict[UUID, Assignment] = field(default_factory=dict)
    granted: list[tuple[UUID, UUID]] = field(default_factory=list)
    revoked: list[tuple[UUID, UUID]] = field(default_factory=list)
    # What the service clocks are to learn when the book is written.
    clock_facts: list[ClockFact] = field(default_factory=list)

    def find(self, order_id: UUID) -> BookOrder:
        """Return an order of the book. Raises NotFound (work_order.unknown)."""
        order = self.orders.get(order_id)
        if order is None:
            raise errors.UNKNOWN()
        return order

    def holders_now(self, order_id: UUID) -> tuple[UUID, ...]:
        """Return whose phones an order is on: its assignee's, and those of the crew."""
        order = self.find(order_id)
        lead = () if order.assignee_id is None else (order.assignee_id,)
        return (*lead, *self.crews.members(order_id))

    def join(self, stint: Stint, entry: Entry) -> None:
        """Let somebody into an order's crew; one entry may tell of several.

        Raises:
            NotFound (work_order.unknown); Conflict (work_order.crew_double): they are in it already, or lead it.
        """
        order = self.find(stint.work_order_id)
        if stint.user_id in self.holders_now(order.id):
            raise errors.CREW_DOUBLE(str(stint.user_id))
        self.crews.join(stint)
        self.granted.append((order.id, stint.user_id))
        self._note_once(order, entry)

    def part(self, order_id: UUID, user_id: UUID, at: datetime, reason: object, entry: Entry) -> None:
        """Let somebody out of an order's crew; one entry may tell of several.

        Raises NotFound (work_order.unknown), Invalid (work_order.crew_member_unknown).
        """
        order = self.find(order_id)
        if user_id not in self.crews.members(order_id):
            raise errors.CREW_MEMBER_UNKNOWN(str(user_id))
        self._let_go(order, user_id, at, reason)
        self._note_once(order, entry)

    def _let_go(self, order: BookOrder, user_id: UUID, at: datetime, reason: object) -> None:
        self.crews.leave(order.id, user_id, at, None if reason is None else str(reason)[:200])
        self.revoked.append((order.id, user_id))

    def _dissolve(self, order: BookOrder, at: datetime, reason: object) -> None:
        for user_id in self.crews.members(order.id):
            self._let_go(order, user_id, at, reason)

    def _note_once(self, order: BookOrder, entry: Entry) -> None:
        if any(one is entry for one in self.entries):
            return
        order.version += 1
        entry.data = {**entry.data, "to": order.status.value, "version": order.version}
        self.changed[order.id] = order
        self.entries.append(entry)

    def command(self, order_id: UUID, asked: Asked, evidence: Evidence, entry: Entry) -> Transition:
        """Carry out a command by the table of the lifecycle, and put it on the timeline.

        A command that finds the order where it leads to changes nothing and leaves no entry. Raises what `decide` raises, and
        Invalid (work_order.window_backwards, work_order.data_missing, work_order.crew_undecided) for unusable data.
        """
        order = self.find(order_id)
        transition = decide(order.as_order(frozenset(self.crews.members(order_id))), asked, evidence)
        if transition.unchanged:
            return transition
        change = _EFFECTS.get(asked.command)
        if change is not None:
            change(self, order, asked)
        if transition.source is Status.ON_HOLD:
            order.status_before_hold = order.hold_reason = order.hold_until = None
        if transition.source in DONE and transition.target not in DONE:
            order.completed_at = order.closed_at = None
        order.status = transition.target
        order.version += 1
        self.changed[order.id] = order
        entry.data = {
            **entry.data,
            "from": transition.source.value,
            "to": transition.target.value,
            "version": order.version,
        }
        self.entries.append(entry)
        self.clock_facts += self._clock_facts(order, asked, transition, entry)
        return transition

    def reprioritise(self, order_id: UUID, priority: Priority, entry: Entry) -> bool:
        """Put an order into another tier, and on the timeline; its clocks get new targets and keep their start.

        Returns False when it is there already. Raises NotFound (work_order.unknown), Conflict (work_order.illegal) when done.
        """
        order = self.find(order_id)
        if order.status in DONE:
            raise errors.ILLEGAL("the order is done", status_now=order.status.value)
        if order.priority is priority:
            return False
        entry.data = {**entry.data, "from_priority": order.priority.value, "to_priority": priority.value}
        order.priority = priority
        order.version += 1
        self.changed[order.id] = order
        self.entries.append(entry)
        if order.status is not Status.DRAFT:
            self.clock_facts.append(self._start(order, entry.effective_at, entry.user_id))
        return True

    def approve_hold(self, order_id: UUID, entry: Entry) -> None:
        """Note that somebody approves of an order's present hold, for its clocks and on the timeline.

        Raises NotFound (work_order.unknown), Conflict (work_order.illegal) when it is not on hold.
        """
        order = self.find(order_id)
        if order.status is not Status.ON_HOLD:
            raise errors.ILLEGAL("the order is not on hold", status_now=order.status.value)
        self.entries.append(entry)
        self.clock_facts.append(
            ClockFact(
                order.id,
                EventKind.PAUSE,
                entry.effective_at,
                entry.user_id,
                reason=order.hold_reason,
                approver_id=entry.user_id,
            )
        )

    def _clock_facts(self, order: BookOrder, asked: Asked, transition: Transition, entry: Entry) -> list[ClockFact]:
        if asked.command is Command.SUBMIT:
            return [self._start(order, asked.at, asked.user_id)]
        return facts_of(order.id, asked, transition, entry.id, order.window_end_at, order.hold_until)

    def _start(self, order: BookOrder, policy_at: datetime, user_id: UUID) -> ClockFact:
        promise = Promise(order.region_id, order.priority, order.work_type, None, policy_at, order.zone_id)
        begun = order.received_at or policy_at
        return ClockFact(order.id, EventKind.START, begun, user_id, promise=promise, changed_at=policy_at)

    def record(self, entry: Entry) -> None:
        """Put a fact on the timeline; the order itself stays as it is. Raises NotFound (work_order.unknown)."""
        self.find(entry.work_order_id)
        self.entries.append(entry)

    def flag_for_review(self, order_id: UUID) -> None:
        """Ask a person to look at an order."""
        order = self.find(order_id)
        if not order.needs_review:
            order.needs_review = True
            order.version += 1
            self.changed[order.id] = order

    def clear_review(self, order_id: UUID) -> None:
        """Note that a person has looked at an order."""
        order = self.find(order_id)
        if order.needs_review:
            order.needs_review = False
            order.version += 1
            self.changed[order.id] = order

    def _give(self, order: BookOrder, asked: Asked, technician_id: UUID) -> None:
        reason = asked.data.get("reason")
        self._take_back(order, asked.at, reason)
        assignment = Assignment(
            self.mint_id(),
            order.id,
            order.region_id,
            technician_id,
            asked.user_id,
            asked.at,
            reason and str(reason)[:200],
        )
        self.assignments[assignment.id] = assignment
        order.assignee_id, order.assignment_id = technician_id, assignment.id
        if technician_id in self.crews.members(order.id):  # from now on they lead it
            self.crews.leave(order.id, technician_id, asked.at, LED)
        self.granted.append((order.id, technician_id))

    def _take_back(self, order: BookOrder, at: datetime, reason: object) -> None:
        if order.assignee_id is None or order.assignment_id is None:
            return
        open_one = self.assignments.get(order.assignment_id)
        if open_one is None:
            open_one = Assignment(
                order.assignment_id, order.id, order.region_id, order.assignee_id, order.assignee_id, at, fresh=False
            )
            self.assignments[open_one.id] = open_one
        open_one.ended_at, open_one.end_reason = at, None if reason is None else str(reason)[:200]
        self.revoked.append((order.id, order.assignee_id))
        order.assignee_id = order.assignment_id = None


def _assign(book: OrderBook, order: BookOrder, asked: Asked) -> None:
    technician_id = parse_id(str(asked.data["technician_id"]))
    if technician_id is None:
        raise errors.DATA_MISSING("technician_id is not an id", path="/data/technician_id")
    crew_stays = stays(book.crews.members(order.id), asked.command, asked.data.get("crew"))
    book._give(order, asked, technician_id)
    if not crew_stays:
        book._dissolve(order, asked.at, asked.data.get("reason"))


def _leave(book: OrderBook, order: BookOrder, asked: Asked) -> None:
    book._take_back(order, asked.at, asked.data.get("reason"))
    if asked.command is Command.REOPEN or asked.data.get("crew") == DISSOLVE:
        book._dissolve(order, asked.at, asked.data.get("reason"))


def _accept(_book: OrderBook, order: BookOrder, asked: Asked) -> None:
    order.responded_at = order.responded_at or asked.at


def _schedule(_book: OrderBook, order: BookOrder, asked: Asked) -> None:
    start, end = moment(asked.data, "window_start_at"), moment(asked.data, "window_end_at")
    if start is None or end is None or end <= start:
        raise errors.WINDOW_BACKWARDS("window_end_at must be later than window_start_at", path="/data/window_end_at")
    order.window_start_at, order.window_end_at = start, end
    order.responded_at = order.responded_at or asked.at


def _arrive(_book: OrderBook, order: BookOrder, asked: Asked) -> None:
    order.responded_at = order.responded_at or asked.at
    order.arrived_at = order.arrived_at or asked.at


def _hold(_book: OrderBook, order: BookOrder, asked: Asked) -> None:
    until = moment(asked.data, "until")
    order.status_before_hold = order.status
    order.hold_reason, order.hold_until = str(asked.data["reason"])[:64], until


def _complete(_book: OrderBook, order: BookOrder, asked: Asked) -> None:
    order.completed_at = asked.at


def _close(_book: OrderBook, order: BookOrder, asked: Asked) -> None:
    order.closed_at = asked.at


_EFFECTS = {
    Command.ASSIGN: _assign,
    Command.REASSIGN: _assign,
    Command.DECLINE: _leave,
    Command.PUT_BACK: _leave,
    Command.REOPEN: _leave,
    Command.ACCEPT: _accept,
    Command.SCHEDULE: _schedule,
    Command.ARRIVE: _arrive,
    Command.HOLD: _hold,
    Command.COMPLETE: _complete,
    Command.CLOSE: _close,
}


def moment(data: Mapping[str, Any], name: str) -> datetime | None:
    """Read an aware time from a command's data, ISO 8601 text or a datetime; None when it is not given.

    Raises Invalid (work_order.data_missing) with its path when it is not an aware time.
    """
    given = data.get(name)
    if given is None or (isinstance(given, datetime) and given.tzinfo is not None):
        return given
    read = parse_moment(given)
    if read is None:
        raise errors.DATA_MISSING(f"{name} must be a time with its zone", path=f"/data/{name}")
    return read
