"""The demo takes place where a station of its size would."""

from shapely import Polygon

from cli.demo.places import GUANNAN, LIANSHUI, STATIONS


def test_lianshui_has_its_sixteen_townships_in_groups_of_three_to_five():
    assert len(LIANSHUI.zones) == 16
    assert len({zone.name for zone in LIANSHUI.zones}) == 16
    assert all(3 <= len(group.zones) <= 5 for station in STATIONS for group in station.groups)


def test_the_two_stations_lie_apart():
    assert not Polygon(LIANSHUI.outline).intersects(Polygon(GUANNAN.outline).buffer(-1e-4))
