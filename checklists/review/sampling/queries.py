"""What can be asked about sampling plans: the plans and frames of the caller's regions, and whether a drawing holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from checklists.review import errors
from checklists.review.models import ReviewFrameRow, ReviewPlan
from checklists.review.policy import read_rules
from checklists.review.sampling.draw import draw
from checklists.review.sampling.fairness import Fairness, fairness
from checklists.review.sampling.frame import Eligible, frame_digest
from checklists.review.sampling.service import shares_of, stored_frame
from checklists.review.states import PlanState, Why
from checklists.review.who import planner_scope
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A sampling plan. Sizes count runs; the sample's is None until it is drawn."""

    id: UUID
    region_id: UUID
    month: str
    state: str
    rules: dict[str, Any]
    seed: str
    frame_digest: bytes
    frame_size: int
    sample_size: int | None
    created_by: UUID
    created_at: datetime
    drawn_by: UUID | None
    drawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class FrameRow:
    """A run that could be drawn, and what for it was, if it was."""

    work_order_id: UUID
    run_id: UUID
    zone_id: UUID | None
    technician_id: UUID
    work_type: str
    completed_at: datetime
    weight: int
    risks: list[Any]
    why: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a drawing holds: the frame is what was stored, drawing again gives the same, and the random share is fair."""

    plan_id: UUID
    frame_unchanged: bool
    same_sample: bool
    by_zone: Fairness
    by_technician: Fairness


_PLAN = tuple(getattr(ReviewPlan, name) for name in PlanRow.__dataclass_fields__)
_FRAME = tuple(getattr(ReviewFrameRow, name) for name in FrameRow.__dataclass_fields__)


def page_of_plans(
    reading: Reading, *, limit: int, after: Sequence[Any] | None = None, region_id: UUID | None = None
) -> Page[PlanRow]:
    """Return one page of plans, the latest first; the key is (created_at, id)."""
    statement = select(*_PLAN).where(planner_scope(reading.actor).sees(region=ReviewPlan.region_id))
    if region_id is not None:
        statement = statement.where(ReviewPlan.region_id == region_id)
    key = (ReviewPlan.created_at, ReviewPlan.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(PlanRow(*row) for row in page.items), page.after)


def plan(reading: Reading, plan_id: UUID) -> PlanRow:
    """Return a plan. Raises NotFound (review.plan_unknown)."""
    mine = planner_scope(reading.actor).sees(region=ReviewPlan.region_id)
    row = reading.session.execute(select(*_PLAN).where(ReviewPlan.id == plan_id, mine)).one_or_none()
    if row is None:
        raise errors.PLAN_UNKNOWN()
    return PlanRow(*row)


def page_of_frame(
    reading: Reading, plan_id: UUID, *, limit: int, after: Sequence[Any] | None = None, drawn: bool | None = None
) -> Page[FrameRow]:
    """Return one page of a plan's frame, or of what was drawn of it; the key is (work_order_id).

    Raises NotFound (review.plan_unknown).
    """
    plan(reading, plan_id)
    statement = select(*_FRAME).where(ReviewFrameRow.plan_id == plan_id)
    if drawn is not None:
        statement = statement.where(ReviewFrameRow.why.is_not(None) if drawn else ReviewFrameRow.why.is_(None))
    page: Page[Any] = read_page(
        reading.session, statement, key=(ReviewFrameRow.work_order_id,), limit=limit, after=after, descending=False
    )
    return Page(tuple(FrameRow(*row) for row in page.items), page.after)


def verification(reading: Reading, plan_id: UUID) -> Verification:
    """Draw a plan again, and compare. Raises NotFound (review.plan_unknown). Three statements."""
    row = plan(reading, plan_id)
    frame = stored_frame(reading, plan_id)
    drawn = {one.work_order_id: one.why.value for one in draw(frame, row.seed, shares_of(read_rules(row.rules)))}
    kept = {
        one.work_order_id: one.why
        for one in reading.session.execute(
            select(ReviewFrameRow.work_order_id, ReviewFrameRow.why).where(
                ReviewFrameRow.plan_id == plan_id, ReviewFrameRow.why.is_not(None)
            )
        )
    }
    at_random = {key for key, why in drawn.items() if why == Why.RANDOM}
    return Verification(
        plan_id,
        frame_digest(frame) == row.frame_digest,
        row.state == PlanState.FRAMED or drawn == kept,
        _fairness(frame, at_random, "zone_id"),
        _fairness(frame, at_random, "technician_id"),
    )


def _fairness(frame: Sequence[Eligible], drawn: set[UUID], name: str) -> Fairness:
    groups: dict[Any, tuple[int, int]] = {}
    for one in frame:
        size, count = groups.get(getattr(one, name), (0, 0))
        groups[getattr(one, name)] = (size + 1, count + (one.work_order_id in drawn))
    return fairness(groups)
