from datetime import UTC, datetime, timedelta

import pytest

from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.people.roster import queries
from kernel.actor import Level, Role
from tests import factories
from tests.conftest import NOW
from tests.dispatch.people.refusing import refusal
from tests.dispatch.people.roster.conftest import TODAY
from tests.statements import recorded

MIDNIGHT = datetime(2026, 11, 21, 16, tzinfo=UTC)


def at(hour):
    return MIDNIGHT + timedelta(hours=hour)


def away(crew, who, first, last):
    span = {"start_at": at(first), "end_at": at(last)}
    request_absence(crew.leader, technician_id=who, kind=AbsenceKind.LEAVE, approve=True, **span)


@pytest.fixture
def round_the_clock(crew):
    crew.publish({(crew.ann, TODAY): "night", (crew.ben, TODAY): "day", (crew.cyd, TODAY): "late"})
    return crew


@pytest.mark.parametrize(("hour", "name"), [(0, "ann"), (7.9, "ann"), (8, "ben"), (16, "cyd"), (23.9, "cyd")])
def test_somebody_is_on_duty_at_each_moment_of_a_planned_day(round_the_clock, hour, name):
    crew = round_the_clock
    for place in ({"group_id": crew.here.group_id}, {"station_id": crew.here.station_id}):
        (one,) = queries.on_duty(crew.uow, **place, at=at(hour))
        assert (one.technician_id, one.absent, one.phone) == (getattr(crew, name), False, "100 0001 0001")
    assert [one.technician_id for one in queries.on_duty(crew.leader, group_id=crew.here.group_id)] == [crew.ben]


def test_who_is_away_is_on_duty_only_on_paper(round_the_clock):
    crew = round_the_clock
    away(crew, crew.ben, 8, 12)
    (one,) = queries.on_duty(crew.uow, group_id=crew.here.group_id, at=at(9))
    assert one.absent
    (one,) = queries.on_duty(crew.uow, group_id=crew.here.group_id, at=at(12))
    assert not one.absent


def test_gaps_are_hours_without_anybody_there_and_say_whether_a_roster_was_published(round_the_clock):
    crew = round_the_clock
    away(crew, crew.ben, 10, 12)
    found = queries.roster_gaps(crew.uow, group_id=crew.here.group_id, since=at(0), days=2)
    assert [(one.start_at, one.end_at, one.planned) for one in found] == [
        (at(10), at(12), True),
        (at(24), at(48), False),
    ]
    assert found[0].seconds == 7200
    ahead = queries.roster_gaps(crew.uow, group_id=crew.here.group_id)
    assert ahead[-1].end_at == NOW + timedelta(days=14)


def test_two_on_duty_cover_for_each_other(crew):
    crew.publish({(crew.ann, TODAY): "day", (crew.ben, TODAY): "day"})
    away(crew, crew.ann, 8, 16)
    found = queries.roster_gaps(crew.uow, group_id=crew.here.group_id, since=at(8), days=1)
    assert [(one.start_at, one.planned) for one in found] == [(at(16), True), (at(24), False)]


def test_shifts_are_seen_by_whoever_sees_the_place_and_by_their_people(round_the_clock):
    crew = round_the_clock
    uow, here = crew.uow, crew.here
    far = factories.places(uow)
    seen = {
        (Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id): 3,
        (Role.AGENT, Level.REGION, here.region_id, here.region_id): 3,
        (Role.ASSESSOR, Level.REGION, here.region_id, here.region_id): 0,
        (Role.STATION_MANAGER, Level.STATION, far.station_id, far.region_id): 0,
    }
    one = queries.page_of_shifts(uow, limit=1).items[0]
    for post, expected in seen.items():
        mine = factories.acting_as(uow, *post)
        assert len(queries.page_of_shifts(mine, limit=10).items) == expected
        if expected:
            assert queries.shift(mine, one.id).id == one.id
        else:
            assert refusal(queries.shift, mine, one.id).code == "people.shift_unknown"
            unknown = refusal(queries.on_duty, mine, group_id=here.group_id).code
            assert unknown == "territory.group_unknown"
            assert refusal(queries.roster_gaps, mine, group_id=here.group_id).code == unknown
    ann = factories.acting(uow, crew.ann)
    assert [row.technician_id for row in queries.page_of_shifts(ann, limit=10).items] == [crew.ann]


def test_shifts_come_in_pages_by_their_beginning_with_one_statement_each(round_the_clock):
    crew = round_the_clock
    seen, after = [], None
    while True:
        with recorded(crew.uow.session) as sql:
            page = queries.page_of_shifts(crew.leader, limit=1, after=after, group_id=crew.here.group_id)
        assert len(sql) == 1
        seen += page.items
        after = page.after
        if after is None:
            break
    assert [one.technician_id for one in seen] == [crew.ann, crew.ben, crew.cyd]
    some = queries.page_of_shifts(crew.uow, limit=9, since=at(8), until=at(16)).items
    assert [one.technician_id for one in some] == [crew.ben]
    some = queries.page_of_shifts(crew.uow, limit=9, technician_id=crew.cyd, station_id=crew.here.station_id).items
    assert [one.technician_id for one in some] == [crew.cyd]


def test_a_page_of_a_scope_with_several_places_is_in_order(round_the_clock):
    crew = round_the_clock
    mine = factories.acting(crew.uow, crew.ann)
    both = factories.acting(crew.uow, crew.leader.actor)
    assert queries.page_of_shifts(mine, limit=1).after is None
    first = queries.page_of_shifts(both, limit=2)
    rest = queries.page_of_shifts(both, limit=2, after=first.after)
    assert [one.technician_id for one in (*first.items, *rest.items)] == [crew.ann, crew.ben, crew.cyd]
