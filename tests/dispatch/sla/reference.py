"""A clock worked out with pencil and paper: minute by minute, and nothing clever. All times are whole minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dispatch.sla.clock import ClockEvent, EventKind, Rules, Terms
from dispatch.sla.pauses import Approval, PauseRule

MINUTE, SECOND, DAY = timedelta(minutes=1), timedelta(seconds=1), timedelta(days=1)


@dataclass(frozen=True)
class Wall:
    """Working hours by the wall clock: minutes of the day for each weekday, the exceptions by date, and the zone."""

    zone: ZoneInfo
    week: Mapping[int, Sequence[tuple[int, int]]]
    days: Mapping[date, bool]
    made_up: Sequence[tuple[int, int]] = ()

    def hours(self, day: date) -> Sequence[tuple[int, int]]:
        works = self.days.get(day)
        if works is None:
            return self.week.get(day.weekday(), ())
        return self.made_up if works else ()

    def works(self, moment: datetime) -> bool:
        reading = moment.astimezone(self.zone)
        minute = reading.hour * 60 + reading.minute
        today, yesterday = self.hours(reading.date()), self.hours(reading.date() - DAY)
        return any(a <= minute < b for a, b in today) or any(a <= minute + 1440 < b for a, b in yesterday)


class AlwaysOpen:
    def works(self, _moment: datetime) -> bool:
        return True


@dataclass
class Hold:
    start: datetime
    end: datetime | None
    reason: str | None
    approved: bool
    over: bool = False


@dataclass
class Result:
    elapsed: int
    paused: int
    breached_at: datetime | None
    red: bool


def walk(
    events: Sequence[ClockEvent],
    rules: Mapping[UUID | None, Rules],
    walls: Mapping[UUID | None, Wall | AlwaysOpen],
    now: datetime,
) -> Result:
    """Walk from the start to now, one minute at a time."""
    past = sorted((one for one in events if one.at <= now), key=lambda one: (one.at, one.recorded_at, one.id))
    start = next(one for one in past if one.kind is EventKind.START).at
    holds, stopped, terms_at, settled = _read(past, start)
    last = terms_at[-1][1]
    end = stopped[-1][0] if stopped and stopped[-1][1] is None else now
    elapsed, paused = _count(start, end, last, holds, stopped, rules, walls)
    breached = settled or _first_breach(start, end, terms_at, holds, stopped, rules, walls)
    return Result(elapsed * 60, paused * 60, breached, breached is not None)


def _read(
    past: Sequence[ClockEvent], start: datetime
) -> tuple[dict[UUID, Hold], list[tuple[datetime, datetime | None]], list[tuple[datetime, Terms]], datetime | None]:
    holds: dict[UUID, Hold] = {}
    stopped: list[tuple[datetime, datetime | None]] = []
    terms_at: list[tuple[datetime, Terms]] = []
    settled = None
    for one in past:
        at = max(one.at, start)
        is_stopped = bool(stopped) and stopped[-1][1] is None
        if one.kind is EventKind.START:
            if not terms_at:
                terms_at.append((at, one.terms or Terms()))
            elif is_stopped:
                stopped[-1] = (stopped[-1][0], at)
                if one.terms is not None:
                    terms_at.append((at, one.terms))
        elif one.kind is EventKind.RETARGET:
            assert one.terms is not None
            if not terms_at:
                first = next(each for each in past if each.kind is EventKind.START)
                terms_at.append((start, first.terms or Terms()))
            terms_at.append((at, one.terms))
        elif one.kind is EventKind.BREACH and one.final and settled is None:
            settled = at
        elif one.kind is EventKind.PAUSE:
            key = one.key or one.id
            if key in holds:
                holds[key].approved = holds[key].approved or one.approver_id is not None
                if one.until is not None and not holds[key].over:
                    holds[key].end = max(at, one.until)
            elif not is_stopped:
                holds[key] = Hold(at, one.until and max(at, one.until), one.reason, one.approver_id is not None)
        elif one.kind is EventKind.RESUME or (one.kind is EventKind.STOP and not is_stopped):
            for key, hold in holds.items():
                named = one.kind is EventKind.STOP or one.key in (None, key)
                if named and not hold.over and (hold.end is None or hold.end > at):
                    hold.end = at
                hold.over = hold.over or named
            if one.kind is EventKind.STOP:
                stopped.append((at, None))
    return holds, stopped, terms_at, settled


def _paused_minutes(holds: Mapping[UUID, Hold], rules: Mapping[str, PauseRule], until: datetime) -> set[datetime]:
    minutes: set[datetime] = set()
    used: dict[str, int] = {}
    for hold in sorted(holds.values(), key=lambda one: one.start):
        rule = rules.get(hold.reason or "")
        if rule is None or (rule.approval is Approval.ALWAYS and not hold.approved):
            continue
        free = hold.approved and rule.approval is not Approval.NEVER
        at, lasted = hold.start, 0
        while at < until and (hold.end is None or at < hold.end):
            too_long = rule.longest_minutes is not None and lasted >= rule.longest_minutes
            too_much = rule.total_minutes is not None and used.get(rule.reason, 0) >= rule.total_minutes
            if not free and (too_long or too_much):
                break
            minutes.add(at)
            used[rule.reason] = used.get(rule.reason, 0) + 1
            lasted, at = lasted + 1, at + MINUTE
    return minutes


def _is_stopped(at: datetime, stopped: Sequence[tuple[datetime, datetime | None]]) -> bool:
    return any(start <= at and (end is None or at < end) for start, end in stopped)


def _count(start, end, terms, holds, stopped, rules, walls):
    paused_minutes = set() if terms.due_at is not None else _paused_minutes(holds, rules[terms.policy_id].pauses, end)
    wall = walls[terms.policy_id]
    elapsed = paused = 0
    at = start
    while at < end:
        if _is_stopped(at, stopped):
            pass
        elif at in paused_minutes:
            paused += 1
        elif wall.works(at):
            elapsed += 1
        at += MINUTE
    return elapsed, paused


def _first_breach(start, end, terms_at, holds, stopped, rules, walls):
    """Go through the terms one after the other; under each, count from the very start as if they had always been so."""
    for nth, (begins, terms) in enumerate(terms_at):
        ends = terms_at[nth + 1][0] if nth + 1 < len(terms_at) else None
        paused_minutes = (
            set() if terms.due_at is not None else _paused_minutes(holds, rules[terms.policy_id].pauses, end)
        )
        wall = walls[terms.policy_id]
        counted = 0
        at = start
        while at <= end:
            in_force = begins <= at and (ends is None or at < ends)
            runs = at < end and not _is_stopped(at, stopped) and at not in paused_minutes and wall.works(at)
            # Work that counts as done is late only once it goes on.
            goes_on = in_force and not _is_stopped(at, [s for s in stopped if s[1] and s[0] < at])
            if terms.due_at is not None:
                if goes_on and at > terms.due_at:
                    return at
                if in_force and at == terms.due_at and at < end and not _is_stopped(at, stopped):
                    return at + SECOND
            elif terms.target_seconds is not None:
                if goes_on and counted * 60 > terms.target_seconds:
                    return at
                if in_force and counted * 60 == terms.target_seconds and runs:
                    return at + SECOND
            counted += runs
            at += MINUTE
    return None
