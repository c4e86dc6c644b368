"""Lets conflicts follow zones and groups that move, so that those who see the order see its conflicts."""

from dispatch.territory.events import PlacesMoved
from dispatch.territory.following import follow
from kernel.unit_of_work import UnitOfWork
from sync.reconcile.models import Conflict


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Give conflicts, settled ones too, the places that their zone or group has now."""
    follow(uow, event, Conflict)
