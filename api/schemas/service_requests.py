"""The forms of service requests."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Degrees, Flag, Moment, Text, Word, page_of, page_query, system_field
from api.schemas.flat import Flat
from dispatch.requests.channels import Channel
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem

REQUESTS = Cursor("requests", datetime, UUID)


class ServiceRequest(Schema):
    """A service request (报修单) as lists show it."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    source = fields.String(required=True, metadata={"description": "The system that it came from."})
    external_ref = fields.String(required=True, metadata={"description": "Its name in that system."})
    channel = Word(Channel, required=True)
    category = fields.String(required=True, allow_none=True)
    work_type = fields.String(required=True)
    priority = Word(Priority, required=True)
    title = fields.String(required=True)
    contact_name = fields.String(required=True, allow_none=True)
    contact_phone = fields.String(required=True, allow_none=True)
    customer_id = fields.UUID(required=True, allow_none=True)
    site_id = fields.UUID(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    first_owner_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Who took it first, and owns it (首问负责)."}
    )
    work_order_id = fields.UUID(required=True, allow_none=True)
    received_at = Moment(required=True)
    expected_at = Moment(
        required=True, allow_none=True, metadata={"description": "By when the customer was told to expect a solution."}
    )
    closed_at = Moment(required=True, allow_none=True)
    created_at = Moment(required=True)


class ServiceRequestDetail(Flat, ServiceRequest):
    """A service request with everything about it."""

    description = fields.String(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    coordinate_system = Word(
        CoordinateSystem,
        required=True,
        metadata={"description": "What its position was declared to be given in; it is shown in WGS 84."},
    )
    joined = fields.List(
        fields.UUID(), required=True, metadata={"description": "The other requests that led to the same order."}
    )


class NewServiceRequest(Schema):
    """What somebody reports. One of zone, site, position or region says where it is; your region if left out."""

    work_type = Text(48, required=True, metadata={"description": "A code of `GET /v1/work-types`."})
    title = Text(400, required=True, metadata={"example": "有线电视无信号"})
    priority = Word(Priority, load_default=Priority.ROUTINE)
    channel = Word(Channel, load_default=Channel.PHONE)
    description = Text(8000, load_default=None, allow_none=True)
    category = Text(200, load_default=None, allow_none=True)
    region_id = fields.UUID(load_default=None, allow_none=True)
    zone_id = fields.UUID(load_default=None, allow_none=True)
    site_id = fields.UUID(load_default=None, allow_none=True)
    customer_id = fields.UUID(load_default=None, allow_none=True)
    customer_name = Text(
        200, load_default=None, allow_none=True, metadata={"description": "Makes a customer who is not known yet."}
    )
    contact_name = Text(200, load_default=None, allow_none=True)
    contact_phone = Text(64, load_default=None, allow_none=True)
    address = Text(400, load_default=None, allow_none=True)
    lat = Degrees(90, load_default=None, allow_none=True)
    lon = Degrees(180, load_default=None, allow_none=True)
    coordinate_system = system_field(load_default=CoordinateSystem.WGS84)
    source = Text(64, load_default=None, allow_none=True)
    external_ref = Text(
        128,
        load_default=None,
        allow_none=True,
        metadata={"description": "Sent again under the same name, it is the same."},
    )
    received_at = Moment(load_default=None, allow_none=True)
    expected_at = Moment(load_default=None, allow_none=True)
    assign = Flag(load_default=True, metadata={"description": "Whether the order finds its technician by itself."})


class Received(Schema):
    """What became of a request."""

    request_id = fields.UUID(required=True)
    work_order_id = fields.UUID(required=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    duplicate_of = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The earlier request whose order it joined."}
    )
    unchanged = fields.Boolean(required=True, metadata={"description": "Whether it had been received before."})


RequestQuery = page_query(
    REQUESTS,
    "RequestQuery",
    region_id=fields.UUID(),
    station_id=fields.UUID(),
    group_id=fields.UUID(),
    zone_id=fields.UUID(),
    channel=Word(Channel),
    source=Text(64),
    work_order_id=fields.UUID(),
    received_from=Moment(metadata={"description": "Received at this time or later."}),
    received_to=Moment(metadata={"description": "Received before this time."}),
    q=Text(80, metadata={"description": "The beginning of the reference, or part of the title."}),
)
RequestPage = page_of(ServiceRequest, "ServiceRequestPage")
