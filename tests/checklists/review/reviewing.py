"""Ways to review in tests: parts that wait, and scores for all items."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from checklists.review.models import Review, ReviewSlot
from checklists.review.opening import Pick, open_reviews
from checklists.review.policy import ReviewRules
from checklists.review.queue import service as queue
from checklists.review.scoring.standard import Finding
from checklists.review.states import Severity, Source, Verdict, Why
from checklists.review.verdict import service as verdicts
from kernel.unit_of_work import UnitOfWork
from tests.checklists.review.scene import Scene
from tests.conftest import NOW

ITEMS = (
    "badge", "power_safe", "cables", "level", "state", "cause", "serial", "done_at", "place", "earthed", "after", "explained",
)  # fmt: skip
CRITICAL = (Finding(Severity.CRITICAL, "未接地", "earthed"),)
MAJOR = (Finding(Severity.MAJOR, "接头未做防水", "level"),)


def waiting(scene: Scene, *, parts: int = 1, order_id: UUID | None = None, **made: Any) -> tuple[UUID, list[UUID]]:
    """Open a review of one finished order; return its id and those of its parts."""
    key = order_id or scene.finished(1, at=NOW - timedelta(days=1), **made)[0]
    who = made.get("technician") or scene.technician
    pick = Pick(key, who, Source.PLAN, Why.RANDOM, parts)
    review_id = open_reviews(scene.uow, [pick], {scene.home.region_id: ReviewRules()})[key]
    slots = select(ReviewSlot.id).where(ReviewSlot.review_id == review_id).order_by(ReviewSlot.nth)
    return review_id, list(scene.uow.session.scalars(slots))


def hand_in(
    who: UnitOfWork, slot_id: UUID, findings: Sequence[Finding] = (), *, points: int = 5, **scores: int
) -> Verdict:
    """Claim a part, and hand in these points for all items but those that are named."""
    queue.claim(who, slot_id=slot_id)
    given = dict.fromkeys(ITEMS, points) | scores
    return verdicts.submit(who, slot_id=slot_id, scores=given, findings=findings)


def reviewed(scene: Scene, findings: Sequence[Finding] = (), *, points: int = 5, **made: Any) -> UUID:
    """Review one finished order by one person of the region's operations; return the review's id."""
    review_id, (slot,) = waiting(scene, **made)
    hand_in(scene.operations, slot, findings, points=points)
    return review_id


def row_of(scene: Scene, review_id: UUID) -> Any:
    return scene.uow.session.execute(select(Review.__table__).where(Review.id == review_id)).one()
