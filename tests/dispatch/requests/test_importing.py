"""Tables of requests brought in: every row ends in exactly one way, and nothing is doubled; on both databases.

The real files of two cities are imported where they are.
"""

import csv
import io
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from dispatch.assignment.service import assign_automatically
from dispatch.rejects import MARKS
from dispatch.requests import importing, queries
from dispatch.requests.importing import import_requests
from dispatch.requests.mapping import ColumnMapping
from dispatch.requests.presets import PRESETS
from dispatch.requests.zoning import Prefer, ZoneRule
from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from dispatch.territory.features import Properties
from dispatch.territory.importing import ensure_station, import_zones
from dispatch.territory.service import appoint
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.queries import OrderFilter
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from tests import factories
from tests.conftest import ROOT
from tests.statements import recorded

REAL = ROOT.parent / "shared" / "data" / "requests"
needs_real_files = pytest.mark.skipif(not REAL.is_dir(), reason="the cities' files are not here")

MAPPING = ColumnMapping(
    source="crm",
    timezone="Asia/Shanghai",
    columns={
        "external_ref": "No",
        "opened": "Opened",
        "closed": "Closed",
        "category": "Kind",
        "title": "Title",
        "address": "Address",
        "lat": "Lat",
        "lon": "Lon",
        "zone": "Patch",
        "contact_phone": "Phone",
    },
)
HEADER = ("No", "Opened", "Closed", "Kind", "Title", "Address", "Lat", "Lon", "Patch", "Phone")
EAST, WEST, BOTH, NOWHERE = ("33.80", "119.30"), ("33.80", "119.33"), ("33.80", "119.315"), ("1", "1")


def line(number, position=EAST, *, closed="", kind="Outage", patch="", phone="", opened="2026-11-20 08:00:00"):
    return [number, opened, closed, kind, f"Title {number}", "Road 1", *(position or ("", "")), patch, phone]


def table(*rows, header=HEADER):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


@pytest.fixture
def ground(runtime):
    """A region with two zones that overlap, East and West."""
    with runtime.unit_of_work(system_actor()) as uow:
        place = factories.places(uow)
        features = [
            {"type": "Feature", "properties": {"code": code}, "geometry": factories.square(33.80, lon, 0.036)}
            for code, lon in (("East", 119.30), ("West", 119.33))
        ]
        import_zones(uow, station_id=place.station_id, document={"type": "FeatureCollection", "features": features})
        return place


@pytest.fixture
def bring_in(runtime, ground):
    def run(data, *, actor=None, mapping=MAPPING, rejects=None, **options):
        unit = partial(runtime.unit_of_work, actor or system_actor())
        source = io.BytesIO(data)
        return import_requests(unit, source, region_id=ground.region_id, mapping=mapping, rejects=rejects, **options)

    return run


def outcomes(report):
    return {name: count for name, count in report.outcomes.items() if count}


def rejected(bring_in, data, **options):
    """Import, and return the rejects file as rows."""
    target = io.BytesIO()
    report = bring_in(data, rejects=target, **options)
    rows = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    assert len(rows) == (report.rejected + 1 if report.rejected else 0)
    return rows


@pytest.fixture
def stored(runtime):
    def read():
        with runtime.reading(system_actor()) as reading:
            requests = queries.page_of_requests(reading, filters=queries.RequestFilter(), limit=500).items
            orders = work_orders.page_of_orders(reading, filters=OrderFilter(), limit=500).items
            return {row.external_ref: row for row in requests}, {row.id: row for row in orders}

    return read


def test_each_row_becomes_a_request_with_its_order_in_its_zone(bring_in, stored, ground, runtime):
    report = bring_in(
        table(line("1"), line("2", WEST, closed="2026-11-20 09:30:00", phone="138 0000 0000", kind="Slow line"))
    )
    assert (report.rows, outcomes(report), report.rejected) == (2, {"imported": 2}, 0)
    requests, orders = stored()
    open_one, closed_one = orders[requests["1"].work_order_id], orders[requests["2"].work_order_id]
    assert (open_one.status, open_one.work_type, open_one.title) == ("open", "outage", "Title 1")
    assert (closed_one.status, closed_one.work_type) == ("closed", "slow_line")
    assert closed_one.closed_at == closed_one.completed_at == requests["2"].closed_at
    assert closed_one.closed_at.isoformat() == "2026-11-20T01:30:00+00:00"
    assert open_one.received_at.isoformat() == "2026-11-20T00:00:00+00:00"
    assert open_one.zone_id == requests["1"].zone_id != closed_one.zone_id
    assert open_one.station_id == ground.station_id
    with runtime.reading(system_actor()) as reading:
        assert queries.request(reading, requests["2"].id).row.contact_phone == "13800000000"


