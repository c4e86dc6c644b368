import threading
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.people import service as people
from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.people.presence import availability_of
from dispatch.people.roster import patterns, queries, service
from dispatch.people.roster.rotation import Member, PlannedShift
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from tests import factories
from tests.conftest import NOW
from tests.dispatch.people.refusing import refusal, refused_at
from tests.dispatch.people.roster.conftest import TODAY
from tests.statements import recorded

TOMORROW = TODAY + timedelta(days=1)
WEEK = TODAY + timedelta(days=6)


def shifts_of(crew, **more):
    return queries.page_of_shifts(crew.uow, limit=200, **more).items


def test_a_rotation_is_drafted_published_and_then_says_who_is_off(crew):
    group = {"group_id": crew.here.group_id}
    key = patterns.add_rotation(crew.leader, **group, code="3", name="三班", cycle=["day", "late", "night"])
    members = [Member(crew.ann), Member(crew.ben, 1), Member(crew.cyd, 2)]
    plan = service.draft(crew.leader, rotation_id=key, anchor=TODAY, members=members, first_day=TODAY, last_day=WEEK)
    assert len(plan) == 21
    assert shifts_of(crew) == ()
    done = service.publish(crew.leader, **group, first_day=TODAY, last_day=WEEK, shifts=plan)
    assert (done.days, done.added, done.removed, done.kept) == (7, 21, 0, 0)
    midnight = datetime(2026, 11, 21, 16, tzinfo=UTC)
    found = availability_of(crew.uow, [crew.ann], midnight, midnight + timedelta(days=1))[crew.ann]
    assert found.rostered
    assert found.gap(midnight + timedelta(hours=9), midnight + timedelta(hours=10)) is None
    assert found.gap(midnight + timedelta(hours=15), midnight + timedelta(hours=17)) is not None
    assert {one.scope for one in crew.uow.changes} >= {f"user:{one.technician_id}" for one in members}


def test_published_again_nothing_changes_and_replaced_only_what_differs(crew):
    plan = {(crew.ann, TODAY): "day", (crew.ben, TODAY): "late"}
    crew.publish(plan)
    before = {one.id for one in shifts_of(crew)}
    assert refused_at(crew.publish, plan) == ("people.roster_taken", ["/first_day"])
    again = crew.publish(plan, replace=True)
    assert (again.added, again.removed, again.kept) == (0, 0, 2)
    assert {one.id for one in shifts_of(crew)} == before
    crew.uow.changes.clear()
    other = crew.publish({(crew.ann, TODAY): "day", (crew.cyd, TODAY): "late"}, replace=True)
    assert (other.added, other.removed, other.kept) == (1, 1, 1)
    assert {one.id for one in crew.uow.changes} == {str(crew.ben), str(crew.cyd)}
    gone = [one for one in shifts_of(crew, with_removed=True) if one.removed_at is not None]
    assert [(one.technician_id, one.removed_why) for one in gone] == [(crew.ben, "replaced")]


def test_what_is_over_is_not_replaced(crew):
    yesterday = TODAY - timedelta(days=1)
    plan = {(crew.ann, yesterday): "day"}
    crew.publish(plan, yesterday, yesterday)
    assert refused_at(crew.publish, plan, yesterday, TODAY, replace=True) == ("people.roster_taken", ["/first_day"])


def test_overlapping_shifts_of_one_person_are_refused_by_number_and_nothing_is_stored(crew):
    patterns.add_shift_type(
        crew.leader, group_id=crew.here.group_id, code="long", name="长班", starts="12:00", ends="02:00"
    )
    plan = [
        PlannedShift(crew.ann, TODAY, "day"),
        PlannedShift(crew.ben, TODAY, "day"),
        PlannedShift(crew.ann, TODAY, "long"),
    ]
    asked = {"group_id": crew.here.group_id, "first_day": TODAY, "last_day": TODAY, "shifts": plan}
    assert refused_at(service.publish, crew.leader, **asked) == ("people.shift_overlaps", ["/shifts/2"])
    assert shifts_of(crew) == ()


