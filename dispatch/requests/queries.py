"""What can be asked about service requests, within the caller's scope."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from dispatch.masking import masked
from dispatch.requests import errors
from dispatch.requests.channels import Channel
from dispatch.requests.models import RequestEvent, ServiceRequest
from dispatch.requests.progress import OPEN, RequestState
from dispatch.sla.deadline import Priority
from kernel.database import Page, count_rows, first_of_each, read_page
from kernel.ordering import Sorts
from kernel.sealed_columns import open_row
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A service request as lists show it. `is_late`: still open after the time that the customer was told to expect."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    source: str
    external_ref: str
    channel: str
    category: str | None
    work_type: str | None
    proposed_work_type: str | None
    priority: str
    title: str
    state: str
    contact_name: str | None
    contact_phone: str | None
    contact_email: str | None
    customer_id: UUID | None
    site_id: UUID | None
    asset_id: UUID | None
    address: str | None
    zone_by: str | None
    needs_zone: str | None
    first_owner_id: UUID | None
    owner_id: UUID | None
    work_order_id: UUID | None
    duplicate_of_id: UUID | None
    explained_by: UUID | None
    explained_until: datetime | None
    received_at: datetime
    expected_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened to a request."""

    id: UUID
    kind: str
    user_id: UUID
    at: datetime
    data: dict[str, Any]


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
    zone_decision_id: UUID | None
    match_quality: str | None
    match_provider: str | None
    answer: str | None
    joined: tuple[UUID, ...]
    history: tuple[EventRow, ...]


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests a list shows; what is None or empty does not filter. `q` begins the reference or is part of the title.

    `mine`: those that the caller owns; `owned` false: those that nobody owns yet; `open`: somebody still owes something.
    """

    region_id: UUID | None = None
    station_id: UUID | None = None
    group_id: UUID | None = None
    zone_id: UUID | None = None
    channel: Channel | None = None
    source: str | None = None
    states: tuple[RequestState, ...] = ()
    open: bool | None = None
    late: bool | None = None
    mine: bool | None = None
    owned: bool | None = None
    owner_id: UUID | None = None
    customer_id: UUID | None = None
    site_id: UUID | None = None
    asset_id: UUID | None = None
    explained_by: UUID | None = None
    work_order_id: UUID | None = None
    needs_zone: bool | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None
    q: str | None = None


_COLUMNS = tuple(
    func.nullif(ServiceRequest.work_type, "").label(name) if name == "work_type" else getattr(ServiceRequest, name)
    for name in RequestRow.__dataclass_fields__
    if name != "is_late"
)
MOST_EVENTS = 200
_IS_OPEN = ServiceRequest.state.in_(sorted(OPEN))
MOST_JOINED = 100


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the requests of the caller's places, and those that the caller owns."""
    return reading.actor.scope.sees(
        region=ServiceRequest.region_id,
        station=ServiceRequest.station_id,
        group=ServiceRequest.group_id,
        zone=ServiceRequest.zone_id,
        owner=ServiceRequest.owner_id,
    )


def late(now: datetime) -> ColumnElement[bool]:
    """The condition that a request is open after the time that the customer was told to expect; never null."""
    return and_(_IS_OPEN, ServiceRequest.expected_at.is_not(None), ServiceRequest.expected_at < now)


def _row(now: datetime) -> tuple[Any, ...]:
    # Null until a time was promised; a case makes it false.
    return (*_COLUMNS, case((late(now), True), else_=False).label("is_late"))


SORTS = Sorts(
    ServiceRequest.received_at,
    ServiceRequest.id,
    by={name: getattr(ServiceRequest, name) for name in ("received_at", "expected_at", "priority")},
    ranks={"priority": tuple(Priority)},
    narrow=("expected_at", "priority"),
)
RECENT = timedelta(days=92)


def _is_narrow(reading: Reading, filters: RequestFilter) -> bool:
    """Tell whether a list is bounded by a place below a region, by what it is about, by who owns it, or by a short time."""
    scope = reading.actor.scope
    recent = filters.received_from is not None and reading.now - filters.received_from <= RECENT
    places = (filters.station_id, filters.group_id, filters.zone_id)
    about = (filters.customer_id, filters.site_id, filters.asset_id, filters.work_order_id, filters.owner_id)
    states = (filters.open, filters.late, filters.mine, recent)
    return not (scope.everywhere or scope.regions) or any((*places, *about, *states))


