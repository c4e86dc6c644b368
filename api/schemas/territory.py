"""The forms of the territory: regions, stations, maintenance groups, zones, and who answers for them."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Degrees, Json, Moment, Text, Whole, Word, page_of, page_query, system_field
from api.schemas.flat import Flat
from dispatch.territory import queries
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.duties import DutyKind

REGIONS = Cursor("regions", sorts=queries.REGION_SORTS)
STATIONS = Cursor("stations", sorts=queries.STATION_SORTS)
GROUPS = Cursor("groups", sorts=queries.GROUP_SORTS)
ZONES = Cursor("zones", sorts=queries.ZONE_SORTS)
DUTIES = Cursor("duties", datetime, UUID)
GEOJSON = {
    "type": "object",
    "description": "A GeoJSON Polygon or MultiPolygon in degrees, longitude first; shown in WGS 84.",
    "example": {
        "type": "Polygon",
        "coordinates": [[[119.26, 33.76], [119.28, 33.76], [119.28, 33.78], [119.26, 33.78], [119.26, 33.76]]],
    },
}


SIZE_REASON = {"description": "Why a group may hold fewer or more zones than it should; only needed where it would."}


class Region(Schema):
    """An operations region (运营部), the unit of supervision."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    timezone = fields.String(required=True, metadata={"description": "An IANA name.", "example": "Asia/Shanghai"})
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class Station(Schema):
    """A service station (服务站), which runs its maintenance groups."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class Group(Station):
    """A maintenance group (维护组) of 3 to 5 zones."""

    station_id = fields.UUID(required=True)


class Zone(Schema):
    """A zone (片区): the patch of ground that one person answers for."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    subscribers = fields.Integer(required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)
    coordinate_system = Word(
        CoordinateSystem,
        required=True,
        metadata={"description": "What its boundary was declared to be drawn in; it is shown in WGS 84."},
    )


class Duty(Schema):
    """Somebody answers for a place, from a moment until another (null: still)."""

    id = fields.UUID(required=True)
    place_id = fields.UUID(required=True)
    kind = Word(DutyKind, required=True)
    user_id = fields.UUID(required=True)
    valid_from = Moment(required=True)
    valid_to = Moment(required=True, allow_none=True)
    end_reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Why nobody followed: a vacancy that was stated."}
    )
    holder_gone_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "When the person left while the duty was still theirs: it is vacant-to-be."},
    )


class ZoneDetail(Flat, Zone):
    """A zone with its boundary, and who answers for it now."""

    boundary = fields.Raw(required=True, allow_none=True, metadata=GEOJSON)
    duties = fields.List(fields.Nested(Duty), required=True)


class NewRegion(Schema):
    """A region to open."""

    code = Text(200, required=True)
    name = Text(200, required=True)
    timezone = Text(64, load_default="Asia/Shanghai")


class NewStation(Schema):
    """A station to open."""

    region_id = fields.UUID(required=True)
    code = Text(200, required=True)
    name = Text(200, required=True)


class NewGroup(Schema):
    """A maintenance group to open."""

    station_id = fields.UUID(required=True)
    code = Text(200, required=True)
    name = Text(200, required=True)


class NewZone(Schema):
    """A zone to draw; one without a boundary is not drawn yet."""

    group_id = fields.UUID(required=True)
    code = Text(200, required=True)
    name = Text(200, required=True)
    boundary = Json(load_default=None, allow_none=True, metadata=GEOJSON)
    coordinate_system = system_field(load_default=CoordinateSystem.WGS84)
    subscribers = Whole(0, 100_000_000, load_default=0)
    size_reason = Text(200, load_default=None, allow_none=True, metadata=SIZE_REASON)


class Rename(Schema):
    """Another name."""

    name = Text(200, required=True)


class ZoneChange(Schema):
    """What changes about a zone; what is left out stays."""

    name = Text(200)
    boundary = Json(allow_none=True, metadata=GEOJSON)
    coordinate_system = system_field()
    subscribers = Whole(0, 100_000_000)


class NewDuty(Schema):
    """Somebody who is to answer for a place from a moment on (null: now)."""

    kind = Word(DutyKind, required=True)
    user_id = fields.UUID(required=True)
    valid_from = Moment(load_default=None, allow_none=True)


class Responsible(Schema):
    """Who answers for a zone at a moment: its manager, or else the deputy; null if nobody."""

    zone_id = fields.UUID(required=True)
    at = Moment(required=True)
    user_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)


class At(Schema):
    """A moment; now if left out."""

    at = Moment(load_default=None)


class Position(Schema):
    """A position in degrees."""

    lat = Degrees(90, required=True)
    lon = Degrees(180, required=True)
    coordinate_system = system_field(load_default=CoordinateSystem.WGS84)
    region_id = fields.UUID(load_default=None, metadata={"description": "The region to look in; yours if left out."})


class ZonesAt(Schema):
    """The zones in your scope that a position lies in: one, unless it is on a border or boundaries overlap."""

    items = fields.List(fields.Nested(Zone), required=True)


_REGION_ID = fields.UUID()
_RETIRED = fields.Boolean(metadata={"description": "Also those that are no longer at work."})

RegionQuery = page_query(REGIONS, "RegionQuery")
StationQuery = page_query(STATIONS, "StationQuery", region_id=_REGION_ID, with_retired=_RETIRED)
GroupQuery = page_query(GROUPS, "GroupQuery", region_id=_REGION_ID, station_id=fields.UUID(), with_retired=_RETIRED)
ZoneQuery = page_query(
    ZONES,
    "ZoneQuery",
    region_id=_REGION_ID,
    station_id=fields.UUID(),
    group_id=fields.UUID(),
    code=Text(32),
    with_retired=_RETIRED,
)
DutyQuery = page_query(DUTIES, "DutyQuery", at=Moment(metadata={"description": "Only who answered at this moment."}))
RegionPage = page_of(Region, "RegionPage")
StationPage = page_of(Station, "StationPage")
GroupPage = page_of(Group, "GroupPage")
ZonePage = page_of(Zone, "ZonePage")
DutyPage = page_of(Duty, "DutyPage")
