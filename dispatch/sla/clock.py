"""What a service clock shows: one pure function of its events, the policies, and the moment at which somebody looks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from dispatch.sla.calendars import AroundTheClock, Calendar
from dispatch.sla.pauses import Pause, PauseRule, effective, end_all
from dispatch.sla.segments import Break, Segment, SegmentKind, cut, disjoint, moments

SECOND = timedelta(seconds=1)


class EventKind(StrEnum):
    """What may happen to a clock. A second `start` after a `stop` lets it go on: nothing is forgotten."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RETARGET = "retarget"
    STOP = "stop"
    BREACH = "breach"


DONE = "done"
"""The reason of a stop that keeps the promise; any other reason makes it void."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a clock runs against: so many seconds by a policy's calendar, or an agreed moment; neither is no promise yet."""

    policy_id: UUID | None = None
    target_seconds: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """A fact in the life of a clock, kept for ever. `at` is when it happened, `recorded_at` when we learnt of it; aware UTC.

    `key` names a pause, for its end and for its approval: a pause event with a known key and an `approver_id` is the
    approval. A resume without a key ends all pauses. `until` is when a pause ends by itself. `final` tells of a breach
    whether it is settled.
    """

    id: UUID
    kind: EventKind
    at: datetime
    recorded_at: datetime
    terms: Terms | None = None
    key: UUID | None = None
    reason: str | None = None
    approver_id: UUID | None = None
    until: datetime | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What a policy says about one clock: its calendar, its pauses by reason, and the thresholds in percent."""

    calendar: Calendar = field(default_factory=AroundTheClock)
    pauses: Mapping[str, PauseRule] = field(default_factory=dict)
    blue_percent: int = 50
    yellow_percent: int = 75


class ClockStatus(StrEnum):
    """What a clock is doing."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    VOID = "void"


class Colour(StrEnum):
    """How far a clock is: half gone (blue), nearly due (yellow), overdue (red)."""

    CLEAR = "clear"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class ClockState:
    """A clock as it stands at a moment. Whole seconds; `remaining_seconds` is below zero when it is overdue.

    `due_at` is the last moment in time if nothing more happens; None without a target, while a pause has no end, or when the
    calendar does not know that far: then `unknown_from` says from when on. A breach is provisional until it is settled.
    `next_look_at` is when the colour changes next by itself.
    """

    status: ClockStatus
    terms: Terms
    started_at: datetime
    stopped_at: datetime | None
    target_seconds: int | None
    elapsed_seconds: int
    paused_seconds: int
    remaining_seconds: int | None
    due_at: datetime | None
    colour: Colour
    breached_at: datetime | None
    is_settled: bool
    unknown_from: datetime | None
    next_look_at: datetime | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class _Period:
    """From `start` on these terms were in force, until `end` (None: they still are)."""

    terms: Terms
    start: datetime
    end: datetime | None


@dataclass
class _Life:
    """What the events come to, before any calendar is asked."""

    started_at: datetime
    terms: list[tuple[datetime, Terms]]
    pauses: list[Pause] = field(default_factory=list)
    stops: list[Break] = field(default_factory=list)
    stopped_at: datetime | None = None
    stop_reason: str | None = None
    breached_at: datetime | None = None


def evaluate(events: Iterable[ClockEvent], policies: Mapping[UUID | None, Rules], now: datetime) -> ClockState | None:
    """Say how a clock stands at a moment: a pure function, in which only what has happened by then counts.

    Returns None before the clock starts. A changed target counts from the same start. What was overdue under the terms in
    force stays overdue. Times are cut to whole seconds.
    """
    life = _live(events, floor(now))
    if life is None:
        return None
    now = max(floor(now), life.started_at)
    terms = life.terms[-1][1]
    rules = policies[terms.policy_id]
    breaks = _breaks(life, terms, rules)
    until = now if life.stopped_at is None else life.stopped_at
    segments = tuple(cut(rules.calendar, life.started_at, until, breaks))
    elapsed = _sum(segments, SegmentKind.RUNNING)
    target, amounts = _amounts(life.started_at, terms, rules)
    found, unknown_from = moments(rules.calendar, life.started_at, breaks, amounts)
    due_at = terms.due_at if terms.due_at is not None else (found[2] if target is not None else None)
    breached_at = _breached_at(life, policies, now)
    return ClockState(
        _status(life, breaks, now),
        terms,
        life.started_at,
        life.stopped_at,
        target,
        elapsed,
        _sum(segments, SegmentKind.PAUSED),
        None if target is None else target - elapsed,
        due_at,
        _colour(elapsed, amounts, breached_at),
        breached_at,
        life.breached_at is not None,
        _unknown(segments, unknown_from),
        _next_look(life, now, [*found[:2], due_at] if target is not None else [], unknown_from),
        segments,
    )


def floor(moment: datetime) -> datetime:
    """Cut a moment to its whole second."""
    return moment.replace(microsecond=0)


