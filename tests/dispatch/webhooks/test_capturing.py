"""What happens is kept for those who listen, in the same transaction, and costs next to nothing where nobody does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.requests import service as requests
from dispatch.requests.receiving import NewRequest
from dispatch.webhooks.capturing import TOPIC, Happening
from dispatch.webhooks.fanning import fan_out
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.alerts import sweep_clocks
from dispatch.work_orders.events import TimelineWritten
from kernel.actor import Level, Role
from kernel.outbox import OutboxMessage
from tests import factories
from tests.statements import recorded

URL = "https://hooks.example.com/x"


def kept(world):
    with world.act() as uow:
        return uow.session.scalars(select(OutboxMessage.payload).where(OutboxMessage.topic == TOPIC)).all()


def names(world):
    return [one["event"] for payload in kept(world) for one in payload["happened"]]


def test_nothing_is_kept_where_nobody_listens(world):
    world.command("accept", "depart")
    assert kept(world) == []
    with world.act() as uow:
        there = factories.region(uow)
        abroad = factories.person_with(uow, Role.REGIONAL_OPERATIONS, Level.REGION, there, region_id=there)
    world.listen(URL, who=abroad, place_id=there)
    world.command("arrive")
    assert kept(world) == [], "the other region's ears hear nothing of this one"


def test_commands_of_an_order_are_kept_by_their_events(world):
    world.listen(URL)
    world.command("accept", "depart", "arrive", "start", "complete")
    assert names(world) == [f"work_order.{one}" for one in ("accepted", "departed", "arrived", "started", "completed")]
    one = kept(world)[-1]["happened"][0]
    assert one["subject_id"] == str(world.order)
    assert one["data"] == {"from": "in_progress", "to": "completed", "version": one["data"]["version"]}


def test_what_somebody_wrote_is_not_kept(world):
    world.listen(URL)
    world.command("accept", "depart", "arrive")
    world.command("hold", reason="customer_absent", note="张先生 139 0000 0001 不在家")
    assert "139 0000" not in str(kept(world))


def test_orders_that_are_created_and_given_requests_and_overdue_clocks_are_events_too(world):
    world.listen(URL)
    world.new_order()
    with world.act() as uow:
        customer = factories.customer(uow, world.here)
        site = factories.site(uow, customer, world.here)
        requests.receive(uow, request=NewRequest("repair", "无信号", site_id=site))
    world.clock.at += timedelta(hours=26)
    with world.act() as uow:
        while sweep_clocks(uow, limit=100, last_pushes=lambda *_: {}):
            pass
    found = names(world)
    assert {"work_order.created", "work_order.assigned", "service_request.received"} <= set(found)
    assert {"work_order.overdue", "work_order.escalated"} & set(found)


def test_what_is_rolled_back_was_never_kept(world):
    world.listen(URL)
    with pytest.raises(RuntimeError), world.act() as uow:
        factories.commands(uow, world.order, world.technician, "accept")
        raise RuntimeError
    assert kept(world) == []


def test_one_row_and_two_statements_for_any_number_of_orders(world):
    world.listen(URL)

    def cost(count):
        orders = [world.new_order() for _ in range(count)]
        with world.act() as uow:
            book = work_orders.open_book(uow, orders)
            entries = [entry_for(uow, key) for key in orders]
            for entry in entries:
                book.record(entry)
            with recorded(uow.session) as statements:
                work_orders.write_book(uow, book)
            return len([one for one in statements if "webhook" in one or "outbox" in one])

    assert cost(1) == cost(40) == 2
    sizes = [len(payload["happened"]) for payload in kept(world)]
    assert sizes[-1] == 40


def entry_for(uow, order_id):
    return work_orders.server_entry(
        uow, uow.new_id(), order_id, "work_order.accept", {"from": "assigned", "to": "accepted"}
    )


def test_entries_that_are_no_event_ask_nothing(world):
    world.listen(URL)
    with world.act() as uow, recorded(uow.session) as statements:
        uow.publish(TimelineWritten(({"kind": "log.position", "data": {}},)))
        assert statements == []


def test_a_happening_is_read_as_it_was_written(world):
    with world.act() as uow:
        one = Happening(uow.new_id(), "work_order.closed", uow.new_id(), uow.new_id(), uow.now, {"version": 3})
        assert Happening.of_json(one.as_json()) == one


def test_the_outbox_is_emptied_in_its_order_and_once(world):
    key = world.listen(URL).id
    world.command("accept", "depart", "arrive")
    with world.act() as uow:
        assert fan_out(uow, limit=2) == 2
    with world.act() as uow:
        assert fan_out(uow, limit=2) == 1
        assert fan_out(uow, limit=2) == 0
    assert [one.event for one in world.deliveries(key)] == [
        "work_order.accepted",
        "work_order.departed",
        "work_order.arrived",
    ]
    assert kept(world) == []
