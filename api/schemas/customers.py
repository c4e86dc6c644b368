"""The forms of customers and the sites where they are served."""

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Degrees, Flag, Moment, Text, Word, page_query, system_field
from api.schemas.marks import EMAIL, PERSONAL, PHONE
from dispatch.customers import queries
from dispatch.geocoding.matches import MatchQuality
from dispatch.territory.coordinates import CoordinateSystem

CUSTOMERS = Cursor("customers", sorts=queries.CUSTOMER_SORTS)
SITES = Cursor("sites", sorts=queries.SITE_SORTS)


class Customer(Schema):
    """A customer as lists show them."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True, metadata=PERSONAL)
    phone = fields.String(required=True, allow_none=True, metadata=PERSONAL | PHONE)
    email = fields.String(required=True, allow_none=True, metadata=PERSONAL | EMAIL)
    vip = fields.Boolean(required=True)
    created_at = Moment(required=True)


class Site(Schema):
    """A place where a customer is served."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    customer_id = fields.UUID(required=True)
    address = fields.String(required=True, metadata=PERSONAL)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    coordinate_system = Word(
        CoordinateSystem,
        required=True,
        metadata={"description": "What its position was declared to be given in; it is shown in WGS 84."},
    )
    match_quality = Word(
        MatchQuality,
        required=True,
        allow_none=True,
        metadata={
            "description": "How good the match of its address is, if it was looked up. Only `rooftop` becomes its position."
        },
    )
    match_provider = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True)


class CustomerDetail(Customer):
    """A customer with the sites in your scope, the newest first, 200 at most."""

    sites = fields.List(fields.Nested(Site), required=True)


class NewCustomer(Schema):
    """A customer of a zone, or of a region at large; your region if left out."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    zone_id = fields.UUID(load_default=None, allow_none=True)
    name = Text(200, required=True)
    phone = Text(200, load_default=None, allow_none=True)
    email = Text(254, load_default=None, allow_none=True)
    vip = Flag(load_default=False)


class CustomerChange(Schema):
    """What changes about a customer; what is left out stays."""

    zone_id = fields.UUID(allow_none=True)
    name = Text(200)
    phone = Text(200, allow_none=True)
    email = Text(254, allow_none=True)
    vip = Flag()


class NewSite(Schema):
    """A site of a customer, in a zone or in the region at large."""

    customer_id = fields.UUID(required=True)
    zone_id = fields.UUID(load_default=None, allow_none=True)
    address = Text(400, required=True)
    lat = Degrees(90, load_default=None, allow_none=True)
    lon = Degrees(180, load_default=None, allow_none=True)
    coordinate_system = system_field(load_default=CoordinateSystem.WGS84)


class SiteChange(Schema):
    """What changes about a site; what is left out stays."""

    zone_id = fields.UUID(allow_none=True)
    address = Text(400)
    lat = Degrees(90, allow_none=True)
    lon = Degrees(180, allow_none=True)
    coordinate_system = system_field()


_PLACES = {
    "region_id": fields.UUID(),
    "station_id": fields.UUID(),
    "group_id": fields.UUID(),
    "zone_id": fields.UUID(),
}
CustomerQuery = page_query(
    CUSTOMERS,
    "CustomerQuery",
    **_PLACES,
    vip=fields.Boolean(),
    q=Text(
        80, metadata={"description": "The beginning of the name; or a whole telephone number, or its last four digits."}
    ),
)
SiteQuery = page_query(SITES, "SiteQuery", **_PLACES, customer_id=fields.UUID())
