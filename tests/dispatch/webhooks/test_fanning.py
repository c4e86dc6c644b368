import threading

import pytest

from dispatch.webhooks.fanning import fan_out
from kernel.actor import Level
from tests.statements import recorded

URL = "https://hooks.example.com/x"


def fan(world, limit=100):
    with world.act() as uow:
        return fan_out(uow, limit=limit)


def heard(world, key):
    return [one.event for one in world.deliveries(key)]


@pytest.mark.parametrize(
    ("level", "here", "there"),
    [
        (Level.REGION, True, True),
        (Level.STATION, True, False),
        (Level.GROUP, True, False),
        (Level.ZONE, True, False),
    ],
)
def test_who_listens_at_a_place_hears_of_what_lies_there(world, level, here, there):
    place_id = getattr(world.here, f"{level}_id")
    key = world.listen(URL, level=level, place_id=place_id).id
    world.new_order(world.here if here else world.there)
    world.new_order(world.there)
    fan(world)
    assert heard(world, key).count("work_order.created") == here + there


def test_each_hears_of_what_they_chose(world):
    closed = world.listen(URL, events=["work_order.closed"]).id
    orders = world.listen(URL, events=["work_order.*"]).id
    none = world.listen(URL, events=["service_request.*"]).id
    world.command("accept")
    fan(world)
    assert (heard(world, closed), heard(world, orders), heard(world, none)) == ([], ["work_order.accepted"], [])


def test_a_worker_that_dies_leaves_everything_as_it_was(world):
    key = world.listen(URL).id
    world.command("accept")
    with pytest.raises(RuntimeError), world.act() as uow:
        assert fan_out(uow, limit=100) == 1
        raise RuntimeError
    assert heard(world, key) == []
    fan(world)
    assert heard(world, key) == ["work_order.accepted"]


def test_workers_at_the_same_moment_make_each_message_once_and_in_order(world):
    key = world.listen(URL).id
    names = ("accept", "depart", "arrive", "start", "complete")
    world.command(*names)
    threads = [threading.Thread(target=lambda: [fan(world, 1) for _ in range(3)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    while fan(world):
        pass
    assert len(heard(world, key)) == 5
    versions = [one.data["version"] for one in reversed(_raw(world, key))]
    assert versions == sorted(versions)


def _raw(world, key):
    from sqlalchemy import select

    from dispatch.webhooks.models import WebhookDelivery

    with world.act() as uow:
        return uow.session.scalars(
            select(WebhookDelivery).where(WebhookDelivery.subscription_id == key).order_by(WebhookDelivery.id.desc())
        ).all()


def test_a_constant_number_of_statements(world):
    for _ in range(3):
        world.listen(URL)

    def cost(count):
        for _ in range(count):
            world.new_order()
        with world.act() as uow, recorded(uow.session) as statements:
            fan_out(uow, limit=1000)
            return len(statements)

    assert cost(1) == cost(12) <= 7
