"""The forms of service requests."""

from typing import Any

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Degrees, Flag, Moment, Text, Word, page_query, system_field
from api.schemas.flat import Flat
from api.schemas.marks import EMAIL, PERSONAL, PHONE
from api.schemas.territory import Zone
from api.schemas.zone_decisions import ZoneDecision
from dispatch.geocoding.matches import MatchQuality
from dispatch.requests.channels import Channel
from dispatch.requests.progress import RequestState
from dispatch.requests.queries import SORTS
from dispatch.requests.zone_words import ZoneBy, ZoneNeed
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem

REQUESTS = Cursor("requests", sorts=SORTS)


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
    work_type = fields.String(
        required=True, allow_none=True, metadata={"description": "Null while nobody has said what it is."}
    )
    proposed_work_type = fields.String(
        required=True, allow_none=True, metadata={"description": "By the region's rules."}
    )
    priority = Word(Priority, required=True)
    title = fields.String(required=True)
    state = Word(RequestState, required=True)
    contact_name = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    contact_phone = fields.String(required=True, allow_none=True, metadata=PERSONAL | PHONE)
    contact_email = fields.String(required=True, allow_none=True, metadata=PERSONAL | EMAIL)
    customer_id = fields.UUID(required=True, allow_none=True)
    site_id = fields.UUID(required=True, allow_none=True)
    asset_id = fields.UUID(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    zone_by = Word(
        ZoneBy, required=True, allow_none=True, metadata={"description": "Who or what said in which zone it lies."}
    )
    needs_zone = Word(
        ZoneNeed, required=True, allow_none=True, metadata={"description": "Why a person has to say its zone."}
    )
    first_owner_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Who took it first (首问负责)."}
    )
    owner_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "Who owns it until it is resolved, whoever does the work."},
    )
    work_order_id = fields.UUID(required=True, allow_none=True)
    duplicate_of_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The request whose order it joined."}
    )
    planned_outage_id = fields.UUID(
        required=True,
        allow_none=True,
        attribute="explained_by",
        metadata={"description": "The planned outage that explains it."},
    )
    planned_outage_until = Moment(required=True, allow_none=True, attribute="explained_until")
    received_at = Moment(required=True)
    expected_at = Moment(
        required=True, allow_none=True, metadata={"description": "By when the customer was told to expect a solution."}
    )
    resolved_at = Moment(required=True, allow_none=True)
    closed_at = Moment(
        required=True, allow_none=True, metadata={"description": "When it was closed where it came from."}
    )
    created_at = Moment(required=True)
    is_late = fields.Boolean(
        required=True, metadata={"description": "Still open after the time that the customer was told to expect."}
    )


