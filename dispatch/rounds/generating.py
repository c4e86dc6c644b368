"""Makes the orders of rounds ahead of their visits, in sets, each once for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch.rounds.events import RoundsGenerated
from dispatch.rounds.models import RoundOccurrence, RoundPlan
from dispatch.rounds.schedule import Schedule, TimedVisit, schedule_of
from dispatch.rounds.standing import OccurrenceState, PlanState, TargetKind
from dispatch.rounds.targets import Chosen, Target, named_by, targets_of
from dispatch.rounds.visits import Fate
from dispatch.sla import queries as sla
from dispatch.sla.deadline import Priority
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from dispatch.work_orders.service import NewOrder, create_orders
from kernel.bulk import insert_rows, update_rows
from kernel.unit_of_work import Reading, UnitOfWork

MOST_PLANS = 50
RULE_OVER = "rule_over"
"""Why a plan ended whose rule fires no more."""
Key = tuple[UUID, UUID, date]


@dataclass
class _Batch:
    """What one transaction makes: new visits with their orders, and how far each plan came."""

    left: int
    known: Mapping[Key, tuple[UUID, str]]
    fresh: list[dict[str, Any]] = field(default_factory=list)
    revived: list[dict[str, Any]] = field(default_factory=list)
    drafts: list[NewOrder] = field(default_factory=list)
    given: list[UUID] = field(default_factory=list)
    plans: list[dict[str, Any]] = field(default_factory=list)


def generate(uow: UnitOfWork, *, limit: int) -> int:
    """Make the orders whose time has come, `limit` visits at most, and return how many plans were looked at.

    What is there is passed over; a visit whose window is over is noted as missed. Plans that another worker has in hand are left
    to it. A constant number of statements. A plan that is not through comes up again at once.
    """
    plans = _claim(uow)
    if not plans:
        return 0
    schedules = schedules_of(uow, plans)
    targets = targets_of_plans(uow, plans)
    due = {plan.id: _due(uow, plan, schedules[plan.id]) for plan in plans}
    batch = _Batch(limit, _known(uow, due))
    for plan in plans:
        _plan(uow, batch, plan, schedules[plan.id], due[plan.id], targets[plan.id])
    create_orders(uow, batch.drafts)
    insert_rows(uow.session, RoundOccurrence, batch.fresh)
    update_rows(uow.session, RoundOccurrence, batch.revived, key=["id"])
    update_rows(uow.session, RoundPlan, batch.plans, key=["id"])
    if batch.given:
        uow.publish(RoundsGenerated(tuple(batch.given)))
    return len(plans)


def _claim(uow: UnitOfWork) -> Sequence[RoundPlan]:
    return uow.session.scalars(
        select(RoundPlan)
        .where(RoundPlan.next_look_at <= uow.now)
        .order_by(RoundPlan.next_look_at, RoundPlan.id)
        .limit(MOST_PLANS)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def schedules_of(reading: Reading, plans: Sequence[Any]) -> dict[UUID, Schedule]:
    """Return when the visits of these plans are made. Two statements at most."""
    zones = territory.timezones_of(reading, {plan.region_id for plan in plans})
    workdays = sla.workdays_of(reading, {plan.calendar_id for plan in plans if plan.calendar_id is not None})
    return {
        plan.id: schedule_of(
            rule=plan.rule,
            starts_on=plan.starts_on,
            begins_at=plan.begins_at,
            window_minutes=plan.window_minutes,
            lead_days=plan.lead_days,
            on_holiday=plan.on_holiday,
            zone=ZoneInfo(zones[plan.region_id]),
            workdays=None if plan.calendar_id is None else workdays.get(plan.calendar_id),
        )
        for plan in plans
    }


def targets_of_plans(reading: Reading, plans: Sequence[Any]) -> dict[UUID, list[Target]]:
    """Return what these plans visit now, as far as the caller sees it. Five statements at most."""
    chosen = {
        plan.id: Chosen(
            Places(plan.region_id, plan.station_id, plan.group_id, plan.zone_id),
            TargetKind(plan.target_kind),
            plan.is_listed,
            tuple(plan.asset_kinds),
        )
        for plan in plans
    }
    return targets_of(reading, chosen, named_by(reading, [key for key, one in chosen.items() if one.is_listed]))


def _due(uow: UnitOfWork, plan: RoundPlan, schedule: Schedule) -> list[TimedVisit]:
    """Return the days of the rule whose orders are to be made by now, and that nobody has seen to."""
    return list(takewhile(lambda one: schedule.look_at(one) <= uow.now, schedule.after(plan.generated_to)))


def _known(uow: UnitOfWork, due: Mapping[UUID, Sequence[TimedVisit]]) -> dict[Key, tuple[UUID, str]]:
    """Return the visits to any target that are there on these days. One statement, none without days."""
    first = min((visit.day for visits in due.values() for visit in visits), default=None)
    if first is None:
        return {}
    columns = (RoundOccurrence.plan_id, RoundOccurrence.target_id, RoundOccurrence.day)
    rows = uow.session.execute(
        select(*columns, RoundOccurrence.id, RoundOccurrence.state).where(
            RoundOccurrence.plan_id.in_(sorted(due)), RoundOccurrence.day >= first
        )
    )
    return {(row.plan_id, row.target_id, row.day): (row.id, row.state) for row in rows}


def _plan(
    uow: UnitOfWork,
    batch: _Batch,
    plan: RoundPlan,
    schedule: Schedule,
    due: Sequence[TimedVisit],
    targets: Sequence[Target],
) -> None:
    """Put what is to be made for a plan into the batch, day by day, until the batch is full."""
    reached = plan.generated_to
    for visit in due:
        for target in targets if visit.is_made else ():
            known_id, state = batch.known.get((plan.id, target.id, visit.day), (None, None))
            if known_id is not None and state != OccurrenceState.WITHDRAWN.value:
                continue
            if batch.left == 0:
                batch.plans.append(_plan_row(plan, reached, uow.now))
                return
            batch.left -= 1
            _make(uow, batch, plan, schedule, visit, target, known_id)
        reached = visit.day
    following = next(schedule.after(reached), None)
    batch.plans.append(_plan_row(plan, reached, None if following is None else schedule.look_at(following)))


def _plan_row(plan: RoundPlan, reached: date, next_look_at: datetime | None) -> dict[str, Any]:
    over = next_look_at is None
    return {
        "id": plan.id,
        "generated_to": reached,
        "next_look_at": next_look_at,
        "state": PlanState.ENDED.value if over else plan.state,
        "end_reason": RULE_OVER if over else plan.end_reason,
        "version": plan.version + over,
    }


def _make(
    uow: UnitOfWork,
    batch: _Batch,
    plan: RoundPlan,
    schedule: Schedule,
    visit: TimedVisit,
    target: Target,
    known_id: UUID | None,
) -> None:
    is_missed = visit.end_at <= uow.now
    order_id = None if is_missed else uow.new_id()
    row = {
        "id": known_id or uow.new_id(),
        "station_id": target.places.station_id,
        "group_id": target.places.group_id,
        "zone_id": target.places.zone_id,
        "window_start_at": visit.start_at,
        "window_end_at": visit.end_at,
        "is_undecided": visit.fate is Fate.UNKNOWN,
        "state": (OccurrenceState.MISSED if is_missed else OccurrenceState.DUE).value,
        "work_order_id": order_id,
        "last_order_id": order_id,
        "done_at": None,
    }
    if known_id is None:
        whose = {"plan_id": plan.id, "target_id": target.id, "region_id": plan.region_id}
        batch.fresh.append({**row, **whose, "day": visit.day, "created_at": uow.now})
    else:
        batch.revived.append(row)
    if order_id is not None:
        batch.drafts.append(_draft(uow, plan, schedule, visit, target, order_id))
        if plan.assign and target.places.zone_id is not None:
            batch.given.append(order_id)


def _draft(
    uow: UnitOfWork, plan: RoundPlan, schedule: Schedule, visit: TimedVisit, target: Target, order_id: UUID
) -> NewOrder:
    begins, ends = (moment.astimezone(schedule.window.zone) for moment in (visit.start_at, visit.end_at))
    said = [f"{begins:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}", *([plan.description] if plan.description else [])]
    return NewOrder(
        target.places,
        plan.work_type,
        Priority(plan.priority),
        f"{plan.title} · {target.label}",
        uow.now,
        description="\n".join(said),
        customer_id=target.customer_id,
        site_id=target.site_id,
        asset_id=target.asset_id,
        id=order_id,
        planned_until=visit.end_at,
        template_code=plan.template_code,
    )
