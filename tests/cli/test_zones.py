import json

import pytest

from checklists.templates import queries as templates
from cli.zones import describe
from dispatch.sla import queries as sla
from dispatch.territory import queries as territory
from dispatch.territory.coverage import Overlap
from dispatch.territory.features import FeatureProblem
from dispatch.territory.group_size import OddGroup
from dispatch.territory.importing import ZonesImported
from dispatch.work_orders import queries as work_orders
from kernel.actor import system_actor
from kernel.identifiers import derived_id
from tests.factories import square


def feature(code, lon, **properties):
    return {
        "type": "Feature",
        "geometry": square(33.78, lon),
        "properties": {"code": code, "name": f"片区 {code}", **properties},
    }


@pytest.fixture
def file(tmp_path):
    def write(*features):
        path = tmp_path / "zones.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write


WHERE = ("--region", "LS", "--station", "S1")


def test_a_new_region_gets_its_zones_and_all_that_its_work_needs(fieldbeat, runtime, file):
    zones = file(*(feature(f"Z{n}", 119 + n / 10) for n in range(8)))
    said = fieldbeat("import", "zones", zones, *WHERE, "--region-name", "涟水运维部", "--timezone", "Asia/Shanghai")
    assert said.returncode == 0, said.stderr
    assert "Zones drawn: 8, redrawn: 0, as before: 0." in said.stdout
    assert "Maintenance groups opened: 2." in said.stdout
    with runtime.reading(system_actor()) as reading:
        [region] = territory.regions(reading, limit=2).items
        assert (region.code, region.name, region.timezone) == ("LS", "涟水运维部", "Asia/Shanghai")
        assert len(sla.policies_in_force(reading, region.id, runtime.clock.now())) == 3
        checklists = {one.code for one in templates.templates(reading, limit=50, region_id=region.id).items}
        kinds = work_orders.work_types(reading, region.id)
    assert checklists
    assert {kind.template_code for kind in kinds} == checklists


def test_zones_are_drawn_again_only_where_they_changed(fieldbeat, file):
    fieldbeat("import", "zones", file(feature("Z1", 119), feature("Z2", 119.5)), *WHERE, "--timezone", "Asia/Shanghai")
    said = fieldbeat("import", "zones", file(feature("Z1", 119), feature("Z2", 119.6), feature("Z3", 120)), *WHERE)
    assert "Zones drawn: 1, redrawn: 1, as before: 1." in said.stdout


def test_properties_of_other_names_can_be_told(fieldbeat, runtime, file):
    named = feature("Z1", 119, nc_id="47", label="LINCOLN HEIGHTS", homes=820, team="North")
    options = ["--code-from", "nc_id", "--name-from", "label", "--subscribers-from", "homes", "--group-from", "team"]
    said = fieldbeat("import", "zones", file(named), *WHERE, "--timezone", "America/Los_Angeles", *options)
    assert said.returncode == 0, said.stderr
    with runtime.reading(system_actor()) as reading:
        [zone] = territory.zones(reading, limit=2).items
        [group] = territory.groups(reading, limit=2).items
    assert (zone.code, zone.name, zone.subscribers, group.code) == ("47", "LINCOLN HEIGHTS", 820, "North")


def test_a_new_region_needs_a_time_zone(fieldbeat, runtime, file):
    for words in ([], ["--timezone", "Mars/Olympus"]):
        said = fieldbeat("import", "zones", file(feature("Z1", 119)), *WHERE, *words)
        assert said.returncode == 2
        assert said.stderr == "The region 'LS' is new: give its time zone, such as --timezone Asia/Shanghai.\n"
    with runtime.reading(system_actor()) as reading:
        assert territory.regions(reading, limit=1).items == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "Cannot read "),
        (b"\x00", " is not JSON ("),
        (b'{"type": "Feature"}', " is no GeoJSON FeatureCollection in WGS 84"),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_2(fieldbeat, tmp_path, content, said):
    path = tmp_path / "zones.geojson"
    if content is not None:
        path.write_bytes(content)
    result = fieldbeat("import", "zones", path, *WHERE, "--timezone", "Asia/Shanghai")
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_what_a_person_should_look_at_is_listed_shortly():
    first, second, group = (derived_id(word) for word in ("first", "second", "group"))
    problems = [FeatureProblem(n, f"/features/{n}", "code", "is no zone") for n in range(12)]
    result = ZonesImported(
        drawn=2,
        redrawn=0,
        untouched=0,
        groups_opened=1,
        problems=(*problems, FeatureProblem(20, "/features/20", "cut", "was cut", used=True)),
        odd_groups=(OddGroup(group, 2),),
        overlaps=(Overlap(first, second, 10.0, 0.25),),
        names={first: "Z1", second: "Z2", group: "G01"},
    )
    text = describe(result)
    assert "Features that cannot be used: 12\n  /features/0: is no zone\n" in text
    assert "  … and 2 more\n" in text
    assert "Features that were taken all the same: 1\n  /features/20: was cut\n" in text
    assert "Groups that should hold 3 to 5 zones: 1\n  G01: 2\n" in text
    assert text.endswith("Zones that claim the same ground: 1\n  Z1 and Z2: 25.0% of the smaller")
