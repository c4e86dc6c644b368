"""Lets fees follow zones and groups that move."""

from dispatch.fees.models import FeeLine
from dispatch.territory.events import PlacesMoved
from dispatch.territory.following import follow
from kernel.unit_of_work import UnitOfWork


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Give fees, of past months too, the places that their order's zone or group has now."""
    follow(uow, event, FeeLine)
