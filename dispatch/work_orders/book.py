"""The orders of one transaction, in memory: commands and facts change them here, and are written together at the end.

The same book serves one command over HTTP and hundreds of ops from phones, so there is one truth about what is legal. Each
method checks before it changes anything: one that raises leaves the book as it was.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from dispatch.sla.book import ClockFact, Promise
from dispatch.sla.clock import EventKind
from dispatch.sla.deadline import Priority
from dispatch.work_orders import errors
from dispatch.work_orders.clock_facts import facts_of
from dispatch.work_orders.crew import DISSOLVE, LED, Crews, Stint, stays
from dispatch.work_orders.effects import EFFECTS, keep_or_let_go, technician_of, window_of, with_reason
from dispatch.work_orders.lifecycle import DONE, Asked, Command, Evidence, Status, Transition, decide
from dispatch.work_orders.reasons import KIND_OF
from dispatch.work_orders.records import Assignment as Assignment
from dispatch.work_orders.records import BookOrder as BookOrder
from dispatch.work_orders.records import Entry as Entry
from dispatch.work_orders.surroundings import Surroundings
from dispatch.work_orders.visit_facts import VisitFact, visit_facts_of
from dispatch.work_orders.windows import moment as moment
from kernel.identifiers import MintId

GIVES = frozenset({Command.ASSIGN, Command.REASSIGN})
TAKES_BACK = frozenset({Command.DECLINE, Command.PUT_BACK, Command.REOPEN})
ARRIVED_OR_OVER = DONE | {Status.ON_SITE, Status.IN_PROGRESS}


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
    # What becomes of the visits that were agreed.
    visit_facts: list[VisitFact] = field(default_factory=list)
    around: Surroundings = field(default_factory=Surroundings)

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
        asked = self._understood(order, asked, entry)
        crew_stays = self._crew_stays(order, asked)
        had_window = window_of(order) is not None
        change = EFFECTS.get(asked.command)
        if change is not None:
            change(order, asked, self.around, entry)
        if asked.command in GIVES:
            self._give(order, asked, technician_of(asked))
        elif asked.command in TAKES_BACK:
            self._take_back(order, asked.at, _why(asked))
        if not crew_stays:
            self._dissolve(order, asked.at, _why(asked))
        self._move(order, transition, entry.recorded_at)
        entry.data = {
            **entry.data,
            "from": transition.source.value,
            "to": transition.target.value,
            "version": order.version,
        }
        self.entries.append(entry)
        self.clock_facts += self._clock_facts(order, asked, transition, entry)
        self.visit_facts += visit_facts_of(order, asked, had_window)
        return transition

    def _crew_stays(self, order: BookOrder, asked: Asked) -> bool:
        if asked.command in GIVES:
            return stays(self.crews.members(order.id), asked.command, asked.data.get("crew"))
        return asked.command is not Command.REOPEN and (
            asked.command not in TAKES_BACK or asked.data.get("crew") != DISSOLVE
        )

    def _understood(self, order: BookOrder, asked: Asked, entry: Entry) -> Asked:
        """Return the command with its reason as the catalogue knows it; the entry keeps that, and the words."""
        kind = KIND_OF.get(asked.command)
        if kind is None or asked.data.get("reason") in (None, ""):
            return asked
        data, flags = with_reason(order, asked, self.around, entry.data, kind)
        entry.data = {**entry.data, **{name: data[name] for name in ("reason", "note") if data[name] is not None}}
        entry.flags = (*entry.flags, *flags)
        return replace(asked, data=data)

    def _move(self, order: BookOrder, transition: Transition, known_at: datetime) -> None:
        """Put an order into its new state, and clear what belonged to the one that it left."""
        if transition.source is Status.ON_HOLD:
            order.status_before_hold = order.hold_reason = order.hold_until = None
        if transition.source is Status.EN_ROUTE:
            order.eta_at = None
        if transition.source in DONE and transition.target not in DONE:
            order.completed_at = order.closed_at = order.follow_up = None
        if transition.target not in (Status.COMPLETED, Status.UNABLE_TO_COMPLETE):
            order.closes_at = None
        order.status = transition.target
        keep_or_let_go(order, self.around, known_at)
        order.version += 1
        self.changed[order.id] = order
        booked = None if order.status in ARRIVED_OR_OVER else window_of(order)
        self.around.enter(order.assignee_id, order.id, booked, travelling=order.status is Status.EN_ROUTE)

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

    def approve_hold(self, order_id: UUID, entry: Entry, until: datetime | None = None) -> None:
        """Note that somebody approves of an order's present hold, for its clocks and on the timeline.

        With `until` it lasts as long as that, also beyond the region's limit; without, as long as it was to last.

        Raises NotFound (work_order.unknown), Conflict (work_order.illegal) when it is not on hold.
        """
        order = self.find(order_id)
        if order.status is not Status.ON_HOLD:
            raise errors.ILLEGAL("the order is not on hold", status_now=order.status.value)
        if until is not None and until <= entry.effective_at:
            raise errors.HOLD_BACKWARDS("until must lie ahead", path="/until")
        self.entries.append(entry)
        if until is not None:
            order.hold_until = until
            order.version += 1
            self.changed[order.id] = order
        self.clock_facts.append(
            ClockFact(
                order.id,
                EventKind.PAUSE,
                entry.effective_at,
                entry.user_id,
                reason=order.hold_reason,
                approver_id=entry.user_id,
                until=until,
            )
        )

    def _clock_facts(self, order: BookOrder, asked: Asked, transition: Transition, entry: Entry) -> list[ClockFact]:
        if asked.command is Command.SUBMIT:
            return [self._start(order, asked.at, asked.user_id)]
        until = order.hold_until if asked.data.get("until") else None
        return facts_of(order.id, asked, transition, entry.id, order.window_end_at, until)

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
        reason = _why(asked)
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


def _why(asked: Asked) -> str | None:
    """Return the reason of a command with the words beside it, in one line."""
    given = [str(asked.data[name]) for name in ("reason", "note") if asked.data.get(name)]
    return ": ".join(given)[:200] or None
