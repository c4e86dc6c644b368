"""What can be asked about reviews: reviewers see those of their places; who leads, and whose work it was, what they came to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from checklists.review import errors
from checklists.review.models import Review, ReviewAppeal, ReviewFinding, ReviewItemScore, ReviewSlot
from checklists.review.states import KNOWN, ReviewState, Verdict
from checklists.review.who import LEADERS, REVIEWERS, own_groups, planner_scope, scope_as
from dispatch.work_orders.briefs import briefs_of
from kernel.clock import iso
from kernel.database import Page, read_page
from kernel.ordering import Sorts
from kernel.unit_of_work import Reading

_KNOWN = tuple(state.value for state in KNOWN)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review as lists show it. `score` is in percent."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    work_order_id: UUID
    template_code: str
    work_type: str
    technician_id: UUID
    source: str
    why: str
    plan_id: UUID | None
    previous_id: UUID | None
    parts: int
    state: str
    verdict: str | None
    score: float | None
    overturned: bool
    reopening: str | None
    due_at: datetime
    decided_at: datetime | None
    appeal_until: datetime | None
    created_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a review. Its verdict and score show once the review has its own; who reviewed shows to planners only."""

    id: UUID
    nth: int
    state: str
    reviewer_id: UUID | None
    handed_to: UUID | None
    verdict: str | None
    score: float | None
    note: str | None
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The points of an item, of how many."""

    nth: int
    item: str
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Something that was found. `media` are SHA-256 digests of the order's photos."""

    id: UUID
    nth: int
    item: str | None
    severity: str
    text: str
    media: list[Any]


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal, and what became of it."""

    id: UUID
    reason: str
    filed_at: datetime
    decide_by: datetime
    state: str
    decided_at: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ReviewDetail:
    """A review with its parts and, once it has a verdict, scores, findings and the appeal."""

    row: ReviewRow
    number: str
    note: str | None
    risks: list[Any]
    part_rows: tuple[PartRow, ...]
    scores: tuple[ScoreRow, ...]
    findings: tuple[FindingRow, ...]
    appeal: AppealRow | None


_ROW = tuple(getattr(Review, name) for name in ReviewRow.__dataclass_fields__)
_PLACES = {
    "region": Review.region_id,
    "station": Review.station_id,
    "group": Review.group_id,
    "zone": Review.zone_id,
}


def sight_parts(reading: Reading) -> list[ColumnElement[bool]]:
    """Return the conditions of which a review in the caller's sight meets one, each served by an index of its own.

    Of the work of their own group reviewers, too, know only once there is a verdict. Two statements at most.
    """
    actor = reading.actor
    known = Review.state.in_(_KNOWN)
    groups = own_groups(reading)
    theirs = Review.technician_group_id
    strangers = true() if not groups else or_(theirs.is_(None), theirs.not_in(groups))
    told_nobody = or_(known, and_(Review.technician_id != actor.user_id, strangers))
    inside = [
        and_(one, told_nobody)
        for one in scope_as(actor, REVIEWERS).parts(region=Review.region_id, station=Review.station_id)
    ]
    led = scope_as(actor, LEADERS).parts(**_PLACES, owner=Review.technician_id)
    return [*inside, *(and_(known, one) for one in led)]


def in_sight(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the reviews that the caller may know of."""
    return or_(false(), *sight_parts(reading))


SORTS = Sorts(
    Review.created_at,
    Review.id,
    by={name: getattr(Review, name) for name in ("created_at", "due_at", "decided_at", "score")},
)


def page_of_reviews(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
    states: Collection[ReviewState] = (),
    verdict: Verdict | None = None,
    technician_id: UUID | None = None,
    plan_id: UUID | None = None,
    work_order_id: UUID | None = None,
) -> Page[ReviewRow]:
    """Return one page of reviews, the latest first unless it is sorted otherwise."""
    equal = {
        Review.verdict: None if verdict is None else verdict.value,
        Review.technician_id: technician_id,
        Review.plan_id: plan_id,
        Review.work_order_id: work_order_id,
    }
    statement = select(*_ROW).where(*(column == value for column, value in equal.items() if value is not None))
    if states:
        statement = statement.where(Review.state.in_([one.value for one in states]))
    key = SORTS.order(sort)
    page: Page[Any] = read_page(
        reading.session, statement, key=key, limit=limit, after=after, any_of=sight_parts(reading)
    )
    return Page(tuple(ReviewRow(*row) for row in page.items), page.after)


