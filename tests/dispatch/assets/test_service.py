"""Assets through their lives: registered, installed, swapped, returned; on both databases."""

import threading
from datetime import date, timedelta

import pytest

from dispatch.assets import queries, service
from dispatch.assets.life import AssetCommand, AssetKind
from dispatch.assets.particulars import NewAsset
from dispatch.policies.service import set_policy
from dispatch.territory.places import Places
from dispatch.wiring import HANDLERS
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.desk import open_order
from dispatch.work_orders.service import define_work_type
from kernel.actor import Level, Role, system_actor
from kernel.change_feed import Change
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.conftest import NOW

TODAY = date(2026, 11, 22)


@pytest.fixture
def here(uow):
    uow.handlers = HANDLERS
    return factories.places(uow)


@pytest.fixture
def site_id(uow, here):
    return factories.site(uow, factories.customer(uow, here), here)


@pytest.fixture
def agent(uow, here):
    return factories.acting_as(uow, Role.AGENT, Level.STATION, here.station_id, here.region_id)


def refusal(call, *args, **kwargs) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value.code, refused.value.fields[0].path if refused.value.fields else None


def test_an_asset_at_a_site_lies_where_the_site_does_and_its_warranty_follows_from_the_policy(
    uow, here, site_id, agent
):
    set_policy(uow, region_id=here.region_id, subject="assets", rules={"months": 24})
    key = factories.asset(agent, here.region_id, site_id=site_id, installed_on=date(2026, 1, 5))
    detail = queries.asset(agent, key)
    row = detail.row
    assert Places(row.region_id, row.station_id, row.group_id, row.zone_id) == here
    assert (row.state, row.warranty_until, row.warranty_by) == ("installed", date(2028, 1, 4), "policy")
    assert [(stay.state, stay.site_id, stay.ended_at) for stay in detail.stays] == [("installed", site_id, None)]


def test_a_given_end_of_the_warranty_stays_whatever_the_policy_says(uow, here, site_id, agent):
    key = factories.asset(agent, here.region_id, station_id=here.station_id, warranty_until=date(2030, 1, 1))
    service.move(agent, asset_id=key, command=AssetCommand.INSTALL, site_id=site_id)
    row = queries.asset(agent, key).row
    assert (row.installed_on, row.warranty_until, row.warranty_by) == (TODAY, date(2030, 1, 1), "given")
    service.correct(agent, asset_id=key, kind=AssetKind.ONU, model="HG6", bought_on=None, warranty_until=None)
    row = queries.asset(agent, key).row
    assert (row.kind, row.model, row.warranty_until, row.warranty_by) == ("onu", "HG6", date(2027, 11, 21), "policy")


def test_the_first_installation_begins_the_warranty_and_a_move_does_not_begin_it_anew(here, site_id, agent):
    key = factories.asset(agent, here.region_id, station_id=here.station_id)
    assert queries.warranty(agent, key).in_warranty is None
    service.move(agent, asset_id=key, command=AssetCommand.INSTALL, site_id=site_id)
    assert queries.asset(agent, key).row.warranty_until == date(2027, 11, 21)
    later = UnitOfWork(agent.session, agent.actor, NOW + timedelta(days=90), agent.new_id, agent.handlers)
    service.move(later, asset_id=key, command=AssetCommand.RESTOCK)
    service.move(later, asset_id=key, command=AssetCommand.INSTALL, site_id=site_id)
    assert queries.asset(agent, key).row.warranty_until == date(2027, 11, 21)
    assert queries.warranty(agent, key, date(2027, 11, 21)).in_warranty is True
    assert queries.warranty(agent, key, date(2027, 11, 22)).in_warranty is False


def test_a_serial_number_is_registered_once_for_a_vendor(here, agent):
    factories.asset(agent, here.region_id, station_id=here.station_id, serial="ab 1", vendor="烽火")
    again = NewAsset("AB1", "烽火", station_id=here.station_id)
    assert refusal(service.register, agent, region_id=here.region_id, asset=again) == ("asset.serial_taken", "/serial")
    factories.asset(agent, here.region_id, station_id=here.station_id, serial="AB1", vendor="华为")


def test_a_swap_is_one_act_on_the_timeline_of_its_order_and_says_which_box_was_where(uow, here, site_id, agent):
    define_work_type(uow, region_id=here.region_id, code="repair", name="维修")
    order_id = open_order(agent, zone_id=here.zone_id, work_type="repair", title="坏了", site_id=site_id)
    old = factories.asset(agent, here.region_id, site_id=site_id, serial="OLD")
    new = factories.asset(agent, here.region_id, station_id=here.station_id, serial="NEW")
    later = UnitOfWork(agent.session, agent.actor, NOW + timedelta(hours=3), agent.new_id, agent.handlers)
    at = NOW + timedelta(hours=2)
    service.swap(later, old_id=old, new_id=new, reason="电源烧坏", work_order_id=order_id, at=at)
    assert (queries.asset(agent, old).row.state, queries.asset(agent, old).row.site_id) == ("swapped", None)
    assert (queries.asset(agent, new).row.state, queries.asset(agent, new).row.site_id) == ("installed", site_id)
    assert [one.asset_id for one in queries.stays_at_site(agent, site_id, at - timedelta(seconds=1))] == [old]
    assert [one.asset_id for one in queries.stays_at_site(agent, site_id, at)] == [new]
    entry = work_orders.timeline(agent, order_id, limit=9).items[-1]
    assert (entry.kind, entry.effective_at, entry.data["reason"]) == ("asset.swapped", at, "电源烧坏")
    assert [(one["serial"], one["to"]) for one in entry.data["moves"]] == [("OLD", "swapped"), ("NEW", "installed")]
    assert queries.asset(agent, new).stays[0].work_order_id == order_id


