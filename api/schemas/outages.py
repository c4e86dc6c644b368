"""The forms of planned outages and upgrades (计划停机/升级), whom they affect, and what those are told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Json, Moment, Text, Word, page_of, page_query, system_field
from api.schemas.flat import Flat
from api.schemas.marks import PERSONAL
from dispatch.outages.lifecycle import News, OutageKind, State, Step
from dispatch.outages.where import MOST_ASSETS, MOST_ZONES
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem

OUTAGES = Cursor("outages", datetime, UUID)
AFFECTED = Cursor("outage-affected", UUID, UUID)
EVENTS = Cursor("outage-events", datetime, UUID)
_COMMAND_ID = {"description": "Minted by you; sent again with the same one, it takes effect once."}
_NOTHING: dict[str, Any] = {"load_default": None, "allow_none": True}


def _ids(most: int, about: str) -> fields.Field[Any]:
    return fields.List(fields.UUID(), validate=validate.Length(max=most), metadata={"description": about})


class OutageWhere(Schema):
    """Where an outage is: places of one region, or a boundary, or assets; one of the three."""

    zone_ids = _ids(MOST_ZONES, "Zones.")
    group_ids = _ids(200, "Maintenance groups, with all their zones.")
    station_ids = _ids(50, "Stations, with all their zones.")
    boundary = Json(
        allow_none=True, metadata={"description": "A GeoJSON Polygon or MultiPolygon; the sites inside are affected."}
    )
    coordinate_system = system_field(load_default=CoordinateSystem.WGS84)
    region_id = fields.UUID(allow_none=True, metadata={"description": "The region of the boundary."})
    asset_ids = _ids(MOST_ASSETS, "Installed assets; the sites where they stand are affected.")


class NewOutage(OutageWhere):
    """An outage to plan."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    kind = Word(OutageKind, required=True)
    title = Text(120, required=True)
    reason = Text(500, **_NOTHING, metadata={"description": "What those affected are told as the reason."})
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)


class OutageChange(OutageWhere):
    """What to change of an outage; another window of one that customers know of is told to all of them."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    kind = Word(OutageKind)
    title = Text(120)
    reason = Text(500, allow_none=True)
    starts_at = Moment()
    ends_at = Moment()


class OutageStep(Schema):
    """A step of an outage."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    step = Word(Step, required=True)
    reason = Text(200, **_NOTHING)


class OutageOrder(Schema):
    """The work order of an outage."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    work_type = Text(48, required=True)
    priority = Word(Priority, load_default=Priority.PRIORITY)


class OutageOutcome(Schema):
    """What a command on an outage came to."""

    outage_id = fields.UUID(required=True)
    state = Word(State, required=True)
    version = fields.Integer(required=True)


class Outage(Schema):
    """A planned outage as lists show it. Its places are the smallest that hold all of it."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    number = fields.String(required=True)
    kind = Word(OutageKind, required=True)
    title = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    state = Word(State, required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    work_order_id = fields.UUID(required=True, allow_none=True)
    edition = fields.Integer(required=True, metadata={"description": "How often those concerned were told something."})
    announced_at = Moment(required=True, allow_none=True)
    started_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    created_by = fields.UUID(required=True)
    version = fields.Integer(required=True)
    updated_at = Moment(required=True)


class OutageBroadcast(Schema):
    """Something that the customers were told, or are being told."""

    edition = fields.Integer(required=True)
    news = Word(News, required=True)
    key = fields.String(
        required=True, metadata={"description": "Under which the messages are listed: `/customer-messages?key=`."}
    )
    told = fields.Integer(
        required=True,
        metadata={
            "description": "How many customers were gone through; one with several sites may count twice, and is told once."
        },
    )
    created_at = Moment(required=True)
    done_at = Moment(required=True, allow_none=True)
    messages = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={
            "description": "How many of those that you see are sent, waiting, failed, or cannot be sent, and why."
        },
    )


class OutageDetail(Flat, Outage):
    """A planned outage with where it is, what was told, and what may be asked of it."""

    zone_ids = fields.List(fields.UUID(), required=True)
    boundary = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    asset_ids = fields.List(fields.UUID(), required=True)
    broadcasts = fields.List(fields.Nested(OutageBroadcast), required=True)
    waiting_requests = fields.Integer(required=True, metadata={"description": "How many requests wait for its end."})
    steps = fields.List(Word(Step), required=True)


class OutageCount(Schema):
    """Whom an outage affects, in numbers, as far as you see them."""

    customers = fields.Integer(required=True)
    sites = fields.Integer(required=True)
    no_phone = fields.Integer(required=True, metadata={"description": "Customers without a telephone number."})
    unplaced = fields.Integer(
        required=True,
        metadata={
            "description": "Sites without a position in the zones that a boundary meets: nobody knows, and none is told."
        },
    )


class AffectedCustomer(Schema):
    """A customer who is affected at a site, with no more than is needed."""

    customer_id = fields.UUID(required=True)
    site_id = fields.UUID(required=True, metadata={"description": "The customer's own id where there is no site."})
    name = fields.String(required=True, metadata=PERSONAL)
    phone = fields.String(required=True, allow_none=True, metadata=PERSONAL | {"description": "The end of the number."})
    address = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    zone_id = fields.UUID(required=True, allow_none=True)
    can_be_told = fields.Boolean(required=True)


class OutageEvent(Schema):
    """Something that was asked of an outage."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"example": "announce"})
    user_id = fields.UUID(required=True)
    at = Moment(required=True)
    data = fields.Dict(keys=fields.String(), required=True)


OutageQuery = page_query(
    OUTAGES,
    "OutageQuery",
    state=fields.List(Word(State), metadata={"description": "One or several."}),
    kind=Word(OutageKind),
    station_id=fields.UUID(),
    group_id=fields.UUID(),
    zone_id=fields.UUID(metadata={"description": "Those that reach this zone."}),
    ends_after=Moment(),
    starts_before=Moment(),
)
AffectedQuery = page_query(AFFECTED, "OutageAffectedQuery")
OutageEventQuery = page_query(EVENTS, "OutageEventQuery")
OutagePage = page_of(Outage, "OutagePage")
AffectedPage = page_of(AffectedCustomer, "OutageAffectedPage")
OutageEventPage = page_of(OutageEvent, "OutageEventPage")
