"""What reviews came to, in figures: by place, person, template or item, by month, and how far reviewers agree.

Each is one statement over the reviews in the caller's scope, beside those that find that; what an appeal overturned counts as
passed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import aliased

from checklists.review.models import Review, ReviewItemScore, ReviewSlot
from checklists.review.queries import in_sight
from checklists.review.results.kappa import Agreement, agreement
from checklists.review.states import KNOWN, Verdict
from checklists.review.who import planner_scope
from kernel.unit_of_work import Reading

MOST_ROWS = 5000
"""More rows than any figure has that a person reads; the query is limited to it."""


class By(StrEnum):
    """What figures are put together by."""

    ZONE = "zone"
    GROUP = "group"
    STATION = "station"
    REGION = "region"
    TECHNICIAN = "technician"
    TEMPLATE = "template"
    MONTH = "month"


_KEYS: dict[By, Any] = {
    By.ZONE: Review.zone_id,
    By.GROUP: Review.group_id,
    By.STATION: Review.station_id,
    By.REGION: Review.region_id,
    By.TECHNICIAN: Review.technician_id,
    By.TEMPLATE: Review.template_code,
    By.MONTH: Review.month,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which reviews figures are of: verdicts from one month to another (like 2026-10), both included, at a place."""

    month_from: str | None = None
    month_to: str | None = None
    region_id: UUID | None = None
    station_id: UUID | None = None
    group_id: UUID | None = None
    zone_id: UUID | None = None
    technician_id: UUID | None = None
    template_code: str | None = None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """How reviews came out for one place, person, template or month. Scores and shares are in percent."""

    key: str | None
    reviews: int
    passed: int
    rework: int
    failed: int
    overturned: int
    pass_percent: float
    mean_score: float


@dataclass(frozen=True, slots=True)
class ItemRow:
    """How often points were lost at an item, of how many scores; the mean is in percent of what it is worth."""

    template_code: str
    item: str
    scores: int
    lost: int
    zero: int
    lost_percent: float
    mean_percent: float


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """How far the two reviewers of double reviews agree, for a region, a template and a month."""

    region_id: UUID
    template_code: str
    month: str
    reviews: int
    agreed: int
    kappa: float | None


def _conditions(reading: Reading, wanted: Filter) -> list[ColumnElement[bool]]:
    equal = {
        Review.region_id: wanted.region_id,
        Review.station_id: wanted.station_id,
        Review.group_id: wanted.group_id,
        Review.zone_id: wanted.zone_id,
        Review.technician_id: wanted.technician_id,
        Review.template_code: wanted.template_code,
    }
    found = [in_sight(reading), Review.state.in_([one.value for one in KNOWN])]
    found += [column == value for column, value in equal.items() if value is not None]
    if wanted.month_from is not None:
        found.append(Review.month >= wanted.month_from)
    if wanted.month_to is not None:
        found.append(Review.month <= wanted.month_to)
    return found


def results(reading: Reading, by: By, wanted: Filter) -> tuple[ResultRow, ...]:
    """Return how reviews came out, by key; by month it is the trend."""
    key = _KEYS[by]

    def counted(condition: ColumnElement[bool]) -> Any:
        return func.sum(case((condition, 1), else_=0))

    statement: Any = (
        select(
            key,
            func.count(),
            *(counted(Review.verdict == verdict.value) for verdict in Verdict),
            counted(Review.overturned.is_(True)),
            func.avg(Review.score),
        )
        .where(*_conditions(reading, wanted))
        .group_by(key)
        .order_by(key)
        .limit(MOST_ROWS)
    )
    return tuple(
        ResultRow(
            None if row[0] is None else str(row[0]),
            row[1],
            int(row[2]),
            int(row[3]),
            int(row[4]),
            int(row[5]),
            round(int(row[2]) * 100 / row[1], 1),
            round(float(row[6]), 1),
        )
        for row in reading.session.execute(statement)
    )


def items(reading: Reading, wanted: Filter, *, limit: int = 100) -> tuple[ItemRow, ...]:
    """Return the items at which points were lost most often, the worst first."""
    score = ReviewItemScore
    count = func.count()
    lost = func.sum(case((score.points < score.most, 1), else_=0))
    zero = func.sum(case((score.points == 0, 1), else_=0))
    statement = (
        select(Review.template_code, score.item, count, lost, zero, func.sum(score.points), func.sum(score.most))
        .join(Review, Review.id == score.review_id)
        .where(*_conditions(reading, wanted), Review.overturned.is_(False))
        .group_by(Review.template_code, score.item)
        .order_by((lost * 1.0 / count).desc(), Review.template_code, score.item)
        .limit(limit)
    )
    return tuple(
        ItemRow(
            row[0],
            row[1],
            row[2],
            int(row[3]),
            int(row[4]),
            round(int(row[3]) * 100 / row[2], 1),
            round(int(row[5]) * 100 / int(row[6]), 1),
        )
        for row in reading.session.execute(statement)
    )


def agreements(reading: Reading, wanted: Filter) -> tuple[AgreementRow, ...]:
    """Return how far reviewers agree, by region, template and month: for planners of the region."""
    first, second = aliased(ReviewSlot), aliased(ReviewSlot)
    both = and_(first.nth == 1, second.nth == 2, first.verdict.is_not(None), second.verdict.is_not(None))
    statement = (
        select(Review.region_id, Review.template_code, Review.month, first.verdict, second.verdict, func.count())
        .join(first, first.review_id == Review.id)
        .join(second, second.review_id == Review.id)
        .where(both, planner_scope(reading.actor).sees(region=Review.region_id), *_conditions(reading, wanted))
        .group_by(Review.region_id, Review.template_code, Review.month, first.verdict, second.verdict)
        .order_by(Review.region_id, Review.template_code, Review.month)
    )
    found: dict[tuple[UUID, str, str], dict[tuple[Verdict, Verdict], int]] = {}
    for region_id, code, month, one, other, times in reading.session.execute(statement):
        found.setdefault((region_id, code, month or ""), {})[Verdict(one or ""), Verdict(other or "")] = times
    return tuple(AgreementRow(*key, *_plain(agreement(pairs))) for key, pairs in found.items())


def _plain(made: Agreement) -> tuple[int, int, float | None]:
    return (made.reviews, made.agreed, made.kappa)
