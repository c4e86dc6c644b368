"""What can be done with sampling plans: store a frame with its seed, draw from what is stored, and pick for a spot check."""

import hashlib
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from checklists.review import errors
from checklists.review.models import ReviewFrameRow, ReviewPlan
from checklists.review.opening import Pick, open_reviews
from checklists.review.policy import ReviewRules, read_rules
from checklists.review.policy_of import rules_of
from checklists.review.sampling.draw import Drawn, Shares, chance, draw
from checklists.review.sampling.frame import Eligible, frame_digest
from checklists.review.sampling.gathering import candidates, month_frame, weighed
from checklists.review.sampling.months import bounds_of
from checklists.review.states import PlanState, Source, Why
from checklists.review.who import check_planner, planner_scope
from dispatch.people import queries as people
from dispatch.territory import queries as territory
from dispatch.texts import optional_line
from dispatch.work_orders import errors as order_errors
from dispatch.work_orders import inspection_facts as orders
from dispatch.work_orders import queries as work_orders
from kernel.actor import system_actor
from kernel.bulk import insert_rows, update_rows
from kernel.identifiers import new_secret
from kernel.unit_of_work import Reading, UnitOfWork

MOST_CANDIDATES = 500


def frame_month(uow: UnitOfWork, *, region_id: UUID, month: str, seed: str | None = None) -> UUID:
    """Store what of a month could be drawn in a region, with a new seed and the frame's digest, and return the plan's id.

    Nothing is drawn yet: that takes a transaction of its own, which finds the frame as it was stored. `seed` is for tests.

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden); Invalid (review.month_wrong) with the path;
        Conflict (review.month_not_over, review.plan_exists, review.nothing_finished).
    """
    territory.region(uow, region_id)
    check_planner(uow, region_id)
    zone = ZoneInfo(territory.timezones_of(uow, [region_id])[region_id])
    start, end = bounds_of(month, zone)
    if end > uow.now:
        raise errors.MONTH_NOT_OVER(path="/month")
    rules = rules_of(uow, region_id)
    frame = month_frame(uow, region_id, start, end, rules)
    if not frame:
        raise errors.NOTHING_FINISHED(path="/month")
    plan = {
        "id": uow.new_id(),
        "region_id": region_id,
        "month": month,
        "state": PlanState.FRAMED.value,
        "rules": written(rules),
        "seed": seed or hashlib.sha256(new_secret().encode()).hexdigest(),
        "frame_digest": frame_digest(frame),
        "frame_size": len(frame),
        "created_by": uow.actor.user_id,
        "created_at": uow.now,
    }
    made = insert_rows(uow.session, ReviewPlan, [plan], on_conflict="(region_id, month) DO NOTHING", returning=["id"])
    if not made:
        raise errors.PLAN_EXISTS(path="/month")
    key: UUID = made[0].id
    insert_rows(uow.session, ReviewFrameRow, [_frame_row(key, one) for one in frame])
    return key


def draw_plan(uow: UnitOfWork, *, plan_id: UUID) -> int:
    """Draw the sample of a stored frame and open its reviews; return how many were drawn. Drawn again, nothing changes.

    Raises:
        NotFound (review.plan_unknown): none of a region whose planner the caller is.
        Conflict (review.frame_changed): what is stored is not what was stored.
    """
    plan = _locked_plan(uow, plan_id)
    if plan.state == PlanState.DRAWN.value:
        size: int = plan.sample_size
        return size
    frame = stored_frame(uow, plan_id)
    if frame_digest(frame) != plan.frame_digest:
        raise errors.FRAME_CHANGED()
    rules = read_rules(plan.rules)
    drawn = draw(frame, plan.seed, shares_of(rules))
    rows = {one.work_order_id: one for one in frame}
    _open(uow, plan, rows, drawn, rules)
    update_rows(
        uow.session,
        ReviewFrameRow,
        [{"plan_id": plan_id, "work_order_id": one.work_order_id, "why": one.why.value} for one in drawn],
        key=["plan_id", "work_order_id"],
    )
    values = {
        "state": PlanState.DRAWN.value,
        "sample_size": len(drawn),
        "drawn_by": uow.actor.user_id,
        "drawn_at": uow.now,
    }
    uow.session.execute(update(ReviewPlan).where(ReviewPlan.id == plan_id).values(**values))
    return len(drawn)


