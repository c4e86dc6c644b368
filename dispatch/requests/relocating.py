"""Lets service requests follow zones and groups that move."""

from dispatch.requests.models import ServiceRequest
from dispatch.territory.events import PlacesMoved
from dispatch.territory.following import follow
from kernel.unit_of_work import UnitOfWork


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Give requests, old ones too, the places that their zone or group has now."""
    follow(uow, event, ServiceRequest)
