"""How near to the door each provider says that it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.geocoding.matches import MatchQuality, amap_quality, baidu_quality, nominatim_quality

ROOFTOP, STREET, TOWN, UNKNOWN = MatchQuality


@pytest.mark.parametrize(
    ("raw", "quality"),
    [
        ({"class": "place", "type": "house", "place_rank": 30}, ROOFTOP),
        ({"class": "building", "type": "yes"}, ROOFTOP),
        ({"category": "amenity", "type": "cafe", "place_rank": 30}, ROOFTOP),
        ({"class": "highway", "type": "residential", "place_rank": 26}, STREET),
        ({"class": "place", "type": "square", "place_rank": 26}, STREET),
        ({"class": "place", "type": "town", "place_rank": 18}, TOWN),
        ({"class": "boundary", "type": "administrative", "place_rank": 16}, TOWN),
        ({"class": "landuse", "type": "farm"}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_nominatim_tells_by_rank_and_class(raw, quality):
    assert nominatim_quality(raw) is quality


@pytest.mark.parametrize(
    ("confidence", "precise", "quality"),
    [
        (100, 1, ROOFTOP),
        (90, 1, ROOFTOP),
        (90, 0, STREET),
        (80, 1, STREET),
        (60, 0, STREET),
        (50, 1, TOWN),
        (20, 0, TOWN),
        (10, 1, UNKNOWN),
        (None, 1, UNKNOWN),
        (True, 1, UNKNOWN),
    ],
)
def test_baidu_tells_by_how_far_it_may_be_off(confidence, precise, quality):
    assert baidu_quality({"confidence": confidence, "precise": precise}) is quality


@pytest.mark.parametrize(
    ("level", "quality"),
    [("门牌号", ROOFTOP), ("兴趣点", ROOFTOP), ("道路", STREET), ("村庄", TOWN), ("未知", UNKNOWN), (None, UNKNOWN)],
)
def test_amap_tells_by_the_level_that_it_matched(level, quality):
    assert amap_quality({"level": level}) is quality


anything = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)


@given(st.dictionaries(st.sampled_from(["class", "type", "place_rank", "confidence", "precise", "level"]), anything))
def test_whatever_a_provider_writes_it_has_some_quality(raw):
    for read in (nominatim_quality, baidu_quality):
        assert read(raw) in MatchQuality
    if isinstance(raw.get("level"), str | None):
        assert amap_quality(raw) in MatchQuality
