"""Lets assets follow zones and groups that move."""

from dispatch.assets.models import Asset
from dispatch.territory.events import PlacesMoved
from dispatch.territory.following import follow
from kernel.unit_of_work import UnitOfWork


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Give assets the places that their zone or group has now."""
    follow(uow, event, Asset)