def test_an_open_order_tells_the_technician_where_to_go(bring_in, stored, runtime):
    bring_in(table(line("1", phone="138"), line("2", closed="2026-11-20 09:30:00")))
    requests, orders = stored()
    assert orders[requests["2"].work_order_id].site_id is None
    with runtime.reading(system_actor()) as reading:
        site = work_orders.customers.site(reading, orders[requests["1"].work_order_id].site_id)
        customer = work_orders.customers.customer(reading, site.customer_id)
    assert (site.address, site.lat, customer.name, customer.phone) == ("Road 1", 33.8, "1", "138")


def test_run_again_nothing_is_doubled(bring_in, stored):
    data = table(*(line(str(n)) for n in range(7)))
    bring_in(data, chunk=3)
    again = bring_in(data, chunk=3)
    assert outcomes(again) == {"already_there": 7}
    requests, orders = stored()
    assert len(requests) == len(orders) == 7


def test_an_import_that_broke_off_is_finished_by_running_it_again(bring_in, stored):
    def pull_the_plug(rows, _bytes):
        if rows == 4:
            raise KeyboardInterrupt

    data = table(*(line(str(n)) for n in range(7)))
    with pytest.raises(KeyboardInterrupt):
        bring_in(data, chunk=2, progress=pull_the_plug)
    assert outcomes(bring_in(data)) == {"already_there": 4, "imported": 3}
    requests, orders = stored()
    assert len(requests) == len(orders) == 7


def test_two_imports_of_the_same_file_at_once_double_nothing(bring_in, stored):
    data = table(*(line(str(n)) for n in range(40)))
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: bring_in(data, chunk=5), range(2)))
    assert sum((Counter(outcomes(report)) for report in reports), Counter()) == {"imported": 40, "already_there": 40}
    requests, orders = stored()
    assert len(requests) == len(orders) == 40


def test_what_its_source_has_closed_since_is_closed_here(bring_in, stored):
    bring_in(table(line("1"), line("2")))
    closed = table(line("1", closed="2026-11-21 10:00:00"), line("2"))
    assert outcomes(bring_in(closed)) == {"updated": 1, "already_there": 1}
    requests, orders = stored()
    assert requests["1"].closed_at.isoformat() == "2026-11-21T02:00:00+00:00"
    assert orders[requests["1"].work_order_id].status == "cancelled"
    assert orders[requests["2"].work_order_id].status == "open"
    assert outcomes(bring_in(closed)) == {"already_there": 2}


def test_rows_that_are_not_imported_say_why_with_their_physical_line(bring_in):
    rows = [
        line("1"),
        line("multi\nline", NOWHERE),
        line("2", NOWHERE),
        line("3", BOTH),
        line("1"),
        line("4", opened="yesterday"),
        ["5", "2026-11-20 08:00:00"],
        line("6", None),
    ]
    written = rejected(bring_in, table(*rows), chunk=3)
    assert written[0] == [*MARKS, *HEADER]
    assert [(one[0], one[1]) for one in written[1:]] == [
        ("3", "long_reference"),
        ("6", "outside_every_zone"),
        ("7", "in_two_zones"),
        ("8", "duplicate_in_file"),
        ("9", "bad_date"),
        ("10", "wrong_columns"),
        ("11", "no_position"),
    ]
    why = {one[1]: one[2] for one in written[1:]}
    assert why["in_two_zones"].endswith("lies in East and West")
    assert why["duplicate_in_file"] == "No: line 2 has the reference '1' already"
    assert why["bad_date"] == "Opened: 'yesterday' is no time that the mapping knows"
    assert written[3][4:] == line("3", BOTH)


