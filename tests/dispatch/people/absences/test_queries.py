from datetime import timedelta

import pytest

from dispatch.people.absences import queries, service
from dispatch.people.availability import AbsenceKind
from dispatch.people.spans import Span
from dispatch.people.states import AbsenceStatus
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from kernel.actor import Level, Role
from tests import factories
from tests.conftest import NOW
from tests.dispatch.people.refusing import refusal
from tests.statements import recorded

DAY = timedelta(days=1)


@pytest.fixture
def here(uow):
    return factories.places(uow)


def away(uow, who, first, last, kind=AbsenceKind.LEAVE, approve=True):
    span = {"start_at": NOW + first * DAY, "end_at": NOW + last * DAY}
    return service.request_absence(uow, technician_id=who, kind=kind, approve=approve, **span)


def test_absences_come_in_pages_by_their_beginning_with_filters(uow, here):
    ann, ben = (factories.technician(uow, here) for _ in range(2))
    keys = [
        away(uow, ann, 4, 5),
        away(uow, ben, 1, 2, AbsenceKind.SICK),
        away(uow, ann, 2, 3, approve=False),
        away(uow, ben, 8, 9),
    ]
    order = [keys[1], keys[2], keys[0], keys[3]]
    with recorded(uow.session) as sql:
        first = queries.page_of_absences(uow, limit=3)
    assert len(sql) == 1
    rest = queries.page_of_absences(uow, limit=3, after=first.after)
    assert [one.id for one in (*first.items, *rest.items)] == order

    def found(**more):
        return [one.id for one in queries.page_of_absences(uow, limit=9, **more).items]

    assert found(technician_id=ann) == [keys[2], keys[0]]
    assert found(status=AbsenceStatus.REQUESTED) == [keys[2]]
    assert found(kind=AbsenceKind.SICK, group_id=here.group_id) == [keys[1]]
    assert found(since=NOW + 3 * DAY, until=NOW + 8 * DAY) == [keys[0]]
    assert found(station_id=factories.places(uow).station_id) == []
    span = Span(NOW + 2 * DAY, NOW + 5 * DAY)
    assert [one.id for one in queries.standing_absences(uow, ann, span)] == [keys[2], keys[0]]


@pytest.mark.parametrize(
    ("role", "level", "place", "seen"),
    [
        (Role.GROUP_LEADER, Level.GROUP, "group_id", True),
        (Role.STATION_MANAGER, Level.STATION, "station_id", True),
        (Role.AGENT, Level.ZONE, "zone_id", False),
        (Role.ASSESSOR, Level.REGION, "region_id", False),
    ],
)
def test_absences_are_seen_by_whoever_sees_the_person(uow, here, role, level, place, seen):
    key = away(uow, factories.technician(uow, here), 1, 2)
    mine = factories.acting_as(uow, role, level, getattr(here, place), here.region_id)
    assert bool(queries.page_of_absences(mine, limit=9).items) == seen
    if seen:
        assert queries.absence(mine, key).id == key
    else:
        assert refusal(queries.absence, mine, key).code == "people.absence_unknown"


def test_zones_whose_manager_is_away_without_a_deputy_are_reported(uow, here):
    ann, ben = (factories.technician(uow, here) for _ in range(2))
    territory.appoint(uow, place_id=here.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=ann)
    key = away(uow, ann, 1, 5)
    away(uow, ben, 1, 5)
    page = queries.page_of_uncovered_zones(uow, limit=9, group_id=here.group_id)
    assert [(one.absence_id, one.zone_id, one.start_at, one.end_at) for one in page.items] == [
        (key, here.zone_id, NOW + DAY, NOW + 5 * DAY)
    ]
    territory.appoint(uow, place_id=here.zone_id, kind=DutyKind.DEPUTY, user_id=factories.technician(uow, here))
    with recorded(uow.session) as sql:
        assert queries.page_of_uncovered_zones(uow, limit=9).items == ()
    assert len(sql) == 4
    stranger = factories.places(uow)
    far = factories.acting_as(uow, Role.AGENT, Level.STATION, stranger.station_id, stranger.region_id)
    assert queries.page_of_uncovered_zones(far, limit=9).items == ()
