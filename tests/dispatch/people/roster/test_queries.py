from datetime import UTC, datetime, timedelta

import pytest

from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.people.roster import coverage, queries
from kernel.actor import Level, Role
from tests import factories
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
            unknown = refusal(coverage.on_duty, mine, group_id=here.group_id).code
            assert unknown == "territory.group_unknown"
            assert refusal(coverage.roster_gaps, mine, group_id=here.group_id).code == unknown
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