def test_a_shift_on_another_roster_is_in_the_way_too(crew):
    station = {"station_id": crew.here.station_id, "first_day": TODAY, "last_day": TODAY}
    service.publish(crew.uow, **station, shifts=[PlannedShift(crew.ann, TODAY, "day")])
    assert refused_at(crew.publish, {(crew.ann, TODAY): "day"}) == ("people.shift_overlaps", ["/shifts/0"])


def test_a_plan_that_cannot_be_is_refused_with_the_path_of_each(crew):
    stranger = factories.technician(crew.uow, factories.places(crew.uow))
    left = factories.technician(crew.uow, crew.here)
    people.leave(crew.uow, technician_id=left)
    far = TODAY + timedelta(days=200)
    assert refused_at(crew.publish, {(crew.ann, TODAY): "noon"}) == ("people.shift_type_wrong", ["/shifts/0/shift"])
    assert refused_at(crew.publish, {(crew.ann, TOMORROW): "day"}) == ("people.span_wrong", ["/shifts/0/day"])
    assert refused_at(crew.publish, {}, TODAY, far) == ("people.span_wrong", ["/last_day"])
    assert refused_at(crew.publish, {}, TOMORROW, TODAY) == ("people.span_wrong", ["/last_day"])
    plan = {(crew.ann, TODAY): "day", (stranger, TODAY): "day", (left, TODAY): "day"}
    paths = ["/shifts/1/technician_id", "/shifts/2/technician_id"]
    assert refused_at(crew.publish, plan) == ("people.not_plannable", paths)


def test_who_is_away_is_said_by_number(crew):
    request_absence(
        crew.leader,
        technician_id=crew.ben,
        kind=AbsenceKind.SICK,
        start_at=NOW,
        end_at=NOW + timedelta(hours=2),
        approve=True,
    )
    done = crew.publish({(crew.ann, TODAY): "day", (crew.ben, TODAY): "day", (crew.cyd, TODAY): "late"})
    assert done.absent == (1,)


def test_any_number_of_shifts_takes_the_same_statements(crew):
    counts = []
    for people_, first in (([crew.ann], TODAY), ([crew.ann, crew.ben, crew.cyd], TODAY + timedelta(days=10))):
        days = [first + timedelta(days=n) for n in range(5)]
        with recorded(crew.uow.session) as sql:
            crew.publish({(who, day): "day" for who in people_ for day in days}, days[0], days[-1])
        counts.append(len(sql))
    assert counts[0] == counts[1]
    assert counts[0] <= 14


def test_single_shifts_are_added_changed_and_removed_with_their_reasons(crew):
    crew.publish({(crew.ann, TOMORROW): "day"}, TODAY, TOMORROW)
    asked = {"group_id": crew.here.group_id, "day": TOMORROW, "code": "late", "reason": "多一人"}
    extra = service.add_shift(crew.leader, technician_id=crew.ben, **asked)
    changed = service.change_shift(crew.leader, shift_id=extra, technician_id=crew.cyd, reason="ben is ill")
    row = queries.shift(crew.uow, changed)
    assert (row.technician_id, row.type_code, row.replaces_id, row.reason) == (crew.cyd, "late", extra, "ben is ill")
    old = queries.shift(crew.uow, extra)
    assert (old.removed_why, old.removed_by) == ("ben is ill", crew.leader.actor.user_id)
    night = service.change_shift(crew.leader, shift_id=changed, code="night", reason="x")
    service.remove_shift(crew.leader, shift_id=night, reason="no need")
    assert [one.technician_id for one in shifts_of(crew)] == [crew.ann]
    assert refusal(service.remove_shift, crew.leader, shift_id=night, reason="x").code == "people.shift_over"


