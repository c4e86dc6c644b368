"""Where the demo takes place: two regions, their stations and groups, and zones that cover the ground without gap or overlap.

The names are those of real townships. Outlines and centres are drawn by hand, and the borders are made up from them: villages are
scattered around each centre, and each patch of ground belongs to its nearest village. Nothing here is a survey.
"""

import random
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely
from shapely import MultiPoint, Point, Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, unary_union

VILLAGES = 9
SCATTER_DEGREES = 0.022
GRID_DEGREES = 1e-5
"""About a metre: borders are drawn no finer, which also makes neighbours share their corners to the last digit."""


@dataclass(frozen=True)
class ZoneSeed:
    """A zone before it has a border. `lat` and `lon` are of its centre, WGS 84 degrees."""

    code: str
    name: str
    lat: float
    lon: float
    subscribers: int


@dataclass(frozen=True)
class GroupSeed:
    """A maintenance group with its zones."""

    code: str
    name: str
    zones: tuple[ZoneSeed, ...]


@dataclass(frozen=True)
class StationSeed:
    """A region with its one station. `outline` is a ring of (longitude, latitude) around all zones."""

    region_code: str
    region_name: str
    code: str
    name: str
    outline: tuple[tuple[float, float], ...]
    groups: tuple[GroupSeed, ...]

    @property
    def zones(self) -> tuple[ZoneSeed, ...]:
        """All zones, group by group."""
        return tuple(zone for group in self.groups for zone in group.zones)

    @cached_property
    def boundaries(self) -> dict[str, Polygon]:
        """The border of each zone by its code; the same at every call."""
        return tessellate(Polygon(self.outline), self.zones)


TIMEZONE = "Asia/Shanghai"

LIANSHUI = StationSeed(
    "huaian",
    "淮安运营部",
    "lianshui",
    "涟水服务站",
    (
        (119.020, 33.700),
        (119.085, 33.655),
        (119.190, 33.640),
        (119.275, 33.672),
        (119.360, 33.650),
        (119.455, 33.690),
        (119.520, 33.755),
        (119.575, 33.840),
        (119.595, 33.930),
        (119.540, 33.985),
        (119.455, 34.055),
        (119.340, 34.090),
        (119.240, 34.085),
        (119.150, 34.075),
        (119.085, 34.010),
        (119.045, 33.925),
        (119.000, 33.850),
        (119.005, 33.765),
    ),
    (
        GroupSeed(
            "city",
            "城区维护组",
            (
                ZoneSeed("liancheng", "涟城街道", 33.775, 119.262, 31_800),
                ZoneSeed("zhuma", "朱码街道", 33.828, 119.225, 14_600),
                ZoneSeed("chenshi", "陈师街道", 33.722, 119.330, 13_900),
            ),
        ),
        GroupSeed(
            "west",
            "西片维护组",
            (
                ZoneSeed("baotan", "保滩街道", 33.712, 119.165, 7_300),
                ZoneSeed("nanji", "南集镇", 33.768, 119.088, 6_100),
                ZoneSeed("chengji", "成集镇", 33.858, 119.112, 8_200),
                ZoneSeed("liangcha", "梁岔镇", 33.940, 119.120, 9_400),
            ),
        ),
        GroupSeed(
            "north",
            "北片维护组",
            (
                ZoneSeed("gaogou", "高沟镇", 34.018, 119.188, 17_500),
                ZoneSeed("tangji", "唐集镇", 34.030, 119.318, 5_900),
                ZoneSeed("dadong", "大东镇", 33.950, 119.238, 6_700),
                ZoneSeed("hongyao", "红窑镇", 33.885, 119.300, 10_800),
                ZoneSeed("donghuji", "东胡集镇", 33.965, 119.372, 8_800),
            ),
        ),
        GroupSeed(
            "east",
            "东片维护组",
            (
                ZoneSeed("wugang", "五港镇", 33.978, 119.478, 10_100),
                ZoneSeed("chamiao", "岔庙镇", 33.880, 119.412, 7_900),
                ZoneSeed("shihu", "石湖镇", 33.865, 119.520, 7_000),
                ZoneSeed("huangying", "黄营镇", 33.785, 119.420, 6_500),
            ),
        ),
    ),
)

GUANNAN = StationSeed(
    "lianyungang",
    "连云港运营部",
    "guannan",
    "灌南服务站",
    (
        (119.340, 34.100),
        (119.460, 34.065),
        (119.545, 34.120),
        (119.600, 34.215),
        (119.500, 34.270),
        (119.380, 34.235),
        (119.330, 34.170),
    ),
    (
        GroupSeed(
            "guannan-1",
            "灌南维护组",
            (
                ZoneSeed("xinan", "新安镇", 34.110, 119.400, 15_200),
                ZoneSeed("sankou", "三口镇", 34.140, 119.500, 4_800),
                ZoneSeed("mengxingzhuang", "孟兴庄镇", 34.205, 119.470, 4_300),
            ),
        ),
    ),
)

STATIONS = (LIANSHUI, GUANNAN)


def tessellate(outline: Polygon, zones: tuple[ZoneSeed, ...]) -> dict[str, Polygon]:
    """Divide the ground within the outline among the zones, by whose village is nearest.

    All borders are drawn as one net of lines and the faces taken from it, so neighbours share every corner exactly.
    """
    villages: dict[tuple[float, float], str] = {}
    for zone in zones:
        rng = random.Random(zone.code)  # noqa: S311 - a picture that is the same every time, not a secret
        for number in range(VILLAGES):
            spread = SCATTER_DEGREES if number else 0.0
            villages[zone.lon + rng.uniform(-spread, spread), zone.lat + rng.uniform(-spread, spread)] = zone.code
    points = list(villages)
    cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=outline, only_edges=True)
    net = shapely.set_precision(unary_union([outline.boundary, shapely.intersection(cells, outline)]), GRID_DEGREES)
    tree = shapely.STRtree([Point(point) for point in points])
    faces: dict[str, list[BaseGeometry]] = {zone.code: [] for zone in zones}
    for face in polygonize(unary_union(net)):
        inside = face.representative_point()
        faces[villages[points[int(tree.nearest(inside))]]].append(face)
    merged = {code: shapely.coverage_union_all(parts) for code, parts in faces.items()}
    return {code: shape for code, shape in merged.items() if isinstance(shape, Polygon)}


def geojson(boundary: Polygon) -> dict[str, Any]:
    """Write a border as GeoJSON, longitude first."""
    shape: dict[str, Any] = mapping(boundary)
    return {"type": shape["type"], "coordinates": [[list(corner) for corner in ring] for ring in shape["coordinates"]]}


def spot_in(boundary: Polygon, rng: random.Random) -> tuple[float, float]:
    """Pick a place within a border: (latitude, longitude), to about a metre."""
    west, south, east, north = boundary.bounds
    while True:
        spot = Point(round(rng.uniform(west, east), 5), round(rng.uniform(south, north), 5))
        if boundary.contains(spot):
            return spot.y, spot.x
