import threading
from datetime import timedelta

import pytest

from dispatch.notifications.models import Notification
from dispatch.people import service as people
from dispatch.people.absences import queries, service
from dispatch.people.availability import AbsenceKind
from dispatch.people.events import AbsenceApproved, AbsenceCancelled
from dispatch.people.presence import availability_of
from dispatch.people.states import AbsenceStatus
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from tests import factories
from tests.conftest import NOW
from tests.dispatch.people.refusing import refusal, refused_at

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def here(uow):
    return factories.places(uow)


@pytest.fixture
def leader(uow, here):
    mine = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    territory.appoint(uow, place_id=here.group_id, kind=DutyKind.GROUP_LEADER, user_id=mine.actor.user_id)
    return mine


@pytest.fixture
def ann(uow, here):
    return factories.acting(uow, factories.technician(uow, here, name="Ann"))


def asked(who, first=1, last=3, **more):
    span = {"start_at": NOW + first * DAY, "end_at": NOW + last * DAY}
    return {"technician_id": who.actor.user_id, "kind": AbsenceKind.LEAVE, **span, **more}


def status(uow, key):
    return queries.absence(uow, key).status


def told(uow):
    return {(row.recipient_id, row.template) for row in uow.session.query(Notification).all()}


def test_somebody_asks_the_leader_approves_and_the_rooms_above_hear_of_it(uow, leader, ann):
    events = []
    uow.handlers = {AbsenceApproved: (lambda _, event: events.append(event),)}
    leader.handlers = uow.handlers
    key = service.request_absence(ann, **asked(ann, reason=" 回家 "))
    assert availability_of(uow, [ann.actor.user_id], NOW, NOW + 9 * DAY)[ann.actor.user_id].absences == ()
    uow.changes.clear()
    service.approve_absence(leader, absence_id=key)
    service.approve_absence(leader, absence_id=key)
    row = queries.absence(uow, key)
    assert (row.status, row.reason, row.decided_by, row.decided_at) == (
        AbsenceStatus.APPROVED,
        "回家",
        leader.actor.user_id,
        NOW,
    )
    assert [(one.absence_id, one.technician_id, one.start_at) for one in events] == [
        (key, ann.actor.user_id, NOW + DAY)
    ]
    assert [one.scope for one in uow.changes] == [f"user:{ann.actor.user_id}"]
    (away,) = availability_of(uow, [ann.actor.user_id], NOW, NOW + 9 * DAY)[ann.actor.user_id].absences
    assert (away.id, away.span) == (key, (NOW + DAY, NOW + 3 * DAY))
    assert told(uow) == {
        (leader.actor.user_id, "people.absence_requested"),
        (ann.actor.user_id, "people.absence_approved"),
    }


def test_asked_twice_with_one_id_it_is_one(uow, ann):
    key = uow.new_id()
    for _ in range(2):
        assert service.request_absence(ann, **asked(ann, absence_id=key)) == key
    assert len(queries.page_of_absences(ann, limit=9).items) == 1


def test_an_id_of_somebody_elses_is_no_way_in(uow, here, ann):
    ben = factories.acting(uow, factories.technician(uow, here))
    key = service.request_absence(ben, **asked(ben))
    refused = refused_at(service.request_absence, ann, **asked(ann, absence_id=key))
    assert refused == ("people.absence_unknown", ["/id"])


@pytest.mark.parametrize(("first", "last"), [(1, 3), (2, 4), (0, 2), (1.5, 2), (0, 9)])
def test_absences_of_one_person_do_not_overlap(uow, leader, ann, first, last):
    key = service.request_absence(ann, **asked(ann))
    refused = refused_at(service.request_absence, ann, **asked(ann, first, last))
    assert refused == ("people.absence_overlaps", ["/start_at"])
    service.refuse_absence(leader, absence_id=key, reason="too many")
    service.request_absence(ann, **asked(ann, first, last))