def review(reading: Reading, review_id: UUID) -> ReviewDetail:
    """Return a review. Raises NotFound (review.unknown). Eight statements at most.

    Scores and findings show with the verdict, so that the second reviewer of a double review sees nothing of the first.
    """
    found = reading.session.execute(
        select(*_ROW, Review.note, Review.risks).where(Review.id == review_id, in_sight(reading))
    ).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    row = ReviewRow(*found[: len(_ROW)])
    known = row.state in _KNOWN
    planner = planner_scope(reading.actor).covers(region_id=row.region_id)
    number = briefs_of(reading, [row.work_order_id])[row.work_order_id].number
    insider = scope_as(reading.actor, REVIEWERS).covers(region_id=row.region_id, station_id=row.station_id)
    return ReviewDetail(
        row,
        number,
        found.note if insider else None,
        found.risks if insider else [],
        _parts(reading, review_id, known=known, planner=planner),
        _scores(reading, review_id) if known else (),
        _findings(reading, review_id) if known else (),
        _appeal(reading, review_id),
    )


def _parts(reading: Reading, review_id: UUID, *, known: bool, planner: bool) -> tuple[PartRow, ...]:
    columns = (getattr(ReviewSlot, name) for name in PartRow.__dataclass_fields__)
    rows = reading.session.execute(select(*columns).where(ReviewSlot.review_id == review_id).order_by(ReviewSlot.nth))
    return tuple(
        PartRow(
            one.id,
            one.nth,
            one.state,
            one.reviewer_id if planner else None,
            one.handed_to if planner else None,
            one.verdict if known else None,
            one.score if known else None,
            one.note if known else None,
            one.submitted_at,
        )
        for one in rows
    )


def _scores(reading: Reading, review_id: UUID) -> tuple[ScoreRow, ...]:
    rows = reading.session.execute(
        select(ReviewSlot.nth, ReviewItemScore.item, ReviewItemScore.points, ReviewItemScore.most)
        .join(ReviewSlot, ReviewSlot.id == ReviewItemScore.slot_id)
        .where(ReviewItemScore.review_id == review_id)
        .order_by(ReviewSlot.nth, ReviewItemScore.item)
    )
    return tuple(ScoreRow(*row) for row in rows)


def _findings(reading: Reading, review_id: UUID) -> tuple[FindingRow, ...]:
    finding = ReviewFinding
    rows = reading.session.execute(
        select(finding.id, ReviewSlot.nth, finding.item, finding.severity, finding.text, finding.media)
        .join(ReviewSlot, ReviewSlot.id == finding.slot_id)
        .where(finding.review_id == review_id)
        .order_by(finding.id)
    )
    return tuple(FindingRow(*row) for row in rows)


def _appeal(reading: Reading, review_id: UUID) -> AppealRow | None:
    columns = (getattr(ReviewAppeal, name) for name in AppealRow.__dataclass_fields__)
    row = reading.session.execute(select(*columns).where(ReviewAppeal.review_id == review_id)).one_or_none()
    return None if row is None else AppealRow(*row)


def documents(reading: Reading, ids: Collection[UUID]) -> dict[str, dict[str, Any]]:
    """Return what these reviews of the caller's own work came to, as phones get it. Two statements."""
    rows = reading.session.execute(
        select(*_ROW).where(Review.id.in_(ids), Review.technician_id == reading.actor.user_id, Review.state.in_(_KNOWN))
    ).all()
    findings: dict[UUID, list[dict[str, Any]]] = {}
    for one in reading.session.execute(
        select(
            ReviewFinding.review_id, ReviewFinding.item, ReviewFinding.severity, ReviewFinding.text, ReviewFinding.media
        )
        .where(ReviewFinding.review_id.in_([row.id for row in rows]))
        .order_by(ReviewFinding.id)
    ):
        said = {"item": one.item, "severity": one.severity, "text": one.text, "media": one.media}
        findings.setdefault(one.review_id, []).append(said)
    return {
        str(row.id): {
            "id": row.id,
            "work_order_id": row.work_order_id,
            "state": row.state,
            "verdict": row.verdict,
            "score": row.score,
            "overturned": row.overturned,
            "reopening": row.reopening,
            "decided_at": None if row.decided_at is None else iso(row.decided_at),
            "appeal_until": None if row.appeal_until is None else iso(row.appeal_until),
            "findings": findings.get(row.id, []),
            "version": row.version,
        }
        for row in rows
    }
