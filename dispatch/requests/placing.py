"""Where a service request lies: by what it names, by the map, or by what people decided before; or why a person has to say."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from dispatch.customers import queries as customers
from dispatch.requests import errors
from dispatch.requests.receiving import NewRequest
from dispatch.requests.zone_words import ZoneBy, ZoneNeed
from dispatch.territory import queries as territory
from dispatch.territory.decided import find_zone
from dispatch.territory.decisions import How, Located, Whereabouts
from dispatch.territory.places import Places
from kernel.unit_of_work import UnitOfWork

NEEDS = {
    How.AMBIGUOUS: ZoneNeed.AMBIGUOUS,
    How.OUTSIDE: ZoneNeed.OUTSIDE,
    How.UNLOCATED: ZoneNeed.UNLOCATED,
}


@dataclass(frozen=True, slots=True)
class Placed:
    """The places of a request, whom and what it is about, and how that is known.

    `needs` tells why its zone is still to be said; `settles` is the place about which the actor decides by naming the zone.
    """

    places: Places
    customer_id: UUID | None
    site_id: UUID | None
    zone_by: ZoneBy | None = None
    decision_id: UUID | None = None
    needs: ZoneNeed | None = None
    settles: Located | None = None
    where: Whereabouts = field(default_factory=Whereabouts)


def place(uow: UnitOfWork, new: NewRequest) -> Placed:
    """Find where a request lies: by the zone that is given, the site's, the customer's, its position, or in the region at large.

    Raises:
        Invalid (request.place_missing, request.zone_not_found, request.site_wrong);
        NotFound (customers.site_unknown, customers.unknown);
        Conflict (request.zone_ambiguous): in two zones, and somebody is there to say which.
    """
    where = Whereabouts(new.lat, new.lon, new.address)
    found = Placed(Places(new.region_id or UUID(int=0)), new.customer_id, new.site_id, where=where)
    region_id, zone_id, by = new.region_id, new.zone_id, ZoneBy.GIVEN
    if new.site_id is not None:
        site = customers.site(uow, new.site_id)
        if new.customer_id not in (None, site.customer_id):
            raise errors.SITE_WRONG(path="/site_id")
        region_id = site.region_id
        if zone_id is None:
            zone_id, by = site.zone_id, ZoneBy.SITE
        lat, lon = (site.lat, site.lon) if new.lat is None else (new.lat, new.lon)
        where = Whereabouts(lat, lon, new.address or site.address)
        found = replace(found, customer_id=site.customer_id, where=where)
    elif new.customer_id is not None:
        customer = customers.customer(uow, new.customer_id)
        region_id = customer.region_id
        if zone_id is None and new.lat is None:
            zone_id, by = customer.zone_id, ZoneBy.CUSTOMER
    if zone_id is not None:
        return _in_zone(uow, found, new, region_id, zone_id, by)
    region_id = region_id or uow.actor.region_id
    if region_id is None:
        raise errors.PLACE_MISSING(path="/region_id")
    return _by_place(uow, found, new, region_id)


def _in_zone(
    uow: UnitOfWork, found: Placed, new: NewRequest, region_id: UUID | None, zone_id: UUID, by: ZoneBy
) -> Placed:
    places = territory.places_of_zones(uow, [zone_id]).get(zone_id)
    if places is None or region_id not in (None, places.region_id):
        raise errors.ZONE_NOT_FOUND(path="/zone_id")
    settles = None
    if by is ZoneBy.GIVEN and new.is_attended and found.where.lat is not None:
        # Named for a position that the map cannot place: that is a decision, worth keeping.
        located = find_zone(uow, places.region_id, found.where)
        settles = located if len(located.zones) != 1 and located.zone_id != zone_id else None
    return replace(found, places=places, zone_by=by, settles=settles)


def _by_place(uow: UnitOfWork, found: Placed, new: NewRequest, region_id: UUID) -> Placed:
    located = find_zone(uow, region_id, found.where)
    if located.zone_id is not None:
        places = territory.held_places(uow, [located.zone_id])[located.zone_id]
        decided = None if located.decision is None else located.decision.id
        return replace(found, places=places, zone_by=ZoneBy(located.how.value), decision_id=decided)
    if located.how is How.AMBIGUOUS and new.is_attended:
        rows = territory.zone_rows(uow, located.zones).values()
        zones = [{"id": str(zone.id), "code": zone.code, "name": zone.name} for zone in rows]
        raise errors.ZONE_AMBIGUOUS(" and ".join(zone.name for zone in rows), path="/zone_id", zones=zones)
    return replace(found, places=Places(region_id), needs=NEEDS[located.how])
