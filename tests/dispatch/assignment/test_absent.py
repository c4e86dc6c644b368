"""What becomes of the orders of somebody who is away; on both databases."""

from datetime import timedelta

import pytest

from checklists.wiring import HANDLERS
from dispatch.assignment import absent
from dispatch.people.absences.service import cancel_absence, request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.work_orders import queries as work_orders
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.dispatch.assignment.ground import decide, leader_of, orders, owner_of, schedule
from tests.statements import recorded


@pytest.fixture
def uow(undone):
    """Events are acted on here, as in the product."""
    return UnitOfWork(undone.session, undone.actor, undone.now, undone.new_id, HANDLERS)


def away(uow, technician_id, days=3):
    end = uow.now + timedelta(days=days)
    return request_absence(
        uow, technician_id=technician_id, kind=AbsenceKind.SICK, start_at=uow.now, end_at=end, approve=True
    )


def given(uow, place, who, count=1):
    order_ids = orders(uow, place, count)
    for order_id in order_ids:
        factories.assign(uow, order_id, who)
    return order_ids


def assignees(uow, order_ids):
    return [work_orders.order(uow, one).row.assignee_id for one in order_ids]


def refusal(call, *args, **given):
    with pytest.raises(DomainError) as caught:
        call(*args, **given)
    return caught.value.code, [one.path for one in caught.value.fields]


def test_orders_are_proposed_for_others_spread_and_given_as_one(uow, place):
    owner, leader = owner_of(uow, place), leader_of(uow, place)
    team = {factories.technician(uow, place) for _ in range(2)}
    order_ids = given(uow, place, owner, 4)
    absence_id = away(uow, owner)
    assert factories.told(uow, leader) == ["assignment.absence"]
    desk = factories.acting(uow, leader)
    concerned = absent.concerned_by(desk, absence_id)
    assert [one.case.demand.order_id for one in concerned] == order_ids
    proposals = [one.proposal_id for one in concerned]
    assert {proposals.count(one) for one in team} == {2}
    assert assignees(uow, order_ids) == [owner] * 4
    uow.changes.clear()
    moved = absent.reassign(desk, absence_id=absence_id)
    assert [one.technician_id for one in moved] == proposals == assignees(uow, order_ids)
    ops = {(one.scope, one.id): one.op for one in uow.changes if one.type == "work_orders"}
    assert {ops[f"user:{owner}", str(one)] for one in order_ids} == {"del"}
    assert {ops[f"user:{who}", str(one)] for one, who in zip(order_ids, proposals, strict=True)} == {"put"}
    assert {*factories.told(uow, next(iter(team)))} == {"assignment.given_many"}
    entry = work_orders.timeline(uow, order_ids[0], limit=20).items[-1]
    assert (entry.kind, entry.data["reason"]) == ("work_order.reassign", "absent")
    assert absent.concerned_by(desk, absence_id) == []


def test_a_person_chooses_and_all_is_done_or_nothing(uow, place):
    owner, desk = owner_of(uow, place), factories.acting(uow, leader_of(uow, place))
    one, other = (factories.technician(uow, place) for _ in range(2))
    first, second = given(uow, place, owner, 2)
    absence_id = away(uow, owner)
    versions = {each.case.demand.order_id: each.version for each in absent.concerned_by(desk, absence_id)}

    def choose(*pairs):
        choices = [absent.Choice(order_id, who, versions.get(order_id)) for order_id, who in pairs]
        return absent.reassign(desk, absence_id=absence_id, choices=choices)

    (stranger,) = given(uow, place, one)
    unfit = factories.technician(uow, factories.places(uow))
    assert refusal(choose, (first, other), (stranger, other)) == (
        "assignment.order_changed",
        ["/choices/1/order_id"],
    )
    for wrong in (unfit, owner):
        assert refusal(choose, (first, other), (second, wrong)) == (
            "assignment.not_fit",
            ["/choices/1/technician_id"],
        )
    assert assignees(uow, [first, second]) == [owner, owner]
    choose((first, other), (second, one))
    assert assignees(uow, [first, second]) == [other, one]
    assert refusal(choose, (first, one))[0] == "assignment.order_changed"


def test_only_who_dispatches_an_order_gives_it_away_and_nobody_else_sees_it(uow, place):
    owner = owner_of(uow, place)
    factories.technician(uow, place)
    given(uow, place, owner)
    absence_id = away(uow, owner)
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, place.station_id, place.region_id)
    assert refusal(absent.reassign, agent, absence_id=absence_id)[0] == "assignment.not_allowed"
    elsewhere = factories.places(uow, region_id=place.region_id)
    stranger = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, elsewhere.station_id, place.region_id)
    assert refusal(absent.concerned_by, stranger, absence_id)[0] == "people.absence_unknown"


def test_what_lies_outside_of_the_absence_or_has_begun_stays(uow, place):
    owner, desk = owner_of(uow, place), factories.acting(uow, leader_of(uow, place))
    factories.technician(uow, place)
    later, begun = given(uow, place, owner, 2)
    factories.commands(uow, later, owner, "accept")
    schedule(uow, later, owner, 30)
    factories.commands(uow, begun, owner, "accept", "depart")
    absence_id = away(uow, owner, days=1)
    assert absent.concerned_by(desk, absence_id) == []


def test_the_rule_may_give_them_away_by_itself_and_the_rest_is_told(uow, place):
    owner, leader = owner_of(uow, place), leader_of(uow, place)
    able, other = factories.technician(uow, place, skills={"fibre": 2}), factories.technician(uow, place)
    decide(uow, place, when_away="automatic")
    factories.people.certify(uow, technician_id=owner, skill="fibre", level=1)
    (visit,) = given(uow, place, owner)
    (fibre,) = orders(uow, place, 1, "fibre")
    factories.assign(uow, fibre, owner)
    away(uow, able)
    absence_id = away(uow, owner)
    assert assignees(uow, [visit, fibre]) == [other, owner]
    assert factories.told(uow, leader) == ["assignment.absence"]
    cancel_absence(uow, absence_id=absence_id)
    assert factories.told(uow, leader) == ["assignment.absence", "assignment.back"]
    assert assignees(uow, [visit, fibre]) == [other, owner]


def test_the_statements_are_the_same_for_any_number_of_orders(uow, place):
    desk = factories.acting(uow, leader_of(uow, place))
    factories.technician(uow, place)
    counts = []
    for count in (1, 15):
        who = factories.technician(uow, place)
        given(uow, place, who, count)
        absence_id = away(uow, who)
        with recorded(uow.session) as statements:
            assert len(absent.reassign(desk, absence_id=absence_id)) == count
        counts.append(len(statements))
    assert counts[0] == counts[1]
