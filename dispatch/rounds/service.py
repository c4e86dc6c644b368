"""What can be done with rounds: plan one, change it, pause it, let it go on, end it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from dispatch.assets.life import AssetKind
from dispatch.rounds import errors
from dispatch.rounds.generating import schedules_of
from dispatch.rounds.models import RoundPlan, RoundTarget
from dispatch.rounds.open_plan import Outcome, answered_before, asked, check_planner, log, open_plan
from dispatch.rounds.planning import Wanted, check_wanted, home_of
from dispatch.rounds.standing import PlanState, Step, TargetKind, decide
from dispatch.rounds.targets import named_by
from dispatch.rounds.visits import DAY, OnHoliday
from dispatch.rounds.withdrawing import withdraw_ahead
from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.texts import line, optional_line
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork


def plan_round(
    uow: UnitOfWork,
    *,
    wanted: Wanted,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    zone_id: UUID | None = None,
    command_id: UUID | None = None,
) -> Outcome:
    """Plan a round at a station, a group or a zone. Its orders are made by a job, `lead_days` before each visit.

    Days before today are nobody's: a plan that starts in the past begins today.

    Raises:
        NotFound (territory.*_unknown); Forbidden (forbidden): the actor does not dispatch there;
        Conflict (round.command_reused); and what `planning.home_of` and `planning.check_wanted` raise.
    """
    places = {"station_id": station_id, "group_id": group_id, "zone_id": zone_id}
    command = asked(uow, "plan", None, command_id, {**asdict(wanted), **places})
    again = answered_before(uow, command)
    if again is not None:
        return again
    home = home_of(uow, **places)
    check_planner(uow, home)
    checked = check_wanted(uow, home, wanted)
    assert home.station_id is not None
    plan = RoundPlan(
        id=uow.new_id(),
        region_id=home.region_id,
        station_id=home.station_id,
        group_id=home.group_id,
        zone_id=home.zone_id,
        **_columns(checked),
        state=PlanState.ACTIVE.value,
        generated_to=uow.now.date(),
        next_look_at=uow.now,
        created_by=uow.actor.user_id,
        version=1,
        created_at=uow.now,
        updated_at=uow.now,
    )
    plan.generated_to = _passed(uow, plan)
    uow.session.add(plan)
    uow.session.flush()
    _store_targets(uow, plan, checked)
    return log(uow, plan, command)


def change_round(
    uow: UnitOfWork,
    *,
    plan_id: UUID,
    changes: Mapping[str, Any],
    withdraw: bool = False,
    reason: str | None = None,
    command_id: UUID | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Change a plan from the first visit on that has no orders yet; what is left out of `changes` stays.

    With `withdraw` the orders that are there and that nobody has begun are taken back, and their visits planned anew.

    Raises:
        NotFound (round.unknown); Forbidden (forbidden); Stale (stale); Conflict (round.illegal): it is over;
        Conflict (round.command_reused); and what `planning.check_wanted` raises.
    """
    command = asked(uow, "change", plan_id, command_id, {**changes, "withdraw": withdraw, "reason": reason})
    plan = open_plan(uow, plan_id, None)
    again = answered_before(uow, command)
    if again is not None:
        return again
    plan = open_plan(uow, plan_id, expected_version)
    if plan.state == PlanState.ENDED.value:
        raise errors.ILLEGAL("the round is over", state_now=plan.state)
    why = optional_line(reason, longest=200, path="/reason")
    home = Places(plan.region_id, plan.station_id, plan.group_id, plan.zone_id)
    checked = check_wanted(uow, home, _merged(uow, plan, changes))
    taken = withdraw_ahead(uow, plan.id, why or "") if withdraw else 0
    for name, value in _columns(checked).items():
        setattr(plan, name, value)
    if withdraw:
        plan.generated_to = _passed(uow, plan)
    if plan.state == PlanState.ACTIVE.value:
        plan.next_look_at = uow.now
    _touch(uow, plan)
    if "target_ids" in changes or "target_kind" in changes:
        uow.session.execute(delete(RoundTarget).where(RoundTarget.plan_id == plan.id))
        _store_targets(uow, plan, checked)
    return log(uow, plan, command, taken)


def step_round(
    uow: UnitOfWork,
    *,
    plan_id: UUID,
    step: Step,
    reason: str | None = None,
    withdraw: bool = False,
    command_id: UUID | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Pause a plan, let it go on, or end it. Orders that are there stay, unless `withdraw` takes back those not begun.

    What falls into a pause is not caught up: a plan that goes on does so with today.

    Raises:
        NotFound (round.unknown); Forbidden (forbidden); Stale (stale); Conflict (round.illegal, round.command_reused);
        Invalid (invalid): no reason to end it, or to take orders back.
    """
    command = asked(uow, step.value, plan_id, command_id, {"reason": reason, "withdraw": withdraw})
    plan = open_plan(uow, plan_id, None)
    again = answered_before(uow, command)
    if again is not None:
        return again
    plan = open_plan(uow, plan_id, expected_version)
    state = decide(PlanState(plan.state), step)
    needed = withdraw or step is Step.END
    why = (
        line(reason or "", longest=200, path="/reason")
        if needed
        else optional_line(reason, longest=200, path="/reason")
    )
    taken = withdraw_ahead(uow, plan.id, why or "") if withdraw and step is not Step.RESUME else 0
    plan.state = state.value
    plan.next_look_at = uow.now if state is PlanState.ACTIVE else None
    if state is PlanState.ENDED:
        plan.end_reason = why
    if taken or step is Step.RESUME:
        passed = _passed(uow, plan)
        plan.generated_to = passed if taken else max(plan.generated_to, passed)
    _touch(uow, plan)
    return log(uow, plan, command, taken)


def _touch(uow: UnitOfWork, plan: RoundPlan) -> None:
    plan.version += 1
    plan.updated_at = uow.now
    uow.session.flush()


def _columns(wanted: Wanted) -> dict[str, Any]:
    values = {name: getattr(wanted, name) for name in Wanted.__dataclass_fields__ if name != "target_ids"}
    return values | {
        "priority": wanted.priority.value,
        "target_kind": wanted.target_kind.value,
        "on_holiday": wanted.on_holiday.value,
        "asset_kinds": [kind.value for kind in wanted.asset_kinds],
        "is_listed": bool(wanted.target_ids),
    }


def _merged(uow: UnitOfWork, plan: RoundPlan, changes: Mapping[str, Any]) -> Wanted:
    values = {name: getattr(plan, name) for name in Wanted.__dataclass_fields__ if name != "target_ids"}
    values |= {
        "priority": Priority(plan.priority),
        "target_kind": TargetKind(plan.target_kind),
        "on_holiday": OnHoliday(plan.on_holiday),
        "asset_kinds": tuple(AssetKind(kind) for kind in plan.asset_kinds),
        "target_ids": tuple(named_by(uow, [plan.id]).get(plan.id, ())) if plan.is_listed else (),
    }
    return Wanted(**{**values, **changes})


def _store_targets(uow: UnitOfWork, plan: RoundPlan, wanted: Wanted) -> None:
    rows = [{"plan_id": plan.id, "target_id": key, "region_id": plan.region_id} for key in wanted.target_ids]
    insert_rows(uow.session, RoundTarget, rows)


def _passed(uow: UnitOfWork, plan: RoundPlan) -> date:
    """Return the last day of a plan's rule that it has nothing to do with any more: yesterday's, or one that is over today."""
    schedule = schedules_of(uow, [plan])[plan.id]
    return schedule.passed(uow.now, uow.now.astimezone(schedule.window.zone).date() - DAY)
