from datetime import date

import pytest

from dispatch.accounts import queries as accounts
from dispatch.people import queries as people
from dispatch.people import service as people_service
from dispatch.people.eligibility import HeldSkill
from dispatch.people.sheets.technicians import import_technicians
from dispatch.territory import queries as territory
from dispatch.territory import service as territory_service
from kernel.actor import Level, Role
from tests import factories
from tests.dispatch.people.refusing import refusal
from tests.statements import recorded

HEADER = "登录名,姓名,电话,工号,维护组,技能\n"


@pytest.fixture
def here(uow):
    where = factories.places(uow)
    for code in ("catv", "fibre"):
        people_service.define_skill(uow, region_id=where.region_id, code=code, name=code)
    return where


@pytest.fixture
def group(uow, here):
    return territory.group(uow, here.group_id).code


def bring(uow, where, text, **more):
    return import_technicians(uow, region_id=where.region_id, data=(HEADER + text).encode("gbk"), **more)


def found(uow, where):
    rows = people.page_of_technicians(uow, limit=50, region_id=where.region_id).items
    return {accounts.user(uow, row.id).login: row for row in rows}


def counts(report):
    return report.added, report.changed, report.unchanged, [(one.line, one.code, one.column) for one in report.rejected]


def test_people_come_in_with_account_group_badge_and_skills_and_again_nothing_changes(uow, here, group):
    text = f"Zhang.Wei,张伟,100 1,W-1,{group},catv:3:苏-1:2027-05-31; fibre\nli,李娜,,,{group},\n"
    report = bring(uow, here, text)
    assert (counts(report), report.applied, report.lines) == ((2, 0, 0, []), True, 2)
    row = found(uow, here)["zhang.wei"]
    assert (row.name, row.phone, row.badge, row.group_id) == ("张伟", "100 1", "W-1", here.group_id)
    assert row.skills == (HeldSkill("catv", 3, "苏-1", date(2027, 5, 31)), HeldSkill("fibre", 1))
    assert {grant.role for grant in factories.actor(uow, row.id).grants} == {Role.TECHNICIAN}
    uow.changes.clear()
    with recorded(uow.session) as sql:
        assert counts(bring(uow, here, text)) == (0, 0, 2, [])
    assert (len(sql), uow.changes) == (7, [])


def test_what_differs_is_changed_and_what_is_not_said_stays(uow, here, group):
    bring(uow, here, f"a,甲,100 1,W-1,{group},catv:3:苏-1\nb,乙,100 2,W-2,{group},\n")
    other = factories.places(uow, station_id=here.station_id)
    there = territory.group(uow, other.group_id).code
    report = bring(uow, here, f"a,甲,,,{there},catv:4\nb,乙,100 2,W-2,{group},\n")
    assert counts(report) == (0, 1, 1, [])
    row = found(uow, here)["a"]
    assert (row.phone, row.badge, row.group_id) == ("100 1", "W-1", other.group_id)
    assert row.skills == (HeldSkill("catv", 4, "苏-1"),)


def test_a_bad_line_stays_out_whole_with_its_number_and_reason(uow, here, group):
    text = (
        f"a,甲,,,{group},\n"
        f"b,乙,,,nowhere,\n"
        f"c,丙,,,{group},juggling:1\n"
        f"d,丁,,,{group},catv:9\n"
        f"e e,戊,,,{group},\n"
        f"A,甲,,,{group},\n"
        f"f,,,,{group},\n"
        f"g,庚,,,{group},catv:x\n"
    )
    report = bring(uow, here, text)
    assert counts(report) == (
        1,
        0,
        0,
        [
            (3, "people.line_wrong", "group"),
            (4, "people.skill_unknown", "skills"),
            (5, "people.level_wrong", "skills"),
            (6, "accounts.login_wrong", "login"),
            (7, "people.line_wrong", "login"),
            (8, "invalid", "name"),
            (9, "people.line_wrong", "skills"),
        ],
    )
    assert set(found(uow, here)) == {"a"}
    assert accounts.people_by_login(uow, ["c", "d"]) == {}


@pytest.mark.parametrize("option", ["dry_run", "all_or_nothing"])
def test_a_trial_and_all_or_nothing_leave_nothing_behind(uow, here, group, option):
    uow.changes.clear()
    text = f"a,甲,,,{group},\nb,乙,,,nowhere,\n"
    report = bring(uow, here, text, **{option: True})
    assert (report.added, len(report.rejected), report.applied) == (1, 1, False)
    assert (found(uow, here), uow.changes) == ({}, [])
    good = bring(uow, here, f"a,甲,,,{group},\n", **{option: True})
    assert good.applied == (option == "all_or_nothing")


def test_who_left_comes_back(uow, here, group):
    bring(uow, here, f"a,甲,,,{group},\n")
    people_service.leave(uow, technician_id=found(uow, here)["a"].id)
    assert bring(uow, here, f"a,甲,,,{group},\n").changed == 1
    assert found(uow, here)["a"].left_at is None


def test_a_group_whose_code_is_used_twice_wants_its_station(uow, here):
    other = factories.station(uow, here.region_id)
    for station_id in (here.station_id, other):
        territory_service.open_group(uow, station_id=station_id, code="G", name="组")
    station = territory.station(uow, other).code
    data = f"login,name,station,group\na,甲,,G\nb,乙,{station},G\n".encode()
    report = import_technicians(uow, region_id=here.region_id, data=data)
    assert (report.added, [(one.line, one.column) for one in report.rejected]) == (1, [(2, "group")])
    assert found(uow, here)["b"].station_id == other


def test_nobody_brings_in_more_than_they_may_do_by_hand(uow, here, group):
    text = f"a,甲,,,{group},\n"
    for role, code in ((Role.AGENT, "accounts.may_not_manage"), (Role.GROUP_LEADER, "accounts.may_not_manage")):
        mine = factories.acting_as(uow, role, Level.GROUP, here.group_id, here.region_id)
        assert [one.code for one in bring(mine, here, text).rejected] == [code]
    stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, *(factories.region(uow),) * 2)
    assert refusal(bring, stranger, here, text).code == "territory.region_unknown"
    assert found(uow, here) == {}
