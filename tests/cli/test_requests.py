import csv
import gzip
import json

import pytest
from sqlalchemy import text

from cli.requests import rejects_beside
from dispatch.people import service as people
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.queries import OrderFilter
from kernel.actor import system_actor
from tests.cli.test_zones import feature
from tests.factories import user

HEADER = "Ticket,Created,Closed,Status,Type,Lat,Lon,Address,Customer,Phone"
ROWS = [
    "T-1,2026-11-20 08:00,,Open,No signal,33.78,119.0,人民路 1 号,张三,13800000001",
    "T-2,2026-11-20 09:00,2026-11-20 11:00,Closed,No signal,33.78,119.1,人民路 2 号,李四,13800000002",
    "T-3,2026-11-20 10:00,,Open,No signal,40.0,100.0,outside,王五,13800000003",
    "T-4,when?,,Open,No signal,33.78,119.0,人民路 4 号,赵六,13800000004",
]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "requests.csv"
    path.write_text("\n".join([HEADER, *ROWS, ""]), encoding="utf-8")
    return path


@pytest.fixture
def mapping(fieldbeat, table, tmp_path):
    path = tmp_path / "mapping.json"
    said = fieldbeat("import", "mapping", table, "--timezone", "Asia/Shanghai", "-o", path)
    assert said.returncode == 0, said.stderr
    return path


