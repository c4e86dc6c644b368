"""Files handed in, tried, mended, brought in and stopped, as somebody meets it by the API; on both databases."""

import csv
import io

import pytest
from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]

from dispatch.imports.jobs import do_next
from dispatch.territory import service as territory
from kernel.actor import system_actor
from tests import factories
from tests.api.world import problem, wrong_fields

CSV = {"Content-Type": "text/csv"}
HEADER = "工单号,报修时间,完成时间,类型,地址,纬度,经度,片区,联系电话"


def line(ref, *, position="33.80,119.30", opened="2026-11-20 08:00:00", closed="", zone=""):
    return f"{ref},{opened},{closed},无信号,红旗路12号,{position},{zone},100 0000 0009"


def table(*lines, header=HEADER, encoding="utf-8"):
    return "\n".join([header, *lines, ""]).encode(encoding)


@pytest.fixture
def ground(door, runtime):
    """Draw the zone near, and the one at the next station, so that positions find them."""
    with runtime.unit_of_work(system_actor()) as uow:
        for name, lon in (("near", 119.30), ("next_station", 119.40)):
            territory.redraw_zone(
                uow, zone_id=door.world.places[name].zone_id, boundary=factories.square(33.80, lon, 0.05)
            )
    return door.world


@pytest.fixture
def hand_in(door, ground, runtime):
    def send(data, who="operations", kind="requests", finish=True, **query):
        response = door(who, "POST", "/v1/imports", query_string={"kind": kind, **query}, data=data, headers=CSV)
        assert response.status_code == 202, response.text
        return finished(door, runtime, who, response.headers["Location"]) if finish else response.json

    return send


def finished(door, runtime, who, path):
    while do_next(runtime):
        pass
    return door.get(who, path).json


@pytest.fixture
def start(door, runtime):
    def begin(one, who="operations"):
        answer = door.post(who, f"/v1/imports/{one['id']}/start")
        assert answer.status_code == 202, answer.text
        return finished(door, runtime, who, f"/v1/imports/{one['id']}")

    return begin


