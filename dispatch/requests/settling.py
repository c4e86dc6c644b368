"""Says in which zone a request lies that waited for a person to say so, and lets its order go on from there."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.customers.settling import settle_customer_and_site
from dispatch.requests import errors
from dispatch.requests.history import PLACED, note
from dispatch.requests.models import ServiceRequest
from dispatch.requests.queries import in_scope
from dispatch.requests.receiving import DESK
from dispatch.requests.zone_words import ZoneBy
from dispatch.territory import queries as territory
from dispatch.territory.decided import find_zone
from dispatch.territory.deciding import keep_decision
from dispatch.territory.decisions import Whereabouts
from dispatch.territory.places import Places
from dispatch.work_orders.rezoning import rezone_orders
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a request's zone. `decision_id` is the decision that was kept for the next time, if there is one."""

    request_id: UUID
    work_order_id: UUID | None
    zone_id: UUID
    decision_id: UUID | None
    unchanged: bool = False


def assign_zone(
    uow: UnitOfWork, *, request_id: UUID, zone_id: UUID, keep: bool = True, replace: bool = False
) -> Settled:
    """Say which zone a request belongs to: its order, and customer and site without a zone, go there with it.

    With `keep` the same place finds this zone by itself the next time, unless the map says so anyway. Asked again with the same
    zone, nothing happens.

    Raises:
        NotFound (request.unknown); Forbidden (forbidden): for lack of a role at the old place or the new one;
        Invalid (request.zone_not_found): no working zone of the region in the actor's scope;
        Conflict (request.zone_settled): it lies in another zone already, and `replace` was not asked for.
    """
    # The zone first: a move locks zones before what lies in them.
    places = territory.places_of_zones(uow, [zone_id]).get(zone_id)
    request = lock_request(uow, request_id)
    if request is None:
        raise errors.UNKNOWN()
    places = _checked(uow, request, places)
    if request.zone_id == zone_id:
        return Settled(request_id, request.work_order_id, zone_id, request.zone_decision_id, unchanged=True)
    if request.zone_id is not None and not replace:
        raise errors.ZONE_SETTLED(path="/zone_id")
    decision_id = _keep(uow, request, zone_id) if keep else None
    put_into_zone(uow, request, places, ZoneBy.GIVEN, decision_id)
    return Settled(request_id, request.work_order_id, zone_id, decision_id)


def put_into_zone(uow: UnitOfWork, request: Any, places: Places, by: ZoneBy, decision_id: UUID | None) -> None:
    """Write the zone of a locked request: to it and those that joined its order without a zone, and to all that hangs on it."""
    mine = ServiceRequest.id == request.id
    if request.work_order_id is not None:
        joined = ServiceRequest.work_order_id == request.work_order_id
        mine |= joined & (ServiceRequest.region_id == places.region_id) & ServiceRequest.needs_zone.is_not(None)
    uow.session.execute(
        update(ServiceRequest)
        .where(mine)
        .values(
            station_id=places.station_id,
            group_id=places.group_id,
            zone_id=places.zone_id,
            zone_by=by.value,
            zone_decision_id=decision_id,
            needs_zone=None,
        )
        .execution_options(synchronize_session=False)
    )
    said = {"zone_id": str(places.zone_id), "by": by.value, "decision_id": decision_id and str(decision_id)}
    note(uow, request.id, places.region_id, PLACED, said)
    settle_customer_and_site(uow, customer_id=request.customer_id, site_id=request.site_id, places=places)
    if request.work_order_id is not None:
        rezone_orders(uow, order_ids=[request.work_order_id], places=places)


_COLUMNS = (
    "id",
    "region_id",
    "station_id",
    "group_id",
    "zone_id",
    "zone_decision_id",
    "work_order_id",
    "customer_id",
    "site_id",
    "address",
    "lat",
    "lon",
    "needs_zone",
)


def lock_request(uow: UnitOfWork, request_id: UUID) -> Any:
    """Lock a request in scope and return what its place is known by; None if there is none."""
    columns = [getattr(ServiceRequest, name) for name in _COLUMNS]
    return uow.session.execute(
        select(*columns).where(ServiceRequest.id == request_id, in_scope(uow)).with_for_update()
    ).one_or_none()


def _checked(uow: UnitOfWork, request: Any, places: Places | None) -> Places:
    working = places is not None and places.zone_id in territory.zone_rows(uow, [places.zone_id or request.id])
    if places is None or not working or places.region_id != request.region_id:
        raise errors.ZONE_NOT_FOUND(path="/zone_id")
    before = Places(request.region_id, request.station_id, request.group_id, request.zone_id)
    for one in (before, places):
        if uow.actor.roles_over(one.region_id, one.station_id, one.group_id, one.zone_id).isdisjoint(DESK):
            raise FORBIDDEN()
    return places


def _keep(uow: UnitOfWork, request: Any, zone_id: UUID) -> UUID | None:
    """Keep the choice, if there is a place to remember and the map does not say the same."""
    where = Whereabouts(request.lat, request.lon, request.address)
    if request.lat is None and request.address is None:
        return None
    located = find_zone(uow, request.region_id, where)
    if len(located.zones) == 1:
        return None
    return keep_decision(uow, zone_id=zone_id, where=where, zones=located.zones)
