"""Makes the sampling plan of the month that is over by itself, where a region wants that: framed first, drawn afterwards."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from checklists.review import errors
from checklists.review.models import ReviewPlan
from checklists.review.policy_of import rules_now
from checklists.review.sampling.months import month_of
from checklists.review.sampling.service import draw_plan, frame_month
from checklists.review.states import PlanState
from dispatch.territory import queries as territory
from kernel.actor import SYSTEM_USER
from kernel.errors import DomainError
from kernel.unit_of_work import Reading, UnitOfWork

PAGE = 200


def months_due(reading: Reading) -> list[tuple[UUID, str]]:
    """Return the regions whose plan of the last month is to be made by itself and is not there, with that month.

    A few statements for each 200 regions; for the product's own reading.
    """
    found: list[tuple[UUID, str]] = []
    after: Sequence[Any] | None = None
    while True:
        page = territory.regions(reading, limit=PAGE, after=after)
        found += _due(reading, [region.id for region in page.items])
        after = page.after
        if after is None:
            return found


def _due(reading: Reading, region_ids: Sequence[UUID]) -> list[tuple[UUID, str]]:
    rules = rules_now(reading, region_ids)
    wanted = [region_id for region_id in region_ids if rules[region_id].plan_day > 0]
    if not wanted:
        return []
    zones = territory.timezones_of(reading, wanted)
    months: dict[UUID, str] = {}
    for region_id in wanted:
        today = reading.now.astimezone(ZoneInfo(zones[region_id]))
        if today.day >= rules[region_id].plan_day:
            months[region_id] = month_of(today - timedelta(days=today.day), ZoneInfo(zones[region_id]))
    known = reading.session.execute(
        select(ReviewPlan.region_id, ReviewPlan.month).where(ReviewPlan.region_id.in_(list(months)))
    )
    made = {(row.region_id, row.month) for row in known}
    return [one for one in months.items() if one not in made]


def frame_due(uow: UnitOfWork, region_id: UUID, month: str) -> UUID | None:
    """Frame a month of a region, in a transaction of its own; None where nothing was finished or somebody was faster."""
    try:
        return frame_month(uow, region_id=region_id, month=month)
    except DomainError as refused:
        if refused.entry not in (errors.NOTHING_FINISHED, errors.PLAN_EXISTS):
            raise
        return None


def draw_due(uow: UnitOfWork) -> int:
    """Draw one plan that the product framed by itself; return how many it was. What a person framed, a person draws."""
    plan_id = uow.session.scalar(
        select(ReviewPlan.id)
        .where(ReviewPlan.state == PlanState.FRAMED.value, ReviewPlan.created_by == SYSTEM_USER)
        .order_by(ReviewPlan.created_at)
        .limit(1)
    )
    if plan_id is None:
        return 0
    draw_plan(uow, plan_id=plan_id)
    return 1
