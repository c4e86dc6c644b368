"""Hands in a part of a review; with the last one comes the verdict, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import or_, select

from checklists.media import queries as media
from checklists.review import errors
from checklists.review.models import Review, ReviewFinding, ReviewItemScore, ReviewSlot
from checklists.review.policy_of import rules_of
from checklists.review.queue.holding import check_mine, check_neutral
from checklists.review.queue.opened import open_part, set_slot
from checklists.review.queue.queries import parts_in_sight
from checklists.review.scoring.sheet import scored_items
from checklists.review.scoring.standard import Finding, ItemScore, check_findings, percent, read_scores
from checklists.review.states import SlotState, Verdict
from checklists.review.verdict.concluding import conclude
from checklists.review.verdict.rule import judge
from checklists.review.who import own_groups
from dispatch.people.locking import lock_technicians
from dispatch.texts import optional_line
from dispatch.work_orders.service import open_book
from kernel.actor import system_actor
from kernel.bulk import insert_rows
from kernel.unit_of_work import Reading, UnitOfWork


def submit(
    uow: UnitOfWork,
    *,
    slot_id: UUID,
    scores: Mapping[str, int | None],
    findings: Sequence[Finding] = (),
    note: str | None = None,
) -> Verdict:
    """Hand in the scores and findings of a part that the caller has claimed; return what they come to by themselves.

    With the last part the review has its verdict, and what follows happens in the same transaction: see `concluding`.

    Raises:
        NotFound (review.unknown); Forbidden (review.own_group); Conflict (review.not_yours);
        Invalid (review.item_unknown, review.item_missing, review.points_wrong, review.media_unknown, invalid), with the path.
    """
    _lock_above(uow, slot_id)
    opened = open_part(uow, slot_id)
    review = opened.review
    check_mine(opened.part, uow.actor.user_id, uow.now)
    check_neutral(opened.part, uow.actor.user_id, own_groups(uow))
    everything = Reading(uow.session, system_actor(), uow.now)
    most = scored_items(everything, opened)
    read = read_scores(most, scores)
    check_findings(findings, most, media.digests_of(uow.session, review.work_order_id).values())
    score, rules = percent(read), rules_of(uow, review.region_id)
    verdict = judge(score, [one.severity for one in findings], rules)
    set_slot(
        uow,
        slot_id,
        state=SlotState.SUBMITTED.value,
        lease_until=None,
        verdict=verdict.value,
        score=score,
        note=optional_line(note, longest=2000, path="/note"),
        submitted_at=uow.now,
    )
    _store(uow, review.id, slot_id, read, findings)
    waiting = select(ReviewSlot.id).where(
        ReviewSlot.review_id == review.id, ReviewSlot.state.in_((SlotState.OPEN.value, SlotState.CLAIMED.value))
    )
    if uow.session.execute(waiting.limit(1)).first() is None:
        conclude(uow, review, rules)
    return verdict


def _lock_above(uow: UnitOfWork, slot_id: UUID) -> None:
    """Lock the order, then whose work it was: before the review, as whoever moves places does. Three statements."""
    row = uow.session.execute(
        select(Review.work_order_id, Review.technician_id)
        .join(ReviewSlot, ReviewSlot.review_id == Review.id)
        .where(ReviewSlot.id == slot_id, or_(*parts_in_sight(uow)))
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    open_book(replace(uow, actor=system_actor()), [row.work_order_id])
    lock_technicians(uow, [row.technician_id])


def _store(
    uow: UnitOfWork, review_id: UUID, slot_id: UUID, scores: Sequence[ItemScore], findings: Sequence[Finding]
) -> None:
    insert_rows(
        uow.session,
        ReviewItemScore,
        [
            {"slot_id": slot_id, "item": one.item, "review_id": review_id, "points": one.points, "most": one.most}
            for one in scores
        ],
    )
    insert_rows(
        uow.session,
        ReviewFinding,
        [
            {
                "id": uow.new_id(),
                "review_id": review_id,
                "slot_id": slot_id,
                "item": one.item,
                "severity": one.severity.value,
                "text": one.text,
                "media": list(one.media),
                "created_at": uow.now,
            }
            for one in findings
        ],
    )
