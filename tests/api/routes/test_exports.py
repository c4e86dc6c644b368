"""Exports as a person meets them: wanted, watched, fetched, stopped and thrown away."""

import csv
import io
from datetime import timedelta
from urllib.parse import unquote
from uuid import uuid4

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import text

from dispatch.accounts import service as accounts
from dispatch.exports.jobs import tidy_exports, write_exports
from dispatch.exports.kinds.catalogue import KINDS
from dispatch.exports.kinds.names import KindName
from kernel.actor import Level, Role, system_actor
from tests.api.world import problem, wrong_fields

LISTS = {
    "people": "/v1/users",
    "zones": "/v1/zones",
    "customers": "/v1/customers",
    "assets": "/v1/assets",
    "requests": "/v1/service-requests",
    "orders": "/v1/work-orders",
}


def want(door, who="manager", kind="orders", **more):
    made = door.post(who, "/v1/exports", {"kind": kind, **more})
    assert made.status_code == 202, made.text
    assert made.headers["Location"] == f"/v1/exports/{made.json['id']}"
    return made.headers["Location"]


def table(door, who, path):
    answer = door.get(who, f"{path}/file")
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_from_wanting_to_throwing_away(door, runtime):
    path = want(door, language="en", columns=["number", "zone", "received_at", "id"], timezone="America/New_York")
    shown = door.get("manager", path)
    assert (shown.json["state"], shown.json["rows"], shown.json["rows_done"]) == ("waiting", None, 0)
    tag = {"If-None-Match": shown.headers["ETag"]}
    assert door.get("manager", path, headers=tag).status_code == 304
    assert problem(door.get("manager", f"{path}/file")) == (409, "export.not_done")
    write_exports(runtime)
    done = door.get("manager", path, headers=tag)
    assert (done.json["state"], done.json["rows"], done.json["rows_done"]) == ("done", 3, 3)
    assert done.json["expires_at"] == "2026-11-25T01:00:00.000Z"

    got = door.get("manager", f"{path}/file")
    assert got.content_type == "text/csv; charset=utf-8"
    assert got.headers["Content-Disposition"] == "attachment; filename*=UTF-8''work-orders-2026-11-21.csv"
    header, *rows = table(door, "manager", path)
    assert header == ["number", "zone", "received at", "id"]
    assert [row[3] for row in rows] == door.ids("manager", "/v1/work-orders")
    assert {row[1] for row in rows} == {"涟城一片区", "涟城二片区"}
    assert {row[2] for row in rows} == {"2026-11-21T20:00:00-05:00"}

    known = {"If-None-Match": got.headers["ETag"]}
    assert door.get("manager", f"{path}/file", headers=known).status_code == 304
    part = door.get("manager", f"{path}/file", headers={"Range": "bytes=20-49", "If-Range": got.headers["ETag"]})
    assert (part.status_code, part.data) == (206, got.data[20:50])
    assert door("manager", "HEAD", f"{path}/file").headers["Content-Length"] == str(len(got.data))

    assert [one["id"] for one in door.get("manager", "/v1/exports?state=done").json["items"]] == [done.json["id"]]
    assert door("manager", "DELETE", path).status_code == 204
    assert problem(door.get("manager", path)) == (404, "export.unknown")
    assert problem(door.get("manager", f"{path}/file")) == (404, "export.unknown")
    assert door.get("manager", "/v1/exports").json["items"] == []


def test_a_workbook_in_chinese_has_its_name_and_moments_by_the_clocks_of_the_region(door, runtime):
    path = want(door, format="xlsx", language="zh-CN")
    write_exports(runtime)
    got = door.get("manager", f"{path}/file")
    assert unquote(got.headers["Content-Disposition"]) == "attachment; filename*=UTF-8''工单-2026-11-22.xlsx"
    rows = list(load_workbook(io.BytesIO(got.data)).active.iter_rows(values_only=True))
    assert rows[0][:2] == ("工单号", "状态")
    assert rows[1][rows[0].index("受理时间")].isoformat() == "2026-11-22T09:00:00"
    assert len(rows) == 4


@pytest.mark.parametrize("kind", list(KindName))
def test_it_holds_what_the_list_shows_for_each_role(door, runtime, kind):
    path = LISTS[kind]
    for who in ("operations", "leader", "technician", "operations_abroad"):
        export = want(door, who, kind.value)
        write_exports(runtime)
        header, *rows = table(door, who, export)
        at = header.index("id")
        assert [row[at] for row in rows] == door.ids(who, path), (kind, who)
        assert door.get(who, export).json["rows"] == len(rows)
        items = {one["id"]: one for one in door.get(who, path).json["items"]}
        for row in rows:
            for name, cell in zip(KINDS[kind].columns, row, strict=True):
                if name in KINDS[kind].personal:
                    assert cell == (items[row[at]][name] or "")


