from datetime import UTC, date, datetime, timedelta

import pytest

from dispatch.people.availability import AbsenceKind, Gap
from dispatch.people.models import AbsenceRow, RosterDay, Shift
from dispatch.people.presence import availability_of
from dispatch.people.spans import Span
from kernel.actor import SYSTEM_USER
from kernel.bulk import insert_rows
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

TODAY = date(2026, 11, 22)
MIDNIGHT = datetime(2026, 11, 21, 16, tzinfo=UTC)
"""The beginning of that day in Shanghai."""


def at(hour):
    return MIDNIGHT + timedelta(hours=hour)


def plan(uow, where, place_id=None, days=1):
    place_id = place_id or where.group_id
    rows = [
        {
            "place_id": place_id,
            "day": TODAY + timedelta(days=n),
            "region_id": where.region_id,
            "station_id": where.station_id,
            "group_id": None if place_id == where.station_id else place_id,
            "start_at": at(24 * n),
            "end_at": at(24 * n + 24),
            "published_by": SYSTEM_USER,
            "published_at": NOW,
        }
        for n in range(days)
    ]
    insert_rows(uow.session, RosterDay, rows)


def shift(uow, technician_id, where, first, last, removed_at=None, day=TODAY):
    row = {
        "id": uow.new_id(),
        "region_id": where.region_id,
        "station_id": where.station_id,
        "group_id": where.group_id,
        "place_id": where.group_id,
        "technician_id": technician_id,
        "day": day,
        "type_code": "day",
        "start_at": at(first),
        "end_at": at(last),
        "created_by": SYSTEM_USER,
        "created_at": NOW,
        "removed_at": removed_at,
    }
    insert_rows(uow.session, Shift, [row])


def away(uow, technician_id, where, first, last, status="approved"):
    row = {
        "id": uow.new_id(),
        "region_id": where.region_id,
        "technician_id": technician_id,
        "kind": "training",
        "start_at": at(first),
        "end_at": at(last),
        "status": status,
        "requested_by": technician_id,
        "requested_at": NOW,
    }
    insert_rows(uow.session, AbsenceRow, [row])


@pytest.fixture
def here(uow):
    return factories.places(uow)


def test_shifts_and_absences_that_reach_into_the_time_are_found(uow, here):
    mine = factories.technician(uow, here)
    plan(uow, here, days=2)
    shift(uow, mine, here, -8, 1, day=TODAY - timedelta(days=1))
    shift(uow, mine, here, 8, 17)
    shift(uow, mine, here, 17, 20, removed_at=NOW)
    shift(uow, mine, here, 32, 41)
    away(uow, mine, here, 10, 12)
    away(uow, mine, here, 13, 14, status="requested")
    away(uow, mine, here, -30, 0)
    found = availability_of(uow, [mine], at(0), at(24))[mine]
    assert found.rostered
    assert found.shifts == (Span(at(-8), at(1)), Span(at(8), at(17)))
    assert [(one.kind, one.span) for one in found.absences] == [(AbsenceKind.TRAINING, Span(at(10), at(12)))]
    assert found.covered == (Span(at(0), at(24)),)
    assert found.free() == (Span(at(0), at(1)), Span(at(8), at(10)), Span(at(12), at(17)))


def test_a_roster_of_the_station_speaks_for_its_groups(uow, here):
    mine = factories.technician(uow, here)
    assert not availability_of(uow, [mine], at(0), at(1))[mine].rostered
    plan(uow, here, place_id=here.station_id)
    found = availability_of(uow, [mine], at(0), at(48))[mine]
    assert (found.rostered, found.covered) == (True, (Span(at(0), at(24)),))
    gap = found.gap(at(9), at(10))
    assert gap is not None
    assert gap.why is Gap.OFF_SHIFT
    assert found.gap(at(30), at(31)) is None


def test_who_helps_out_elsewhere_is_planned_on_that_day(uow, here):
    there = factories.places(uow, station_id=here.station_id)
    mine = factories.technician(uow, here)
    plan(uow, there, days=2)
    assert not availability_of(uow, [mine], at(0), at(48))[mine].rostered
    shift(uow, mine, there, 8, 17)
    found = availability_of(uow, [mine], at(0), at(48))[mine]
    assert found.covered == (Span(at(0), at(24)),)


def test_a_moment_may_be_asked_for(uow, here):
    mine = factories.technician(uow, here)
    plan(uow, here)
    shift(uow, mine, here, 8, 17)
    assert availability_of(uow, [mine], at(8), at(8))[mine].gap(at(8), at(8)) is None
    assert availability_of(uow, [mine], at(17), at(17))[mine].gap(at(17), at(17)) is not None


def test_nothing_is_known_of_a_stranger(uow, here):
    stranger = uow.new_id()
    found = availability_of(uow, [stranger], at(0), at(24))
    assert not found[stranger].rostered
    assert availability_of(uow, [], at(0), at(24)) == {}


def test_any_number_of_people_takes_the_same_statements(uow, here):
    crew = [factories.technician(uow, here) for _ in range(4)]
    plan(uow, here)
    for each in crew:
        shift(uow, each, here, 8, 17)
        away(uow, each, here, 9, 10)
    counts = []
    for some in (crew[:1], crew):
        with recorded(uow.session) as sql:
            assert len(availability_of(uow, some, at(0), at(24))) == len(some)
        counts.append(len(sql))
    assert counts == [4, 4]
