"""What can be asked about service requests, within the caller's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from dispatch.requests import errors
from dispatch.requests.channels import Channel
from dispatch.requests.models import ServiceRequest
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A service request as lists show it."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    source: str
    external_ref: str
    channel: str
    category: str | None
    work_type: str
    priority: str
    title: str
    contact_name: str | None
    contact_phone: str | None
    customer_id: UUID | None
    site_id: UUID | None
    address: str | None
    first_owner_id: UUID | None
    work_order_id: UUID | None
    received_at: datetime
    expected_at: datetime | None
    closed_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """A service request with everything about it. `lat` and `lon` are WGS 84 degrees.

    `joined` are the ids of the other requests that led to the same order.
    """

    row: RequestRow
    description: str | None
    lat: float | None
    lon: float | None
    coordinate_system: str
    joined: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests a list shows; what is None does not filter. `q` begins the reference or is part of the title."""

    region_id: UUID | None = None
    station_id: UUID | None = None
    group_id: UUID | None = None
    zone_id: UUID | None = None
    channel: Channel | None = None
    source: str | None = None
    work_order_id: UUID | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None
    q: str | None = None


_ROW = tuple(getattr(ServiceRequest, name) for name in RequestRow.__dataclass_fields__)
MOST_JOINED = 100


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the requests of the caller's places, and those that the caller took."""
    return reading.actor.scope.sees(
        region=ServiceRequest.region_id,
        station=ServiceRequest.station_id,
        group=ServiceRequest.group_id,
        zone=ServiceRequest.zone_id,
        owner=ServiceRequest.first_owner_id,
    )


def page_of_requests(
    reading: Reading, *, filters: RequestFilter, limit: int, after: Sequence[Any] | None = None
) -> Page[RequestRow]:
    """Return one page of requests, the latest received first; the key is (received_at, id)."""
    statement = select(*_ROW).where(in_scope(reading), *_conditions(filters))
    key = (ServiceRequest.received_at, ServiceRequest.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(RequestRow(*row) for row in page.items), page.after)


def _conditions(filters: RequestFilter) -> list[ColumnElement[bool]]:
    equal = {
        ServiceRequest.region_id: filters.region_id,
        ServiceRequest.station_id: filters.station_id,
        ServiceRequest.group_id: filters.group_id,
        ServiceRequest.zone_id: filters.zone_id,
        ServiceRequest.channel: None if filters.channel is None else filters.channel.value,
        ServiceRequest.source: filters.source,
        ServiceRequest.work_order_id: filters.work_order_id,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if filters.received_from is not None:
        conditions.append(ServiceRequest.received_at >= filters.received_from)
    if filters.received_to is not None:
        conditions.append(ServiceRequest.received_at < filters.received_to)
    if filters.q:
        begins = ServiceRequest.external_ref.istartswith(filters.q, autoescape=True)
        conditions.append(or_(begins, ServiceRequest.title.icontains(filters.q, autoescape=True)))
    return conditions


def request(reading: Reading, request_id: UUID) -> RequestDetail:
    """Return one request. Raises NotFound (request.unknown) when it is not in the caller's scope."""
    more = (ServiceRequest.description, ServiceRequest.lat, ServiceRequest.lon, ServiceRequest.coordinate_system)
    columns = (*_ROW, *more)
    row: Any = reading.session.execute(
        select(*columns).where(ServiceRequest.id == request_id, in_scope(reading))
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    joined = reading.session.scalars(
        select(ServiceRequest.id)
        .where(
            ServiceRequest.work_order_id == row.work_order_id,
            ServiceRequest.region_id == row.region_id,
            ServiceRequest.id != request_id,
            in_scope(reading),
        )
        .order_by(ServiceRequest.received_at, ServiceRequest.id)
        .limit(MOST_JOINED)
    )
    detail = {column.key: row._mapping[column.key] for column in more}
    return RequestDetail(RequestRow(*row[: len(_ROW)]), **detail, joined=tuple(joined))
