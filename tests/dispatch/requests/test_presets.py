"""The two cities' mappings against what their files look like."""

import csv
import gzip
import io

import pytest

from dispatch.csv_stream import read_records
from dispatch.requests.mapping import ReadRow, RowReader
from dispatch.requests.presets import PRESETS
from tests.conftest import ROOT

REAL = ROOT.parent / "shared" / "data" / "requests"
FILES = {"boston": "boston311_2015-2024_sample_4995.csv.gz", "los-angeles": "la311_2017_subset.csv.gz"}


@pytest.mark.skipif(not REAL.is_dir(), reason="the cities' files are not here")
def test_bostons_own_judgement_of_being_on_time_follows_from_the_times_as_read():
    with (REAL / FILES["boston"]).open("rb") as source:
        records = read_records(source)
        header = next(records).cells
        reader = RowReader(PRESETS["boston"], header)
        flag = header.index("OnTime_Status")
        late = {True: "OVERDUE", False: "ONTIME"}
        wrong = judged = 0
        for record in records:
            row = reader.read(record)
            assert isinstance(row, ReadRow)
            if row.target_at is not None and record.cells[flag]:
                judged += 1
                wrong += record.cells[flag] != late[row.closed_at > row.target_at]
    assert (judged, wrong) == (4283, 0)


@pytest.mark.skipif(not REAL.is_dir(), reason="the cities' files are not here")
@pytest.mark.parametrize("name", FILES)
def test_every_status_and_every_channel_of_the_real_files_is_known(name):
    mapping = PRESETS[name]
    with gzip.open(REAL / FILES[name]) as packed:
        table = list(csv.DictReader(io.TextIOWrapper(packed, "utf-8", newline="")))
    assert {row[mapping.columns["status"]] for row in table} <= set(mapping.statuses)
    assert {row[mapping.columns["channel"]] for row in table} <= set(mapping.channels)
    assert set(mapping.priorities) <= {row[mapping.columns["category"]] for row in table}


def test_a_row_of_los_angeles_is_read_in_its_own_time():
    mapping = PRESETS["los-angeles"]
    given = {
        "SRNumber": "1-870704831",
        "CreatedDate": "12/31/2017 11:59:58 PM",
        "ClosedDate": "",
        "Status": "Open",
        "RequestType": "Bulky Items",
        "Address": "2111 W BELLEVUE AVE, 90026",
        "Latitude": "34.073216645",
        "Longitude": "-118.266861909",
        "NC": "44",
        "RequestSource": "Driver Self Report",
    }
    row = RowReader(mapping, list(given)).read(next(read_records(io.BytesIO(_csv(given)))))
    assert row.opened_at.isoformat() == "2018-01-01T07:59:58+00:00"
    assert (row.status, row.channel, row.work_type, row.zone) == ("open", "staff", "bulky_items", "44")


def _csv(given):
    text = io.StringIO()
    csv.writer(text).writerow(given.values())
    return text.getvalue().encode()
