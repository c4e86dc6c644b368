"""The clocks of one transaction, in memory: what happens to orders becomes events of clocks, written together at the end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from dispatch.sla.calendars import AroundTheClock, Calendar
from dispatch.sla.clock import ClockEvent, ClockState, EventKind, Rules, Terms, evaluate
from dispatch.sla.deadline import DEFAULTS, Priority, Targets
from dispatch.sla.notices import Notice
from dispatch.sla.pauses import ClockName
from dispatch.sla.policies import Policy, PolicyHistory
from dispatch.sla.policy_rules import PolicyRules
from dispatch.territory.pilots import PilotHistory
from kernel.identifiers import MintId

ClockKey = tuple[UUID, ClockName]


@dataclass(frozen=True)
class LoadedPolicies:
    """The policies of some regions, ready for clocks: their history, and for each what it says about each clock."""

    histories: Mapping[UUID, PolicyHistory]
    by_id: Mapping[UUID | None, PolicyRules]
    rules: Mapping[ClockName, Mapping[UUID | None, Rules]]

    @classmethod
    def of(
        cls,
        policies: Mapping[UUID, Iterable[Policy]],
        calendars: Mapping[UUID, Calendar],
        pilots: PilotHistory | None = None,
    ) -> Self:
        """Gather policies by region with their calendars; one without a calendar runs round the clock."""
        flat = [one for each in policies.values() for one in each]
        always = AroundTheClock()
        by_id: dict[UUID | None, PolicyRules] = {None: PolicyRules()} | {one.id: one.rules for one in flat}
        chosen = {one.id: calendars[one.calendar_id] if one.calendar_id else always for one in flat}
        rules = {
            clock: {key: one.for_clock(clock, chosen.get(key, always) if key else always) for key, one in by_id.items()}
            for clock in ClockName
        }
        return cls({key: PolicyHistory.of(each, pilots) for key, each in policies.items()}, by_id, rules)

    @property
    def ask_for_class(self) -> bool:
        """Whether any policy is for one class of customers only."""
        return any(
            one.customer_class for each in self.histories.values() for tier in each.tiers.values() for one in tier
        )

    def choose(self, promise: "Promise") -> tuple[UUID | None, Targets]:
        """Return the policy for an order and its times; the defaults where the region has none."""
        history = self.histories.get(promise.region_id)
        found = history and history.in_force(
            promise.priority, promise.policy_at, promise.work_type, promise.customer_class, promise.zone_id
        )
        return (found.id, found.targets) if found else (None, DEFAULTS[promise.priority])


@dataclass(frozen=True, slots=True)
class Promise:
    """What decides about the times of an order: where, what, for whom, and at which moment the policy is chosen.

    Work that was planned has `due_at` instead of times: nobody waits for an answer, and arrival and solution are due then.
    """

    region_id: UUID
    priority: Priority
    work_type: str
    customer_class: str | None
    policy_at: datetime
    zone_id: UUID | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockFact:
    """Something that happened to an order and concerns its clocks. `at` is when it happened; `clocks` those it concerns.

    With `promise` it starts the clocks, or changes the terms of those that run, at `changed_at`; with `window_end_at` a visit
    was agreed, and `by_customer` tells by whose wish.
    """

    order_id: UUID
    kind: EventKind
    at: datetime
    user_id: UUID
    clocks: frozenset[ClockName] = frozenset(ClockName)
    reason: str | None = None
    key: UUID | None = None
    approver_id: UUID | None = None
    until: datetime | None = None
    promise: Promise | None = None
    window_end_at: datetime | None = None
    by_customer: bool = False
    changed_at: datetime | None = None


@dataclass(slots=True)
class ClockRow:
    """What is kept of a clock beside its events."""

    region_id: UUID
    noticed: Notice = Notice.NONE
    coordinator_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be written."""

    order_id: UUID
    clock: ClockName
    user_id: UUID
    event: ClockEvent


