"""Orders given to people by themselves; on both databases."""

from datetime import timedelta

import pytest

from dispatch.accounts.service import set_active
from dispatch.assignment import queries
from dispatch.assignment.ranking import Exclusion
from dispatch.assignment.service import assign_automatically
from dispatch.people import service as people
from dispatch.sla.deadline import Priority
from dispatch.territory.duties import DutyKind
from dispatch.territory.service import appoint
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.lifecycle import Status
from dispatch.work_orders.service import NewOrder, create_orders, define_work_type
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.statements import recorded


@pytest.fixture
def place(uow):
    place = factories.places(uow)
    define_work_type(uow, region_id=place.region_id, code="visit", name="上门")
    define_work_type(uow, region_id=place.region_id, code="fibre", name="光纤", skill="fibre")
    return place


def orders(uow, place, count=1, work_type="visit", **given):
    drafts = [NewOrder(place, work_type, Priority.ROUTINE, "t", uow.now, **given) for _ in range(count)]
    return create_orders(uow, drafts)


def owner_of(uow, place, **given):
    user_id = factories.technician(uow, place, **given)
    appoint(uow, place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=user_id)
    return user_id


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
    assert counts[0] == counts[1] <= 20
