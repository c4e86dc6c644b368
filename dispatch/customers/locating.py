"""What the position of a site becomes when its address was looked up."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.customers import errors
from dispatch.customers.events import SiteChanged
from dispatch.customers.models import Site
from dispatch.customers.queries import in_scope
from dispatch.customers.service import check_desk
from dispatch.customers.settling import settle_customer_and_site
from dispatch.geocoding.matches import MatchQuality
from dispatch.geocoding.subjects import AddressesToLookUp, AddressLookedUp, Subject, SubjectKind
from dispatch.territory import queries as territory
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.decided import find_zone
from dispatch.territory.decisions import Whereabouts
from dispatch.territory.places import Places
from kernel.unit_of_work import UnitOfWork


def look_up_again(uow: UnitOfWork, *, site_id: UUID) -> None:
    """Have a site's address asked of the provider again, whatever it answered before. A position that somebody gave stays.

    Raises NotFound (customers.site_unknown); Forbidden (forbidden).
    """
    row = uow.session.execute(
        select(Site.region_id, Site.station_id, Site.group_id, Site.zone_id, Site.address)
        .where(Site.id == site_id, in_scope(uow, Site))
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise errors.SITE_UNKNOWN()
    check_desk(uow, [Places(*row[:4])])
    uow.publish(AddressesToLookUp((Subject(SubjectKind.SITE, site_id, row.region_id, row.address),), fresh=True))


def on_address_looked_up(uow: UnitOfWork, event: AddressLookedUp) -> None:
    """Note how good the match of a site's address is; only one on the roof becomes its position, and may find its zone.

    A position that somebody gave stays, and so does an address that was changed in the meantime.
    """
    if event.subject.kind is not SubjectKind.SITE:
        return
    row = uow.session.execute(select(Site).where(Site.id == event.subject.id).with_for_update()).scalar_one_or_none()
    if row is None or row.address != event.subject.address or (row.lat is not None and row.match_quality is None):
        return
    match = event.match
    quality = MatchQuality.UNKNOWN if match is None else match.quality
    values: dict[str, Any] = {"match_quality": quality.value, "match_provider": event.provider, "matched_at": uow.now}
    values |= {"lat": None, "lon": None, "coordinate_system": CoordinateSystem.WGS84.value}
    if match is not None and quality is MatchQuality.ROOFTOP:
        values |= {"lat": match.lat, "lon": match.lon}
    moved = (row.lat, row.lon) != (values["lat"], values["lon"])
    uow.session.execute(
        update(Site).where(Site.id == row.id).values(values).execution_options(synchronize_session=False)
    )
    if row.zone_id is None and values["lat"] is not None:
        located = find_zone(uow, row.region_id, Whereabouts(values["lat"], values["lon"], row.address))
        if located.zone_id is not None:
            places = territory.zone_rows(uow, [located.zone_id])[located.zone_id].places
            settle_customer_and_site(uow, customer_id=None, site_id=row.id, places=places)
            return
    if moved:
        uow.publish(SiteChanged(row.id, row.region_id))
