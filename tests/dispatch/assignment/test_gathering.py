"""What is gathered for a ranking: everybody, all that counts of them, with few statements; on both databases."""

from datetime import timedelta

from dispatch.accounts.models import User
from dispatch.assignment import queries
from dispatch.assignment.gathering import cases_of
from dispatch.assignment.rules import Exclusion, Nearness
from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.people.bases import set_base
from dispatch.people.models import Technician
from dispatch.territory.duties import DutyKind
from dispatch.territory.service import appoint
from dispatch.work_orders.models import TimelineEntry
from dispatch.work_orders.workload import demands_of
from kernel.actor import Level, Role
from kernel.bulk import insert_rows
from tests import factories
from tests.dispatch.assignment.ground import decide, orders, owner_of, schedule
from tests.statements import recorded

MANY = 1100


def hire_many(uow, place, count=MANY):
    ids = [uow.new_id() for _ in range(count)]
    plain = {"region_id": place.region_id, "created_at": uow.now}
    users = [{"id": key, "login": str(key), "name": "群", "active": True, "locale": "zh-CN", **plain} for key in ids]
    insert_rows(uow.session, User, users)
    homes = {"station_id": place.station_id, "group_id": place.group_id}
    insert_rows(uow.session, Technician, [{"id": key, **homes, **plain} for key in ids])
    return ids


def test_nobody_of_a_region_is_left_out_however_many_there_are(uow, place):
    far = factories.places(uow, region_id=place.region_id)
    crowd = set(hire_many(uow, far))
    near = factories.technician(uow, place)
    (order_id,) = orders(uow, place)
    assert [one.technician_id for one in queries.candidates(uow, order_id).candidates] == [near]
    ranking = queries.candidates(uow, order_id, reach=Nearness.REGION)
    assert {one.technician_id for one in ranking.candidates} == crowd | {near}
    assert ranking.candidates[0].technician_id == near


def test_only_people_within_the_callers_scope_are_named(uow, place):
    elsewhere = factories.places(uow, region_id=place.region_id)
    near, far = factories.technician(uow, place), factories.technician(uow, elsewhere)
    (order_id,) = orders(uow, place)
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, place.station_id, place.region_id)
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, place.region_id, place.region_id)
    for who, seen in ((manager, {near}), (operations, {near, far})):
        ranking = queries.candidates(who, order_id, reach=Nearness.REGION)
        assert {one.technician_id for one in ranking.candidates} == seen


def test_the_statements_are_the_same_for_any_number_of_people_and_orders(uow, place):
    owner_of(uow, place)
    counts = []
    for people, count in ((0, 1), (30, 20)):
        hire_many(uow, place, people)
        customer_id = factories.customer(uow, place)
        site_id = factories.site(uow, customer_id, place)
        order_ids = orders(uow, place, count, "fibre", customer_id=customer_id, site_id=site_id)
        demands = demands_of(uow, order_ids).values()
        with recorded(uow.session) as statements:
            cases_of(uow, demands)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20


def test_all_that_counts_of_somebody_is_known(uow, place):
    customer_id = factories.customer(uow, place)
    site_id = factories.site(uow, customer_id, place, lat=33.78, lon=119.26)
    one, other = factories.technician(uow, place, skills={"fibre": 3}), factories.technician(uow, place)
    set_base(uow, technician_id=other, lat=33.78, lon=119.36)
    before, task = orders(uow, place, 2, "fibre", customer_id=customer_id, site_id=site_id)
    factories.assign(uow, before, one)
    factories.commands(
        uow, before, one, "accept", "depart", "arrive", gps={"lat": 33.78, "lon": 119.28}, reason="elsewhere"
    )
    ranking = queries.candidates(uow, task)
    (able,) = ranking.candidates
    points = {reason.what: reason.count for reason in able.reasons}
    assert points == {"group": None, "skill_level": 3, "load": 1, "travel": 1, "recent": 1, "continuity": 1}
    assert able.travel_from == "seen"
    assert 1_800 < able.travel_metres < 1_900
    (excluded,) = ranking.excluded
    assert (excluded.technician_id, excluded.reasons) == (other, (Exclusion.SKILL_MISSING,))
    (simple,) = orders(uow, place, 1, "visit", site_id=site_id)
    (based,) = [each for each in queries.candidates(uow, simple).candidates if each.technician_id == other]
    assert based.travel_from == "base"


def test_an_old_position_says_nothing(uow, place):
    site_id = factories.site(uow, factories.customer(uow, place), place)
    one = factories.technician(uow, place)
    (order_id,) = orders(uow, place, 1, "visit", site_id=site_id)
    entry = {
        "id": uow.new_id(),
        "region_id": place.region_id,
        "work_order_id": order_id,
        "kind": "log.position",
        "user_id": one,
        "effective_at": uow.now - timedelta(hours=5),
        "time_quality": "good",
        "recorded_at": uow.now,
        "lat": 33.78,
        "lon": 119.26,
        "data": {},
        "flags": [],
    }
    insert_rows(uow.session, TimelineEntry, [entry])
    assert queries.candidates(uow, order_id).candidates[0].travel_from is None
    decide(uow, place, position_hours=6)
    assert queries.candidates(uow, order_id).candidates[0].travel_from == "seen"


def test_the_deputy_stands_in_while_the_manager_is_away_when_the_visit_is(uow, place):
    owner, deputy = owner_of(uow, place), factories.technician(uow, place)
    appoint(uow, place_id=place.zone_id, kind=DutyKind.DEPUTY, user_id=deputy)
    (order_id,) = orders(uow, place)
    assert queries.candidates(uow, order_id).candidates[0].technician_id == owner
    request_absence(
        uow,
        technician_id=owner,
        kind=AbsenceKind.SICK,
        start_at=uow.now,
        end_at=uow.now + timedelta(days=3),
        approve=True,
    )
    ranking = queries.candidates(uow, order_id)
    assert [(one.technician_id, one.nearness) for one in ranking.candidates] == [(deputy, Nearness.OWNER)]
    assert [(one.technician_id, one.why) for one in ranking.excluded] == [(owner, Exclusion.ABSENT)]


def test_an_appointment_of_another_region_or_of_the_past_is_in_nobodys_way(uow, place):
    owner = owner_of(uow, place)
    (order_id,) = orders(uow, place)
    factories.assign(uow, order_id, owner)
    factories.commands(uow, order_id, owner, "accept")
    schedule(uow, order_id, owner, 3)
    ranking = queries.candidates(uow, order_id)
    assert [one.technician_id for one in ranking.candidates] == [owner]