@pytest.fixture
def region(fieldbeat, tmp_path):
    path = tmp_path / "zones.geojson"
    zones = [feature("Z1", 119.0), feature("Z2", 119.1), feature("Z3", 119.2)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": zones}), encoding="utf-8")
    said = fieldbeat("import", "zones", path, "--region", "LS", "--station", "S1", "--timezone", "Asia/Shanghai")
    assert said.returncode == 0, said.stderr
    return "LS"


def count(runtime, statement):
    with runtime.session() as session:
        return session.scalar(text(statement))


def test_somebodys_own_table_becomes_orders_and_rejects_that_can_be_mended(fieldbeat, runtime, table, mapping, region):
    words = ("import", "requests", table, "--region", region, "--mapping", mapping)
    said = fieldbeat(*words)
    assert said.returncode == 0, said.stderr
    assert [line.split() for line in said.stdout.splitlines()[:7]] == [
        ["Rows", "read", "4"],
        ["imported", "2"],
        ["there", "already", "0"],
        ["closed", "by", "this", "file", "0"],
        ["rejected", "2"],
        ["bad_date", "1"],
        ["outside_every_zone", "1"],
    ]
    rejects = table.with_name("requests.rejects.csv")
    assert f"The rejected rows are in {rejects}" in said.stdout
    with runtime.reading(system_actor()) as reading:
        orders = work_orders.page_of_orders(reading, filters=OrderFilter(), limit=10).items
    assert sorted(order.status for order in orders) == ["closed", "open"]

    again = fieldbeat(*words)
    assert "there already                        2" in again.stdout
    assert table.with_name("requests-2.rejects.csv").exists()

    with rejects.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["reject_zone"] = "Z2"
        row["Created"] = row["Created"].replace("when?", "2026-11-20 12:00")
    with rejects.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    mended = fieldbeat("import", "requests", rejects, "--region", region, "--mapping", mapping)
    assert mended.returncode == 0, mended.stderr
    assert "imported                             2" in mended.stdout
    assert "rejected rows" not in mended.stdout
    assert count(runtime, "SELECT count(*) FROM service_requests") == 4
    assert list(table.parent.glob("*.part")) == []


def test_an_open_order_goes_to_whoever_answers_for_its_zone_with_a_checklist(
    fieldbeat, runtime, table, mapping, region
):
    with runtime.unit_of_work(system_actor()) as uow:
        zone = uow.session.execute(text("SELECT id, region_id, group_id FROM zones WHERE code = 'Z1'")).one()
        zone_id, region_id, group_id = (as_uuid(value) for value in zone)
        technician = user(uow, region_id=region_id)
        people.hire(uow, user_id=technician, group_id=group_id)
        territory.appoint(uow, place_id=zone_id, kind=DutyKind.ZONE_MANAGER, user_id=technician)
    words = ("import", "requests", table, "--region", region, "--mapping", mapping, "--checklist", "catv-fault")
    assert fieldbeat(*words).returncode == 0
    with runtime.reading(system_actor()) as reading:
        [order] = [
            one
            for one in work_orders.page_of_orders(reading, filters=OrderFilter(), limit=10).items
            if one.zone_id == zone_id
        ]
    assert order.assignee_id == technician
    assert count(runtime, "SELECT count(*) FROM checklist_runs") >= 1


def as_uuid(value):
    from uuid import UUID

    return value if isinstance(value, UUID) else UUID(value)


def test_zones_that_a_table_names_can_be_made_for_a_new_region(fieldbeat, runtime, tmp_path):
    path = tmp_path / "requests.csv.gz"
    path.write_bytes(
        gzip.compress("工单编号,报修时间,片区\n1,2026-11-20 08:00,涟城\n2,2026-11-20 08:00,高沟\n".encode())
    )
    mapping = tmp_path / "mapping.json"
    fieldbeat("import", "mapping", path, "--timezone", "Asia/Shanghai", "--source", "boss", "-o", mapping)
    assert json.loads(mapping.read_text("utf-8"))["source"] == "boss"
    options = ("--recorded-zones", "--new-zones-at", "S1", "--timezone", "Asia/Shanghai")
    said = fieldbeat("import", "requests", path, "--region", "LS", "--mapping", mapping, *options)
    assert said.returncode == 0, said.stderr
    assert "imported                             2" in said.stdout
    assert count(runtime, "SELECT count(*) FROM zones") == 2


def test_a_guess_that_lacks_what_is_needed_says_so(fieldbeat, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("when,what\n2026-11-20,x\n")
    said = fieldbeat("import", "mapping", path, "--timezone", "Asia/Shanghai")
    assert said.returncode == 0
    assert json.loads(said.stdout)["columns"] == {"external_ref": "?", "opened": "?"}
    assert said.stderr == "Not found: external_ref and opened. Write the column's name in place of '?'.\n"


def test_a_citys_mapping_can_be_written_out(fieldbeat, table):
    said = fieldbeat("import", "mapping", table, "--timezone", "America/New_York", "--preset", "boston")
    assert json.loads(said.stdout)["columns"]["external_ref"] == "CASE_ENQUIRY_ID"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--preset", "boston"], 2, "The file lacks columns that the mapping names."),
        ([], 2, "Say which column is what: --mapping FILE (see `import mapping`), or --preset boston or los-angeles."),
        (["--mapping", "none.json"], 2, "Cannot read none.json (no such file or directory)."),
        (["--mapping", "zones.geojson"], 2, "The column mapping cannot be used."),
        (["--mapping", "requests.csv"], 2, "requests.csv is not JSON ("),
        (["--mapping", "mapping.json", "--zone", "nowhere"], 1, "There is no zone of this code or name in the region."),
        (
            ["--mapping", "mapping.json", "--checklist", "none"],
            1,
            "The region has no published checklist 'none' (there is: ",
        ),
        (["--mapping", "mapping.json", "--rejects", "none/at/all.csv"], 2, "Cannot write none/at/all.csv ("),
        (["--mapping", "mapping.json", "--region", "XX"], 1, "There is no region with the code 'XX' (there is: LS)."),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_keeps_an_import_from_its_work_is_told(
    fieldbeat, table, mapping, region, monkeypatch, words, status, said
):
    monkeypatch.chdir(table.parent)
    result = fieldbeat("import", "requests", table, "--region", region, *words)
    assert result.returncode == status
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert list(table.parent.glob("*rejects*")) == []


def test_a_rejects_file_never_replaces_one_that_somebody_may_be_mending(tmp_path):
    table = tmp_path / "requests.csv.gz"
    first = rejects_beside(table)
    assert first == tmp_path / "requests.rejects.csv"
    first.touch()
    assert rejects_beside(table) == tmp_path / "requests-2.rejects.csv"
    assert rejects_beside(first) == tmp_path / "requests-2.rejects.csv"