def test_a_mended_rejects_file_is_imported_like_any_other(bring_in, stored):
    data = table(line("1", BOTH), line("2", NOWHERE), line("=3", opened="?"), line("4", NOWHERE))
    header, *rows = rejected(bring_in, data)
    rows[0][3] = rows[1][3] = "West"
    rows[2][5] = "2026-11-20 08:00:00"
    report = bring_in(table(*rows, header=header))
    assert outcomes(report) == {"imported": 3, "outside_every_zone": 1}
    requests, _ = stored()
    assert set(requests) == {"1", "2", "=3"}
    assert requests["1"].zone_id == requests["2"].zone_id != requests["=3"].zone_id


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (ZoneRule(), {"imported": 1, "in_two_zones": 1, "outside_every_zone": 1}),
        (ZoneRule(keep_outside=True), {"imported": 2, "in_two_zones": 1}),
        (ZoneRule(prefer=Prefer.SMALLEST), {"imported": 2, "outside_every_zone": 1}),
        (ZoneRule(prefer=Prefer.RECORDED), {"imported": 2, "outside_every_zone": 1}),
        (ZoneRule(fixed_zone="east"), {"imported": 3}),
        (ZoneRule(by_recorded=True), {"imported": 3}),
    ],
)
def test_the_zone_rule_decides_about_doubtful_positions(bring_in, rule, expected):
    rows = [line("1", patch="East"), line("2", BOTH, patch="West"), line("3", NOWHERE, patch="East")]
    assert outcomes(bring_in(table(*rows), rule=rule)) == expected


def test_missing_zones_are_made_by_their_names_without_a_boundary(bring_in, ground, runtime):
    rows = [line(str(n), NOWHERE, patch=f"Patch {n % 6}") for n in range(12)]
    rule = ZoneRule(by_recorded=True, create=True)
    assert outcomes(bring_in(table(*rows), rule=rule, station_id=ground.station_id, chunk=5)) == {"imported": 12}
    with runtime.reading(system_actor()) as reading:
        zones = territory.zones(reading, limit=50, region_id=ground.region_id).items
    made = [zone.name for zone in zones if zone.name.startswith("Patch")]
    assert sorted(made) == [f"Patch {n}" for n in range(6)]
    assert max(Counter(zone.group_id for zone in zones).values()) <= 5