def lines_of(door, one, who="operations", **query):
    answer = door.get(who, f"/v1/imports/{one['id']}/lines", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def references(door, who="operations"):
    return {row["external_ref"] for row in door.get(who, "/v1/service-requests?limit=200").json["items"]}


def test_a_file_is_tried_mended_started_and_brought_in_once(door, hand_in, start, runtime):
    data = table(
        line("A-1"), line("A-2", opened="gestern"), line("A-1"), line("A-3", position="1,1"), encoding="gb18030"
    )
    tried = hand_in(data, filename="报修.csv")
    assert (tried["state"], tried["encoding"], tried["columns"]["external_ref"]) == ("checked", "gb18030", "工单号")
    assert (tried["rows"], tried["rows_done"], tried["outcomes"]) == (4, 4, {"created": 1, "rejected": 3})
    assert tried["codes"] == {"bad_date": 1, "duplicate_in_file": 1, "outside_every_zone": 1}
    assert not references(door) & {"A-1"}, "a trial brings nothing in"
    path = f"/v1/imports/{tried['id']}/lines"
    found = door.get(
        "operations", path, query_string={"outcome": "rejected"}, headers={"Accept-Language": "zh-CN"}
    ).json
    assert [(one["line"], one["code"], one["column"], one["message"]) for one in found["items"]][:2] == [
        (3, "bad_date", "报修时间", "时间格式无法识别。"),
        (4, "duplicate_in_file", None, "文件中前面已有相同的记录。"),
    ]
    done = start(tried)
    assert (done["state"], done["outcomes"]) == ("done", {"created": 1, "rejected": 3})
    assert references(door) & {"A-1", "A-2", "A-3"} == {"A-1"}
    again = start(hand_in(data))
    assert again["outcomes"] == {"already_there": 1, "rejected": 3}
    mended = door.get("operations", f"/v1/imports/{done['id']}/rejects.csv").data
    rows = list(csv.reader(io.StringIO(mended.decode("gb18030"))))
    assert [row[:2] for row in rows[1:]] == [["3", "bad_date"], ["4", "duplicate_in_file"], ["5", "outside_every_zone"]]
    text = mended.decode("gb18030").replace("gestern", "2026-11-20 09:00:00")
    repaired = start(hand_in(text.encode("gb18030")))
    assert repaired["outcomes"] == {"created": 1, "already_there": 1, "rejected": 1}
    assert references(door) >= {"A-1", "A-2"}


def test_columns_that_were_not_recognised_are_told_and_the_file_is_tried_anew(door, hand_in, runtime):
    data = table("X-1;20/11/2026 08:00;33.80;119.30", header="Kennung;Wann;lat;lon")
    waiting = hand_in(data)
    assert (waiting["state"], waiting["delimiter"], waiting["columns"]) == (
        "needs_columns",
        ";",
        {"lat": "lat", "lon": "lon"},
    )
    path = f"/v1/imports/{waiting['id']}"
    assert problem(door.post("operations", f"{path}/start")) == (409, "import.state_wrong")
    columns = {"external_ref": "Kennung", "opened": "Wann", "lat": "lat", "lon": "lon"}
    missing = door.patch("operations", path, {"columns": {"external_ref": "Kennung"}})
    assert wrong_fields(missing) == {"/columns/opened": "import.columns_missing"}
    wrong = door.patch(
        "operations", path, {"columns": columns, "options": {"in_two_zones": "perhaps", "timezone": "Mars"}}
    )
    assert problem(wrong)[1] in ("request.mapping_wrong", "import.option_wrong")
    assert door.patch("operations", path, {"columns": {**columns, "lat": "breit"}}).status_code == 422
    told = door.patch("operations", path, {"columns": columns, "options": {"source": "alt"}})
    assert (told.json["state"], told.json["options"]["date_formats"]) == ("checking", ["%d/%m/%Y %H:%M"])
    assert finished(door, runtime, "operations", path)["outcomes"] == {"created": 1}


def test_progress_is_polled_cheaply_and_an_import_is_stopped_and_goes_on(door, hand_in, runtime):
    one = hand_in(table(*(line(f"B-{n}") for n in range(700))))
    path = f"/v1/imports/{one['id']}"
    door.post("operations", f"{path}/start")
    assert do_next(runtime)
    half = door.get("operations", path)
    assert (half.json["state"], half.json["rows_done"], half.json["outcomes"]) == ("running", 500, {"created": 500})
    assert door.get("operations", path, headers={"If-None-Match": half.headers["ETag"]}).status_code == 304
    assert door.post("operations", f"{path}/cancel").json["state"] == "cancelled"
    assert not do_next(runtime)
    assert problem(door.patch("operations", path, {})) == (409, "import.state_wrong")
    door.post("operations", f"{path}/start")
    whole = finished(door, runtime, "operations", path)
    assert (whole["state"], whole["rows_done"], whole["outcomes"]) == ("done", 700, {"created": 700})


def test_a_manager_imports_into_their_station_and_what_lies_elsewhere_is_unknown(door, hand_in, start):
    known = start(hand_in(table(line("C-0", position="33.80,119.40"))))
    assert known["outcomes"] == {"created": 1}
    data = table(line("C-1"), line("C-2", position="33.80,119.40"), line("C-0"))
    tried = hand_in(data, who="manager")
    assert tried["station_id"] == str(door.world.places["near"].station_id)
    done = start(tried, who="manager")
    assert done["outcomes"] == {"created": 1, "rejected": 2}
    codes = {one["line"]: one["code"] for one in lines_of(door, done, "manager", outcome="rejected")}
    assert codes == {3: "outside_every_zone", 4: "reference_used"}
    assert problem(door.get("manager", f"/v1/imports/{known['id']}")) == (404, "import.unknown")
    assert [one["id"] for one in door.get("manager", "/v1/imports").json["items"]] == [done["id"]]
    for who in ("agent", "leader", "technician", "operations_abroad"):
        assert door.get(who, "/v1/imports").json["items"] == []
        assert problem(door.get(who, f"/v1/imports/{done['id']}/rejects.csv")) == (404, "import.unknown")
    query = {"kind": "requests", "station_id": str(door.world.places["next_station"].station_id)}
    foreign = door("manager", "POST", "/v1/imports", query_string=query, data=data, headers=CSV)
    assert problem(foreign) == (404, "territory.station_unknown")
    assert problem(door("agent", "POST", "/v1/imports?kind=requests", data=data, headers=CSV)) == (403, "forbidden")


def test_a_workbook_is_read_as_it_shows_and_bombs_and_heaps_are_refused(door, hand_in, runtime):
    book = Workbook()
    book.active.append(["工单号", "报修时间", "纬度", "经度", "标题"])
    book.active.append(["D-1", "2026-11-20 08:00:00", 33.8, 119.3, '=HYPERLINK("http://x")'])
    book.active.append(["D-2", "2026-11-20 08:00:00", 33.8, 119.3, "'-- 无画面"])
    written = io.BytesIO()
    book.save(written)
    tried = hand_in(written.getvalue())
    assert (tried["format"], tried["rows"], tried["outcomes"]) == ("xlsx", 2, {"created": 2})
    broken = door("operations", "POST", "/v1/imports?kind=requests", data=b"PK\x03\x04nonsense", headers=CSV)
    assert problem(broken) == (422, "table.unreadable")
    nothing = door("operations", "POST", "/v1/imports?kind=requests", data=b"", headers=CSV)
    assert problem(nothing) == (422, "table.unreadable")


def test_the_same_file_under_the_same_id_is_one_import_and_another_is_refused(door, hand_in):
    key = "00000000-0000-7000-8000-00000000abcd"
    first, again = (hand_in(table(line("E-1")), id=key, finish=False) for _ in range(2))
    assert first["id"] == again["id"] == key
    query = {"kind": "requests", "id": key}
    other = door("operations", "POST", "/v1/imports", query_string=query, data=table(line("E-2")), headers=CSV)
    assert wrong_fields(other) == {"/id": "import.id_taken"}
    assert door("operations", "DELETE", f"/v1/imports/{key}").status_code == 204
    assert problem(door.get("operations", f"/v1/imports/{key}")) == (404, "import.unknown")


def test_templates_have_headings_in_the_callers_language_and_can_be_handed_in(door, hand_in):
    chinese = door.get("agent", "/v1/imports/templates/requests.csv", headers={"Accept-Language": "zh-CN"})
    rows = list(csv.reader(io.StringIO(chinese.data.decode("utf-8-sig"))))
    assert (rows[0][0], len(rows)) == ("工单号", 2)
    book = load_workbook(io.BytesIO(door.get("agent", "/v1/imports/templates/requests.xlsx").data))
    assert book.worksheets[0]["A1"].value == "reference"
    assert problem(door.get("agent", "/v1/imports/templates/dragons.csv"))[0] == 404
    tried = hand_in(chinese.data)
    assert (tried["state"], tried["codes"]) == ("checked", {"outside_every_zone": 1})


def test_what_an_import_changes_is_written_down_for_whoever_started_it(door, hand_in, start):
    done = start(hand_in(table(line("F-1"))))
    found = door.get("administrator", f"/v1/audit?subject_id={done['id']}&limit=200").json["items"]
    acts = [one for one in found if one["action"] == "import requests (running)"]
    assert [one["user_id"] for one in acts] == [str(door.world.people["operations"])]


def test_an_import_is_undone_by_the_api_and_its_lines_tell(door, hand_in, start, runtime):
    path = f"/v1/imports/{start(hand_in(table(line('G-1'))))['id']}"
    assert door.post("operations", f"{path}/undo").status_code == 202
    assert finished(door, runtime, "operations", path)["outcomes"] == {"undone": 1}
    (told,) = door.get("operations", f"{path}/lines?undo=undone").json["items"]
    assert (told["line"], told["undo_code"]) == (2, None)
    tried = hand_in(table("H-1,客户,是", header="客户编号,客户姓名,重要客户"), kind="customers")
    assert (tried["state"], tried["outcomes"]) == ("checked", {"created": 1})
    assert problem(door.post("operations", f"/v1/imports/{tried['id']}/undo")) == (409, "import.state_wrong")
