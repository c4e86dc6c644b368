from datetime import date, timedelta

import pytest

from dispatch.accounts import service as accounts
from dispatch.people import queries as people_queries
from dispatch.people import service as people
from dispatch.people.roster import patterns, queries
from dispatch.people.roster.rotation import PlannedShift
from dispatch.people.roster.service import publish
from dispatch.people.sheets.rosters import import_roster, read_day
from kernel.actor import Level, Role
from tests import factories
from tests.dispatch.people.refusing import refusal

FIRST = date(2026, 12, 1)


@pytest.fixture
def here(uow):
    where = factories.places(uow)
    for code, starts, ends in (("day", "08:00", "16:00"), ("night", "22:00", "08:00")):
        patterns.add_shift_type(uow, station_id=where.station_id, code=code, name=code, starts=starts, ends=ends)
    for login in ("ann", "ben"):
        user_id = accounts.create_user(uow, login=login, name=login, region_id=where.region_id)
        people.hire(uow, user_id=user_id, group_id=where.group_id)
    return where


@pytest.fixture
def leader(uow, here):
    return factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)


def bring(uow, where, text, **more):
    return import_roster(uow, group_id=where.group_id, data=text.encode("utf-8-sig"), **more)


def held(uow):
    return [(one.day.day, one.type_code) for one in queries.page_of_shifts(uow, limit=50).items]


LIST = "登录名,日期,班次\nann,2026-12-01,day\nben,2026/12/1,night\nann,2026-12-02,night\nben,2026-12-02,休\n"
GRID = "login,name,2026-12-01,2026年12月2日\nann,安,day,night\nBen,本,night,\n"


@pytest.mark.parametrize("text", [LIST, GRID])
def test_a_list_and_a_grid_say_the_same_and_again_nothing_changes(uow, here, leader, text):
    report = bring(leader, here, text)
    assert (report.added, report.rejected, report.applied) == (3, [], True)
    assert held(uow) == [(1, "day"), (1, "night"), (2, "night")]
    for again in (LIST, GRID):
        report = bring(leader, here, again)
        assert (report.added, report.removed, report.unchanged) == (0, 0, 3)
    less = bring(leader, here, "login,day,shift\nann,2026-12-01,day\nben,2026-12-02,day\n")
    assert (less.added, less.removed, less.unchanged) == (1, 2, 1)


def test_bad_lines_stay_out_with_number_and_reason_and_the_rest_is_published(uow, here, leader):
    other = factories.places(uow, station_id=here.station_id)
    ben = next(one for one in queries_of(uow, here) if one.name == "ben")
    publish(uow, group_id=other.group_id, first_day=FIRST, last_day=FIRST, shifts=[PlannedShift(ben.id, FIRST, "day")])
    text = (
        "login,day,shift\n"
        "ann,2026-12-01,day\n"
        "nobody,2026-12-01,day\n"
        "ann,2026-12-02,noon\n"
        "ann,someday,day\n"
        "ann,2026-12-01,day\n"
        "ben,2026-12-01,day\n"
        "ben,2027-01-01,day\n"
        "ben,2026-12-02,night\n"
    )
    report = bring(leader, here, text, first_day=FIRST, last_day=FIRST + timedelta(days=1))
    assert [(one.line, one.code, one.column) for one in report.rejected] == [
        (3, "people.not_plannable", "login"),
        (4, "people.shift_type_wrong", "shift"),
        (5, "people.line_wrong", "day"),
        (6, "people.shift_overlaps", "shift"),
        (7, "people.shift_overlaps", "shift"),
        (8, "people.span_wrong", "shift"),
    ]
    assert (report.added, report.applied) == (2, True)
    mine = queries.page_of_shifts(leader, limit=9, group_id=here.group_id).items
    assert [(one.day.day, one.type_code) for one in mine] == [(1, "day"), (2, "night")]


def queries_of(uow, where):
    return people_queries.page_of_technicians(uow, limit=9, group_id=where.group_id).items


@pytest.mark.parametrize("option", ["dry_run", "all_or_nothing"])
def test_a_trial_and_all_or_nothing_leave_nothing_behind(uow, here, leader, option):
    uow.changes.clear()
    text = LIST + "nobody,2026-12-01,day\n"
    report = bring(leader, here, text, **{option: True})
    assert (report.added, len(report.rejected), report.applied) == (3, 1, False)
    assert (held(uow), uow.changes) == ([], [])


def test_an_empty_table_takes_the_named_days_free(uow, here, leader):
    bring(leader, here, LIST)
    nothing = bring(leader, here, "login,day,shift\n")
    assert (nothing.applied, len(held(uow))) == (False, 3)
    cleared = bring(leader, here, "login,day,shift\n", first_day=FIRST, last_day=FIRST + timedelta(days=1))
    assert (cleared.removed, cleared.applied, held(uow)) == (3, True, [])


def test_a_roster_is_brought_in_by_whoever_keeps_it(uow, here, leader):
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, here.station_id, here.region_id)
    assert refusal(bring, agent, here, LIST).code == "forbidden"
    ann = factories.acting(uow, queries_of(uow, here)[0].id)
    assert refusal(bring, ann, here, LIST).code == "territory.group_unknown"
    assert refusal(bring, leader, here, "login,day\na,2026-12-01\n").code == "people.columns_missing"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-01", FIRST),
        (" 2026/12/1 ", FIRST),
        ("2026年12月1日", FIRST),
        ("2026.12.01", FIRST),
        ("2026-13-01", None),
        ("12-01", None),
        ("login", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_write_them(text, day):
    assert read_day(text) == day
