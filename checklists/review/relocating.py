"""Lets reviews, their parts, and fault records follow zones and groups that move."""

from checklists.review.models import FaultRecord, Review, ReviewSlot
from dispatch.territory.events import PlacesMoved
from dispatch.territory.following import follow
from kernel.unit_of_work import UnitOfWork


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Give them the places that their zone or group has now; whose group's work it was stays as it was then."""
    follow(uow, event, Review, ReviewSlot, FaultRecord)
