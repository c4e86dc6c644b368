"""A request as somebody at the desk, or another program, reports it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.requests.channels import Channel
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is reported. Times are aware, positions degrees of the coordinate system.

    The place is told by one of `zone_id`, `site_id`, a position, or at least `region_id`. `source` and `external_ref` name the
    request where it comes from; sent again under the same name, it is the same request. `customer_name` makes a customer who is
    not known yet, with a site if there is an address.
    """

    work_type: str
    title: str
    priority: Priority = Priority.ROUTINE
    channel: Channel = Channel.PHONE
    description: str | None = None
    category: str | None = None
    region_id: UUID | None = None
    zone_id: UUID | None = None
    site_id: UUID | None = None
    customer_id: UUID | None = None
    customer_name: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    address: str | None = None
    lat: float | None = None
    lon: float | None = None
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84
    source: str | None = None
    external_ref: str | None = None
    received_at: datetime | None = None
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a request. `duplicate_of` is the earlier request whose order it joined; `unchanged` tells a repetition."""

    request_id: UUID
    work_order_id: UUID
    zone_id: UUID | None
    duplicate_of: UUID | None = None
    unchanged: bool = False
