"""Lets planned outages follow zones and groups that move."""

from dispatch.outages.models import OutageZone, PlannedOutage
from dispatch.territory.events import PlacesMoved
from dispatch.territory.following import follow
from kernel.unit_of_work import UnitOfWork


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Give outages, and the zones that they reach, the places that their zone or group has now."""
    follow(uow, event, PlannedOutage, OutageZone)
