"""Which features of a GeoJSON file are zones, and what is said about the others."""

import pytest

from dispatch.territory.features import Properties, read_features
from kernel.errors import DomainError
from tests.factories import square


def feature(code="Z1", *, geometry=None, **properties):
    ground = square(0, 0) if geometry is None else geometry
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": ground}


def read(*features, properties=None, **members):
    return read_features(
        {"type": "FeatureCollection", "features": list(features), **members}, properties or Properties()
    )


def test_a_feature_becomes_a_zone():
    (zone,), problems = read(feature("Z1", name="East"))
    assert (zone.index, zone.code, zone.name, zone.boundary, problems) == (0, "Z1", "East", square(0, 0), [])
    assert (zone.group, zone.subscribers) == (None, None)


def test_the_properties_may_have_any_names():
    names = Properties(code="nc_id", name="title", group="team", subscribers="homes")
    given = {"type": "Feature", "geometry": square(0, 0)}
    given["properties"] = {"nc_id": 47.0, "title": " North ", "team": "A", "homes": "812"}
    (zone,), problems = read(given, properties=names)
    assert (zone.code, zone.name, zone.group, zone.subscribers) == ("47", "North", "A", 812)
    assert problems == []


def test_without_a_name_the_code_is_the_name():
    assert read(feature("Z1"))[0][0].name == "Z1"


def test_a_long_name_is_cut_and_this_is_told():
    (zone,), (note,) = read(feature("Z1", name="x" * 96))
    assert len(zone.name) == 80
    assert zone.name.endswith("…")
    assert (note.index, note.used, note.code) == (0, True, "territory.name_cut")


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        (feature(""), "invalid", "/features/1/properties/code"),
        (feature(None), "invalid", "/features/1/properties/code"),
        (feature("x" * 33), "invalid", "/features/1/properties/code"),
        (feature("Z0"), "territory.code_taken", "/features/1/properties/code"),
        (feature(geometry={"type": "Point", "coordinates": [0, 0]}), "territory.boundary_type", "/features/1/geometry"),
        ({"type": "Feature", "properties": None, "geometry": None}, "territory.feature_wrong", "/features/1"),
        ("no feature", "territory.feature_wrong", "/features/1"),
        (feature(homes="many"), "territory.subscribers_negative", "/features/1/properties/homes"),
        (feature(homes=-1), "territory.subscribers_negative", "/features/1/properties/homes"),
    ],
)
def test_a_feature_that_is_no_zone_is_reported_by_its_index_and_the_others_are_read(given, code, path):
    zones, (problem,) = read(feature("Z0"), given, feature("Z2"), properties=Properties(subscribers="homes"))
    assert [zone.code for zone in zones] == ["Z0", "Z2"]
    assert (problem.index, problem.code, problem.path, problem.used) == (1, code, path, False)


@pytest.mark.parametrize(
    "document",
    [None, [], {"type": "Feature"}, {"type": "FeatureCollection"}, {"type": "FeatureCollection", "features": "x"}],
)
def test_what_is_no_collection_is_refused(document):
    with pytest.raises(DomainError) as caught:
        read_features(document, Properties())
    assert caught.value.code == "territory.no_collection"


def test_coordinates_in_another_system_are_refused_before_they_do_harm():
    wgs84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert len(read(feature(), crs=wgs84)[0]) == 1
    with pytest.raises(DomainError, match="EPSG::3857"):
        read(feature(), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}})
