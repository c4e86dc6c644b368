import csv
import io
from datetime import date, timedelta

from api.pages import MAX_LIMIT
from dispatch.people import service as people
from dispatch.people.roster import patterns
from dispatch.people.roster.rotation import PlannedShift
from dispatch.people.roster.service import publish
from dispatch.territory import queries as territory
from kernel.actor import system_actor


def table(response):
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


def test_technicians_go_out_by_name_with_their_places_and_skills(door, runtime):
    near, me = door.world.places["near"], door.world.people["technician"]
    with runtime.unit_of_work(system_actor()) as uow:
        people.define_skill(uow, region_id=near.region_id, code="catv", name="有线电视")
        people.certify(uow, technician_id=me, skill="catv", level=4, certificate="苏:1")
        station = territory.station(uow, near.station_id).code
    (row,) = table(door.get("technician", "/v1/technicians.csv"))
    assert (row["name"], row["station"], row["skills"]) == ("技术员 near", station, "catv:4:苏\\:1")
    chosen = table(door.get("manager", "/v1/technicians.csv?skill=catv"))
    assert [one["login"] for one in chosen] == [row["login"]]


def test_a_table_is_as_long_as_it_is_however_many_pages_that_takes(door, runtime):
    near, me = door.world.places["near"], door.world.people["technician"]
    first = date(2026, 12, 1)
    with runtime.unit_of_work(system_actor()) as uow:
        patterns.add_shift_type(uow, group_id=near.group_id, code="day", name="day", starts="08:00", ends="16:00")
        for part in range(3):
            days = [first + timedelta(days=80 * part + n) for n in range(80)]
            shifts = [PlannedShift(me, day, "day") for day in days]
            publish(uow, group_id=near.group_id, first_day=days[0], last_day=days[-1], shifts=shifts)
    rows = table(door.get("technician", "/v1/shifts.csv"))
    assert len(rows) == len({row["day"] for row in rows}) == 240 > MAX_LIMIT


def test_shifts_go_out_in_the_callers_language(plain_door):
    answer = plain_door.get("leader", "/v1/shifts.csv", headers={"Accept-Language": "zh-CN"})
    assert answer.data.decode("utf-8-sig").strip() == "登录名,姓名,日期,班次,开始,结束"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="shifts.csv"'
    assert answer.headers["Vary"] == "Accept-Language"