@dataclass
class ClockBook:
    """Clocks by order and name with all their events, and what is new since the book was opened."""

    policies: LoadedPolicies
    now: datetime
    events: dict[ClockKey, list[ClockEvent]] = field(default_factory=dict)
    rows: dict[ClockKey, ClockRow] = field(default_factory=dict)
    new: list[NewEvent] = field(default_factory=list)
    touched: dict[ClockKey, None] = field(default_factory=dict)

    def know(self, order_id: UUID, clock: ClockName, event: ClockEvent) -> None:
        """Take in an event that is stored."""
        self.events.setdefault((order_id, clock), []).append(event)

    def know_row(
        self, order_id: UUID, clock: ClockName, region_id: UUID, noticed: str, coordinator_id: UUID | None
    ) -> None:
        """Take in what is stored beside the events."""
        self.rows[order_id, clock] = ClockRow(region_id, Notice(noticed), coordinator_id)

    def state(self, order_id: UUID, clock: ClockName) -> ClockState | None:
        """Return how a clock stands now; None when the order has none of this name."""
        events = self.events.get((order_id, clock))
        return None if events is None else evaluate(events, self.policies.rules[clock], self.now)

    def states(self, order_id: UUID) -> dict[ClockName, ClockState]:
        """Return how all clocks of an order stand now."""
        found = {clock: self.state(order_id, clock) for clock in ClockName}
        return {clock: state for clock, state in found.items() if state is not None}

    def policy_of(self, order_id: UUID, clock: ClockName) -> PolicyRules:
        """Return the rules of the policy that a clock runs by."""
        state = self.state(order_id, clock)
        return self.policies.by_id[None if state is None else state.terms.policy_id]

    def add(self, order_id: UUID, clock: ClockName, user_id: UUID, event: ClockEvent) -> None:
        """Write a new event."""
        self.know(order_id, clock, event)
        self.new.append(NewEvent(order_id, clock, user_id, event))
        self.touched[order_id, clock] = None

    def forget(self, order_id: UUID) -> None:
        """Drop the clocks of an order that were started in this book."""
        for clock in ClockName:
            self.events.pop((order_id, clock), None)
            self.touched.pop((order_id, clock), None)
        self.new = [one for one in self.new if one.order_id != order_id]

    def note(self, fact: ClockFact, mint_id: MintId) -> None:
        """Let a fact take effect on the clocks of its order. A clock that the order does not have is passed over."""
        if fact.promise is not None:
            self._promise(fact, fact.promise, mint_id)
            return
        for clock in ClockName:
            if clock not in fact.clocks or (fact.order_id, clock) not in self.events:
                continue
            terms = None
            if fact.kind is EventKind.RETARGET:
                terms = self._appointment(fact, clock)
                if terms is None:
                    continue
            if fact.kind is EventKind.PAUSE and fact.key is None:
                fact = self._approval(fact, clock)
            self.add(fact.order_id, clock, fact.user_id, self._event(fact, mint_id, fact.kind, fact.at, terms))

    def _approval(self, fact: ClockFact, clock: ClockName) -> ClockFact:
        """Let an approval that names no pause be for the one that began last."""
        pauses = [one for one in self.events[fact.order_id, clock] if one.kind is EventKind.PAUSE]
        last = max(pauses, key=lambda one: (one.at, one.recorded_at), default=None)
        return fact if last is None else replace(fact, key=last.key)

    def _promise(self, fact: ClockFact, promise: Promise, mint_id: MintId) -> None:
        """Start the clocks of an order; or, when they run, change their terms and keep their start.

        The visit has a clock from the start even without a target: an appointment may give it one.
        """
        policy_id, targets = self.policies.choose(promise)
        minutes = {
            ClockName.RESPOND: targets.respond_minutes,
            ClockName.ARRIVE: targets.arrive_minutes,
            ClockName.RESOLVE: targets.resolve_minutes,
        }
        known = self.states(fact.order_id)
        started = [state.started_at for state in known.values()]
        solution = known.get(ClockName.RESOLVE)
        if solution is not None and solution.terms.due_at is not None:
            return  # the moment of planned work stays, whatever tier it is put into
        for clock, amount in minutes.items():
            if clock not in fact.clocks or (promise.due_at is not None and clock is ClockName.RESPOND):
                continue
            terms = Terms(policy_id, None if amount is None else amount * 60)
            if promise.due_at is not None:
                terms = Terms(policy_id, None, promise.due_at)
            if (fact.order_id, clock) in self.events:
                kept = self._kept_appointment(fact.order_id, clock, terms)
                event = self._event(fact, mint_id, EventKind.RETARGET, fact.changed_at or fact.at, kept)
            elif terms.due_at is None and amount is None and clock is not ClockName.ARRIVE:
                continue
            else:
                self.rows[fact.order_id, clock] = ClockRow(promise.region_id)
                event = self._event(fact, mint_id, EventKind.START, min(started, default=fact.at), terms)
            self.add(fact.order_id, clock, fact.user_id, event)

    def _kept_appointment(self, order_id: UUID, clock: ClockName, terms: Terms) -> Terms:
        """Keep what was agreed with the customer where the new policy sets no time of its own."""
        state = self.state(order_id, clock)
        if state is None or terms.target_seconds is not None or state.terms.due_at is None:
            return terms
        return Terms(terms.policy_id, None, state.terms.due_at)

    def _appointment(self, fact: ClockFact, clock: ClockName) -> Terms | None:
        """Return the terms after an appointment: the first where the policy sets no time, later ones by the customer's wish."""
        state = self.state(fact.order_id, clock)
        if state is None:
            return None
        first = state.terms.target_seconds is None and state.terms.due_at is None
        if first or (fact.by_customer and self.policies.by_id[state.terms.policy_id].follow_customer):
            return Terms(state.terms.policy_id, None, fact.window_end_at)
        return None

    def _event(
        self, fact: ClockFact, mint_id: MintId, kind: EventKind, at: datetime, terms: Terms | None
    ) -> ClockEvent:
        return ClockEvent(mint_id(), kind, at, self.now, terms, fact.key, fact.reason, fact.approver_id, fact.until)
