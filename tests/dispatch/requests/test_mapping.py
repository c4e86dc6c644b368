"""How rows become requests, and what is said about those that do not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.csv_stream import Record
from dispatch.requests.channels import Channel
from dispatch.requests.mapping import FIELDS, ColumnMapping, ReadRow, Reason, RowReader, to_utc
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.work_orders.lifecycle import Status
from kernel.errors import DomainError

PLAIN = ColumnMapping(
    source="crm",
    timezone="Asia/Shanghai",
    columns={name: name for name in FIELDS},
    statuses={"Done": Status.CLOSED, "处理中": Status.OPEN, "Void": Status.CANCELLED},
    channels={"Call": Channel.PHONE},
    priorities={"Outage": Priority.EMERGENCY},
    work_types={"Outage": "repair"},
)


def read(mapping=PLAIN, problem=None, **cells):
    given = {"external_ref": "A-1", "opened": "2026-11-20 08:00:00"} | cells
    header = list(mapping.columns.values())
    reader = RowReader(mapping, header)
    return reader.read(Record(7, 7, [given.get(name, "") for name in header], problem))


def test_a_row_becomes_a_request_with_times_in_utc():
    row = read(
        closed="2026-11-20T10:30:00+08:00",
        target="2026/11/21 08:00",
        status="done",
        category="Outage",
        title=" No  picture ",
        description="since\nyesterday",
        address="人民路 1 号",
        lat="33.78",
        lon="119.26",
        zone="城东",
        channel="CALL",
        contact_name="王芳",
        contact_phone="138 0000 0000",
    )
    assert isinstance(row, ReadRow)
    assert row.opened_at == datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    assert row.closed_at == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    assert row.target_at == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    assert (row.status, row.channel, row.priority) == (Status.CLOSED, Channel.PHONE, Priority.EMERGENCY)
    assert (row.title, row.description, row.work_type) == ("No picture", "since\nyesterday", "repair")
    assert (row.lat, row.lon, row.zone, row.contact_name) == (33.78, 119.26, "城东", "王芳")


def test_what_a_table_does_not_tell_has_its_default():
    row = read()
    assert (row.status, row.channel, row.priority) == (Status.OPEN, Channel.INTEGRATOR, Priority.ROUTINE)
    assert (row.title, row.category, row.work_type, row.lat, row.zone) == ("A-1", None, "other", None, None)
    assert read(category="Cable TV").title == "Cable TV"
    assert read(category="Cable TV").work_type == "cable_tv"
    assert read(replace(PLAIN, default_work_type="visit"), category="Cable TV").work_type == "visit"


def test_without_a_status_a_closing_time_means_closed():
    assert read(closed="2026-11-20 09:00:00").status is Status.CLOSED


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"external_ref": " "}, Reason.MISSING_REFERENCE, "external_ref"),
        ({"external_ref": "x" * 65}, Reason.LONG_REFERENCE, "external_ref"),
        ({"external_ref": "a\nb"}, Reason.LONG_REFERENCE, "external_ref"),
        ({"opened": ""}, Reason.MISSING_DATE, "opened"),
        ({"opened": "20 November"}, Reason.BAD_DATE, "opened"),
        ({"opened": "2026-13-01 00:00:00"}, Reason.BAD_DATE, "opened"),
        ({"opened": "0026-11-20 08:00:00"}, Reason.BAD_DATE, "opened"),
        ({"target": "soon"}, Reason.BAD_DATE, "target"),
        ({"closed": "2026-11-20 07:59:59"}, Reason.CLOSED_BEFORE_OPENED, "closed"),
        ({"status": "perhaps"}, Reason.UNKNOWN_STATUS, "status"),
        ({"lat": "33.78"}, Reason.BAD_POSITION, "lat"),
        ({"lat": "north", "lon": "119"}, Reason.BAD_POSITION, "lat"),
        ({"lat": "119.26", "lon": "33.78"}, Reason.BAD_POSITION, "lat"),
        ({"lat": "nan", "lon": "nan"}, Reason.BAD_POSITION, "lat"),
        ({"lat": "33", "lon": "inf"}, Reason.BAD_POSITION, "lat"),
        ({"title": "\udcbf\udced"}, Reason.BAD_ENCODING, None),
        ({"contact_phone": "…5678"}, Reason.MASKED_PHONE, "contact_phone"),
    ],
)
def test_a_row_that_cannot_be_read_says_why_and_where(cells, code, column):
    rejected = read(**cells)
    assert (rejected.code, rejected.column, rejected.record.line) == (code, column, 7)
    assert rejected.reason


def test_a_row_with_other_columns_than_the_header_is_rejected():
    reader = RowReader(PLAIN, list(FIELDS))
    rejected = reader.read(Record(3, 9, ["A-1", "2026-11-20"]))
    assert (rejected.code, rejected.reason) == (Reason.WRONG_COLUMNS, "2 columns instead of 15 (lines 3 to 9)")


def test_a_record_that_is_no_csv_is_rejected():
    assert read(problem="lines 3 to 9: field larger").code is Reason.BAD_CSV


def test_positions_of_another_system_become_wgs_84():
    row = read(
        replace(PLAIN, coordinate_system=CoordinateSystem.GCJ02), lat="31.17530398364597", lon="121.531541859215"
    )
    assert (row.lat, row.lon) == (pytest.approx(31.1774276, abs=1e-7), pytest.approx(121.5272106, abs=1e-7))


def test_zero_zero_is_no_position():
    assert read(lat="0", lon="0.0").lat is None


def test_a_column_that_is_not_there_is_named_together_with_those_that_are():
    with pytest.raises(DomainError) as caught:
        RowReader(replace(PLAIN, columns={"external_ref": "No.", "opened": "When"}), ["When", "Number", "When"])
    assert caught.value.code == "request.columns_missing"
    assert "'No.' is there not at all; 'When' is there 2" in caught.value.detail
    assert "When, Number, When" in caught.value.detail


def test_a_column_that_comes_twice_does_no_harm_unless_it_is_needed():
    RowReader(replace(PLAIN, columns={"external_ref": "No.", "opened": "When"}), ["When", "No.", "hours", "hours"])


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-01-15 12:00", "2026-01-15 17:00"),
        ("2026-07-15 12:00", "2026-07-15 16:00"),
        # Clocks go back at 2:00 on 1 November: 1:30 comes twice, and the first time is meant.
        ("2026-11-01 01:30", "2026-11-01 05:30"),
        # Clocks go forward at 2:00 on 8 March: there is no 2:30, and 3:30 is meant.
        ("2026-03-08 02:30", "2026-03-08 07:30"),
    ],
)
def test_times_without_an_offset_are_those_of_the_mappings_zone(local, utc):
    assert to_utc(datetime.fromisoformat(local), NEW_YORK) == datetime.fromisoformat(utc + "+00:00")


def test_a_time_with_an_offset_is_taken_at_its_word():
    assert to_utc(datetime.fromisoformat("2026-11-01T01:30:00-05:00"), NEW_YORK).hour == 6


@given(
    st.datetimes(datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2198-01-01")),
    st.sampled_from(["Asia/Shanghai", "America/New_York"]),
)
def test_a_local_time_comes_back_as_itself_unless_the_clocks_skipped_it(local, name):
    zone = ZoneInfo(name)
    back = to_utc(local, zone).astimezone(zone).replace(tzinfo=None)
    assert back - local in (timedelta(0), timedelta(hours=1))


moments = st.datetimes(
    datetime.fromisoformat("1980-01-01"), datetime.fromisoformat("2100-01-01"), timezones=st.just(UTC)
)
words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


@given(words, moments, st.floats(-90, 90), st.floats(-180, 180), words)
def test_what_was_written_is_read_back(reference, opened, lat, lon, title):
    row = read(external_ref=reference, opened=opened.isoformat(), lat=repr(lat), lon=repr(lon), title=title)
    assert (row.external_ref, row.opened_at, row.title) == (reference, opened, title)
    assert (row.lat, row.lon) == ((None, None) if (lat, lon) == (0, 0) else (lat, lon))


@given(st.lists(st.text(max_size=12), min_size=len(FIELDS), max_size=len(FIELDS)))
def test_no_row_breaks_the_reader(cells):
    RowReader(PLAIN, list(FIELDS)).read(Record(1, 1, cells))