def _live(events: Iterable[ClockEvent], now: datetime) -> _Life | None:
    """Tell the life of a clock from its events, by the time at which they happened."""
    past = sorted(
        (one for one in events if floor(one.at) <= now), key=lambda one: (floor(one.at), one.recorded_at, one.id)
    )
    first = next((one for one in past if one.kind is EventKind.START), None)
    if first is None:
        return None
    begun = floor(first.at)
    life = _Life(begun, [(begun, first.terms or Terms())])
    open_pauses: dict[UUID | None, Pause] = {}
    done: dict[UUID | None, Pause] = {}

    def close(key: UUID | None, at: datetime) -> None:
        done[key] = end_all([open_pauses.pop(key)], at)[0]

    for event in past:
        at = max(floor(event.at), begun)
        if event.kind is EventKind.BREACH:
            life.breached_at = at if event.final and life.breached_at is None else life.breached_at
        elif event.kind is EventKind.RETARGET and event.terms is not None:
            life.terms.append((at, event.terms))
        elif event.kind is EventKind.PAUSE:
            _pause(event, at, life, open_pauses, done)
        elif event.kind is EventKind.RESUME:
            for key in [event.key] if event.key is not None else list(open_pauses):
                if key in open_pauses:
                    close(key, at)
        elif event.kind is EventKind.STOP and life.stopped_at is None:
            for key in list(open_pauses):
                close(key, at)
            life.stopped_at, life.stop_reason = at, event.reason
        elif event.kind is EventKind.START and event is not first and life.stopped_at is not None:
            life.stops.append(Break(life.stopped_at, at, SegmentKind.STOPPED, life.stop_reason))
            life.stopped_at = life.stop_reason = None
            if event.terms is not None:
                life.terms.append((at, event.terms))
    life.pauses = [*done.values(), *open_pauses.values()]
    return life


def _pause(
    event: ClockEvent,
    at: datetime,
    life: _Life,
    open_pauses: dict[UUID | None, Pause],
    done: dict[UUID | None, Pause],
) -> None:
    """Begin a pause; or, with the key of one that is known, note who approved of it and perhaps until when it may last."""
    key = event.key or event.id
    for known in (open_pauses, done):
        if key in known:
            old = known[key]
            end = old.end
            if event.until is not None and known is open_pauses:
                end = max(at, floor(event.until))
            known[key] = Pause(old.start, end, old.reason, event.approver_id or old.approver_id)
            return
    if life.stopped_at is None:
        until = None if event.until is None else max(at, floor(event.until))
        open_pauses[key] = Pause(at, until, event.reason, event.approver_id)


def _breaks(life: _Life, terms: Terms, rules: Rules) -> list[Break]:
    """Return when the clock does not run. An agreed moment is kept or not, whatever pauses meanwhile."""
    pauses = [] if terms.due_at is not None else effective(life.pauses, rules.pauses)
    return disjoint([*life.stops, *pauses])


def _amounts(start: datetime, terms: Terms, rules: Rules) -> tuple[int | None, list[int]]:
    """Return the target in seconds, and what is gone when the clock turns blue, yellow and red."""
    target = terms.target_seconds
    if terms.due_at is not None:
        target = _sum(cut(rules.calendar, start, terms.due_at, ()), SegmentKind.RUNNING)
    if target is None:
        return None, []
    return target, sorted([-(-target * rules.blue_percent // 100), -(-target * rules.yellow_percent // 100), target])


def _breached_at(life: _Life, policies: Mapping[UUID | None, Rules], now: datetime) -> datetime | None:
    """Return since when the clock is overdue: the first moment after the due one of the terms that were in force then.

    Terms that are past when they come into force are broken from that moment on, not before: nobody had promised them.
    """
    if life.breached_at is not None:
        return life.breached_at
    ends = [at for at, _ in life.terms[1:]] + [None]
    for (start, terms), end in zip(life.terms, ends, strict=True):
        broken = _broken_at(life, _Period(terms, start, end), policies[terms.policy_id], now)
        if broken is not None:
            return broken
    return None


def _broken_at(life: _Life, period: _Period, rules: Rules, now: datetime) -> datetime | None:
    breaks = _breaks(life, period.terms, rules)
    if period.terms.due_at is not None:
        due = period.terms.due_at
    elif period.terms.target_seconds is not None:
        found, _ = moments(rules.calendar, life.started_at, breaks, [period.terms.target_seconds])
        if found[0] is None:
            return None
        due = found[0]
    else:
        return None
    at = max(due + SECOND, period.start)
    over = now if life.stopped_at is None else life.stopped_at
    if at > over or (period.end is not None and at >= period.end):
        return None
    # A moment that passes, or terms that get shorter, while the work is done break nothing until somebody finds that it was not.
    while (
        reopened := next(
            (one.end for one in life.stops if one.start < at and one.end is not None and at < one.end), None
        )
    ) is not None:
        at = reopened
    return at if at <= over and (period.end is None or at < period.end) else None


def _sum(segments: Iterable[Segment], kind: SegmentKind) -> int:
    return sum(one.seconds for one in segments if one.kind is kind)


def _colour(elapsed: int, amounts: Sequence[int], breached_at: datetime | None) -> Colour:
    if breached_at is not None:
        return Colour.RED
    if not amounts:
        return Colour.CLEAR
    blue, yellow, _ = amounts
    if elapsed >= yellow:
        return Colour.YELLOW
    return Colour.BLUE if elapsed >= blue else Colour.CLEAR


def _status(life: _Life, breaks: Sequence[Break], now: datetime) -> ClockStatus:
    if life.stopped_at is not None:
        return ClockStatus.STOPPED if life.stop_reason == DONE else ClockStatus.VOID
    if any(one.start <= now and (one.end is None or now < one.end) for one in breaks):
        return ClockStatus.PAUSED
    return ClockStatus.RUNNING


def _unknown(segments: Sequence[Segment], ahead: datetime | None) -> datetime | None:
    return next((one.start for one in segments if one.kind is SegmentKind.UNKNOWN), ahead)


def _next_look(
    life: _Life, now: datetime, changes: Sequence[datetime | None], unknown_from: datetime | None
) -> datetime | None:
    """Return when the clock's colour changes next, or when its calendar has to be asked again."""
    if life.stopped_at is not None:
        return None
    blue, yellow, due = changes if changes else (None, None, None)
    ahead = [blue, yellow, None if due is None else due + SECOND, unknown_from]
    return min((moment for moment in ahead if moment is not None and moment > now), default=None)
