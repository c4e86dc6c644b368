"""Lets the chats of teams and what customers were told follow zones and groups that move."""

from dispatch.notifications.models import CustomerMessage, NotificationChannel
from dispatch.territory.events import PlacesMoved
from dispatch.territory.following import follow
from kernel.unit_of_work import UnitOfWork


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Give messages to customers, and the channels of groups, the places that their zone or group has now."""
    follow(uow, event, CustomerMessage, NotificationChannel)
