"""Lets customers and sites follow zones and groups that move."""

from dispatch.customers.models import Customer, Site
from dispatch.territory.events import PlacesMoved
from dispatch.territory.following import follow
from kernel.unit_of_work import UnitOfWork


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Give customers and sites the places that their zone or group has now."""
    follow(uow, event, Customer, Site)
