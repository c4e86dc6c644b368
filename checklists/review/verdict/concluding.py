"""Gives a review its verdict, and does what follows: the order goes back, a fault is recorded, people are told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from checklists.review.faults.service import record_fault
from checklists.review.models import ReviewFinding, ReviewSlot
from checklists.review.policy import ReviewRules
from checklists.review.queue.opened import OpenedReview, set_review
from checklists.review.sampling.months import month_of
from checklists.review.states import ReviewState, Severity, SlotState, Verdict
from checklists.review.verdict.reopening import send_back
from checklists.review.verdict.rule import joined, judge
from dispatch.notifications.notice import Notice, Term
from dispatch.notifications.service import tell
from dispatch.people.leading import leaders_of
from dispatch.people.queries import technicians_by_id
from dispatch.territory import queries as territory
from dispatch.work_orders.briefs import briefs_of
from dispatch.work_orders.service import open_book, server_entry, write_book
from kernel.actor import system_actor
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import UnitOfWork

DOCUMENTS = "reviews"
DECIDED = "review.decided"


def conclude(uow: UnitOfWork, review: OpenedReview, rules: ReviewRules) -> Verdict:
    """Give a locked review the verdict of all that was handed in.

    Passed, it is final. Rework sends the order back to the technician with the findings; a failed one becomes a fault record.
    Either may be appealed until a deadline. The order's timeline, the technician's phone and those who lead know of it now.
    """
    acting = replace(uow, actor=system_actor())
    scores, findings = _handed_in(uow, review.id)
    score = joined(scores)
    verdict = judge(score, [Severity(one["severity"]) for one in findings], rules)
    zone = ZoneInfo(territory.timezones_of(uow, [review.region_id])[review.region_id])
    until = uow.now + timedelta(days=rules.appeal_within_days)
    appealable = verdict is not Verdict.PASS and rules.appeal_within_days > 0
    _note(acting, review, verdict, score, findings)
    reopening = send_back(acting, review, findings) if verdict is Verdict.REWORK else None
    set_review(
        uow,
        review,
        state=(ReviewState.DECIDED if appealable else ReviewState.FINAL).value,
        verdict=verdict.value,
        score=score,
        decided_at=uow.now,
        month=month_of(uow.now, zone),
        appeal_until=until if appealable else None,
        reopening=None if reopening is None else reopening.value,
    )
    if verdict is Verdict.FAIL:
        record_fault(acting, review, rules)
    announce(uow, review)
    _tell(acting, review, verdict, score, until if appealable else None)
    return verdict


def announce(uow: UnitOfWork, review: OpenedReview) -> None:
    """Send what a review came to, to the phone of whose work it was."""
    uow.announce([Change(review.region_id, scope_of("user", review.technician_id), DOCUMENTS, str(review.id))])


def _handed_in(uow: UnitOfWork, review_id: UUID) -> tuple[list[float], list[dict[str, Any]]]:
    scores = uow.session.scalars(
        select(ReviewSlot.score)
        .where(ReviewSlot.review_id == review_id, ReviewSlot.state == SlotState.SUBMITTED.value)
        .order_by(ReviewSlot.nth)
    )
    columns = (ReviewFinding.item, ReviewFinding.severity, ReviewFinding.text, ReviewFinding.media)
    found = uow.session.execute(select(*columns).where(ReviewFinding.review_id == review_id).order_by(ReviewFinding.id))
    return [score for score in scores if score is not None], [dict(row._mapping) for row in found]


def _note(
    uow: UnitOfWork,
    review: OpenedReview,
    verdict: Verdict,
    score: float,
    findings: Sequence[Mapping[str, Any]],
) -> None:
    book = open_book(uow, [review.work_order_id])
    data = {"review_id": str(review.id), "verdict": verdict.value, "score": score, "findings": list(findings)}
    book.record(server_entry(uow, uow.new_id(), review.work_order_id, DECIDED, data))
    write_book(uow, book)


def _tell(uow: UnitOfWork, review: OpenedReview, verdict: Verdict, score: float, until: datetime | None) -> None:
    who = technicians_by_id(uow, [review.technician_id]).get(review.technician_id)
    number = briefs_of(uow, [review.work_order_id])[review.work_order_id].number
    values = {
        "number": number,
        "name": "" if who is None else who.name,
        "verdict": Term(f"reviews.{verdict.value}"),
        "score": score,
        "until": until or uow.now,
    }
    appealable = "reviews.final" if until is None else "reviews.decided"
    template = "reviews.passed" if verdict is Verdict.PASS else appealable
    notices = [Notice(template, f"review:{review.id}:decided", (review.technician_id,), values, review.region_id)]
    if verdict is not Verdict.PASS and who is not None:
        leaders = leaders_of(uow, [who])[who.id]
        notices.append(
            Notice("reviews.decided_of", f"review:{review.id}:decided_of", leaders, values, review.region_id)
        )
    tell(uow, notices)
