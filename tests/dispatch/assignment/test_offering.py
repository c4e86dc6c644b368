"""Orders on offer: made, taken by one, declined, over; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from dispatch.assignment import offer_queries, offering, taking
from dispatch.assignment.models import AssignmentOffer
from dispatch.assignment.offer_keeping import expire, on_orders_moved, on_orders_revoked, on_places_moved
from dispatch.assignment.offer_states import OfferKind, OfferState, stands
from dispatch.territory.events import PlaceMoved, PlacesMoved
from dispatch.territory.places import Places
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.events import OrderMoved, OrdersMoved, OrdersRevoked
from dispatch.work_orders.lifecycle import Command, Evidence, Status
from dispatch.work_orders.service import command
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.assignment.ground import decide, leader_of, orders, owner_of
from tests.statements import recorded


def refusal(call, *args, **given):
    with pytest.raises(DomainError) as caught:
        call(*args, **given)
    return caught.value.code


def phone(uow, user_id):
    """Return what the feed tells somebody's phone about offers and orders, the latest of each."""
    found = {(one.type, one.id): one.op for one in uow.changes if one.scope == f"user:{user_id}"}
    return {key: op for key, op in found.items() if key[0] in ("offers", "work_orders")}


@pytest.fixture
def team(uow, place):
    """Three technicians, their leader acting, and an open order."""
    people = [factories.technician(uow, place) for _ in range(3)]
    leader = factories.acting(uow, leader_of(uow, place))
    (order_id,) = orders(uow, place)
    return people, leader, order_id


def test_an_order_is_offered_to_the_best_and_one_takes_it(uow, place, team):
    people, leader, order_id = team
    decide(uow, place, offer_people=2, offer_minutes=10)
    offer_id = offering.offer_order(leader, order_id=order_id)
    made = offer_queries.offer(leader, offer_id)
    assert {one.user_id for one in made.offerees} == set(sorted(people)[:2])
    assert made.row.expires_at == uow.now + timedelta(minutes=10)
    first, second = (one.user_id for one in made.offerees)
    assert factories.told(uow, first) == ["assignment.broadcast"]
    mine = factories.acting(uow, first)
    (document,) = offer_queries.documents(mine, [offer_id]).values()
    assert document["order"]["title"] == "t"
    assert work_orders.order_documents(mine, [order_id]) == {}
    done = taking.take(mine, offer_id=offer_id)
    assert (done.order_id, done.status) == (order_id, Status.ACCEPTED)
    assert work_orders.order(uow, order_id).row.assignee_id == first
    assert phone(uow, first) == {("offers", str(offer_id)): "del", ("work_orders", str(order_id)): "put"}
    assert phone(uow, second) == {("offers", str(offer_id)): "del"}
    assert offer_queries.documents(factories.acting(uow, second), [offer_id]) == {}
    assert factories.told(uow, leader.actor.user_id) == ["assignment.offer_taken"]
    kinds = [one.kind for one in work_orders.timeline(uow, order_id, limit=20).items]
    assert kinds[-3:] == ["assignment.offered", "work_order.assign", "work_order.accept"]


def test_taking_again_changes_nothing_and_who_was_slower_is_told_so(uow, place, team):
    people, leader, order_id = team
    offer_id = offering.offer_order(leader, order_id=order_id, user_ids=people)
    winner, loser, _ = (factories.acting(uow, one) for one in people)
    done = taking.take(winner, offer_id=offer_id)
    assert taking.take(winner, offer_id=offer_id) == done
    assert refusal(taking.take, loser, offer_id=offer_id) == "assignment.offer_taken"
    assert refusal(taking.decline, loser, offer_id=offer_id, reason="忙") == "assignment.offer_taken"
    assert refusal(taking.withdraw, leader, offer_id=offer_id) == "assignment.offer_taken"
    assert refusal(taking.take, leader, offer_id=offer_id) == "assignment.offer_unknown"


