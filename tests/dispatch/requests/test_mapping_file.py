"""Mappings as people write them down, and what they are told when something is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.requests.channels import Channel
from dispatch.requests.mapping import FIELDS, STATUSES, ColumnMapping
from dispatch.requests.mapping_file import read_mapping, write_mapping
from dispatch.requests.presets import PRESETS
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem
from kernel.errors import DomainError

COLUMNS = {"external_ref": "工单号", "opened": "报修时间"}
SMALL = {"source": "crm", "timezone": "Asia/Shanghai", "columns": COLUMNS}


def test_a_small_mapping_is_enough():
    mapping = read_mapping(SMALL)
    assert (mapping.source, mapping.columns["opened"], mapping.encoding) == ("crm", "报修时间", "utf-8-sig")
    assert (mapping.default_channel, mapping.default_priority) == (Channel.INTEGRATOR, Priority.ROUTINE)


def test_every_member_has_its_meaning():
    mapping = read_mapping(
        SMALL
        | {
            "encoding": "gb18030",
            "delimiter": ";",
            "date_formats": ["%d.%m.%Y %H:%M"],
            "values": {
                "status": {"已完成": "closed"},
                "channel": {"电话": "phone"},
                "priority": {"停机": "emergency"},
                "work_type": {"停机": "repair"},
            },
            "defaults": {"channel": "web", "priority": "priority", "work_type": "visit"},
        }
    )
    assert (mapping.encoding, mapping.delimiter, mapping.date_formats) == ("gb18030", ";", ("%d.%m.%Y %H:%M",))
    assert (mapping.statuses, mapping.channels) == ({"已完成": "closed"}, {"电话": "phone"})
    assert (mapping.priorities, mapping.work_types) == ({"停机": "emergency"}, {"停机": "repair"})
    assert (mapping.default_channel, mapping.default_priority, mapping.default_work_type) == (
        "web",
        "priority",
        "visit",
    )


@pytest.mark.parametrize(
    ("change", "path", "says"),
    [
        ({"source": ""}, "/source", "1 to 32"),
        ({"source": "x" * 33}, "/source", "1 to 32"),
        ({"timezone": "Peking"}, "/timezone", "Peking"),
        ({"timezone": ["UTC"]}, "/timezone", "IANA"),
        ({"encoding": "klingon"}, "/encoding", "klingon"),
        ({"delimiter": ", "}, "/delimiter", "one character"),
        ({"columns": []}, "/columns", "an object"),
        ({"columns": {"opened": "x"}}, "/columns/external_ref", "needed"),
        ({"columns": COLUMNS | {"latitude": "x"}}, "/columns/latitude", "lat, lon"),
        ({"columns": COLUMNS | {"lat": "x"}}, "/columns", "go together"),
        ({"columns": COLUMNS | {"title": "x" * 201}}, "/columns/title", "a text"),
        ({"date_formats": []}, "/date_formats", "a list"),
        ({"date_formats": ["iso", "%Q"]}, "/date_formats/1", "neither iso"),
        ({"date_formats": ["%H:%M"]}, "/date_formats/0", "neither iso"),
        ({"values": {"state": {}}}, "/values/state", "status"),
        ({"values": {"status": {"x": "assigned"}}}, "/values/status/x", "open, closed, cancelled"),
        ({"values": {"status": []}}, "/values/status", "an object"),
        ({"values": {"channel": {"x": "pigeon"}}}, "/values/channel/x", "pigeon"),
        ({"values": {"work_type": {"x": "y" * 49}}}, "/values/work_type/x", "48"),
        ({"defaults": {"priority": "high"}}, "/defaults/priority", "high"),
        ({"colums": {}}, "/colums", "columns"),
    ],
)
def test_what_is_wrong_is_said_with_its_path(change, path, says):
    with pytest.raises(DomainError) as caught:
        read_mapping(SMALL | change)
    assert caught.value.code == "request.mapping_wrong"
    problem = next(one for one in caught.value.fields if one.path == path)
    assert says in problem.detail


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(DomainError) as caught:
        read_mapping({"columns": {"opened": "x"}, "delimiter": ""})
    assert {one.path for one in caught.value.fields} == {"/source", "/timezone", "/columns/external_ref", "/delimiter"}


def test_what_is_no_object_is_refused():
    with pytest.raises(DomainError):
        read_mapping(["source"])


@pytest.mark.parametrize("name", PRESETS)
def test_the_presets_can_be_written_down_and_read_again(name):
    assert read_mapping(write_mapping(PRESETS[name])) == PRESETS[name]


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
column = st.sampled_from([name for name in FIELDS if name not in ("lat", "lon", "external_ref", "opened")])
mappings = st.builds(
    ColumnMapping,
    source=words,
    timezone=st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC"]),
    columns=st.dictionaries(column, words).map(lambda more: {"external_ref": "a", "opened": "b", **more}),
    date_formats=st.lists(st.sampled_from(["iso", "%d.%m.%Y", "%Y-%m-%d %H:%M"]), min_size=1).map(tuple),
    encoding=st.sampled_from(["utf-8-sig", "gb18030", "latin-1"]),
    delimiter=st.sampled_from(",;\t|"),
    statuses=st.dictionaries(words, st.sampled_from(STATUSES)),
    channels=st.dictionaries(words, st.sampled_from(Channel)),
    priorities=st.dictionaries(words, st.sampled_from(Priority)),
    work_types=st.dictionaries(words, words),
    default_channel=st.sampled_from(Channel),
    default_priority=st.sampled_from(Priority),
    default_work_type=st.none() | words,
)


@given(mappings)
def test_any_mapping_comes_back_from_its_document(mapping):
    assert read_mapping(write_mapping(mapping)) == mapping


def test_the_coordinate_system_is_read_written_and_checked():
    mapping = read_mapping(SMALL | {"coordinate_system": "gcj02"})
    assert mapping.coordinate_system is CoordinateSystem.GCJ02
    assert read_mapping(write_mapping(mapping)) == mapping
    with pytest.raises(DomainError) as refused:
        read_mapping(SMALL | {"coordinate_system": "mars"})
    assert [one.path for one in refused.value.fields] == ["/coordinate_system"]
