"""Sends an order back to whoever did it, with the findings: the phone gets it by the feed, as with any other order."""

from collections.abc import Mapping, Sequence
from typing import Any

from checklists.review.queue.opened import OpenedReview
from checklists.review.states import Reopening
from dispatch.people import queries as people
from dispatch.work_orders import errors
from dispatch.work_orders.briefs import briefs_of
from dispatch.work_orders.lifecycle import Command, Evidence, Status
from dispatch.work_orders.service import command
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork


def send_back(uow: UnitOfWork, review: OpenedReview, findings: Sequence[Mapping[str, Any]]) -> Reopening:
    """Let an order's work be done again, by whoever did it if they are still there; for the product itself.

    What is completed is returned; what has closed is reopened and assigned again. Where the region's rules no longer allow
    that, or the order went on meanwhile, the verdict stands and the answer says why the order does not move.
    """
    status = briefs_of(uow, [review.work_order_id])[review.work_order_id].status
    note = "；".join(str(one["text"]) for one in findings)[:400]
    data = {"note": f"抽检返工 {note}".strip(), "review_id": str(review.id), "findings": list(findings)}
    if status == Status.COMPLETED:
        _ask(uow, review, Command.RETURN_FOR_REWORK, {**data, "reason": "substandard"})
        return Reopening.RETURNED
    if status != Status.CLOSED:
        return Reopening.NOT_POSSIBLE
    try:
        _ask(uow, review, Command.REOPEN, {**data, "reason": "other"})
    except DomainError as refused:
        # Nothing was written by then: the command decides before it writes.
        if refused.entry is not errors.REOPEN_TOO_LATE:
            raise
        return Reopening.TOO_LATE
    if review.technician_id in people.posts_of(uow, [review.technician_id]):
        _ask(uow, review, Command.ASSIGN, {"technician_id": str(review.technician_id), "review_id": str(review.id)})
    return Reopening.REOPENED


def _ask(uow: UnitOfWork, review: OpenedReview, what: Command, data: Mapping[str, Any]) -> None:
    command(uow, order_id=review.work_order_id, command=what, command_id=uow.new_id(), data=data, evidence=Evidence())
