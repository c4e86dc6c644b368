"""What customers were told goes with their zone, and the chat of a group with the group."""

from dispatch.notifications.models import CustomerMessage, NotificationChannel
from dispatch.notifications.relocating import on_places_moved
from dispatch.territory.events import PlaceMoved, PlacesMoved
from dispatch.territory.places import Places
from kernel.bulk import insert_rows
from tests import factories


def test_messages_and_chats_get_the_places_that_are_above_them_now(uow):
    here = factories.places(uow)
    there = factories.station(uow, here.region_id)
    message = {
        "id": uow.new_id(),
        "region_id": here.region_id,
        "station_id": here.station_id,
        "group_id": here.group_id,
        "zone_id": here.zone_id,
        "customer_id": factories.customer(uow, here),
        "key": "k",
        "template": "t",
        "title": "t",
        "body": "b",
        "urgent": False,
        "status": "waiting",
        "created_at": uow.now,
    }
    channel = {
        "id": uow.new_id(),
        "owner_kind": "group",
        "owner_id": here.group_id,
        "region_id": here.region_id,
        "station_id": here.station_id,
        "group_id": here.group_id,
        "name": "chat",
        "service": "wecombot",
        "url": "secret",
        "created_at": uow.now,
        "created_by": uow.actor.user_id,
    }
    insert_rows(uow.session, CustomerMessage, [message])
    insert_rows(uow.session, NotificationChannel, [channel])
    zone = PlaceMoved(here, Places(here.region_id, there, here.group_id, here.zone_id))
    group = PlaceMoved(
        Places(here.region_id, here.station_id, here.group_id), Places(here.region_id, there, here.group_id)
    )
    on_places_moved(uow, PlacesMoved((zone,), (group,)))
    assert uow.session.get(CustomerMessage, message["id"]).station_id == there
    assert uow.session.get(NotificationChannel, channel["id"]).station_id == there
