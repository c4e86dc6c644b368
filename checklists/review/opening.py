"""Opens reviews in sets, with the parts that wait for reviewers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from checklists.review.models import Review, ReviewSlot
from checklists.review.policy import ReviewRules
from checklists.review.states import ReviewState, SlotState, Source, Why
from checklists.runs.inspection_facts import runs_by_order
from checklists.templates.codes import codes_of
from dispatch.people import queries as people
from dispatch.work_orders.briefs import briefs_of
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Pick:
    """Work to be reviewed: which order, done by whom, why, by one person or two."""

    work_order_id: UUID
    technician_id: UUID
    source: Source
    why: Why
    parts: int = 1
    plan_id: UUID | None = None
    previous_id: UUID | None = None
    risks: Sequence[Mapping[str, Any]] = ()
    note: str | None = None


def open_reviews(uow: UnitOfWork, picks: Collection[Pick], rules: Mapping[UUID, ReviewRules]) -> dict[UUID, UUID]:
    """Open reviews of these orders, and return their ids by order; one that is under review already is passed over.

    The technicians are told nothing: a review is known only to reviewers until its verdict. `rules` are by region. Six statements
    for any number.
    """
    if not picks:
        return {}
    ids = [one.work_order_id for one in picks]
    orders, runs = briefs_of(uow, ids), runs_by_order(uow, ids)
    codes = codes_of(uow, {one.template_version_id for one in runs.values()})
    posts = people.posts_of(uow, {one.technician_id for one in picks})
    rows = []
    for one in picks:
        order, run = orders[one.work_order_id], runs[one.work_order_id]
        post = posts.get(one.technician_id)
        due = uow.now + timedelta(days=rules[order.region_id].review_within_days)
        rows.append(
            {
                "id": uow.new_id(),
                "region_id": order.region_id,
                "station_id": order.station_id,
                "group_id": order.group_id,
                "zone_id": order.zone_id,
                "work_order_id": order.id,
                "run_id": run.id,
                "template_version_id": run.template_version_id,
                "template_code": codes[run.template_version_id],
                "work_type": order.work_type,
                "technician_id": one.technician_id,
                "technician_group_id": order.group_id if post is None else post[1],
                "source": one.source.value,
                "why": one.why.value,
                "plan_id": one.plan_id,
                "previous_id": one.previous_id,
                "risks": [dict(risk) for risk in one.risks],
                "note": one.note,
                "parts": one.parts,
                "state": ReviewState.SAMPLED.value,
                "overturned": False,
                "due_at": due,
                "created_by": uow.actor.user_id,
                "created_at": uow.now,
                "version": 1,
                "updated_at": uow.now,
            }
        )
    free = "(work_order_id) WHERE state IN ('sampled', 'in_review') DO NOTHING"
    made = insert_rows(uow.session, Review, rows, on_conflict=free, returning=["id", "work_order_id"])
    opened = {row.id for row in made}
    insert_rows(uow.session, ReviewSlot, [slot for row in rows if row["id"] in opened for slot in _slots(uow, row)])
    return {row.work_order_id: row.id for row in made}


def _slots(uow: UnitOfWork, review: Mapping[str, Any]) -> list[dict[str, Any]]:
    copied = ("region_id", "station_id", "group_id", "zone_id", "technician_id", "technician_group_id", "due_at")
    return [
        {
            "id": uow.new_id(),
            "review_id": review["id"],
            "nth": nth,
            **{name: review[name] for name in copied},
            "state": SlotState.OPEN.value,
        }
        for nth in range(1, review["parts"] + 1)
    ]
