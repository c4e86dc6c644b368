"""What happened at a station over the last weeks, order by order, made up from a seed; pure, and relative to one moment."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from cli.demo import work
from cli.demo.places import TIMEZONE
from cli.demo.work import WorkKind
from dispatch.sla.deadline import DEFAULTS, Priority
from dispatch.work_orders.lifecycle import Command, Status
from dispatch.work_orders.rules import OrderRules

S, C = Status, Command
DAYS = 28
DECLINES = OrderRules().declines_before_escalation
SLOW = 0.13
"""The part of the orders that somebody was too slow with."""
LONGEST_WAIT_HOURS = 20


class Act(StrEnum):
    """What people do at an order besides commanding it."""

    CHECK = "check"
    EXECUTE = "execute"
    SIGN = "sign"
    REFUSE = "refuse"
    NOTE = "note"
    ACTION = "action"


@dataclass(frozen=True)
class Beat:
    """One thing that somebody does: a command with its data, or an act. `by` is a login."""

    at: datetime
    what: Command | Act
    by: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """The life of one order. `zone` is a code, `customer` counts the customers of that zone, `agent` is who took the call."""

    key: str
    zone: str
    customer: int
    kind: WorkKind
    priority: Priority
    title: str
    description: str
    received_at: datetime
    agent: str
    ending: Status
    beats: tuple[Beat, ...]


@dataclass(frozen=True)
class Cast:
    """Who acts: the logins of the agent, of the station's manager, and per zone of its group's leader and its technicians.

    The first technician of a zone answers for it; the others are of the same group. `skills` are those of each technician.
    """

    agent: str
    manager: str
    leaders: dict[str, str]
    technicians: dict[str, tuple[str, ...]]
    skills: dict[str, frozenset[str]]


LIVE: dict[Status, int] = {
    S.DRAFT: 3,
    S.OPEN: 12,
    S.ASSIGNED: 16,
    S.ACCEPTED: 14,
    S.SCHEDULED: 11,
    S.EN_ROUTE: 3,
    S.ON_SITE: 2,
    S.IN_PROGRESS: 5,
    S.ON_HOLD: 7,
    S.COMPLETED: 14,
    S.UNABLE_TO_COMPLETE: 4,
}
"""How many orders are in the midst of their life now; those under way have a technician each."""
UNDER_WAY = (S.EN_ROUTE, S.ON_SITE, S.IN_PROGRESS)

PAST: tuple[tuple[Status, int], ...] = ((S.CLOSED, 84), (S.COMPLETED, 6), (S.CANCELLED, 7), (S.UNABLE_TO_COMPLETE, 3))
"""How the orders of the past days ended, in per cent."""


def tell(seed: str, now: datetime, cast: Cast, *, past: int, live: dict[Status, int]) -> list[Story]:
    """Make up the stories of a station as of a moment (aware): `past` ones of the last weeks, and those of today by state."""
    rng = random.Random(seed)  # noqa: S311 - a story that is the same every time, not a secret
    teller = _Teller(rng, now, cast)
    zones = list(cast.technicians)
    stories = []
    endings, weights = zip(*PAST, strict=True)
    for number in range(past):
        ending = rng.choices(endings, weights)[0]
        stories.append(teller.past(f"{seed}-past-{number}", rng.choice(zones), ending))
    busy: set[str] = set()
    for ending, count in live.items():
        stories += [teller.live(f"{seed}-{ending}-{number}", zones, ending, busy) for number in range(count)]
    return sorted(stories, key=lambda story: (story.received_at, story.key))


@dataclass
class _Teller:
    rng: random.Random
    now: datetime
    cast: Cast

    def past(self, key: str, zone: str, ending: Status) -> Story:
        """An order received by day in the last weeks, and over by now."""
        day = self.now.astimezone(ZoneInfo(TIMEZONE)) - timedelta(days=self.rng.randint(4, DAYS))
        minute = timedelta(hours=7, minutes=self.rng.randint(30, 12 * 60))
        received = day.replace(hour=0, minute=0, second=self.rng.randrange(60), microsecond=0) + minute
        return self._story(key, zone, ending, received.astimezone(self.now.tzinfo))

    def live(self, key: str, zones: Sequence[str], ending: Status, busy: set[str]) -> Story:
        """An order that has just come into this state."""
        zone = self.rng.choice(zones)
        if ending in UNDER_WAY:
            free = [one for one in zones if self.cast.technicians[one][0] not in busy]
            zone = self.rng.choice(free)
            busy.add(self.cast.technicians[zone][0])
        story = self._story(key, zone, ending, self.now)
        last = story.beats[-1].at if story.beats else story.received_at
        waiting = ending not in UNDER_WAY and self.rng.random() < 0.3
        minutes = self.rng.randint(60, LONGEST_WAIT_HOURS * 60) if waiting else self.rng.randint(2, 45)
        return _shifted(story, self.now - timedelta(minutes=minutes) - last)

    def _story(self, key: str, zone: str, ending: Status, received: datetime) -> Story:
        rng = self.rng
        technicians = self.cast.technicians[zone]
        answering = technicians[0]
        kinds = [one for one in work.KINDS if ending not in UNDER_WAY or one.skill in self.cast.skills[answering]]
        kind = rng.choices(kinds, [one.weight for one in kinds])[0]
        technicians = tuple(one for one in technicians if kind.skill in self.cast.skills[one])
        who = technicians[0] if answering in technicians and rng.random() < 0.85 else rng.choice(technicians)
        if ending in UNDER_WAY:
            who = answering
        priority = rng.choice(kind.priorities)
        title, description = rng.choice(kind.reports)
        script = _Script(rng, kind, priority, received, who, technicians, self.cast, self.cast.leaders[zone])
        beats = tuple(script.play(ending))
        agent, customer = self.cast.agent, rng.randrange(10_000)
        return Story(key, zone, customer, kind, priority, title, description, received, agent, ending, beats)


def _shifted(story: Story, by: timedelta) -> Story:
    beats = tuple(Beat(beat.at + by, beat.what, beat.by, _shift_window(beat.data, by)) for beat in story.beats)
    return Story(**{**story.__dict__, "received_at": story.received_at + by, "beats": beats})


def _shift_window(data: dict[str, Any], by: timedelta) -> dict[str, Any]:
    return {
        name: (datetime.fromisoformat(value) + by).isoformat() if name.startswith("window_") else value
        for name, value in data.items()
    }


@dataclass
class _Script:
    """Plays an order from its first call to its ending, one beat after the other."""

    rng: random.Random
    kind: WorkKind
    priority: Priority
    at: datetime
    who: str
    technicians: tuple[str, ...]
    cast: Cast
    leader: str

    def play(self, ending: Status) -> Iterator[Beat]:
        if ending is S.DRAFT:
            return
        if ending is S.OPEN:
            yield from self._declined_by_all() if self.rng.random() < 0.3 else ()
            return
        if ending is S.CANCELLED:
            yield from self._assigned() if self.rng.random() < 0.5 else ()
            yield self._beat(C.CANCEL, self.cast.agent, 10, 90, reason=self.rng.choice(work.CANCELS))
            return
        yield from self._assigned()
        if ending is S.ASSIGNED:
            return
        yield self._beat(C.ACCEPT, self.who, *self._respond())
        planned = ending is S.SCHEDULED or self.priority is Priority.PRIORITY or self.rng.random() < 0.2
        if planned and ending is not S.ACCEPTED:
            yield self._scheduled()
        if ending in (S.ACCEPTED, S.SCHEDULED):
            return
        yield from self._on_the_way(ending)

    def _on_the_way(self, ending: Status) -> Iterator[Beat]:
        if ending is S.ON_HOLD and self.rng.random() < 0.4:
            yield self._held()
            return
        yield self._beat(C.DEPART, self.who, 5, 60)
        if ending is S.EN_ROUTE:
            return
        yield self._beat(C.ARRIVE, self.who, 8, 40)
        if ending is S.ON_SITE:
            return
        yield self._beat(Act.CHECK, self.who, 2, 6)
        yield self._beat(C.START, self.who, 1, 3)
        if self.rng.random() < 0.5:
            yield self._beat(Act.ACTION, self.who, 5, 20, action=self.rng.choice(work.ACTIONS))
        if ending is S.IN_PROGRESS:
            return
        if ending is S.ON_HOLD:
            yield self._held()
            return
        yield from self._worked(ending)

    def _worked(self, ending: Status) -> Iterator[Beat]:
        if self.rng.random() < 0.08:
            yield self._held()
            yield self._beat(C.RESUME, self.who, 60, 1200)
        unable = ending is S.UNABLE_TO_COMPLETE or (ending is S.CLOSED and self.rng.random() < 0.04)
        if unable:
            code, note = self.rng.choice(work.UNABLE)
            yield self._beat(C.MARK_UNABLE, self.who, 10, 40, reason=code, note=note)
        else:
            if self.rng.random() < 0.6:
                yield self._beat(Act.NOTE, self.who, 3, 15, text=self.rng.choice(work.NOTES))
            yield self._beat(Act.EXECUTE, self.who, 10, max(12, self.kind.minutes - 30))
            refused = self.rng.random() < 0.04
            reason = {"refused_reason": self.rng.choice(work.REFUSALS)} if refused else {}
            yield self._beat(Act.REFUSE if refused else Act.SIGN, self.who, 2, 6, **reason)
            yield self._beat(C.COMPLETE, self.who, 1, 4)
        if ending is S.CLOSED:
            decided: dict[str, Any] = {"without_follow_up": True, "note": "改由工程队处理"} if unable else {}
            yield self._beat(C.CLOSE, self.cast.manager, 120, 2400, **decided)

    def _assigned(self) -> Iterator[Beat]:
        yield from self._declined() if self.rng.random() < 0.05 else ()
        yield self._beat(C.ASSIGN, self.leader, 0, 3, technician=self.who)
        others = [one for one in self.technicians if one != self.who]
        if others and self.rng.random() < 0.05:
            self.who = self.rng.choice(others)
            yield self._beat(C.REASSIGN, self.leader, 5, 30, technician=self.who, reason="rebalancing")

    def _declined(self) -> Iterator[Beat]:
        first = self.rng.choice(self.technicians)
        yield self._beat(C.ASSIGN, self.leader, 0, 2, technician=first)
        yield self._beat(C.DECLINE, first, 3, 25, reason=self.rng.choice(work.DECLINES))

    def _declined_by_all(self) -> Iterator[Beat]:
        """So often that it is given to nobody by itself any more, and waits for the leader."""
        given, back = self._declined()
        yield given
        yield back
        others = [one for one in self.technicians if one != back.by] or [back.by]
        for nth in range(DECLINES - 1):
            who = others[nth % len(others)]
            for beat, by, minutes in ((given, given.by, 1), (back, who, 9)):
                self.at += timedelta(minutes=minutes)
                yield Beat(self.at, beat.what, by, {**beat.data, **({"technician": who} if beat is given else {})})

    def _respond(self) -> tuple[int, int]:
        """How many minutes pass until somebody accepts: mostly well within the target, now and then beyond."""
        target = DEFAULTS[self.priority].respond_minutes or 240
        return (target, target * 2) if self.rng.random() < SLOW else (2, target // 3)

    def _scheduled(self) -> Beat:
        beat = self._beat(C.SCHEDULE, self.who, 2, 20)
        start = beat.at.replace(minute=0, second=0) + timedelta(hours=self.rng.randint(2, 5))
        window = {"window_start_at": start.isoformat(), "window_end_at": (start + timedelta(hours=2)).isoformat()}
        return Beat(beat.at, beat.what, beat.by, window)

    def _held(self) -> Beat:
        return self._beat(C.HOLD, self.who, 5, 40, reason=self.rng.choice(work.HOLDS))

    def _beat(self, what: Command | Act, by: str, least: int, most: int, **data: Any) -> Beat:
        """Let some minutes pass, then let somebody do something."""
        self.at += timedelta(seconds=self.rng.randint(least * 60 + 5, most * 60 + 30))
        return Beat(self.at, what, by, data)
