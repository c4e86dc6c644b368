from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from dispatch.sla import queries, service
from dispatch.sla.clock import EventKind
from dispatch.sla.deadline import Priority, Targets
from dispatch.sla.models import ClockEventRow, SlaClock
from dispatch.work_orders import clocks
from dispatch.work_orders import service as work_orders
from tests.dispatch.work_orders.ground import make_ground

YEARS_END = datetime(2026, 12, 31, 6, 0, tzinfo=UTC)
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def ground(uow):
    made = make_ground(uow)
    document = {"timezone": "Asia/Shanghai", "week": WEEK, "holidays": "CN"}
    region_id = made.places.region_id
    made.calendar = service.add_calendar(uow, region_id=region_id, code="office", name="白班", document=document)
    service.set_policy(
        uow,
        region_id=region_id,
        priority=Priority.ROUTINE,
        targets=Targets(None, None, 8 * 60),
        calendar_id=made.calendar,
    )
    made.uow = replace(uow, now=YEARS_END)
    return made


def resolve(ground, order_id):
    return next(one.state for one in clocks.clocks_of(ground.uow, order_id) if one.clock == "resolve")


def test_a_clock_waits_for_the_notice_of_a_year_and_runs_on_when_it_is_there(ground):
    (order_id,) = work_orders.create_orders(ground.uow, [ground.draft(received_at=YEARS_END)])
    state = resolve(ground, order_id)
    assert (state.due_at, state.unknown_from) == (None, datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert queries.claim_due(ground.uow, limit=9) is None
    notice = {
        "year": 2027,
        "days": [{"date": "2027-01-01", "isOffDay": True}, {"date": "2027-01-02", "isOffDay": False}],
    }
    assert service.add_notice(ground.uow, calendar_id=ground.calendar, notice=notice) == 2
    state = resolve(ground, order_id)
    # 14:00 on Thursday leaves three hours; Friday is off, and the Saturday after it is worked.
    assert state.due_at == datetime(2027, 1, 2, 6, 0, tzinfo=UTC)
    assert {clock for _, clock in queries.claim_due(ground.uow, limit=9).keys} >= {"resolve"}


def test_events_are_kept_as_they_happened_and_the_clock_beside_them(ground):
    (order_id,) = work_orders.create_orders(ground.uow, [ground.draft(received_at=YEARS_END)])
    kinds = ground.uow.session.scalars(
        select(ClockEventRow.kind).where(ClockEventRow.work_order_id == order_id, ClockEventRow.clock == "resolve")
    ).all()
    assert kinds == [EventKind.START.value]
    row = ground.uow.session.execute(
        select(SlaClock.status, SlaClock.colour, SlaClock.noticed).where(
            SlaClock.work_order_id == order_id, SlaClock.clock == "resolve"
        )
    ).one()
    assert tuple(row) == ("running", "clear", "none")