def page_of_requests(
    reading: Reading, *, filters: RequestFilter, limit: int, after: Sequence[Any] | None = None, sort: str | None = None
) -> Page[RequestRow]:
    """Return one page of requests, the latest received first unless it is sorted otherwise; how contacts are reached is masked.

    Raises:
        Invalid (sort.too_wide): in this order only a part of a region's requests can be listed.
    """
    statement = select(*_row(reading.now)).where(in_scope(reading), *_conditions(reading, filters))
    key = SORTS.order(sort, is_narrow=_is_narrow(reading, filters))
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(_listed(reading, row) for row in page.items), page.after)


def _shown(reading: Reading, row: Any) -> RequestRow:
    values = {name: row._mapping[name] for name in RequestRow.__dataclass_fields__}
    return RequestRow(**open_row(reading.sealer, ServiceRequest, values))


def _listed(reading: Reading, row: Any) -> RequestRow:
    return RequestRow(**masked(asdict(_shown(reading, row))))


def count_of_requests(reading: Reading, filters: RequestFilter) -> int:
    """Return how many requests all pages of `page_of_requests` hold."""
    statement = select(ServiceRequest.id).where(in_scope(reading), *_conditions(reading, filters))
    return count_rows(reading.session, statement, key=(ServiceRequest.id,))


def rows_of(reading: Reading, ids: Collection[UUID]) -> dict[UUID, RequestRow]:
    """Return those of these requests that the caller may see, by id. One statement."""
    found = reading.session.execute(select(*_row(reading.now)).where(ServiceRequest.id.in_(ids), in_scope(reading)))
    return {row.id: _shown(reading, row) for row in found}


def of_orders(reading: Reading, order_ids: Collection[UUID], *, most: int) -> dict[UUID, tuple[RequestRow, ...]]:
    """Return the requests in scope that led to each of these orders, the earliest first, so many of each. One statement."""
    statement = select(*_row(reading.now)).where(ServiceRequest.work_order_id.in_(set(order_ids)), in_scope(reading))
    order = (ServiceRequest.received_at, ServiceRequest.id)
    found: dict[UUID, tuple[RequestRow, ...]] = {}
    for row in reading.session.execute(first_of_each(statement, ServiceRequest.work_order_id, *order, most=most)):
        found[row.work_order_id] = (*found.get(row.work_order_id, ()), _listed(reading, row))
    return found


def _conditions(reading: Reading, filters: RequestFilter) -> list[ColumnElement[bool]]:
    equal = {
        ServiceRequest.region_id: filters.region_id,
        ServiceRequest.station_id: filters.station_id,
        ServiceRequest.group_id: filters.group_id,
        ServiceRequest.zone_id: filters.zone_id,
        ServiceRequest.channel: None if filters.channel is None else filters.channel.value,
        ServiceRequest.source: filters.source,
        ServiceRequest.work_order_id: filters.work_order_id,
        ServiceRequest.owner_id: reading.actor.user_id if filters.mine else filters.owner_id,
        ServiceRequest.customer_id: filters.customer_id,
        ServiceRequest.site_id: filters.site_id,
        ServiceRequest.asset_id: filters.asset_id,
        ServiceRequest.explained_by: filters.explained_by,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if filters.needs_zone is not None:
        waits = ServiceRequest.needs_zone.is_not(None)
        conditions.append(waits if filters.needs_zone else ServiceRequest.needs_zone.is_(None))
    if filters.states:
        conditions.append(ServiceRequest.state.in_([state.value for state in filters.states]))
    if filters.open is not None:
        conditions.append(_IS_OPEN if filters.open else ~_IS_OPEN)
    if filters.late is not None:
        conditions.append(late(reading.now) if filters.late else ~late(reading.now))
    if filters.owned is not None:
        nobody = ServiceRequest.owner_id.is_(None)
        conditions.append(~nobody if filters.owned else nobody)
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
    more = (
        ServiceRequest.description,
        ServiceRequest.lat,
        ServiceRequest.lon,
        ServiceRequest.coordinate_system,
        ServiceRequest.zone_decision_id,
        ServiceRequest.match_quality,
        ServiceRequest.match_provider,
        ServiceRequest.answer,
    )
    shown = _row(reading.now)
    row: Any = reading.session.execute(
        select(*shown, *more).where(ServiceRequest.id == request_id, in_scope(reading))
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
    events = reading.session.execute(
        select(*(getattr(RequestEvent, name) for name in EventRow.__dataclass_fields__))
        .where(RequestEvent.request_id == request_id)
        .order_by(RequestEvent.at, RequestEvent.id)
        .limit(MOST_EVENTS)
    )
    history = tuple(EventRow(*one) for one in events)
    detail = {column.key: row._mapping[column.key] for column in more}
    return RequestDetail(_shown(reading, row), **detail, joined=tuple(joined), history=history)