class RequestEvent(Schema):
    """Something that happened to a request."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    user_id = fields.UUID(required=True)
    at = Moment(required=True)
    data = fields.Dict(keys=fields.String(), required=True)


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
    zone_decision_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The decision of a person that its zone goes by."}
    )
    match_quality = Word(
        MatchQuality,
        required=True,
        allow_none=True,
        metadata={"description": "How good the match of its address is, if it was looked up."},
    )
    match_provider = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True, metadata={"description": "What the customer was told."})
    joined = fields.List(
        fields.UUID(), required=True, metadata={"description": "The other requests that led to the same order."}
    )
    history = fields.List(fields.Nested(RequestEvent), required=True, metadata={"description": "The earliest first."})


class NewServiceRequest(Schema):
    """What somebody reports. One of zone, site, position or region says where it is; your region if left out."""

    work_type = Text(
        48,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "A code of `GET /v1/work-types`; left out, the region's rules say it, or a person later."
        },
    )
    title = Text(400, required=True, metadata={"example": "有线电视无信号"})
    priority = Word(
        Priority,
        load_default=None,
        allow_none=True,
        metadata={"description": "Left out, the rules say it, or else it is routine."},
    )
    channel = Word(Channel, load_default=Channel.PHONE)
    description = Text(8000, load_default=None, allow_none=True)
    category = Text(200, load_default=None, allow_none=True)
    region_id = fields.UUID(load_default=None, allow_none=True)
    zone_id = fields.UUID(load_default=None, allow_none=True)
    site_id = fields.UUID(load_default=None, allow_none=True)
    asset_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "What it is about."})
    customer_id = fields.UUID(load_default=None, allow_none=True)
    customer_name = Text(
        200, load_default=None, allow_none=True, metadata={"description": "Makes a customer who is not known yet."}
    )
    contact_name = Text(200, load_default=None, allow_none=True)
    contact_phone = Text(64, load_default=None, allow_none=True)
    contact_email = Text(254, load_default=None, allow_none=True)
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
    join = Flag(load_default=True, metadata={"description": "False: it is no duplicate, whatever it looks like."})
    answer = Text(
        4000,
        load_default=None,
        allow_none=True,
        metadata={"description": "An enquiry that was answered at once; it needs no order."},
    )
    despite_outage = Flag(
        load_default=False, metadata={"description": "Make an order although a planned outage explains it."}
    )
    assign = Flag(load_default=True, metadata={"description": "Whether the order finds its technician by itself."})
    attended = Flag(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Whether somebody is there to choose between two zones. If not, the request is taken all the same, "
            "and waits for a zone (`needs_zone`). Left out: for every channel but `integrator`."
        },
    )


class PlannedOutage(Schema):
    """What is known to trouble customers there, and until when."""

    id = fields.UUID(required=True)
    until = Moment(required=True)


class Received(Schema):
    """What became of a request. Without an order it waits for a person, was answered, or is explained by a planned outage."""

    request_id = fields.UUID(required=True)
    work_order_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    zone_by = Word(ZoneBy, required=True, allow_none=True)
    zone_decision_id = fields.UUID(required=True, allow_none=True)
    needs_zone = Word(ZoneNeed, required=True, allow_none=True)
    duplicate_of = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The earlier request whose order it joined."}
    )
    unchanged = fields.Boolean(required=True, metadata={"description": "Whether it had been received before."})
    state = Word(RequestState, required=True)
    proposed_work_type = fields.String(required=True, allow_none=True)
    planned_outage = fields.Nested(
        PlannedOutage,
        required=True,
        allow_none=True,
        metadata={
            "description": "Tell the customer: it is planned, and ends then. The request waits until it is over."
        },
    )


class ZoneChoice(Schema):
    """The zone that a request belongs to."""

    zone_id = fields.UUID(required=True)
    keep = Flag(
        load_default=True, metadata={"description": "Whether the same place finds this zone by itself from now on."}
    )
    replace = Flag(load_default=False, metadata={"description": "Also if it lies in another zone already."})
    assign = Flag(load_default=True, metadata={"description": "Whether the order finds its technician by itself."})


class ZoneSettled(Schema):
    """What became of a request's zone."""

    request_id = fields.UUID(required=True)
    work_order_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True)
    decision_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The decision that is kept for the next time."}
    )
    unchanged = fields.Boolean(required=True)


class ZoneCandidate(Schema):
    """A zone that a request may lie in."""

    zone = fields.Nested(Zone, required=True)
    metres = fields.Float(required=True, metadata={"description": "From its border; 0 inside."})


class ZoneQuestion(Schema):
    """How the zone of a request is known, or whom to choose between."""

    request_id = fields.UUID(required=True, attribute="request.id")
    zone_id = fields.UUID(required=True, allow_none=True, attribute="request.zone_id")
    zone_by = Word(ZoneBy, required=True, allow_none=True, attribute="request.zone_by")
    needs_zone = Word(ZoneNeed, required=True, allow_none=True, attribute="request.needs_zone")
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    decision = fields.Nested(ZoneDecision, required=True, allow_none=True)
    candidates = fields.List(fields.Nested(ZoneCandidate), required=True)


_FILTERS: dict[str, fields.Field[Any]] = {
    "region_id": fields.UUID(),
    "station_id": fields.UUID(),
    "group_id": fields.UUID(),
    "zone_id": fields.UUID(),
    "channel": Word(Channel),
    "source": Text(64),
    "state": fields.List(Word(RequestState), metadata={"description": "Repeat it for several."}),
    "open": fields.Boolean(metadata={"description": "Whether somebody still owes the customer something."}),
    "late": fields.Boolean(metadata={"description": "Open after the time that the customer was told to expect."}),
    "mine": fields.Boolean(metadata={"description": "Those that you own (首问负责)."}),
    "owned": fields.Boolean(metadata={"description": "False: those that nobody owns yet."}),
    "owner_id": fields.UUID(),
    "customer_id": fields.UUID(),
    "site_id": fields.UUID(),
    "asset_id": fields.UUID(),
    "planned_outage_id": fields.UUID(attribute="explained_by"),
    "work_order_id": fields.UUID(),
    "needs_zone": fields.Boolean(
        metadata={"description": "Those that wait for a person to say their zone, or the others."}
    ),
    "received_from": Moment(metadata={"description": "Received at this time or later."}),
    "received_to": Moment(metadata={"description": "Received before this time."}),
    "q": Text(80, metadata={"description": "The beginning of the reference, or part of the title."}),
}
RequestQuery = page_query(REQUESTS, "RequestQuery", **_FILTERS)
RequestExport = type("RequestExport", (Schema,), {"__doc__": "Which requests.", **_FILTERS})
