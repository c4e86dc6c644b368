"""A request as somebody at the desk, or another program, reports it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.requests.channels import Channel
from dispatch.requests.events import Explanation
from dispatch.requests.letter import Attachment
from dispatch.requests.progress import RequestState
from dispatch.requests.zone_words import ZoneBy, ZoneNeed
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem
from kernel.actor import Role

DESK = frozenset({Role.AGENT, Role.GROUP_LEADER, Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who takes requests, each within the places they hold the role over."""

OWN_SOURCE, OTHER_SOURCE = "fieldbeat", "integrator"


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is reported. Times are aware, positions degrees of the coordinate system.

    The place is told by one of `zone_id`, `site_id`, `asset_id`, a position, or at least `region_id`. `source` and `external_ref`
    name the request where it comes from; sent again under the same name, it is the same request. `customer_name` makes a
    customer who is not known yet, with a site if there is an address.

    Without a `work_type` the region's rules say what it is, or else it waits for a person to do so. `join` false: it is no
    duplicate, whatever it looks like. `answer`: it was an enquiry, and answered at once. `despite_outage`: an order is wanted
    although a planned outage explains the trouble.
    """

    work_type: str | None
    title: str
    priority: Priority | None = None
    channel: Channel = Channel.PHONE
    description: str | None = None
    category: str | None = None
    region_id: UUID | None = None
    zone_id: UUID | None = None
    site_id: UUID | None = None
    asset_id: UUID | None = None
    customer_id: UUID | None = None
    customer_name: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    address: str | None = None
    lat: float | None = None
    lon: float | None = None
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84
    source: str | None = None
    external_ref: str | None = None
    received_at: datetime | None = None
    expected_at: datetime | None = None
    join: bool = True
    answer: str | None = None
    despite_outage: bool = False
    attachments: tuple[Attachment, ...] = ()
    attended: bool | None = None

    @property
    def is_attended(self) -> bool:
        """Whether somebody is there to say which zone is meant; unless told otherwise, for every channel but other programs."""
        return self.channel is not Channel.INTEGRATOR if self.attended is None else self.attended


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a request. `duplicate_of` is the earlier request whose order it joined; `unchanged` tells a repetition.

    Without an order it waits for a person to say what it is (`proposed_work_type` is what the rules say), was answered at once,
    or is explained by a planned outage. `needs_zone` tells why a person has to say its zone.
    """

    request_id: UUID
    work_order_id: UUID | None
    zone_id: UUID | None
    zone_by: ZoneBy | None = None
    zone_decision_id: UUID | None = None
    needs_zone: ZoneNeed | None = None
    duplicate_of: UUID | None = None
    unchanged: bool = False
    state: RequestState = RequestState.IN_HAND
    proposed_work_type: str | None = None
    planned_outage: Explanation | None = None