def test_new_open_orders_are_given_to_whoever_answers_for_the_zone(bring_in, stored, ground, runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        zone = territory.zones(uow, limit=1, region_id=ground.region_id, code="East").items[0]
        owner = factories.technician(uow, zone.places)
        appoint(uow, place_id=zone.id, kind=DutyKind.ZONE_MANAGER, user_id=owner)
    assign = partial(assign_automatically, owners_only=True)
    bring_in(table(line("1"), line("2", WEST), line("3", closed="2026-11-20 09:30:00")), assign=assign)
    requests, orders = stored()
    assert {ref: orders[row.work_order_id].assignee_id for ref, row in requests.items()} == {
        "1": owner,
        "2": None,
        "3": None,
    }


def test_progress_is_told_in_rows_and_bytes(bring_in):
    told = []
    data = table(*(line(str(n)) for n in range(5)))
    bring_in(data, chunk=2, progress=lambda rows, done: told.append((rows, done)))
    assert [rows for rows, _ in told] == [2, 4, 5]
    assert told[-1][1] == len(data)


def test_the_number_of_statements_does_not_grow_with_the_chunk(runtime, ground):
    counts = []
    with runtime.unit_of_work(system_actor()) as uow:
        state = importing.begin_import(uow, region_id=ground.region_id, mapping=MAPPING, rule=ZoneRule())
        reader = importing.RowReader(MAPPING, HEADER)
        for first, size in ((0, 1), (100, 2), (200, 60)):
            cells = [line(str(first + n)) for n in range(size)]
            rows = [reader.read(importing.Record(n, n, one)) for n, one in enumerate(cells, start=first)]
            with recorded(uow.session) as statements:
                assert importing.import_chunk(uow, state, rows, assign=assign_automatically)[1] == []
            counts.append(len(statements))
    # The first chunk also defines the work type.
    assert counts[1] == counts[2] < counts[0] <= 40


def test_only_regional_operations_and_administrators_import(bring_in, runtime, ground):
    for role, level, place_id, expected in (
        (Role.REGIONAL_OPERATIONS, Level.REGION, ground.region_id, None),
        (Role.AGENT, Level.REGION, ground.region_id, "forbidden"),
        (Role.STATION_MANAGER, Level.STATION, ground.station_id, "forbidden"),
    ):
        with runtime.unit_of_work(system_actor()) as uow:
            actor = factories.acting_as(uow, role, level, place_id, ground.region_id).actor
        if expected is None:
            bring_in(table(line("1")), actor=actor)
        else:
            with pytest.raises(DomainError) as caught:
                bring_in(table(line("1")), actor=actor)
            assert caught.value.code == expected


@pytest.mark.parametrize(
    ("data", "rule", "code"),
    [
        (b"", ZoneRule(), "table.unreadable"),
        (b"No,When\n", ZoneRule(), "request.columns_missing"),
        (table(), ZoneRule(fixed_zone="North"), "request.zone_not_found"),
    ],
)
def test_what_cannot_begin_is_said_before_anything_is_written(bring_in, data, rule, code):
    target = io.BytesIO()
    with pytest.raises(DomainError) as caught:
        bring_in(data, rule=rule, rejects=target)
    assert caught.value.code == code
    assert target.getvalue() == b""


def test_a_region_without_zones_says_so(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        region_id = factories.region(uow)
    unit = partial(runtime.unit_of_work, system_actor())
    with pytest.raises(DomainError) as caught:
        import_requests(unit, io.BytesIO(table(line("1"))), region_id=region_id, mapping=MAPPING)
    assert caught.value.code == "request.no_zones"
    rule = ZoneRule(keep_outside=True)
    report = import_requests(unit, io.BytesIO(table(line("1"))), region_id=region_id, mapping=MAPPING, rule=rule)
    assert outcomes(report) == {"imported": 1}


@needs_real_files
def test_the_whole_file_of_los_angeles_goes_through_its_99_zones_and_again(runtime):
    unit = partial(runtime.unit_of_work, system_actor())
    with unit() as uow:
        place = ensure_station(uow, region="LA", station="LA", timezone="America/Los_Angeles")
        document = json.loads((REAL / "la_neighborhood_councils_2019.geojson").read_text("utf-8"))
        import_zones(uow, station_id=place.station_id, document=document, properties=Properties(code="nc_id"))
    refused = {"outside_every_zone": 109, "in_two_zones": 15, "no_position": 10, "closed_before_opened": 12}
    for expected in ({"imported": 9853}, {"already_there": 9853}):
        target = io.BytesIO()
        with (REAL / "la311_2017_subset.csv.gz").open("rb") as source:
            report = import_requests(
                unit, source, region_id=place.region_id, mapping=PRESETS["los-angeles"], rejects=target
            )
        assert (report.rows, outcomes(report)) == (9999, expected | refused)
        assert len(list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))) == 147
    with runtime.reading(system_actor()) as reading:
        row = _only(reading, place, "1-870704831")
        assert territory.zone(reading, row.zone_id).row.code == "44"


@needs_real_files
def test_the_sample_of_boston_goes_into_zones_made_of_its_neighbourhoods(runtime):
    unit = partial(runtime.unit_of_work, system_actor())
    with unit() as uow:
        place = ensure_station(uow, region="BOS", station="BOS", timezone="America/New_York")
    rule = ZoneRule(by_recorded=True, create=True)
    for expected in ({"imported": 4946}, {"already_there": 4946}):
        with (REAL / "boston311_2015-2024_sample_4995.csv.gz").open("rb") as source:
            report = import_requests(
                unit,
                source,
                region_id=place.region_id,
                mapping=PRESETS["boston"],
                rule=rule,
                station_id=place.station_id,
            )
        assert (report.rows, outcomes(report)) == (4995, expected | {"unknown_zone": 49})
    with runtime.reading(system_actor()) as reading:
        zones = territory.zones(reading, limit=100, region_id=place.region_id).items
        assert len(zones) == 22
        assert set(Counter(zone.group_id for zone in zones).values()) <= {3, 4, 5}
        row = _only(reading, place, "101004128563")
        assert row.received_at.isoformat() == "2022-01-17T16:20:00+00:00"


def _only(reading, place, reference):
    filters = queries.RequestFilter(region_id=place.region_id, q=reference)
    (row,) = queries.page_of_requests(reading, filters=filters, limit=2).items
    return row
