"""Borders for the zones of the demo, which cover the ground without gap or overlap.

They are made up from the outlines and centres of `places`: villages are scattered around each centre, and each patch of ground
belongs to its nearest village.
"""

import random
from functools import cache
from typing import Any

import shapely
from shapely import MultiPoint, Point, Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, unary_union

from cli.demo.places import StationSeed, ZoneSeed

VILLAGES = 9
SCATTER_DEGREES = 0.022
GRID_DEGREES = 1e-5
"""About a metre: borders are drawn no finer, which also makes neighbours share their corners to the last digit."""


@cache
def boundaries(seed: StationSeed) -> dict[str, Polygon]:
    """Return the border of each zone of a station by its code; the same at every call."""
    return tessellate(Polygon(seed.outline), seed.zones)


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
