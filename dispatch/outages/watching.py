"""Lets outages begin when their time has come, and asks about those that should be over."""

from sqlalchemy import select

from dispatch.outages.explaining import settle_requests
from dispatch.outages.lifecycle import State
from dispatch.outages.models import PlannedOutage
from dispatch.outages.notices import OVERDUE, tell_staff
from dispatch.outages.open_outage import asked, log
from kernel.unit_of_work import UnitOfWork


def watch(uow: UnitOfWork, *, limit: int) -> int:
    """Do what is due of outages, and return of how many. Reads an index of what is due.

    One that was announced begins. One whose window is over without a word stays as it is: its people are asked to end or move it,
    and the requests that waited go back to a person, since nobody may be forgotten behind a plan.
    """
    due = uow.session.scalars(
        select(PlannedOutage)
        .where(PlannedOutage.next_look_at <= uow.now)
        .order_by(PlannedOutage.next_look_at, PlannedOutage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    overdue = []
    for one in due:
        if one.state == State.ANNOUNCED.value:
            one.state, one.started_at = State.IN_PROGRESS.value, one.starts_at
            one.version, one.updated_at = one.version + 1, uow.now
            log(uow, one, asked(uow, "start", one.id, None, {"automatic": True}))
        is_over = one.ends_at <= uow.now
        one.next_look_at = None if is_over else one.ends_at
        if is_over:
            overdue.append(one)
    uow.session.flush()
    for one in overdue:
        settle_requests(uow, one)
    if overdue:
        tell_staff(uow, overdue, OVERDUE)
    return len(due)
