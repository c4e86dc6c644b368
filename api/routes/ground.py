"""Reports about how zones cover the ground, and about sites that lie elsewhere than is recorded."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify
from flask.views import MethodView

from api import csv_tables
from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.ground import (
    MISPLACED,
    GroundQuery,
    GroundReport,
    MisplacedExportQuery,
    MisplacedPage,
    MisplacedQuery,
)
from api.transactions import request_reading
from dispatch.customers.misplaced import misplaced_sites
from dispatch.territory import ground_report

blp = Blueprint(
    "ground", "Reports about the ground: overlaps, holes, zones without a boundary, sites in the wrong place."
)

GEOJSON = {"type": "object", "description": "A GeoJSON FeatureCollection in WGS 84."}
TABLE = {
    "id": ("site id", "地点编号"),
    "address": ("address", "地址"),
    "lat": ("latitude", "纬度"),
    "lon": ("longitude", "经度"),
    "finding": ("finding", "问题"),
    "zone_id": ("recorded zone", "登记片区"),
    "nearest_zone_id": ("nearest zone", "最近片区"),
    "nearest_metres": ("metres to it", "距离（米）"),
}


@blp.route("/regions/<uuid:region_id>/ground")
class RegionGround(MethodView):
    """The ground of a region."""

    @blp.arguments(GroundQuery, location="query")
    @blp.response(200, GroundReport)
    def get(self, query: Loaded, region_id: UUID) -> Answer:
        """Tell where zones of a region overlap or leave holes, and which are not drawn."""
        with request_reading() as reading:
            return ground_report.region_ground(reading, region_id, **query)


@blp.route("/stations/<uuid:station_id>/ground")
class StationGround(MethodView):
    """The ground of a station."""

    @blp.arguments(GroundQuery, location="query")
    @blp.response(200, GroundReport)
    def get(self, query: Loaded, station_id: UUID) -> Answer:
        """Tell where zones of a station overlap or leave holes, and which are not drawn."""
        with request_reading() as reading:
            return ground_report.station_ground(reading, station_id, **query)


@blp.route("/regions/<uuid:region_id>/ground.geojson")
class RegionGroundMap(MethodView):
    """The ground of a region, for a map."""

    @blp.arguments(GroundQuery, location="query")
    @blp.response(200, GEOJSON, content_type="application/geo+json")
    def get(self, query: Loaded, region_id: UUID) -> Answer:
        """Draw the overlaps and holes of a region as GeoJSON."""
        with request_reading() as reading:
            report = ground_report.region_ground(reading, region_id, **query)
        response: Response = jsonify(ground_report.as_features(report))
        response.content_type = "application/geo+json"
        return response


@blp.route("/regions/<uuid:region_id>/ground/sites")
class MisplacedSites(MethodView):
    """Sites in the wrong place."""

    @blp.arguments(MisplacedQuery, location="query")
    @blp.page(MisplacedPage)
    def get(self, query: Loaded, region_id: UUID) -> Answer:
        """List the sites in your scope that lie outside of every zone, in another than is recorded, or are recorded in none.

        A page may hold fewer than asked for, even none, and still be followed by another: each looks at 20,000 sites at most.
        """
        with request_reading() as reading:
            return MISPLACED.show(misplaced_sites(reading, region_id=region_id, **query))


@blp.route("/regions/<uuid:region_id>/ground/sites.csv")
class MisplacedSitesCsv(MethodView):
    """Sites in the wrong place, as a table."""

    @blp.arguments(MisplacedExportQuery, location="query")
    @blp.response(
        200, {"type": "string"}, content_type="text/csv", description="A table, UTF-8 with a byte order mark."
    )
    def get(self, query: Loaded, region_id: UUID) -> Answer:
        """Export the sites in your scope that lie elsewhere than is recorded."""

        def read(reading: Any, limit: int, after: Any) -> Any:
            return misplaced_sites(reading, region_id=region_id, limit=limit, after=after, **query)

        return csv_tables.respond("sites-to-look-at.csv", TABLE, read)
