"""What makes work more worth a look, judged from facts that were gathered in sets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from checklists.review.policy import ReviewRules
from checklists.review.sampling.frame import Found
from checklists.review.states import Risk
from dispatch.work_orders.geofence import Position, distance_metres
from dispatch.work_orders.inspection_facts import Fix

FEWEST_ANSWERS = 3
"""With fewer answers, that they came within seconds says nothing."""
FARTHEST_METRES = 1000.0
"""Fixes that are nearer to each other than this may simply be poor."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many items of a run were answered by phone, and in how many seconds from the first to the last."""

    answers: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of many orders at once, each by order; `hired_at` is by technician."""

    hired_at: Mapping[UUID, datetime] = field(default_factory=dict)
    reopened: Mapping[UUID, int] = field(default_factory=dict)
    geo_misses: Mapping[UUID, Mapping[str, object]] = field(default_factory=dict)
    paces: Mapping[UUID, Pace] = field(default_factory=dict)
    shared_photos: Mapping[UUID, str] = field(default_factory=dict)
    leaps: Mapping[UUID, Mapping[str, object]] = field(default_factory=dict)
    untrusted: frozenset[UUID] = frozenset()


def risks_of(
    facts: Facts, rules: ReviewRules, order_id: UUID, technician_id: UUID, completed_at: datetime
) -> tuple[Found, ...]:
    """Return the risks of one piece of work, each with what shows it."""
    found: list[Found] = []
    hired = facts.hired_at.get(technician_id)
    # Who was entered after the work was done (a history that was imported) is not new by that.
    if hired is not None and timedelta(0) <= completed_at - hired < timedelta(days=rules.new_staff_days):
        found.append(Found(Risk.NEW_STAFF, {"days": (completed_at - hired).days}))
    if order_id in facts.reopened:
        found.append(Found(Risk.REOPENED, {"times": facts.reopened[order_id]}))
    if order_id in facts.geo_misses:
        found.append(Found(Risk.GEO_MISMATCH, facts.geo_misses[order_id]))
    pace = facts.paces.get(order_id)
    if pace is not None and pace.answers >= FEWEST_ANSWERS and pace.seconds < rules.hasty_seconds:
        found.append(Found(Risk.HASTY, {"answers": pace.answers, "seconds": round(pace.seconds)}))
    if order_id in facts.shared_photos:
        found.append(Found(Risk.PHOTO_TWICE, {"sha256": facts.shared_photos[order_id]}))
    if order_id in facts.leaps:
        found.append(Found(Risk.IMPOSSIBLE_TRAVEL, facts.leaps[order_id]))
    if order_id in facts.untrusted:
        found.append(Found(Risk.CLOCK_UNTRUSTED, {}))
    return tuple(found)


def leaps(fixes: Iterable[Fix], fastest_kmh: int) -> dict[UUID, dict[str, object]]:
    """Return the orders at which somebody was sooner than anybody can travel, with how far and how fast; the farthest of each.

    `fixes` come by person, and by corrected time within each.
    """
    found: dict[UUID, dict[str, object]] = {}
    before: Fix | None = None
    for fix in fixes:
        if before is not None and before.user_id == fix.user_id:
            metres = distance_metres(Position(before.lat, before.lon), Position(fix.lat, fix.lon))
            seconds = max(1.0, (fix.at - before.at).total_seconds())
            kmh = metres / seconds * 3.6
            farther = metres > float(str(found.get(fix.work_order_id, {"metres": 0})["metres"]))
            if metres > FARTHEST_METRES and kmh > fastest_kmh and farther:
                found[fix.work_order_id] = {"metres": round(metres), "seconds": round(seconds), "kmh": round(kmh)}
        before = fix
    return found