def _open(uow: UnitOfWork, plan: Any, rows: dict[UUID, Eligible], drawn: tuple[Drawn, ...], rules: ReviewRules) -> None:
    picks = [
        Pick(
            one.work_order_id,
            rows[one.work_order_id].technician_id,
            Source.PLAN,
            one.why,
            2 if one.double else 1,
            plan.id,
            risks=rows[one.work_order_id].risks,
        )
        for one in drawn
    ]
    open_reviews(uow, picks, {plan.region_id: rules})


def spot_check(
    uow: UnitOfWork, *, order_id: UUID | None = None, technician_id: UUID | None = None, note: str | None = None
) -> UUID:
    """Open a review of one order, or of chance work of one technician of the last weeks; return its id.

    The technician is not told. For regional operations.

    Raises:
        Invalid (review.nothing_chosen, invalid): with the path.
        NotFound (work_order.unknown, people.unknown): not in the caller's scope. Forbidden (forbidden).
        Conflict (review.not_finished, review.under_review, review.nothing_finished).
    """
    if (order_id is None) == (technician_id is None):
        raise errors.NOTHING_CHOSEN(path="/work_order_id")
    everything = Reading(uow.session, system_actor(), uow.now)
    if order_id is not None:
        if not work_orders.visible_order_ids(uow, [order_id]):
            raise order_errors.UNKNOWN()
        finished = list(orders.finished_orders(everything, [order_id]).values())
        region_id = work_orders.order(uow, order_id).row.region_id
    else:
        assert technician_id is not None
        region_id = people.technician(uow, technician_id).region_id
        since = uow.now - timedelta(days=rules_of(uow, region_id).spot_check_days)
        finished = orders.finished_by(everything, technician_id, since, limit=MOST_CANDIDATES)
    check_planner(uow, region_id)
    rules = rules_of(uow, region_id)
    chosen_by_name = order_id is not None
    eligible = candidates(everything, finished, again=chosen_by_name)
    found = [one for one in eligible if one.order.region_id == region_id]
    if not found:
        raise _why_not(order_id, finished)
    seed = str(uow.new_id())
    chosen = min(found, key=lambda one: chance(seed, "spot_check", one.order.id))
    (weighted,) = weighed(everything, [chosen], rules)
    pick = Pick(
        chosen.order.id,
        chosen.order.assignee_id,
        Source.SPOT_CHECK,
        Why.CHOSEN,
        risks=weighted.risks,
        note=optional_line(note, longest=500, path="/note"),
    )
    opened = open_reviews(uow, [pick], {region_id: rules})
    if not opened:
        raise errors.UNDER_REVIEW()
    return opened[chosen.order.id]


def _why_not(order_id: UUID | None, finished: list[orders.FinishedOrder]) -> Exception:
    if order_id is None:
        return errors.NOTHING_FINISHED(path="/technician_id")
    return errors.UNDER_REVIEW(path="/work_order_id") if finished else errors.NOT_FINISHED(path="/work_order_id")


def shares_of(rules: ReviewRules) -> Shares:
    """Return the shares that a plan draws by."""
    return Shares(
        rules.random_percent,
        rules.stratified_percent,
        rules.risk_percent,
        rules.minimum_per_technician,
        rules.double_percent,
    )


def written(rules: ReviewRules) -> dict[str, Any]:
    """Write rules as the document that `read_rules` reads."""
    return {
        **asdict(rules),
        "risk_weights": {risk.value: weight for risk, weight in rules.risk_weights.items()},
        "overdue_appeal": rules.overdue_appeal.value,
    }


def stored_frame(reading: Reading, plan_id: UUID) -> list[Eligible]:
    """Return the stored frame of a plan. One statement."""
    columns = (getattr(ReviewFrameRow, name) for name in Eligible.__dataclass_fields__)
    rows = reading.session.execute(select(*columns).where(ReviewFrameRow.plan_id == plan_id))
    return [Eligible(*row) for row in rows]


def _locked_plan(uow: UnitOfWork, plan_id: UUID) -> Any:
    plan = uow.session.execute(
        select(
            ReviewPlan.id,
            ReviewPlan.region_id,
            ReviewPlan.state,
            ReviewPlan.rules,
            ReviewPlan.seed,
            ReviewPlan.frame_digest,
            ReviewPlan.sample_size,
        )
        .where(ReviewPlan.id == plan_id, planner_scope(uow.actor).sees(region=ReviewPlan.region_id))
        .with_for_update()
    ).one_or_none()
    if plan is None:
        raise errors.PLAN_UNKNOWN()
    return plan


def _frame_row(plan_id: UUID, one: Eligible) -> dict[str, Any]:
    return {
        "plan_id": plan_id,
        **{name: getattr(one, name) for name in Eligible.__dataclass_fields__},
        "risks": [dict(risk) for risk in one.risks],
    }
