"""Orders given to people by themselves; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from dispatch.accounts.service import set_active
from dispatch.assignment import queries
from dispatch.assignment.rules import Exclusion
from dispatch.assignment.service import assign_automatically
from dispatch.people import service as people
from dispatch.sla.deadline import Priority
from dispatch.territory.duties import DutyKind
from dispatch.territory.service import appoint
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.briefs import holders_of
from dispatch.work_orders.lifecycle import Status
from dispatch.work_orders.models import WorkOrder
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.assignment.ground import decide, leader_of, orders, owner_of, schedule
from tests.statements import recorded


def test_the_zones_manager_gets_the_order_and_the_timeline_keeps_why(uow, place):
    other, owner = factories.technician(uow, place), owner_of(uow, place)
    (order_id,) = orders(uow, place)
    (done,) = assign_automatically(uow, [order_id])
    assert done.technician_id == owner
    detail = work_orders.order(uow, order_id)
    assert (detail.row.status, detail.row.assignee_id) == ("assigned", owner)
    entry = work_orders.timeline(uow, order_id, limit=10).items[-1]
    assert entry.kind == "work_order.assign"
    assert entry.data["reason"] == "automatic: owner"
    assert [one["technician_id"] for one in entry.data["candidates"]] == [str(owner), str(other)]


def test_without_the_skill_the_work_goes_to_somebody_of_the_group_who_has_it(uow, place):
    owner = owner_of(uow, place)
    able = factories.technician(uow, place, skills={"fibre": 2})
    (order_id,) = orders(uow, place, work_type="fibre")
    (done,) = assign_automatically(uow, [order_id])
    assert done.technician_id == able
    assert [(one.technician_id, one.why) for one in done.excluded] == [(owner, Exclusion.SKILL_MISSING)]


def test_a_burst_is_spread_over_the_group(uow, place):
    team = {factories.technician(uow, place) for _ in range(3)}
    given = [one.technician_id for one in assign_automatically(uow, orders(uow, place, 7))]
    assert set(given) == team
    assert sorted(given.count(one) for one in team) == [2, 2, 3]


def test_open_orders_that_somebody_has_already_count(uow, place):
    busy = factories.technician(uow, place)
    assign_automatically(uow, orders(uow, place, 2))
    idle = factories.technician(uow, place)
    (done,) = assign_automatically(uow, orders(uow, place))
    assert done.technician_id == idle != busy


def test_with_nobody_fit_the_order_stays_open(uow, place):
    factories.technician(uow, place)
    (order_id,) = orders(uow, place, work_type="fibre")
    (done,) = assign_automatically(uow, [order_id])
    assert done.technician_id is None
    assert work_orders.order(uow, order_id).row.status == "open"


def test_only_owners_if_so_wished(uow, place):
    factories.technician(uow, place)
    (order_id,) = orders(uow, place)
    assert assign_automatically(uow, [order_id], owners_only=True)[0].technician_id is None
    owner = owner_of(uow, place)
    assert assign_automatically(uow, [order_id], owners_only=True)[0].technician_id == owner


def test_a_deputy_answers_for_a_zone_without_a_manager(uow, place):
    deputy = factories.technician(uow, place)
    factories.technician(uow, place)
    appoint(uow, place_id=place.zone_id, kind=DutyKind.DEPUTY, user_id=deputy)
    assert assign_automatically(uow, orders(uow, place), owners_only=True)[0].technician_id == deputy


def test_whoever_left_or_may_no_longer_sign_in_gets_nothing(uow, place):
    gone, closed = owner_of(uow, place), factories.technician(uow, place)
    people.leave(uow, technician_id=gone)
    set_active(uow, user_id=closed, active=False)
    (done,) = assign_automatically(uow, orders(uow, place))
    assert done.technician_id is None
    assert {one.technician_id: one.why for one in done.excluded} == {
        gone: Exclusion.LEFT,
        closed: Exclusion.INACTIVE,
    }


def test_orders_that_are_not_open_or_lie_nowhere_are_left_alone(uow, place):
    owner_of(uow, place)
    closed = orders(uow, place, status=Status.CLOSED, closed_at=uow.now)
    assert assign_automatically(uow, closed) == []
    assert assign_automatically(uow, []) == []
    nowhere = orders(uow, type(place)(place.region_id))
    assert assign_automatically(uow, nowhere)[0].technician_id is None


def test_an_order_out_of_scope_is_not_assigned(uow, place):
    owner_of(uow, place)
    order_ids = orders(uow, place)
    stranger = factories.acting_as(
        uow,
        Role.STATION_MANAGER,
        Level.STATION,
        factories.places(uow, region_id=place.region_id).station_id,
        place.region_id,
    )
    assert assign_automatically(stranger, order_ids) == []
    with pytest.raises(DomainError) as caught:
        queries.candidates(stranger, order_ids[0])
    assert caught.value.code == "work_order.unknown"


def test_the_agreed_time_decides_whether_a_certificate_is_still_good(uow, place):
    able = factories.technician(uow, place, skills={"fibre": 2})
    people.certify(uow, technician_id=able, skill="fibre", valid_until=uow.now.date() - timedelta(days=1))
    (order_id,) = orders(uow, place, work_type="fibre")
    (one,) = queries.candidates(uow, order_id).excluded
    assert one.why is Exclusion.SKILL_EXPIRED


def test_the_number_of_statements_does_not_grow_with_the_orders(uow, place):
    owner_of(uow, place)
    counts = []
    for count in (2, 40):
        order_ids = orders(uow, place, count)
        with recorded(uow.session) as statements:
            assign_automatically(uow, order_ids)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 50


def test_a_rule_says_what_is_given_by_itself_and_how_far_people_are_looked_for(uow, place):
    far = factories.technician(uow, factories.places(uow, region_id=place.region_id))
    decide(uow, place, automatic={"mode": "best", "work_types": ["visit"], "tiers": ["routine"]}, reach="region")
    (routine,) = orders(uow, place)
    urgent, other = orders(uow, place, priority=Priority.EMERGENCY) + orders(uow, place, work_type="fibre")
    done = assign_automatically(uow, [routine, urgent, other])
    assert [(one.order_id, one.technician_id) for one in done] == [(routine, far)]
    assert work_orders.order(uow, urgent).row.status == "open"


def test_who_is_given_orders_is_told_once_and_who_leads_there_when_nobody_was_found(uow, place):
    owner, leader = owner_of(uow, place), leader_of(uow, place)
    assign_automatically(uow, orders(uow, place, 3) + orders(uow, place, 1, "fibre"))
    assign_automatically(uow, orders(uow, place))
    assert factories.told(uow, owner) == ["assignment.given_many", "assignment.given"]
    assert factories.told(uow, leader) == ["assignment.nobody"]


def test_work_for_two_is_given_to_a_lead_and_a_member(uow, place):
    owner, other = owner_of(uow, place), factories.technician(uow, place)
    factories.technician(uow, place)
    (order_id,) = orders(uow, place, work_type="mast")
    (done,) = assign_automatically(uow, [order_id])
    assert (done.technician_id, done.crew) == (owner, (other,))
    assert holders_of(uow, [order_id])[order_id] == (owner, other)
    assert {change.scope for change in uow.changes if change.id == str(order_id)} == {f"user:{owner}", f"user:{other}"}


def test_nobody_gets_two_visits_at_the_same_time(uow, place):
    owner, other = owner_of(uow, place), factories.technician(uow, place)
    first, second = orders(uow, place, 2)
    for order_id in (first, second):
        factories.assign(uow, order_id, owner)
        factories.commands(uow, order_id, owner, "accept")
        schedule(uow, order_id, owner, 3 if order_id == first else 6)
        factories.commands(uow, order_id, owner, "hold", reason="weather")
    uow.session.execute(
        update(WorkOrder).where(WorkOrder.id == second).values(status="open", assignee_id=None, assignment_id=None)
    )
    uow.session.execute(
        update(WorkOrder)
        .where(WorkOrder.id == second)
        .values(window_start_at=uow.now + timedelta(hours=3), window_end_at=uow.now + timedelta(hours=4))
    )
    ranking = queries.candidates(uow, second)
    assert [one.technician_id for one in ranking.candidates] == [other]
    (busy,) = ranking.excluded
    assert (busy.why, busy.barriers[0].order_id) == (Exclusion.OVERLAP, first)
    (done,) = assign_automatically(uow, [second])
    assert done.technician_id == other