def test_an_order_is_offered_once_at_a_time_by_who_dispatches_it_to_who_is_fit(uow, place, team):
    people, leader, order_id = team
    key = uow.new_id()
    assert offering.offer_order(leader, order_id=order_id, offer_id=key) == key
    assert offering.offer_order(leader, order_id=order_id, offer_id=key) == key
    assert refusal(offering.offer_order, leader, order_id=order_id) == "assignment.offer_open"
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, place.station_id, place.region_id)
    assert refusal(offering.offer_order, agent, order_id=order_id) == "assignment.not_allowed"
    elsewhere = factories.places(uow, region_id=place.region_id)
    stranger = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, elsewhere.station_id, place.region_id)
    assert refusal(offering.offer_order, stranger, order_id=order_id) == "work_order.unknown"
    (other,) = orders(uow, place, 1, "fibre")
    assert refusal(offering.offer_order, leader, order_id=other) == "assignment.nobody"
    assert refusal(offering.offer_order, leader, order_id=other, user_ids=people) == "assignment.not_fit"
    assert refusal(offering.offer_order, leader, order_id=other, offer_id=key) == "assignment.id_reused"
    (given,) = orders(uow, place)
    factories.assign(uow, given, people[0])
    assert refusal(offering.offer_order, leader, order_id=given) == "assignment.not_offerable"


def test_when_all_have_declined_it_is_over_and_who_leads_there_is_told(uow, place, team):
    people, leader, order_id = team
    offer_id = offering.offer_order(leader, order_id=order_id, user_ids=people[:2])
    first, second = (factories.acting(uow, one) for one in people[:2])
    taking.decline(first, offer_id=offer_id, reason="太远")
    taking.decline(first, offer_id=offer_id, reason="太远")
    assert offer_queries.offer(leader, offer_id).row.state == OfferState.OPEN
    taking.decline(second, offer_id=offer_id, reason="忙")
    assert offer_queries.offer(leader, offer_id).row.state == OfferState.DECLINED
    assert factories.told(uow, leader.actor.user_id) == ["assignment.offer_declined"]
    assert refusal(taking.take, first, offer_id=offer_id) == "assignment.offer_over"


def test_its_time_ends_by_itself_and_it_is_taken_back_by_who_made_it(uow, place, team):
    people, leader, order_id = team
    offer_id = offering.offer_order(leader, order_id=order_id, user_ids=people, minutes=5)
    assert expire(uow, limit=10) == 0
    uow.session.execute(update(AssignmentOffer).where(AssignmentOffer.id == offer_id).values(expires_at=uow.now))
    assert refusal(taking.take, factories.acting(uow, people[0]), offer_id=offer_id) == "assignment.offer_expired"
    assert expire(uow, limit=10) == 1
    assert expire(uow, limit=10) == 0
    assert refusal(taking.take, factories.acting(uow, people[0]), offer_id=offer_id) == "assignment.offer_expired"
    assert factories.told(uow, leader.actor.user_id) == ["assignment.offer_expired"]
    again = offering.offer_order(leader, order_id=order_id, user_ids=people)
    assert refusal(taking.withdraw, factories.acting(uow, people[0]), offer_id=again) == "assignment.not_allowed"
    taking.withdraw(leader, offer_id=again, note="另派")
    taking.withdraw(leader, offer_id=again)
    assert offer_queries.offer(leader, again).row.state == OfferState.WITHDRAWN
    assert phone(uow, people[0]) == {("offers", str(offer_id)): "del", ("offers", str(again)): "del"}


def test_who_may_not_do_it_any_more_does_not_get_it(uow, place, team):
    _people, leader, _ = team
    able = factories.technician(uow, place, skills={"fibre": 3})
    (order_id,) = orders(uow, place, 1, "fibre")
    offer_id = offering.offer_order(leader, order_id=order_id)
    factories.people.withdraw_skill(uow, technician_id=able, skill="fibre")
    assert refusal(taking.take, factories.acting(uow, able), offer_id=offer_id) == "assignment.not_fit"


def test_an_order_changes_hands_when_a_colleague_takes_it(uow, place, team):
    people, _, order_id = team
    giver, taker, other = people
    factories.assign(uow, order_id, giver)
    factories.commands(uow, order_id, giver, "accept")
    mine = factories.acting(uow, giver)
    assert refusal(offering.offer_handover, factories.acting(uow, other), order_id=order_id, user_id=taker) == (
        "work_order.unknown"
    )
    assert refusal(offering.offer_handover, mine, order_id=order_id, user_id=giver) == "assignment.not_fit"
    offer_id = offering.offer_handover(mine, order_id=order_id, user_id=taker, note="我去抢修")
    assert factories.told(uow, taker) == ["assignment.handover"]
    uow.changes.clear()
    done = taking.take(factories.acting(uow, taker), offer_id=offer_id)
    assert done.status is Status.ACCEPTED
    assert phone(uow, giver) == {("offers", str(offer_id)): "del", ("work_orders", str(order_id)): "del"}
    assert phone(uow, taker) == {("offers", str(offer_id)): "del", ("work_orders", str(order_id)): "put"}
    assert work_orders.order_documents(mine, [order_id]) == {}
    entry = next(one for one in work_orders.timeline(uow, order_id, limit=20).items if one.kind.endswith(".reassign"))
    assert (entry.user_id, entry.data["reason"], entry.data["offer_id"]) == (taker, "handover", str(offer_id))
    assert factories.told(uow, giver) == ["assignment.offer_taken"]


