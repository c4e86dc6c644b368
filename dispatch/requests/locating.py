"""What becomes of a request that waited for its address to be looked up."""

from typing import Any

from sqlalchemy import update

from dispatch.geocoding.matches import MatchQuality
from dispatch.geocoding.subjects import AddressLookedUp, SubjectKind
from dispatch.requests.events import RequestsPlaced
from dispatch.requests.models import ServiceRequest
from dispatch.requests.placing import NEEDS
from dispatch.requests.settling import lock_request, put_into_zone
from dispatch.requests.zone_words import ZoneBy
from dispatch.territory import queries as territory
from dispatch.territory.decided import find_zone
from dispatch.territory.decisions import Whereabouts
from kernel.unit_of_work import UnitOfWork


def on_address_looked_up(uow: UnitOfWork, event: AddressLookedUp) -> None:
    """Note how good the match of a request's address is; only one on the roof becomes its position, and may find its zone.

    Everything else goes to the person who says the zone. Whoever did so in the meantime is not contradicted.
    """
    if event.subject.kind is not SubjectKind.REQUEST:
        return
    row = lock_request(uow, event.subject.id)
    if row is None or row.address != event.subject.address or row.lat is not None or row.needs_zone is None:
        return
    match = event.match
    quality = MatchQuality.UNKNOWN if match is None else match.quality
    values: dict[str, Any] = {"match_quality": quality.value, "match_provider": event.provider, "matched_at": uow.now}
    if match is None or quality is not MatchQuality.ROOFTOP:
        _write(uow, row, values)
        return
    located = find_zone(uow, row.region_id, Whereabouts(match.lat, match.lon, row.address))
    values |= {"lat": match.lat, "lon": match.lon}
    if located.zone_id is None:
        _write(uow, row, values | {"needs_zone": NEEDS[located.how].value})
        return
    _write(uow, row, values)
    places = territory.zone_rows(uow, [located.zone_id])[located.zone_id].places
    decided = None if located.decision is None else located.decision.id
    put_into_zone(uow, row, places, ZoneBy(located.how.value), decided)
    if row.work_order_id is not None:
        uow.publish(RequestsPlaced((row.work_order_id,)))


def _write(uow: UnitOfWork, row: Any, values: dict[str, Any]) -> None:
    uow.session.execute(
        update(ServiceRequest)
        .where(ServiceRequest.id == row.id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
