import csv
import io

import pytest

from dispatch.people import service as people
from dispatch.territory import queries as territory
from kernel.actor import system_actor
from tests.api.world import problem

CSV = {"Content-Type": "text/csv"}


def table(response):
    assert response.status_code == 200, response.text
    assert response.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


@pytest.fixture
def group(door, runtime):
    with runtime.reading(system_actor()) as reading:
        return territory.group(reading, door.world.places["near"].group_id).code


def test_technicians_are_tried_brought_in_and_taken_out_and_brought_in_again(door, group, runtime):
    region = door.world.places["near"].region_id
    with runtime.unit_of_work(system_actor()) as uow:
        people.define_skill(uow, region_id=region, code="fibre", name="光纤熔接")
    data = f"登录名,姓名,电话,维护组,技能\nnew.one,=新人,+86 100,{group},fibre:3:苏-1:2027-05-31\nx y,错误,,{group},\n".encode(
        "gbk"
    )
    trial = door("operations", "POST", "/v1/technicians/import?dry_run=true", data=data, headers=CSV)
    assert (trial.json["applied"], trial.json["added"]) == (False, 1)
    assert [(one["line"], one["column"], one["code"]) for one in trial.json["rejected"]] == [
        (3, "login", "accounts.login_wrong")
    ]
    done = door("operations", "POST", "/v1/technicians/import?encoding=gbk", data=data, headers=CSV)
    assert (done.json["applied"], done.json["added"], done.json["lines"]) == (True, 1, 2)
    path = f"/v1/technicians.csv?group_id={door.world.places['near'].group_id}"
    answer = door.get("leader", path)
    rows = {row["login"]: row for row in table(answer)}
    assert rows["new.one"]["name"] == "'=新人"
    assert rows["new.one"]["phone"] == "'+86 100"
    assert (rows["new.one"]["group"], rows["new.one"]["skills"]) == (group, "fibre:3:苏-1:2027-05-31")
    again = door("operations", "POST", "/v1/technicians/import", data=answer.data, headers=CSV)
    assert (again.json["unchanged"], again.json["rejected"]) == (3, [])
    chinese = door.get("leader", path, headers={"Accept-Language": "zh-CN"})
    assert list(table(chinese)[0])[:3] == ["登录名", "姓名", "电话"]
    again = door("operations", "POST", "/v1/technicians/import", data=chinese.data, headers=CSV)
    assert (again.json["unchanged"], again.json["rejected"]) == (3, [])


def test_a_roster_is_brought_in_taken_out_and_brought_in_again(door, runtime):
    place = str(door.world.places["near"].group_id)
    shift = {"group_id": place, "code": "day", "name": "day", "starts": "08:00", "ends": "16:00"}
    assert door.post("leader", "/v1/shift-types", shift).status_code == 201
    logins = [row["login"] for row in table(door.get("leader", "/v1/technicians.csv"))]
    data = "".join(["login,2026-12-01,2026-12-02\n", *(f"{login},day,\n" for login in logins)]).encode()
    path = f"/v1/rosters/import?group_id={place}"
    done = door("leader", "POST", path, data=data, headers=CSV)
    assert (done.json["added"], done.json["applied"]) == (2, True)
    answer = door.get("manager", f"/v1/shifts.csv?group_id={place}")
    assert [(row["login"], row["day"], row["shift"]) for row in table(answer)] == [
        (login, "2026-12-01", "day") for login in [row["login"] for row in table(answer)]
    ]
    again = door("leader", "POST", path, data=answer.data, headers=CSV)
    assert (again.json["unchanged"], again.json["added"], again.json["rejected"]) == (2, 0, [])
    assert [row["login"] for row in table(door.get("technician", "/v1/shifts.csv"))] != []


def test_tables_show_and_take_nothing_out_of_scope(door, group):
    world = door.world
    data = f"login,name,group\nx,x,{group}\n".encode()
    abroad = f"/v1/technicians/import?region_id={world.places['near'].region_id}"
    assert problem(door("operations_abroad", "POST", abroad, data=data, headers=CSV)) == (
        404,
        "territory.region_unknown",
    )
    refused = door("technician", "POST", "/v1/technicians/import", data=data, headers=CSV)
    assert (refused.json["added"], len(refused.json["rejected"])) == (0, 1)
    roster = f"/v1/rosters/import?group_id={world.places['near'].group_id}"
    for who in ("operations_abroad", "technician", "nobody"):
        assert problem(door(who, "POST", roster, data=data, headers=CSV)) == (404, "territory.group_unknown")
    assert table(door.get("nobody", "/v1/technicians.csv")) == []
    assert table(door.get("operations_abroad", "/v1/shifts.csv")) == []
    assert len(table(door.get("technician", "/v1/technicians.csv"))) == 1


def test_what_is_no_table_is_refused(door):
    for data, code in ((b"", "table.unreadable"), (b"name\nx\n", "people.columns_missing")):
        refused = door("operations", "POST", "/v1/technicians/import", data=data, headers=CSV)
        assert problem(refused) == (422, code)
    wrong = door("operations", "POST", "/v1/technicians/import?encoding=utf-16", data=b"x", headers=CSV)
    assert problem(wrong) == (422, "invalid")
    big = door("operations", "POST", "/v1/technicians/import", data=b"x" * (4 * 1024 * 1024 + 1), headers=CSV)
    assert problem(big)[0] == 413