def test_a_hand_over_to_somebody_unfit_or_far_away_is_refused(uow, place, team):
    people, _, _ = team
    (order_id,) = orders(uow, place, 1, "fibre")
    able = factories.technician(uow, place, skills={"fibre": 3})
    factories.assign(uow, order_id, able)
    mine = factories.acting(uow, able)
    abroad = factories.technician(uow, factories.places(uow), skills={"fibre": 3})
    for who in (people[0], abroad, uow.new_id()):
        assert refusal(offering.offer_handover, mine, order_id=order_id, user_id=who) == "assignment.not_fit"


def test_an_offer_ends_when_the_order_goes_another_way(uow, place, team):
    people, leader, order_id = team
    offer_id = offering.offer_order(leader, order_id=order_id, user_ids=people)
    factories.assign(uow, order_id, people[0])
    on_orders_moved(uow, _moved(place, order_id))
    assert offer_queries.offer(leader, offer_id).row.state == OfferState.WITHDRAWN
    own = offering.offer_handover(factories.acting(uow, people[0]), order_id=order_id, user_id=people[1])
    on_orders_moved(uow, _moved(place, order_id))
    assert offer_queries.offer(leader, own).row.state == OfferState.OPEN
    _reassign(uow, order_id, people[2])
    on_orders_revoked(uow, OrdersRevoked(_moved(place, order_id).moves))
    assert offer_queries.offer(leader, own).row.state == OfferState.WITHDRAWN


def _moved(place, order_id):
    return OrdersMoved((OrderMoved(order_id, place.region_id, Status.OPEN, Status.ASSIGNED, None),))


def _reassign(uow, order_id, user_id):
    data = {"technician_id": str(user_id), "reason": "closer"}
    command(uow, order_id=order_id, command=Command.REASSIGN, command_id=uow.new_id(), data=data, evidence=Evidence())


@pytest.mark.parametrize(
    ("kind", "status", "mine", "expected"),
    [
        (OfferKind.BROADCAST, Status.OPEN, False, True),
        (OfferKind.BROADCAST, Status.ASSIGNED, False, False),
        (OfferKind.HANDOVER, Status.ACCEPTED, True, True),
        (OfferKind.HANDOVER, Status.ACCEPTED, False, False),
        (OfferKind.HANDOVER, Status.IN_PROGRESS, True, False),
    ],
)
def test_an_offer_stands_as_long_as_its_order_can_go_that_way(uow, kind, status, mine, expected):
    maker = uow.new_id()
    assert stands(kind, maker, status, maker if mine else uow.new_id()) is expected


def test_a_list_of_offers_is_of_ones_places_and_what_one_is_offered(uow, place, team):
    people, leader, order_id = team
    elsewhere = factories.places(uow, region_id=place.region_id)
    owner_of(uow, elsewhere)
    offer_id = offering.offer_order(leader, order_id=order_id, user_ids=people[:1])

    def seen(who, **wanted):
        return [one.id for one in offer_queries.page_of_offers(who, limit=10, **wanted).items]

    assert seen(leader) == seen(factories.acting(uow, people[0])) == [offer_id]
    assert seen(factories.acting(uow, people[0]), to_me=True, states=[OfferState.OPEN]) == [offer_id]
    assert seen(leader, to_me=True) == seen(factories.acting(uow, people[1])) == []
    other = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, elsewhere.station_id, place.region_id)
    assert seen(other) == []
    assert refusal(offer_queries.offer, other, offer_id) == "assignment.offer_unknown"
    with recorded(uow.session) as statements:
        offer_queries.page_of_offers(leader, limit=10)
    assert len(statements) == 1


def test_an_offer_goes_along_with_its_zone(uow, place, team):
    people, leader, order_id = team
    offer_id = offering.offer_order(leader, order_id=order_id, user_ids=people[:1])
    elsewhere = factories.places(uow, region_id=place.region_id)
    after = Places(place.region_id, elsewhere.station_id, elsewhere.group_id, place.zone_id)
    on_places_moved(uow, PlacesMoved((PlaceMoved(place, after),)))
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, elsewhere.station_id, place.region_id)
    assert offer_queries.offer(manager, offer_id).row.id == offer_id
