"""The forms of reports about how zones cover the ground."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Word, page_of, page_query
from api.schemas.marks import PERSONAL
from dispatch.customers.misplaced import Finding

MISPLACED = Cursor("misplaced", UUID)


class ZoneName(Schema):
    """A zone as people call it."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)


class Overlap(Schema):
    """Two zones claim the same ground."""

    first = fields.UUID(required=True)
    second = fields.UUID(required=True)
    square_metres = fields.Float(required=True)
    share = fields.Float(required=True, metadata={"description": "Of the smaller of the two zones, from 0 to 1."})


class Hole(Schema):
    """Ground that zones enclose and none of them covers."""

    square_metres = fields.Float(required=True)
    geometry = fields.Raw(required=True, metadata={"type": "object", "description": "A GeoJSON Polygon in WGS 84."})
    neighbours = fields.List(
        fields.UUID(), required=True, metadata={"description": "The zones around it, the longest common border first."}
    )


class GroundReport(Schema):
    """Where two zones claim the same ground, where none does, and which zones are not drawn."""

    drawn = fields.Integer(required=True, metadata={"description": "Working zones with a boundary."})
    undrawn = fields.List(fields.UUID(), required=True, metadata={"description": "Working zones without one."})
    overlaps = fields.List(fields.Nested(Overlap), required=True)
    holes = fields.List(fields.Nested(Hole), required=True, attribute="gaps.holes")
    slivers = fields.Integer(
        required=True,
        attribute="gaps.slivers",
        metadata={"description": "Gaps that are too small or too thin to be holes."},
    )
    sliver_square_metres = fields.Float(required=True, attribute="gaps.sliver_square_metres")
    zones = fields.Function(
        lambda report: [ZoneName().dump(one) for one in report.zones.values()],
        required=True,
        metadata={"type": "array", "items": {"type": "object"}, "description": "The names of all zones above."},
    )


class GroundQuery(Schema):
    """What is worth reporting."""

    least_share = fields.Float(
        load_default=0.001,
        validate=validate.Range(0, 1),
        metadata={"description": "Overlaps from this share of the smaller zone on."},
    )
    least_square_metres = fields.Float(
        load_default=100.0,
        validate=validate.Range(0, 1e12),
        metadata={"description": "Holes of this area and more."},
    )


class MisplacedSite(Schema):
    """A site whose position and zone do not go together."""

    id = fields.UUID(required=True)
    customer_id = fields.UUID(required=True)
    address = fields.String(required=True, metadata=PERSONAL)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    zone_id = fields.UUID(required=True, allow_none=True, metadata={"description": "The zone that is recorded."})
    finding = Word(Finding, required=True)
    at_position = fields.List(fields.UUID(), required=True, metadata={"description": "The zones that it lies in."})
    nearest_zone_id = fields.UUID(required=True, allow_none=True, metadata={"description": "For one outside of all."})
    nearest_metres = fields.Float(required=True, allow_none=True)


_FILTERS: dict[str, fields.Field[Any]] = {"station_id": fields.UUID(), "finding": Word(Finding)}
MisplacedQuery = page_query(MISPLACED, "MisplacedQuery", **_FILTERS)
MisplacedExportQuery = type("MisplacedExportQuery", (Schema,), {"__doc__": "Which sites.", **_FILTERS})
MisplacedPage = page_of(MisplacedSite, "MisplacedPage")
