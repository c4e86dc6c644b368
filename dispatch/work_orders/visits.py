"""What becomes of the visits of one order as it is told what happened to it: pure, on the visits that it has."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dispatch.work_orders.visit_facts import VisitFact, VisitKind
from dispatch.work_orders.windows import AgreedChannel, RequestedBy, Window
from kernel.identifiers import MintId


class VisitState(StrEnum):
    """The life of an appointment; a missed one is kept after all when it turns out that somebody came."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    KEPT = "kept"
    MISSED = "missed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


LIVE = frozenset({VisitState.PROPOSED, VisitState.AGREED, VisitState.MISSED})
"""What may still change."""
ANOTHER_WINDOW = "another_window"


@dataclass(slots=True)
class Visit:
    """An appointment. `fresh` tells that it is not stored yet."""

    id: UUID
    work_order_id: UUID
    technician_id: UUID | None
    state: VisitState
    start_at: datetime
    end_at: datetime
    predecessor_id: UUID | None = None
    agreed_with: str | None = None
    channel: AgreedChannel | None = None
    requested_by: RequestedBy | None = None
    recorded_by: UUID | None = None
    agreed_at: datetime | None = None
    arrived_at: datetime | None = None
    is_late: bool = False
    reason: str | None = None
    note: str | None = None
    revision: int = 0
    fresh: bool = False


@dataclass
class VisitBook:
    """The visits of some orders that may still change, and those that did."""

    mint_id: MintId
    visits: dict[UUID, list[Visit]] = field(default_factory=dict)
    changed: dict[UUID, Visit] = field(default_factory=dict)

    def know(self, visits: Iterable[Visit]) -> None:
        """Take in visits that are stored."""
        for visit in visits:
            self.visits.setdefault(visit.work_order_id, []).append(visit)

    def note(self, fact: VisitFact) -> None:
        """Let a fact take effect on the visits of its order."""
        live = [one for one in self.visits.get(fact.order_id, ()) if one.state in LIVE]
        if fact.kind is VisitKind.AGREED and fact.window is not None:
            self._agree(fact, fact.window, live)
        elif fact.kind is VisitKind.ARRIVED:
            self._arrive(fact, live)
        elif fact.kind is VisitKind.ENDED:
            for visit in live:
                if visit.state is not VisitState.MISSED:
                    self._end(visit, VisitState.CANCELLED, fact)
        else:
            for visit in live:
                if visit.state is not VisitState.MISSED:
                    visit.technician_id = fact.technician_id
                    self.changed[visit.id] = visit

    def _agree(self, fact: VisitFact, window: Window, live: list[Visit]) -> None:
        """Agree on a window: from a proposal, or anew. The one before it is moved, other proposals are dropped."""
        before = _latest(one for one in live if one.state is not VisitState.PROPOSED)
        proposal = next((one for one in live if one.state is VisitState.PROPOSED and one.id == fact.proposal_id), None)
        for visit in live:
            if visit.state is VisitState.AGREED:
                self._end(visit, VisitState.RESCHEDULED, fact)
            elif visit.state is VisitState.PROPOSED and visit is not proposal:
                self._end(visit, VisitState.CANCELLED, fact, ANOTHER_WINDOW)
        visit = proposal or Visit(
            self.mint_id(), fact.order_id, None, VisitState.AGREED, window.start_at, window.end_at, fresh=True
        )
        visit.state, visit.technician_id = VisitState.AGREED, fact.technician_id
        visit.start_at, visit.end_at = window.start_at, window.end_at
        visit.predecessor_id = None if before is None else before.id
        visit.agreed_with = fact.agreement.with_whom or visit.agreed_with
        visit.channel = fact.agreement.channel or visit.channel
        visit.requested_by = fact.agreement.requested_by or visit.requested_by
        visit.recorded_by, visit.agreed_at = fact.user_id, fact.at
        if proposal is None:
            self.visits.setdefault(fact.order_id, []).append(visit)
        self.changed[visit.id] = visit

    def _arrive(self, fact: VisitFact, live: list[Visit]) -> None:
        visit = _latest(one for one in live if one.state is not VisitState.PROPOSED)
        if visit is None:
            return
        visit.state, visit.technician_id = VisitState.KEPT, fact.technician_id
        visit.arrived_at, visit.is_late = fact.at, fact.at > visit.end_at
        self.changed[visit.id] = visit

    def _end(self, visit: Visit, state: VisitState, fact: VisitFact, reason: str | None = None) -> None:
        visit.state, visit.reason, visit.note = state, reason or fact.reason, fact.note
        self.changed[visit.id] = visit


def _latest(visits: Iterable[Visit]) -> Visit | None:
    return max(visits, key=lambda one: (one.agreed_at is not None, one.agreed_at, one.id), default=None)
