"""Reports about the ground of regions and stations, to who sees it; on both databases."""

import pytest

from dispatch.territory import service
from dispatch.territory.ground_report import as_features, region_ground, station_ground
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories


@pytest.fixture
def place(uow):
    """A zone that is not drawn, two that overlap by half, and at another station one beside."""
    found = factories.places(uow)
    for lon in (119.00, 119.01):
        factories.zone(uow, found.group_id, boundary=factories.square(33.0, lon))
    other = factories.places(uow, region_id=found.region_id)
    service.redraw_zone(uow, zone_id=other.zone_id, boundary=factories.square(33.0, 119.1))
    return found, other


def test_a_station_is_told_of_its_own_zones_and_a_region_of_all(uow, place):
    here, there = place
    report = station_ground(uow, here.station_id)
    assert (report.drawn, report.undrawn) == (2, (here.zone_id,))
    (overlap,) = report.overlaps
    assert overlap.share == pytest.approx(0.5)
    assert set(report.zones) == {here.zone_id, overlap.first, overlap.second}
    assert region_ground(uow, here.region_id).drawn == 3
    assert station_ground(uow, there.station_id).overlaps == ()


def test_what_is_not_worth_reporting_is_left_out(uow, place):
    assert region_ground(uow, place[0].region_id, least_share=0.6).overlaps == ()


def test_a_report_is_drawn_as_features(uow, place):
    document = as_features(region_ground(uow, place[0].region_id))
    (feature,) = document["features"]
    assert (document["type"], feature["properties"]["kind"]) == ("FeatureCollection", "overlap")
    assert len(feature["properties"]["zones"]) == 2
    assert feature["geometry"]["type"] == "Polygon"


def test_only_who_sees_all_of_it_is_told(uow, place):
    here, there = place
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)
    assert station_ground(manager, here.station_id).drawn == 2
    for ask, key in ((region_ground, here.region_id), (station_ground, there.station_id)):
        with pytest.raises(DomainError) as refused:
            ask(manager, key)
        assert refused.value.code.endswith("_unknown")