def test_a_swap_that_fails_halfway_moves_nothing(here, site_id, agent):
    old = factories.asset(agent, here.region_id, site_id=site_id)
    other = factories.asset(agent, here.region_id, site_id=site_id)
    call = {"reason": "x"}
    assert refusal(service.swap, agent, old_id=old, new_id=other, **call) == ("asset.illegal", "/new_asset_id")
    assert refusal(service.swap, agent, old_id=old, new_id=old, **call) == ("asset.swap_wrong", "/new_asset_id")
    assert queries.asset(agent, old).row.state == "installed"
    stock = factories.asset(agent, here.region_id, station_id=here.station_id)
    assert refusal(service.swap, agent, old_id=stock, new_id=other, **call)[0] == "asset.illegal"


def test_moves_are_neither_in_the_future_nor_before_the_last_one(here, site_id, agent):
    key = factories.asset(agent, here.region_id, station_id=here.station_id)
    move = {"asset_id": key, "command": AssetCommand.INSTALL}
    for at in (NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)):
        assert refusal(service.move, agent, **move, site_id=site_id, at=at) == ("asset.moment_wrong", "/at")
    assert refusal(service.move, agent, **move) == ("asset.site_missing", "/site_id")


def test_an_order_out_of_scope_takes_no_swap(uow, here, site_id, agent):
    away = factories.places(uow, region_id=here.region_id)
    define_work_type(uow, region_id=here.region_id, code="repair", name="维修")
    order_id = factories.order(uow, away)
    key = factories.asset(agent, here.region_id, station_id=here.station_id)
    call = {"asset_id": key, "command": AssetCommand.INSTALL, "site_id": site_id, "work_order_id": order_id}
    assert refusal(service.move, agent, **call)[0] == "work_order.unknown"


def test_only_the_desk_of_both_places_moves_an_asset(uow, here, site_id, agent):
    away = factories.places(uow, region_id=here.region_id)
    far_site = factories.site(uow, factories.customer(uow, away), away)
    key = factories.asset(agent, here.region_id, station_id=here.station_id)
    install = {"asset_id": key, "command": AssetCommand.INSTALL}
    assert refusal(service.move, agent, **install, site_id=far_site)[0] == "customers.site_unknown"
    stranger = factories.acting_as(uow, Role.AGENT, Level.STATION, away.station_id, here.region_id)
    assert refusal(service.move, stranger, **install, site_id=far_site)[0] == "asset.unknown"
    assessor = factories.acting_as(uow, Role.ASSESSOR, Level.REGION, here.region_id, here.region_id)
    new = NewAsset("1", "x", station_id=None)
    assert refusal(service.register, assessor, region_id=here.region_id, asset=new)[0] == "forbidden"


def test_phones_at_the_site_learn_of_the_new_box(uow, here, site_id, agent):
    define_work_type(uow, region_id=here.region_id, code="repair", name="维修")
    order_id = factories.order(uow, here, site_id=site_id)
    technician = factories.technician(uow, here)
    factories.assign(uow, order_id, technician)
    uow.changes.clear()
    key = factories.asset(agent, here.region_id, site_id=site_id, serial="S1")
    assert Change(here.region_id, f"user:{technician}", "sites", str(site_id)) in uow.changes
    phone = factories.acting(uow, technician)
    (box,) = work_orders.site_documents(phone, [site_id])[str(site_id)]["assets"]
    assert (box["id"], box["serial"]) == (key, "S1")


def test_an_order_may_name_the_asset_that_it_is_about(uow, here, site_id, agent):
    define_work_type(uow, region_id=here.region_id, code="repair", name="维修")
    key = factories.asset(agent, here.region_id, site_id=site_id)
    order_id = open_order(agent, zone_id=here.zone_id, work_type="repair", title="x", asset_id=key)
    row = work_orders.order(agent, order_id).row
    assert (row.asset_id, row.site_id) == (key, site_id)
    other = factories.site(uow, factories.customer(uow, here), here)
    call = {"zone_id": here.zone_id, "work_type": "repair", "title": "x", "site_id": other, "asset_id": key}
    assert refusal(open_order, agent, **call) == ("asset.not_of_site", "/asset_id")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_box_is_put_in_one_place_though_two_swap_it_in_at_once(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        here = factories.places(uow)
        sites = [factories.site(uow, factories.customer(uow, here), here) for _ in range(4)]
        olds = [factories.asset(uow, here.region_id, site_id=site) for site in sites]
        new = factories.asset(uow, here.region_id, station_id=here.station_id)
    outcomes: list[str] = []

    def swap(old):
        try:
            with runtime.unit_of_work(system_actor()) as uow:
                service.swap(uow, old_id=old, new_id=new, reason="race")
            outcomes.append("swapped")
        except DomainError as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=swap, args=(old,)) for old in olds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["asset.illegal"] * 3 + ["swapped"]
    with runtime.unit_of_work(system_actor()) as uow:
        states = [queries.asset(uow, old).row.state for old in olds]
        assert sorted(states) == ["installed"] * 3 + ["swapped"]
