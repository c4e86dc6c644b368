"""Appointments with their guards, on both databases."""

import threading
from datetime import timedelta

import pytest

from dispatch.accounts import service as accounts
from dispatch.people import service as people
from dispatch.territory import queries
from dispatch.territory.appointing import NewDuty, appoint, appoint_many, relieve_deputy, revoke, vacate
from dispatch.territory.duties import DutyKind
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.dispatch.beat import make_beat, wired
from tests.statements import recorded

MANAGER, DEPUTY = DutyKind.ZONE_MANAGER, DutyKind.DEPUTY


def refused(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value


@pytest.fixture
def place(uow):
    wired(uow)
    return factories.places(uow)


@pytest.fixture
def ann(uow, place):
    return factories.user(uow, region_id=place.region_id)


@pytest.fixture
def ben(uow, place):
    return factories.user(uow, region_id=place.region_id)


def later(uow, **passed):
    return UnitOfWork(uow.session, uow.actor, uow.now + timedelta(**passed), uow.new_id, uow.handlers)


def test_nobody_is_their_own_deputy_whichever_comes_first(uow, place, ann):
    appoint(uow, place_id=place.zone_id, kind=MANAGER, user_id=ann)
    problem = refused(appoint, uow, place_id=place.zone_id, kind=DEPUTY, user_id=ann)
    assert (problem.code, problem.fields[0].path) == ("territory.own_deputy", "/user_id")
    other = factories.zone(uow, place.group_id)
    appoint(uow, place_id=other, kind=DEPUTY, user_id=ann)
    assert refused(appoint, uow, place_id=other, kind=MANAGER, user_id=ann).code == "territory.own_deputy"
    # Somebody who is relieved as a deputy may manage.
    relieve_deputy(later(uow, hours=1), zone_id=other)
    appoint(later(uow, hours=1), place_id=other, kind=MANAGER, user_id=ann)


def test_who_left_or_may_not_sign_in_answers_for_nothing_new(uow, place):
    gone, closed = factories.technician(uow, place), factories.technician(uow, place)
    people.leave(uow, technician_id=gone)
    accounts.set_active(uow, user_id=closed, active=False)
    assert refused(appoint, uow, place_id=place.zone_id, kind=MANAGER, user_id=gone).code == "people.left"
    assert refused(appoint, uow, place_id=place.zone_id, kind=MANAGER, user_id=closed).code == (
        "territory.person_unknown"
    )


def test_a_vacancy_is_a_gap_with_a_reason(uow, place, ann, ben):
    begun = uow.now - timedelta(days=9)
    appoint(uow, place_id=place.zone_id, kind=MANAGER, user_id=ann, valid_from=begun)
    first = vacate(uow, place_id=place.zone_id, kind=MANAGER, reason="moved away")
    assert vacate(uow, place_id=place.zone_id, kind=MANAGER, reason="moved away") == first
    tomorrow = later(uow, days=1)
    assert queries.responsible(uow, [place.zone_id], tomorrow.now) == {}
    assert refused(vacate, tomorrow, place_id=place.zone_id, kind=MANAGER, reason="else").code == "territory.vacant"
    appoint(tomorrow, place_id=place.zone_id, kind=MANAGER, user_id=ben)
    history = queries.duties(uow, place_id=place.zone_id, limit=9).items
    assert [(one.user_id, one.end_reason) for one in history] == [(ben, None), (ann, "moved away")]
    assert queries.duties(uow, place_id=place.zone_id, limit=9, at=begun).items == history[1:]


def test_a_planned_appointment_can_be_taken_back_before_it_begins_and_not_after(uow, place, ann, ben):
    appoint(uow, place_id=place.zone_id, kind=MANAGER, user_id=ann)
    planned = appoint(uow, place_id=place.zone_id, kind=MANAGER, user_id=ben, valid_from=uow.now + timedelta(days=2))
    assert refused(revoke, later(uow, days=3), duty_id=planned).code == "territory.duty_begun"
    stranger = factories.acting_as(
        uow, Role.STATION_MANAGER, Level.STATION, factories.station(uow, place.region_id), place.region_id
    )
    assert refused(revoke, stranger, duty_id=planned).code == "territory.duty_unknown"
    revoke(uow, duty_id=planned)
    (only,) = queries.duties(uow, place_id=place.zone_id, limit=9).items
    assert (only.user_id, only.valid_to) == (ann, None)
    assert refused(revoke, uow, duty_id=planned).code == "territory.duty_unknown"


def test_the_owner_of_a_planned_duty_may_not_revoke_it(uow, place, ann):
    planned = appoint(uow, place_id=place.zone_id, kind=MANAGER, user_id=ann, valid_from=uow.now + timedelta(days=2))
    assert refused(revoke, factories.acting(uow, ann), duty_id=planned).code == "territory.zone_unknown"


def test_many_are_appointed_with_the_same_few_statements(uow):
    counts = []
    for groups in (1, 4):
        beat = make_beat(uow, groups)
        wanted = [
            NewDuty(zone, MANAGER, group.technicians[1], uow.now) for group in beat.groups for zone in group.zones
        ]
        with recorded(uow.session) as seen:
            ids = appoint_many(uow, wanted)
        assert len(set(ids)) == 3 * groups
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 7


def test_all_or_none_are_appointed(uow, place, ann, ben):
    second = factories.zone(uow, place.group_id)
    appoint(uow, place_id=second, kind=DEPUTY, user_id=ann)
    wanted = [NewDuty(place.zone_id, MANAGER, ben, uow.now), NewDuty(second, MANAGER, ann, uow.now)]
    assert refused(appoint_many, uow, wanted).code == "territory.own_deputy"
    assert queries.responsible(uow, [place.zone_id], uow.now) == {}


def test_two_who_appoint_at_the_same_moment_leave_one_in_force(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        place = factories.places(uow)
        people_ = [factories.user(uow, region_id=place.region_id) for _ in range(6)]
    outcomes = []

    def one(user_id):
        try:
            with runtime.unit_of_work(system_actor()) as mine:
                appoint(mine, place_id=place.zone_id, kind=MANAGER, user_id=user_id)
            outcomes.append("appointed")
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=one, args=[user_id]) for user_id in people_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["appointed"] + ["territory.duty_taken"] * 5
    with runtime.reading(system_actor()) as reading:
        assert len(queries.duties(reading, place_id=place.zone_id, limit=9).items) == 1
