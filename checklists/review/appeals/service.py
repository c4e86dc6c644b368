"""What can be done about a verdict: the technician appeals, and somebody else than the reviewers decides."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from checklists.review import errors
from checklists.review.appeals.rule import check_appeal, check_decider
from checklists.review.faults.service import remove_fault
from checklists.review.models import Review, ReviewAppeal, ReviewSlot
from checklists.review.policy_of import rules_of
from checklists.review.queries import in_sight
from checklists.review.queue.opened import OpenedReview, groups_of, lock_review, set_review
from checklists.review.states import AppealState, ReviewState, SlotState, Verdict
from checklists.review.verdict.concluding import announce
from checklists.review.who import check_planner, own_groups
from dispatch.accounts import queries as accounts
from dispatch.notifications.notice import Notice, Term
from dispatch.notifications.service import tell
from dispatch.people.locking import lock_technicians
from dispatch.work_orders.briefs import briefs_of
from kernel.actor import Role, system_actor
from kernel.bulk import insert_rows
from kernel.errors import INVALID
from kernel.unit_of_work import UnitOfWork

LONGEST = 2000


def appeal(uow: UnitOfWork, *, review_id: UUID, reason: str) -> UUID:
    """Appeal against a verdict on one's own work, once and until its deadline; return the appeal's id.

    Raises:
        NotFound (review.unknown); Forbidden (review.not_the_technician);
        Conflict (review.not_decided, review.not_appealable, review.appeal_too_late); Invalid (invalid) with the path.
    """
    review = _open(uow, review_id)
    verdict = None if review.verdict is None else Verdict(review.verdict)
    check_appeal(
        ReviewState(review.state), verdict, review.appeal_until, review.technician_id, uow.actor.user_id, uow.now
    )
    decide_by = uow.now + timedelta(days=rules_of(uow, review.region_id).decide_within_days)
    row = {
        "id": uow.new_id(),
        "region_id": review.region_id,
        "review_id": review_id,
        "technician_id": review.technician_id,
        "reason": _text(reason, "/reason"),
        "filed_at": uow.now,
        "decide_by": decide_by,
        "state": AppealState.OPEN.value,
    }
    insert_rows(uow.session, ReviewAppeal, [row])
    set_review(uow, review, state=ReviewState.APPEALED.value)
    announce(uow, review)
    reviewers = set(_reviewers(uow, review_id))
    deciders = accounts.holders_at(uow, [Role.REGIONAL_OPERATIONS], [review.region_id])
    values = {"number": _number(uow, review), "reason": reason.strip()[:200], "until": decide_by}
    to = tuple(one for one in deciders if one not in reviewers)
    tell(uow, [Notice("reviews.appealed", f"review:{review_id}:appealed", to, values, review.region_id)])
    key: UUID = row["id"]  # type: ignore[assignment]
    return key


def decide(uow: UnitOfWork, *, review_id: UUID, overturn: bool, note: str) -> None:
    """Decide on an appeal, for good. Overturned, the verdict is a pass and its fault record is removed.

    Raises:
        NotFound (review.unknown); Forbidden (forbidden): not the region's planner;
        Forbidden (review.own_verdict, review.own_group); Conflict (review.no_appeal); Invalid (invalid) with the path.
    """
    review = _open(uow, review_id)
    check_planner(uow, review.region_id)
    check_decider(
        uow.actor.user_id,
        _reviewers(uow, review_id),
        [review.technician_id],
        groups_of(uow, review),
        own_groups(uow),
    )
    if review.state != ReviewState.APPEALED:
        raise errors.NO_APPEAL()
    settle(uow, review, overturn=overturn, note=_text(note, "/note"))


def settle(uow: UnitOfWork, review: OpenedReview, *, overturn: bool, note: str) -> None:
    """Write what becomes of the open appeal of a locked review, and let the technician know."""
    state = AppealState.OVERTURNED if overturn else AppealState.UPHELD
    uow.session.execute(
        update(ReviewAppeal)
        .where(ReviewAppeal.review_id == review.id)
        .values(state=state.value, decided_by=uow.actor.user_id, decided_at=uow.now, note=note)
        .execution_options(synchronize_session=False)
    )
    changed = {"verdict": Verdict.PASS.value, "overturned": True} if overturn else {}
    set_review(uow, review, state=ReviewState.FINAL.value, **changed)
    if overturn:
        acting = replace(uow, actor=system_actor())
        remove_fault(acting, review, note, rules_of(uow, review.region_id))
    announce(uow, review)
    values = {"number": _number(uow, review), "outcome": Term(f"reviews.{state.value}"), "note": note[:300]}
    key = f"review:{review.id}:appeal"
    tell(uow, [Notice("reviews.appeal_decided", key, (review.technician_id,), values, review.region_id)])


def _open(uow: UnitOfWork, review_id: UUID) -> OpenedReview:
    """Lock whose work it was, then the review, if it is in the caller's sight. Raises NotFound (review.unknown)."""
    seen = select(Review.technician_id).where(Review.id == review_id, in_sight(uow))
    technician_id = uow.session.scalar(seen)
    if technician_id is None:
        raise errors.UNKNOWN()
    lock_technicians(uow, [technician_id])
    return lock_review(uow, review_id)


def _reviewers(uow: UnitOfWork, review_id: UUID) -> list[UUID]:
    submitted = ReviewSlot.state == SlotState.SUBMITTED.value
    rows = uow.session.scalars(select(ReviewSlot.reviewer_id).where(ReviewSlot.review_id == review_id, submitted))
    return [one for one in rows if one is not None]


def _number(uow: UnitOfWork, review: OpenedReview) -> str:
    return briefs_of(uow, [review.work_order_id])[review.work_order_id].number


def _text(text: str, path: str) -> str:
    stripped = text.strip()
    if not stripped or len(stripped) > LONGEST or "\0" in stripped:
        raise INVALID(f"must be a text of at most {LONGEST} characters", path=path)
    return stripped
