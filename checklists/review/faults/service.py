"""Records faults and removes them; with too many within the window, the technician is barred from the skill."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from checklists.review.faults.counting import leads_to_bar
from checklists.review.models import FaultRecord
from checklists.review.policy import ReviewRules
from checklists.review.queue.opened import OpenedReview
from dispatch.people import errors as people_errors
from dispatch.people import queries as people
from dispatch.people.certificates.service import bar_from_skill, record_retraining
from dispatch.people.locking import lock_technicians
from dispatch.work_orders import queries as work_orders
from kernel.bulk import insert_rows
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork


def record_fault(uow: UnitOfWork, review: OpenedReview, rules: ReviewRules) -> bool:
    """Record a fault of whose work a review failed; return whether it led to a bar. For the product itself.

    So many standing faults within the window bar from the skill of that kind of work until retraining is recorded; those faults
    never lead to another bar. One transaction after the other counts the faults of a person.
    """
    lock_technicians(uow, [review.technician_id])
    kinds = {one.code: one.skill for one in work_orders.work_types(uow, review.region_id)}
    skill = kinds.get(review.work_type)
    row = {
        "id": uow.new_id(),
        "region_id": review.region_id,
        "station_id": review.station_id,
        "group_id": review.group_id,
        "zone_id": review.zone_id,
        "technician_id": review.technician_id,
        "skill": skill,
        "work_type": review.work_type,
        "review_id": review.id,
        "work_order_id": review.work_order_id,
        "recorded_at": uow.now,
    }
    insert_rows(uow.session, FaultRecord, [row])
    return skill is not None and _bar(uow, review, skill, rules)


def _bar(uow: UnitOfWork, review: OpenedReview, skill: str, rules: ReviewRules) -> bool:
    standing = uow.session.execute(
        select(FaultRecord.id, FaultRecord.recorded_at).where(
            FaultRecord.technician_id == review.technician_id,
            FaultRecord.skill == skill,
            FaultRecord.removed_at.is_(None),
            FaultRecord.barred_at.is_(None),
            FaultRecord.recorded_at > uow.now - timedelta(days=rules.fault_window_days),
        )
    ).all()
    times = [one.recorded_at for one in standing]
    if not leads_to_bar(times, uow.now, most=rules.faults_to_bar, window_days=rules.fault_window_days):
        return False
    if review.technician_id not in people.posts_of(uow, [review.technician_id]):
        return False  # who has left is given nothing any more
    reason = f"{rules.fault_window_days} 天内 {len(standing)} 次差错记录 / {len(standing)} fault records"
    try:
        fresh = bar_from_skill(uow, technician_id=review.technician_id, skill=skill, reason=reason)
    except DomainError as refused:
        if refused.entry is not people_errors.SKILL_UNKNOWN:
            raise
        return False  # the kind of work names a skill that the region does not have
    if fresh:
        _set(uow, [one.id for one in standing], barred_at=uow.now)
    return fresh


def remove_fault(uow: UnitOfWork, review: OpenedReview, why: str, rules: ReviewRules) -> None:
    """Remove the fault of a review whose verdict was overturned, and lift a bar that it led to and that no longer holds.

    For the product itself. A bar that retraining has lifted by now stays lifted.
    """
    lock_technicians(uow, [review.technician_id])
    fault: Any = uow.session.execute(
        select(FaultRecord.id, FaultRecord.skill, FaultRecord.barred_at).where(
            FaultRecord.review_id == review.id, FaultRecord.removed_at.is_(None)
        )
    ).one_or_none()
    if fault is None:
        return
    _set(uow, [fault.id], removed_at=uow.now, removed_by=uow.actor.user_id, removed_why=why[:500])
    if fault.barred_at is None or fault.skill is None:
        return
    others = uow.session.scalars(
        select(FaultRecord.id).where(
            FaultRecord.technician_id == review.technician_id,
            FaultRecord.skill == fault.skill,
            FaultRecord.barred_at == fault.barred_at,
            FaultRecord.removed_at.is_(None),
        )
    ).all()
    if len(others) >= rules.faults_to_bar:
        return
    # They count again, towards a bar that may come.
    _set(uow, others, barred_at=None)
    try:
        note = f"申诉成立，差错记录撤销 / a fault was overturned on appeal: {why}"[:500]
        record_retraining(uow, technician_id=review.technician_id, skill=fault.skill, note=note)
    except DomainError as refused:
        if refused.entry not in (people_errors.NOT_BARRED, people_errors.LEFT):
            raise


def _set(uow: UnitOfWork, ids: Any, **values: Any) -> None:
    uow.session.execute(
        update(FaultRecord)
        .where(FaultRecord.id.in_(list[UUID](ids)))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
