"""Gathers what could be drawn, and the facts that make some of it more worth a look: in sets, whatever their number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from checklists.media.repeats import used_elsewhere
from checklists.review.models import Review
from checklists.review.policy import ReviewRules
from checklists.review.sampling.frame import Eligible, weight_of
from checklists.review.sampling.risks import Facts, Pace, leaps, risks_of
from checklists.review.states import WAITING, ReviewState
from checklists.runs import inspection_facts as runs
from checklists.runs.inspection_facts import RunOfOrder
from dispatch.people import queries as people
from dispatch.work_orders import inspection_facts as orders
from dispatch.work_orders.inspection_facts import FinishedOrder
from kernel.actor import system_actor
from kernel.database import one_of
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finished order with its run."""

    order: FinishedOrder
    run: RunOfOrder


def month_frame(
    reading: Reading, region_id: UUID, start: datetime, end: datetime, rules: ReviewRules
) -> list[Eligible]:
    """Return what was finished in a region from `start` until before `end` and can be drawn, with weights and reasons.

    What is under review, or was reviewed since it was finished, cannot. Fourteen statements at most for any number.
    """
    everything = Reading(reading.session, system_actor(), reading.now)
    found = candidates(everything, orders.finished_between(everything, region_id, start, end))
    return weighed(everything, found, rules)


def candidates(reading: Reading, finished: Sequence[FinishedOrder], *, again: bool = False) -> list[Candidate]:
    """Return those of these orders that have a checklist, and are not under review. Two statements, none without orders.

    Nor, unless `again`, those that were reviewed since they were finished; a review that lapsed was none.
    """
    if not finished:
        return []
    ids = [one.id for one in finished]
    found = runs.runs_by_order(reading, ids)
    rows = reading.session.execute(
        select(Review.work_order_id, Review.state, Review.created_at).where(
            one_of(reading.session, Review.work_order_id, ids), Review.state != ReviewState.LAPSED.value
        )
    ).all()
    taken = {row.work_order_id for row in rows if row.state in WAITING}
    seen = {(row.work_order_id, row.created_at) for row in rows}
    latest = dict(sorted(seen))
    return [
        Candidate(one, found[one.id])
        for one in finished
        if one.id in found and one.id not in taken and (again or not _was_reviewed(one, latest))
    ]


def _was_reviewed(order: FinishedOrder, latest: Mapping[UUID, datetime]) -> bool:
    return order.id in latest and latest[order.id] >= order.completed_at


def weighed(reading: Reading, found: Sequence[Candidate], rules: ReviewRules) -> list[Eligible]:
    """Return candidates with their risks and weights, for the product's own reading. Eleven statements, none without any."""
    if not found:
        return []
    facts = _facts(reading, found, rules)
    rows = []
    for one in found:
        order = one.order
        risks = risks_of(facts, rules, order.id, order.assignee_id, order.completed_at)
        rows.append(
            Eligible(
                order.id,
                one.run.id,
                order.zone_id,
                order.assignee_id,
                order.work_type,
                order.completed_at,
                weight_of(risks, rules.risk_weights),
                tuple(risk.written() for risk in risks),
            )
        )
    return rows


def _facts(reading: Reading, found: Sequence[Candidate], rules: ReviewRules) -> Facts:
    ids = [one.order.id for one in found]
    order_of = {one.run.id: one.order.id for one in found}
    hired = people.technicians_by_id(reading, {one.order.assignee_id for one in found})
    answered = runs.answering_of(reading, list(order_of))
    untrusted = orders.untrusted_among(reading, ids)
    untrusted |= {order_of[run_id] for run_id in runs.untrusted_runs(reading, list(order_of))}
    return Facts(
        {key: one.created_at for key, one in hired.items()},
        _reopened(found, orders.reopened_among(reading, ids)),
        orders.geo_misses_among(reading, ids),
        {
            order_of[run_id]: Pace(one.items, (one.last_at - one.first_at).total_seconds())
            for run_id, one in answered.items()
        },
        used_elsewhere(reading, ids),
        leaps(orders.fixes_of(reading, ids), rules.travel_kmh),
        frozenset(untrusted),
    )


def _reopened(found: Sequence[Candidate], counted: Mapping[UUID, int]) -> dict[UUID, int]:
    """Add the orders that follow up another one: the customer had to ask again."""
    again = {one.order.id: 1 for one in found if one.order.repeat_visit}
    return {**again, **counted}
