"""What a provider's answer is worth: how near to the door its position is, in one scale for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class MatchQuality(StrEnum):
    """How near a position is to the address that it stands for. Only a rooftop finds its zone by itself."""

    ROOFTOP = "rooftop"
    STREET = "street"
    TOWN = "town"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Match:
    """A provider's answer: a position in WGS 84 degrees, how good it is, and what the provider calls the place."""

    lat: float
    lon: float
    quality: MatchQuality
    label: str


LABEL_LENGTH = 300
HOUSE_RANK, STREET_RANK = 30, 26
"""Nominatim's `place_rank`: 30 is a house or a thing as small, 26 and 27 are streets (nominatim.org, Ranking)."""
AMAP_HOUSES = frozenset({"门牌号", "门址", "单元号", "兴趣点"})
AMAP_STREETS = frozenset({"道路", "道路交叉路口", "公交地铁站点", "住宅区", "热点商圈"})
AMAP_TOWNS = frozenset({"国家", "省", "市", "区县", "开发区", "乡镇", "村庄"})


def nominatim_quality(raw: Mapping[str, Any]) -> MatchQuality:
    """Read the quality from a result of Nominatim."""
    rank = raw.get("place_rank")
    kind = raw.get("class", raw.get("category"))
    if kind == "building" or raw.get("type") in ("house", "building") or rank == HOUSE_RANK:
        return MatchQuality.ROOFTOP
    if kind == "highway" or (isinstance(rank, int) and STREET_RANK <= rank < HOUSE_RANK):
        return MatchQuality.STREET
    if kind in ("place", "boundary") or (isinstance(rank, int) and 0 < rank < STREET_RANK):
        return MatchQuality.TOWN
    return MatchQuality.UNKNOWN


def baidu_quality(raw: Mapping[str, Any]) -> MatchQuality:
    """Read the quality from a result of Baidu: `confidence` says how far off it may be, at 90 less than 50 m, at 60 500 m."""
    confidence, precise = raw.get("confidence"), raw.get("precise")
    if not isinstance(confidence, int | float) or isinstance(confidence, bool):
        return MatchQuality.UNKNOWN
    if confidence >= 90 and precise == 1:
        return MatchQuality.ROOFTOP
    if confidence >= 60:
        return MatchQuality.STREET
    return MatchQuality.TOWN if confidence >= 20 else MatchQuality.UNKNOWN


def amap_quality(raw: Mapping[str, Any]) -> MatchQuality:
    """Read the quality from a result of AMap: its `level` names what was matched."""
    level = raw.get("level")
    for levels, quality in (
        (AMAP_HOUSES, MatchQuality.ROOFTOP),
        (AMAP_STREETS, MatchQuality.STREET),
        (AMAP_TOWNS, MatchQuality.TOWN),
    ):
        if level in levels:
            return quality
    return MatchQuality.UNKNOWN
