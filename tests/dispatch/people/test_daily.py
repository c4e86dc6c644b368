from datetime import UTC, date, datetime, timedelta

import pytest

from dispatch.people import daily
from dispatch.people import service as people
from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.people.certificates import service as certificates
from dispatch.people.roster import patterns
from dispatch.people.roster.rotation import PlannedShift
from dispatch.people.roster.service import publish
from kernel.actor import Level, Role
from tests import factories
from tests.dispatch.people.refusing import refusal, refused_at
from tests.statements import recorded

TODAY = date(2026, 11, 22)
MIDNIGHT = datetime(2026, 11, 21, 16, tzinfo=UTC)
NIGHTS = TODAY + timedelta(days=1)


def at(hour):
    return MIDNIGHT + timedelta(hours=hour)


@pytest.fixture
def here(uow):
    return factories.places(uow)


@pytest.fixture
def crew(uow, here):
    """Ann works by day and is ill from 10 to 12; Ben has the night; Cyd, of another group, is in no roster."""
    group = {"group_id": here.group_id}
    patterns.add_shift_type(uow, **group, code="day", name="day", starts="08:00", ends="16:00")
    patterns.add_shift_type(uow, **group, code="night", name="night", starts="22:00", ends="06:00")
    ann, ben = (factories.technician(uow, here, name=name) for name in ("Ann", "Ben"))
    cyd = factories.technician(uow, factories.places(uow, station_id=here.station_id), name="Cyd")
    plan = [PlannedShift(ann, TODAY, "day"), PlannedShift(ben, TODAY, "night"), PlannedShift(ann, NIGHTS, "day")]
    publish(uow, **group, first_day=TODAY, last_day=NIGHTS, shifts=plan)
    span = {"start_at": at(10), "end_at": at(12)}
    request_absence(uow, technician_id=ann, kind=AbsenceKind.SICK, approve=True, **span)
    return ann, ben, cyd


def test_everybodys_day_says_when_they_can_be_sent_out(uow, here, crew):
    ann, ben, cyd = crew
    page = daily.page_of_days(uow, limit=9, station_id=here.station_id)
    found = {one.technician_id: one for one in page.items}
    assert {(one.start_at, one.end_at) for one in page.items} == {(at(0), at(24))}
    assert found[ann].free == ((at(8), at(10)), (at(12), at(16)))
    assert (found[ann].free_seconds, found[ann].rostered) == (6 * 3600, True)
    assert found[ben].free == ((at(22), at(24)),)
    assert (found[cyd].rostered, found[cyd].free) == (False, ((at(0), at(24)),))
    tomorrow = {one.technician_id: one for one in daily.page_of_days(uow, limit=9, day=NIGHTS).items}
    assert tomorrow[ben].free == ((at(24), at(30)),)


def test_days_come_in_pages_with_the_same_statements(uow, here, crew):
    _ann, _ben, _cyd = crew
    seen, after, counts = [], None, []
    while True:
        with recorded(uow.session) as sql:
            page = daily.page_of_days(uow, limit=2, after=after, station_id=here.station_id)
        counts.append(len(sql))
        seen += [one.technician_id for one in page.items]
        after = page.after
        if after is None:
            break
    assert sorted(seen) == sorted(crew)
    assert counts == [8, 8]


def test_days_are_those_of_each_region(uow, crew):
    west = factories.places(uow, region_id=factories.region(uow, timezone="America/New_York"))
    dan = factories.technician(uow, west)
    found = {one.technician_id: one for one in daily.page_of_days(uow, limit=9).items}
    assert found[dan].start_at == datetime(2026, 11, 21, 5, tzinfo=UTC)
    assert daily.page_of_days(uow, limit=9, region_id=west.region_id).items == (found[dan],)


def test_a_calendar_has_shifts_absences_and_free_time(uow, here, crew):
    ann, ben, _ = crew
    span = {"start_at": at(30), "end_at": at(33)}
    request_absence(factories.acting(uow, ann), technician_id=ann, kind=AbsenceKind.LEAVE, **span)
    mine = factories.acting(uow, ann)
    found = daily.calendar(mine, ann, first_day=TODAY, last_day=NIGHTS)
    assert [(one.day, one.type_code) for one in found.shifts] == [(TODAY, "day"), (NIGHTS, "day")]
    assert [one.status for one in found.absences] == ["approved", "requested"]
    # What was only asked for takes nothing away yet.
    assert found.free == ((at(8), at(10)), (at(12), at(16)), (at(32), at(40)))
    assert refusal(daily.calendar, mine, ben, first_day=TODAY, last_day=TODAY).code == "people.unknown"
    for last in (TODAY - timedelta(days=1), TODAY + timedelta(days=92)):
        refused = refused_at(daily.calendar, mine, ann, first_day=TODAY, last_day=last)
        assert refused == ("people.span_wrong", ["/last_day"])


def test_leaders_see_the_days_of_their_own_group(uow, here, crew):
    ann, ben, _ = crew
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    assert {one.technician_id for one in daily.page_of_days(leader, limit=9).items} == {ann, ben}
    mine = factories.acting(uow, ann)
    assert {one.technician_id for one in daily.page_of_days(mine, limit=9).items} == {ann}


def test_a_phone_is_told_of_coming_shifts_absences_and_skills(uow, here, crew):
    ann, *_ = crew
    people.define_skill(uow, region_id=here.region_id, code="catv", name="catv")
    people.certify(uow, technician_id=ann, skill="catv", level=3, valid_until=TODAY)
    certificates.record_exam(uow, technician_id=ann, skill="catv", taken_on=TODAY, passed=False)
    with recorded(uow.session) as sql:
        found = daily.own_document(factories.acting(uow, ann))
    assert len(sql) == 3 + 1
    assert [(one["day"], one["shift"], one["start_at"]) for one in found["shifts"]] == [
        (TODAY, "day", at(8)),
        (NIGHTS, "day", at(32)),
    ]
    assert [(one["kind"], one["status"]) for one in found["absences"]] == [("sick", "approved")]
    assert found["skills"] == [
        {"skill": "catv", "level": 3, "certificate": None, "valid_until": TODAY, "bars": ["exam_failed"]}
    ]
    nobody = factories.acting(uow, factories.user(uow, region_id=here.region_id))
    assert daily.own_document(nobody) == {"shifts": [], "absences": [], "skills": []}
