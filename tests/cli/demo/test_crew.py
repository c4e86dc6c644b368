"""The people of the demo can sign in, and see what is theirs and nothing else."""

import random
from datetime import timedelta

import pytest

from cli.demo.accounts import SEED
from cli.demo.crew import user_id_of
from cli.demo.people import PASSWORD, staff
from cli.demo.places import GUANNAN, LIANSHUI
from dispatch.accounts import queries as accounts
from dispatch.accounts.passwords import Passwords
from dispatch.accounts.signing_in import sign_in
from dispatch.territory import queries as territory
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.queries import OrderFilter
from kernel.actor import system_actor
from kernel.identifiers import derived_id

PEOPLE = staff(random.Random(SEED))


def reading_as(loaded, login):
    def identify(session, now):
        return accounts.actor_of_user(session, user_id_of(login), now)

    return loaded.reading(identify)


@pytest.mark.parametrize("login", ["admin", "region", "station", "leader1", "agent", "tech01", "tech14"])
def test_everybody_signs_in_with_the_same_password(loaded, login):
    with loaded.unit_of_work(system_actor()) as uow:
        passwords = Passwords(loaded.settings.password_memory_kib)
        signed_in = sign_in(uow, login=login, password=PASSWORD, passwords=passwords)
    assert signed_in.user_id == user_id_of(login)


def test_exactly_one_person_answers_for_each_zone_and_did_before_the_first_order(loaded):
    with loaded.reading(system_actor()) as reading:
        zones = {zone.code: derived_id("demo", "zone", zone.code) for zone in LIANSHUI.zones}
        for at in (reading.now, reading.now - timedelta(days=50)):
            answering = territory.responsible(reading, list(zones.values()), at)
            for person in PEOPLE:
                for zone in person.zones if person.region == LIANSHUI.region_code else ():
                    assert answering[zones[zone]] == user_id_of(person.login)


@pytest.mark.parametrize("login", ["region", "station", "leader1", "leader4", "agent", "tech01", "tech12"])
def test_nobody_of_lianshui_sees_an_order_of_guannan_nor_the_other_way_round(loaded, login):
    with reading_as(loaded, login) as reading:
        page = work_orders.page_of_orders(reading, filters=OrderFilter(), limit=500)
        assert {order.region_id for order in page.items} == {LIANSHUI.region_id}
    with reading_as(loaded, "region-gn") as reading:
        page = work_orders.page_of_orders(reading, filters=OrderFilter(), limit=500)
        assert {order.region_id for order in page.items} == {GUANNAN.region_id}


def test_a_leader_sees_the_own_group_and_a_technician_the_own_orders(loaded):
    with reading_as(loaded, "leader2") as reading:
        page = work_orders.page_of_orders(reading, filters=OrderFilter(), limit=500)
        assert {order.group_id for order in page.items} == {derived_id("demo", "group", "west")}
    with reading_as(loaded, "tech05") as reading:
        page = work_orders.page_of_orders(reading, filters=OrderFilter(), limit=500)
        assert page.items
        assert {order.assignee_id for order in page.items} == {user_id_of("tech05")}