@pytest.mark.parametrize(
    ("kind", "filters", "query"),
    [
        ("orders", {"status": ["assigned"], "late": False, "q": "无信号"}, "?status=assigned&late=false&q=无信号"),
        ("requests", {"open": True, "received_from": "2026-11-22T00:00:00Z"}, "?open=true"),
        ("people", {"role": "technician"}, "?role=technician"),
        ("zones", {"with_retired": True}, "?with_retired=true"),
        ("customers", {"vip": True}, "?vip=true"),
        ("assets", {"state": "installed"}, "?state=installed"),
    ],
)
def test_filters_are_those_of_the_list(door, runtime, kind, filters, query):
    path = want(door, "operations", kind, filters=filters, columns=["id"])
    write_exports(runtime)
    listed = door.get("operations", LISTS[kind] + query).json["items"]
    assert [row[0] for row in table(door, "operations", path)[1:]] == [one["id"] for one in listed]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"/kind": "required"}),
        ({"kind": "orders", "filters": {"status": ["lost"], "limit": 5}}, {"/filters/status/0", "/filters/limit"}),
        ({"kind": "zones", "filters": {"region_id": "x"}}, {"/filters/region_id"}),
        ({"kind": "zones", "timezone": "Mars/Olympus"}, {"/timezone"}),
        ({"kind": "zones", "columns": ["code", "boundary"]}, {"/columns/1": "export.column_unknown"}),
        ({"kind": "zones", "columns": ["code", "code"]}, {"/columns/1": "export.column_unknown"}),
    ],
)
def test_what_cannot_be_exported_is_refused_with_its_path(plain_door, body, wrong):
    refused = plain_door.post("manager", "/v1/exports", body)
    found = wrong_fields(refused)
    assert refused.status_code == 422
    assert found.items() >= wrong.items() if isinstance(wrong, dict) else set(found) == wrong, found


def test_it_is_its_persons_alone_and_ends_with_their_role(door, runtime):
    path = want(door)
    write_exports(runtime)
    for who in ("administrator", "operations", "leader"):
        assert problem(door.get(who, path)) == (404, "export.unknown")
        assert problem(door.get(who, f"{path}/file")) == (404, "export.unknown")
        assert problem(door.post(who, f"{path}/cancel")) == (404, "export.unknown")
        assert problem(door(who, "DELETE", path)) == (404, "export.unknown")
    assert door.get("manager", f"{path}/file").status_code == 200
    with runtime.unit_of_work(system_actor()) as uow:
        where = {"level": Level.STATION, "place_id": door.world.places["near"].station_id}
        accounts.end_roles(uow, user_id=door.world.people["manager"], role=Role.STATION_MANAGER, **where)
    assert problem(door.get("manager", f"{path}/file")) == (404, "export.unknown")
    again = want(door)
    write_exports(runtime)
    assert table(door, "manager", again)[1:] == [], "what is written now is what they see now"


def test_one_that_waits_can_be_stopped_and_so_many_may_wait(door, runtime):
    paths = [want(door) for _ in range(3)]
    assert problem(door.post("manager", "/v1/exports", {"kind": "orders"})) == (429, "export.too_many")
    assert door.post("leader", "/v1/exports", {"kind": "orders"}).status_code == 202, "others are not hindered"
    for _ in range(2):
        assert door.post("manager", f"{paths[0]}/cancel").json["state"] == "cancelled"
    fourth = want(door)
    for _ in range(4):
        write_exports(runtime)
    assert door.get("manager", fourth).json["state"] == "done"
    assert problem(door.get("manager", f"{paths[0]}/file")) == (409, "export.not_done")
    assert problem(door.post("manager", f"{fourth}/cancel")) == (409, "export.state_wrong")


def test_sent_again_with_its_id_it_is_one_export(door):
    key = str(uuid4())
    first, second = (want(door, id=key) for _ in range(2))
    assert first == second
    assert len(door.get("manager", "/v1/exports").json["items"]) == 1
    assert problem(door.post("leader", "/v1/exports", {"kind": "orders", "id": key})) == (409, "export.id_taken")


def test_reading_personal_data_is_written_down_when_it_is_written_and_when_it_is_fetched(door, runtime):
    path = want(door, kind="customers", filters={"q": "客户"})
    plain = want(door, kind="customers", columns=["id", "zone"])
    write_exports(runtime)
    write_exports(runtime)
    for one in (path, plain):
        assert door.get("manager", f"{one}/file").status_code == 200
    with runtime.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT action, details FROM audit_entries WHERE kind = 'read' ORDER BY n")
        ).all()
    assert [row.action for row in rows] == ["export customers", "GET /v1/exports/<uuid:export_id>/file"]
    assert "客户" not in str(rows[0].details)
    found = door.get("operations", f"/v1/audit?subject_id={door.world.customers['near']}&kind=read")
    assert found.status_code == 200, found.text
    assert [one["action"] for one in found.json["items"]] == ["export customers"]


def test_the_file_goes_when_its_time_is_over_and_nothing_of_it_stays(door, runtime, clock):
    path = want(door)
    thrown = want(door)
    write_exports(runtime)
    write_exports(runtime)
    with runtime.engine.connect() as connection:
        digests = list(connection.scalars(text("SELECT file_digest FROM exports")))
    assert door("manager", "DELETE", thrown).status_code == 204
    clock.at += timedelta(hours=72)
    signed_in = door.post(None, "/v1/login", {"login": "manager", "password": "correct horse 42"})
    door.world.tokens["manager"] = signed_in.json["token"]
    assert problem(door.get("manager", f"{path}/file")) == (410, "export.over"), "also before anything is tidied"
    tidy_exports(runtime)
    assert not any(runtime.blobs.has(digest) for digest in digests)
    assert problem(door.get("manager", f"{path}/file")) == (410, "export.over")
    assert door.get("manager", path).json["state"] == "expired"
    with runtime.engine.connect() as connection:
        left = connection.execute(text("SELECT state, file_key, file_digest FROM exports")).all()
    assert [tuple(row) for row in left] == [("expired", None, None)]
