"""Requests as commands find them: locked, within the actor's scope, for those who may act on them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from dispatch.requests import errors
from dispatch.requests.channels import Channel
from dispatch.requests.linking import Case
from dispatch.requests.models import ServiceRequest
from dispatch.requests.progress import OPEN, RequestState
from dispatch.requests.queries import in_scope
from dispatch.requests.receiving import DESK
from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from kernel.errors import FORBIDDEN
from kernel.sealed_columns import open_row
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Kept:
    """A request that is stored."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    state: RequestState
    channel: Channel
    work_type: str | None
    proposed_work_type: str | None
    priority: Priority
    title: str
    description: str | None
    contact_phone: str | None
    contact_email: str | None
    customer_id: UUID | None
    site_id: UUID | None
    asset_id: UUID | None
    lat: float | None
    lon: float | None
    owner_id: UUID | None
    first_owner_id: UUID | None
    work_order_id: UUID | None
    duplicate_of_id: UUID | None
    received_at: datetime
    expected_at: datetime | None

    @property
    def places(self) -> Places:
        """Where it lies."""
        return Places(self.region_id, self.station_id, self.group_id, self.zone_id)

    def case(self, work_type: str, priority: Priority | None = None) -> Case:
        """Return what its order is made from."""
        return Case(
            self.id,
            self.places,
            work_type,
            priority or self.priority,
            self.title,
            self.received_at,
            channel=self.channel,
            description=self.description,
            customer_id=self.customer_id,
            site_id=self.site_id,
            asset_id=self.asset_id,
            phone=self.contact_phone,
            email=self.contact_email,
            lat=self.lat,
            lon=self.lon,
            owner_id=self.first_owner_id,
        )


def load(uow: UnitOfWork, request_id: UUID) -> Kept:
    """Lock a request. Raises NotFound (request.unknown); Forbidden (forbidden): neither of its desk nor its owner."""
    columns = [getattr(ServiceRequest, name) for name in Kept.__dataclass_fields__]
    row = uow.session.execute(
        select(*columns).where(ServiceRequest.id == request_id, in_scope(uow)).with_for_update()
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    known = open_row(uow.sealer, ServiceRequest, row._mapping)
    known |= {"work_type": row.work_type or None, "priority": Priority(row.priority)}
    known |= {"state": RequestState(row.state), "channel": Channel(row.channel)}
    kept = Kept(**known)
    held = uow.actor.roles_over(kept.region_id, kept.station_id, kept.group_id, kept.zone_id)
    if held.isdisjoint(DESK) and kept.owner_id != uow.actor.user_id:
        raise FORBIDDEN()
    return kept


def others_open(uow: UnitOfWork, kept: Kept) -> bool:
    """Tell whether the order of a request serves another one that is still open."""
    others = select(ServiceRequest.id).where(
        ServiceRequest.work_order_id == kept.work_order_id,
        ServiceRequest.id != kept.id,
        ServiceRequest.state.in_([state.value for state in OPEN]),
    )
    return uow.session.scalar(others.limit(1)) is not None