def test_a_single_shift_needs_a_roster_time_and_a_person(crew):
    crew.publish({(crew.ann, TOMORROW): "day"}, TODAY, TOMORROW)
    asked = {"group_id": crew.here.group_id, "technician_id": crew.ann, "day": TOMORROW, "code": "day", "reason": "x"}
    for change, expected in (
        ({}, ("people.shift_overlaps", ["/technician_id"])),
        ({"code": "noon"}, ("people.shift_type_wrong", ["/shift"])),
        ({"day": TODAY, "code": "night"}, ("people.in_the_past", ["/day"])),
        ({"day": WEEK}, ("people.no_roster", ["/day"])),
        ({"technician_id": crew.uow.new_id()}, ("people.not_plannable", ["/technician_id"])),
        ({"technician_id": crew.ben, "reason": " "}, ("invalid", ["/reason"])),
    ):
        assert refused_at(service.add_shift, crew.leader, **(asked | change)) == expected


def test_a_shift_that_has_begun_stays(crew):
    crew.publish({(crew.ann, TODAY): "day"})
    (one,) = shifts_of(crew)
    assert refusal(service.remove_shift, crew.leader, shift_id=one.id, reason="x").code == "people.shift_over"


@pytest.mark.parametrize(
    ("role", "level", "place", "code"),
    [
        (Role.AGENT, Level.STATION, "station_id", "forbidden"),
        (Role.TECHNICIAN, Level.GROUP, "group_id", "territory.group_unknown"),
    ],
)
def test_rosters_are_kept_by_leaders_alone(crew, role, level, place, code):
    crew.publish({(crew.ann, TOMORROW): "day"}, TODAY, TOMORROW)
    (one,) = shifts_of(crew)
    mine = factories.acting_as(crew.uow, role, level, getattr(crew.here, place), crew.here.region_id)
    group = {"group_id": crew.here.group_id}
    assert refusal(service.publish, mine, **group, first_day=WEEK, last_day=WEEK, shifts=[]).code == code
    asked = {"technician_id": crew.ben, "day": TOMORROW, "code": "day", "reason": "x"}
    assert refusal(service.add_shift, mine, **group, **asked).code == code
    hidden = "forbidden" if code == "forbidden" else "people.shift_unknown"
    assert refusal(service.remove_shift, mine, shift_id=one.id, reason="x").code == hidden
    assert refusal(service.change_shift, mine, shift_id=one.id, reason="x").code == hidden


def test_two_who_plan_the_same_person_at_once_never_overlap(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        here = factories.places(uow)
        there = factories.places(uow, station_id=here.station_id)
        patterns.add_shift_type(uow, station_id=here.station_id, code="day", name="day", starts="08:00", ends="16:00")
        who = factories.technician(uow, here)
    outcomes = []
    gate = threading.Barrier(2)

    def plan(group_id):
        gate.wait()
        try:
            with runtime.unit_of_work(system_actor()) as mine:
                shifts = [PlannedShift(who, TOMORROW, "day")]
                service.publish(mine, group_id=group_id, first_day=TOMORROW, last_day=TOMORROW, shifts=shifts)
            outcomes.append("done")
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=plan, args=(place.group_id,)) for place in (here, there)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "people.shift_overlaps"]
    with runtime.reading(system_actor()) as reading:
        assert len(queries.page_of_shifts(reading, limit=10).items) == 1


def test_two_who_publish_the_same_days_at_once_do_not_mix(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        here = factories.places(uow)
        patterns.add_shift_type(uow, station_id=here.station_id, code="day", name="day", starts="08:00", ends="16:00")
        crew = [factories.technician(uow, here) for _ in range(2)]
    outcomes = []
    gate = threading.Barrier(2)

    def plan(who):
        gate.wait()
        try:
            with runtime.unit_of_work(system_actor()) as mine:
                shifts = [PlannedShift(who, TOMORROW, "day")]
                service.publish(mine, group_id=here.group_id, first_day=TOMORROW, last_day=WEEK, shifts=shifts)
            outcomes.append("done")
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=plan, args=(who,)) for who in crew]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "people.roster_taken"]
