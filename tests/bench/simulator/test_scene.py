"""The scene of a simulation is a region of its own, made through the API alone."""

import contextlib

import pytest

from bench.simulator.office import OfficeError
from bench.simulator.scene import set_up


def test_each_technician_gets_orders_a_customer_and_nothing_of_others(product):
    scene = set_up(product.url, product.login, product.password, technicians=3, orders=3)
    with contextlib.closing(scene.manager):
        listed = list(scene.manager.pages("/v1/work-orders", region_id=scene.region_id))
        assert {order["id"] for order in listed} == set(scene.orders())
        assert len(listed) == 9
        for player in scene.players:
            with contextlib.closing(scene.office_of(player)) as office:
                mine = list(office.pages("/v1/work-orders"))
            assert {order["id"] for order in mine} == set(player.orders)
            assert {order["status"] for order in mine} == {"assigned"}
        assert len({player.site_id for player in scene.players}) == 3

        lost = scene.give_away()
        assert lost.keys() == {0, 1, 2}
        for number, order_id in lost.items():
            heir = scene.players[(number + 1) % 3]
            assert scene.manager.ask("GET", f"/v1/work-orders/{order_id}")["assignee_id"] == heir.user_id


def test_two_scenes_do_not_know_of_each_other(product):
    one, two = (set_up(product.url, product.login, product.password, technicians=1, orders=1) for _ in range(2))
    with contextlib.closing(one.manager), contextlib.closing(two.manager):
        assert one.region_id != two.region_id
        assert one.give_away() == {}
        assert one.manager.status_of(f"/v1/work-orders/{two.orders()[0]}") == 404
        assert [order["id"] for order in one.manager.pages("/v1/work-orders")] == one.orders()


def test_without_an_administrator_there_is_no_scene(product):
    with pytest.raises(OfficeError, match="401"):
        set_up(product.url, product.login, "wrong password", technicians=1, orders=1)