def test_absences_may_touch(uow, ann):
    service.request_absence(ann, **asked(ann))
    service.request_absence(ann, **asked(ann, 3, 4))
    service.request_absence(ann, **asked(ann, 0, 1))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (2, 2, ("people.span_wrong", ["/end_at"])),
        (3, 2, ("people.span_wrong", ["/end_at"])),
        (1, 400, ("people.span_wrong", ["/end_at"])),
        (-32, 2, ("people.in_the_past", ["/start_at"])),
    ],
)
def test_an_impossible_time_is_refused_with_its_path(ann, first, last, expected):
    assert refused_at(service.request_absence, ann, **asked(ann, first, last)) == expected


def test_leaders_enter_what_they_hear_by_telephone(uow, leader, ann):
    key = service.request_absence(leader, **asked(ann, -1, 1, approve=True))
    assert status(uow, key) is AbsenceStatus.APPROVED


def test_nobody_decides_on_their_own_absence(uow, here, leader):
    me = leader.actor.user_id
    people.hire(uow, user_id=me, group_id=here.group_id)
    mine = factories.acting(uow, me)
    key = service.request_absence(mine, **asked(mine))
    for call, more in ((service.approve_absence, {}), (service.refuse_absence, {"reason": "x"})):
        assert refusal(call, mine, absence_id=key, **more).code == "people.own_absence"
    assert refusal(service.request_absence, mine, **asked(mine, 5, 6, approve=True)).code == "people.own_absence"
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)
    service.approve_absence(manager, absence_id=key)


def test_a_technician_sees_and_decides_nobody_elses(uow, here, leader, ann):
    ben = factories.acting(uow, factories.technician(uow, here))
    key = service.request_absence(ann, **asked(ann))
    assert refusal(service.request_absence, ben, **asked(ann, 5, 6)).code == "people.unknown"
    for call in (service.approve_absence, service.cancel_absence):
        assert refusal(call, ben, absence_id=key).code == "people.absence_unknown"
        assert refusal(call, ann, absence_id=uow.new_id()).code == "people.absence_unknown"
    assert refusal(service.approve_absence, ann, absence_id=key).code == "forbidden"
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, here.station_id, here.region_id)
    for call, more in (
        (service.approve_absence, {}),
        (service.cancel_absence, {}),
        (service.refuse_absence, {"reason": "x"}),
    ):
        assert refusal(call, agent, absence_id=key, **more).code == "forbidden"
    assert refusal(service.request_absence, agent, **asked(ann, 5, 6)).code == "forbidden"


def test_what_is_approved_can_be_cancelled_until_it_is_over(uow, leader, ann):
    events = []
    ann.handlers = {AbsenceCancelled: (lambda _, event: events.append(event),)}
    key = service.request_absence(leader, **asked(ann, approve=True))
    service.cancel_absence(ann, absence_id=key)
    service.cancel_absence(ann, absence_id=key)
    assert [event.absence_id for event in events] == [key]
    assert status(uow, key) is AbsenceStatus.CANCELLED
    assert refusal(service.approve_absence, leader, absence_id=key).code == "people.absence_decided"
    assert refusal(service.refuse_absence, leader, absence_id=key, reason="x").code == "people.absence_decided"
    over = service.request_absence(leader, **asked(ann, -2, 0, approve=True))
    assert refusal(service.cancel_absence, ann, absence_id=over).code == "people.absence_decided"


def test_a_refusal_has_a_reason(uow, leader, ann):
    key = service.request_absence(ann, **asked(ann))
    assert refused_at(service.refuse_absence, leader, absence_id=key, reason=" ") == ("invalid", ["/reason"])
    service.refuse_absence(leader, absence_id=key, reason="nobody left")
    service.refuse_absence(leader, absence_id=key, reason="again")
    assert queries.absence(uow, key).decided_why == "nobody left"
    assert refusal(service.cancel_absence, ann, absence_id=key).code == "people.absence_decided"


def test_two_requests_at_once_never_overlap(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        who = factories.technician(uow, factories.places(uow))
        mine = factories.actor(uow, who)
    outcomes = []
    gate = threading.Barrier(2)

    def ask(first):
        gate.wait()
        try:
            with runtime.unit_of_work(mine) as unit:
                span = {"start_at": NOW + first * HOUR, "end_at": NOW + (first + 2) * HOUR}
                service.request_absence(unit, technician_id=who, kind=AbsenceKind.SICK, **span)
            outcomes.append("done")
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=ask, args=(first,)) for first in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "people.absence_overlaps"]
