"""How well rounds are kept: what was planned in a time, and what became of it, counted by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from dispatch.rounds.models import RoundOccurrence, RoundPlan
from dispatch.rounds.queries import missed_at, occurrence_parts
from dispatch.rounds.standing import OccurrenceState
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class ComplianceRow:
    """What became of a round's visits in a time. Planned are all but the withdrawn: in time, late, missed, or still ahead.

    `kept_percent` is the share of those in time among all whose time has come; None where that is true of none.
    """

    plan_id: UUID
    title: str
    work_type: str
    planned: int
    generated: int
    in_time: int
    late: int
    missed: int
    ahead: int
    withdrawn: int
    kept_percent: float | None


@dataclass(frozen=True, slots=True)
class Period:
    """Which visits are counted: those whose window begins in a time, at a place if one is named."""

    begins_from: datetime
    begins_to: datetime
    station_id: UUID | None = None
    group_id: UUID | None = None
    zone_id: UUID | None = None


def page_of_compliance(
    reading: Reading, *, period: Period, limit: int, after: Sequence[Any] | None = None
) -> Page[ComplianceRow]:
    """Return one page of how rounds were kept, by the id of the round, with what the caller sees of each. Two statements."""
    counted = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in _counts(reading).items()]
    plan_id: Any = RoundOccurrence.plan_id
    page = read_page(
        reading.session,
        select(plan_id, *counted).where(*_wanted(reading, period)).group_by(plan_id),
        key=(RoundOccurrence.plan_id,),
        limit=limit,
        after=after,
        descending=False,
    )
    ids = [row.plan_id for row in page.items]
    plans = select(RoundPlan.id, RoundPlan.title, RoundPlan.work_type).where(RoundPlan.id.in_(ids))
    known = {row.id: row for row in reading.session.execute(plans)} if ids else {}
    return Page(tuple(_row(row, known[row.plan_id]) for row in page.items), page.after)


def _wanted(reading: Reading, period: Period) -> list[ColumnElement[bool]]:
    places = {name: getattr(period, name) for name in ("station_id", "group_id", "zone_id")}
    return [
        RoundOccurrence.window_start_at >= period.begins_from,
        RoundOccurrence.window_start_at < period.begins_to,
        or_(false(), *occurrence_parts(reading)),
        *(getattr(RoundOccurrence, name) == value for name, value in places.items() if value is not None),
    ]


def _counts(reading: Reading) -> dict[str, ColumnElement[bool]]:
    state, end = RoundOccurrence.state, RoundOccurrence.window_end_at
    withdrawn = state == OccurrenceState.WITHDRAWN.value
    done = state == OccurrenceState.DONE.value
    return {
        "planned": ~withdrawn,
        "generated": and_(RoundOccurrence.work_order_id.is_not(None), ~withdrawn),
        "in_time": and_(done, RoundOccurrence.done_at <= end),
        "late": and_(done, RoundOccurrence.done_at > end),
        "missed": missed_at(reading),
        "ahead": and_(state == OccurrenceState.DUE.value, end > reading.now),
        "withdrawn": withdrawn,
    }


def _row(row: Any, plan: Any) -> ComplianceRow:
    names = ("planned", "generated", "in_time", "late", "missed", "ahead", "withdrawn")
    counts = {name: int(getattr(row, name)) for name in names}
    over = counts["in_time"] + counts["late"] + counts["missed"]
    kept = None if over == 0 else round(100 * counts["in_time"] / over, 1)
    return ComplianceRow(row.plan_id, plan.title, plan.work_type, **counts, kept_percent=kept)
