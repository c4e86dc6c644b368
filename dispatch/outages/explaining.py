"""Explains what customers report while an outage is known to trouble them, and lets their requests go when it is over."""

from uuid import UUID

from sqlalchemy import select

from dispatch.assets import queries as assets
from dispatch.customers import queries as customers
from dispatch.notifications.customer_messages import tell_customers
from dispatch.notifications.notice import Addressee, CustomerNotice
from dispatch.outages.affected import Reach, is_inside
from dispatch.outages.lifecycle import KNOWN, OVER, State
from dispatch.outages.models import OutageZone, PlannedOutage
from dispatch.outages.notices import values_of
from dispatch.requests.events import Explanation, RequestArriving, RequestExplained
from dispatch.requests.waiting import customer_of, postpone, release
from dispatch.territory.places import Places
from kernel.unit_of_work import UnitOfWork

PLANNED_OUTAGE = "planned_outage"


def on_request_arriving(uow: UnitOfWork, event: RequestArriving) -> None:
    """Add the outages that trouble the place of a request at its time. One statement where none does, four at most.

    What was announced begins by the clock, or earlier by somebody's word; what nobody has ended by then is over.
    """
    rows = uow.session.execute(
        select(
            PlannedOutage.id,
            PlannedOutage.region_id,
            PlannedOutage.ends_at,
            PlannedOutage.boundary,
            PlannedOutage.asset_ids,
        ).where(
            PlannedOutage.region_id == event.places.region_id,
            PlannedOutage.ends_at > event.at,
            PlannedOutage.starts_at <= event.at,
            PlannedOutage.state.in_(sorted(state.value for state in KNOWN)),
        )
    ).all()
    if not rows:
        return
    zones = select(OutageZone.outage_id).where(
        OutageZone.outage_id.in_([row.id for row in rows]), OutageZone.zone_id == event.places.zone_id
    )
    in_zone = set(uow.session.scalars(zones))
    position = _position(uow, event)
    named = {UUID(key) for row in rows for key in row.asset_ids}
    at_site = {
        one.id
        for one in assets.installed(uow, asset_ids=named)
        if event.site_id is not None and one.site_id == event.site_id
    }
    for row in rows:
        asset_ids = tuple(UUID(key) for key in row.asset_ids)
        zone_ids = tuple(key for key in (event.places.zone_id,) if key is not None and row.id in in_zone)
        reach = Reach(row.region_id, zone_ids, row.boundary, asset_ids)
        here = not at_site.isdisjoint(asset_ids)
        if is_inside(reach, zone_id=event.places.zone_id, position=position, at_asset=here):
            event.explanations.append(Explanation(PLANNED_OUTAGE, row.id, row.ends_at))


def _position(uow: UnitOfWork, event: RequestArriving) -> tuple[float, float] | None:
    if event.lat is not None and event.lon is not None:
        return event.lat, event.lon
    site = customers.sites_of(uow, [event.site_id]).get(str(event.site_id)) if event.site_id is not None else None
    return None if site is None or site["lat"] is None else (site["lat"], site["lon"])


def on_request_explained(uow: UnitOfWork, event: RequestExplained) -> None:
    """Tell the customer of a request that its trouble is known, and until when it lasts. Nobody, if nobody knows who it is."""
    if event.explanation.kind != PLANNED_OUTAGE:
        return
    customer_id = customer_of(uow, event.request_id)
    contact = None if customer_id is None else customers.contacts_of(uow, [customer_id]).get(customer_id)
    if customer_id is None or contact is None:
        return
    row = uow.session.execute(
        select(
            PlannedOutage.kind,
            PlannedOutage.title,
            PlannedOutage.reason,
            PlannedOutage.starts_at,
            PlannedOutage.ends_at,
            PlannedOutage.station_id,
            PlannedOutage.group_id,
        ).where(PlannedOutage.id == event.explanation.id)
    ).one()
    places = Places(event.region_id, row.station_id, row.group_id)
    who = Addressee(customer_id, contact["name"], contact["phone"], places)
    values = values_of(row.kind, row.title, row.reason, row.starts_at, row.ends_at)
    key = f"request:{event.request_id}:outage"
    tell_customers(uow, [CustomerNotice("outages.known", key, (who,), values, event.region_id, urgent=True)])


def settle_requests(uow: UnitOfWork, outage: PlannedOutage) -> int:
    """Let the requests that wait for an outage go back to a person if it troubles nobody now; otherwise note until when.

    Returns how many went back.
    """
    goes_on = State(outage.state) not in OVER and outage.starts_at <= uow.now < outage.ends_at
    if goes_on:
        postpone(uow, outage.id, outage.ends_at)
        return 0
    return release(uow, outage.id)
