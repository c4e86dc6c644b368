from datetime import UTC, datetime, timedelta

import pytest

from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.people.roster import coverage
from tests.conftest import NOW
from tests.dispatch.people.roster.conftest import TODAY

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
        (one,) = coverage.on_duty(crew.uow, **place, at=at(hour))
        assert (one.technician_id, one.absent, one.phone) == (getattr(crew, name), False, "100 0001 0001")
    assert [one.technician_id for one in coverage.on_duty(crew.leader, group_id=crew.here.group_id)] == [crew.ben]


def test_who_is_away_is_on_duty_only_on_paper(round_the_clock):
    crew = round_the_clock
    away(crew, crew.ben, 8, 12)
    (one,) = coverage.on_duty(crew.uow, group_id=crew.here.group_id, at=at(9))
    assert one.absent
    (one,) = coverage.on_duty(crew.uow, group_id=crew.here.group_id, at=at(12))
    assert not one.absent


def test_gaps_are_hours_without_anybody_there_and_say_whether_a_roster_was_published(round_the_clock):
    crew = round_the_clock
    away(crew, crew.ben, 10, 12)
    found = coverage.roster_gaps(crew.uow, group_id=crew.here.group_id, since=at(0), days=2)
    assert [(one.start_at, one.end_at, one.planned) for one in found] == [
        (at(10), at(12), True),
        (at(24), at(48), False),
    ]
    assert found[0].seconds == 7200
    ahead = coverage.roster_gaps(crew.uow, group_id=crew.here.group_id)
    assert ahead[-1].end_at == NOW + timedelta(days=14)


def test_two_on_duty_cover_for_each_other(crew):
    crew.publish({(crew.ann, TODAY): "day", (crew.ben, TODAY): "day"})
    away(crew, crew.ann, 8, 16)
    found = coverage.roster_gaps(crew.uow, group_id=crew.here.group_id, since=at(8), days=1)
    assert [(one.start_at, one.planned) for one in found] == [(at(16), True), (at(24), False)]
