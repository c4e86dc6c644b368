from datetime import time

import pytest

from dispatch.notifications import managing, queries
from dispatch.notifications.addresses import Address
from dispatch.notifications.kinds import Owner
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories

SECRET = "jsons://hooks.example.com/very-secret"


@pytest.fixture
def places(uow):
    return factories.places(uow)


def add(uow, owner, owner_id, name="手机"):
    address = Address("jsons", "hooks.example.com")
    return managing.add_channel(uow, owner=owner, owner_id=owner_id, name=name, url=SECRET, address=address)


def refusal(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value.code


def listed(uow):
    return {one.id for one in queries.page_of_channels(uow, limit=50).items}


def test_everybody_adds_and_removes_their_own_and_nobody_ever_sees_an_address(uow, places):
    person = factories.user(uow, region_id=places.region_id)
    own = factories.acting(uow, person)
    key = add(own, Owner.PERSON, managing.own(own, Owner.PERSON))
    shown = queries.channel(own, key)
    assert (shown.service, shown.host, shown.owner_id) == ("jsons", "hooks.example.com", person)
    assert "secret" not in repr(shown)
    managing.remove_channel(own, channel_id=key)
    assert listed(own) == set()
    assert refusal(managing.remove_channel, own, channel_id=key) == "notifications.channel_unknown"


def test_a_place_has_to_be_named(uow):
    assert refusal(managing.own, uow, Owner.GROUP) == "notifications.owner_missing"


def test_others_channels_are_for_those_who_look_after_accounts(uow, places):
    person = factories.technician(uow, places)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, places.group_id, places.region_id)
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, places.region_id, places.region_id)
    agent = factories.acting_as(uow, Role.AGENT, Level.REGION, places.region_id, places.region_id)
    abroad = factories.acting(uow, factories.user(uow, region_id=factories.region(uow)))
    assert refusal(add, leader, Owner.PERSON, person) == "forbidden"
    assert refusal(add, abroad, Owner.PERSON, person) == "accounts.unknown"
    key = add(operations, Owner.PERSON, person)
    assert listed(operations) == listed(factories.acting(uow, person)) == {key}
    for who in (leader, agent, abroad):
        assert listed(who) == set()
        assert refusal(managing.remove_channel, who, channel_id=key) == "notifications.channel_unknown"


def test_a_teams_chat_is_for_its_leaders_and_shown_to_those_above(uow, places):
    other = factories.places(uow, station_id=places.station_id)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, places.group_id, places.region_id)
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, places.station_id, places.region_id)
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, places.station_id, places.region_id)
    mine, its = add(leader, Owner.GROUP, places.group_id), add(manager, Owner.GROUP, other.group_id)
    station = add(manager, Owner.STATION, places.station_id)
    assert listed(leader) == {mine}
    assert listed(manager) == listed(agent) == {mine, its, station}
    assert refusal(add, leader, Owner.GROUP, other.group_id) == "territory.group_unknown"
    assert refusal(add, agent, Owner.GROUP, places.group_id) == "forbidden"
    assert refusal(managing.remove_channel, agent, channel_id=station) == "forbidden"
    assert refusal(add, manager, Owner.REGION, places.region_id) == "forbidden"


def test_an_owner_has_only_so_many(uow, places):
    for number in range(managing.MOST):
        add(uow, Owner.GROUP, places.group_id, f"群 {number}")
    assert refusal(add, uow, Owner.GROUP, places.group_id) == "notifications.too_many_channels"
    assert refusal(add, uow, Owner.STATION, places.station_id, " ") == "invalid"


def test_quiet_hours_are_ones_own_or_else_those_of_the_region(uow, places):
    own = factories.acting(uow, factories.user(uow, region_id=places.region_id))
    assert queries.quiet_hours_of(own) == queries.QuietRow(time(22), time(7), False)
    set_region(uow, places.region_id, quiet_from=time(20), quiet_to=time(8))
    assert queries.quiet_hours_of(own) == queries.QuietRow(time(20), time(8), False)
    managing.set_quiet_hours(own, quiet_from=None, quiet_to=None)
    managing.set_quiet_hours(own, quiet_from=time(23), quiet_to=time(6))
    assert queries.quiet_hours_of(own) == queries.QuietRow(time(23), time(6), True)
    managing.forget_quiet_hours(own)
    assert queries.quiet_hours_of(own).own is False
    half = {"quiet_from": time(1), "quiet_to": None}
    assert refusal(managing.set_quiet_hours, own, **half) == "notifications.quiet_hours_wrong"


def set_region(uow, region_id, *, quiet_from=None, quiet_to=None, language="zh-CN", customer_url=None):
    address = Address("jsons", "x") if customer_url else None
    managing.set_region(
        uow,
        region_id=region_id,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        language=language,
        customer_url=customer_url,
        customer_address=address,
    )


def test_a_region_keeps_its_way_to_customers_until_it_is_taken_away(uow, places):
    region_id = places.region_id
    assert (
        refusal(set_region, uow, region_id, customer_url="jsons://x.example.com") == "notifications.no_place_for_phone"
    )
    set_region(uow, region_id, customer_url="jsons://x.example.com/{phone}")
    set_region(uow, region_id, language="en")
    assert queries.region_messaging(uow, region_id) == queries.RegionMessagingRow(region_id, None, None, "en", "jsons")
    set_region(uow, region_id, customer_url="")
    assert queries.region_messaging(uow, region_id).customer_service is None


def test_only_the_operations_decide_for_the_region(uow, places):
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, places.station_id, places.region_id)
    abroad = factories.acting(uow, factories.user(uow, region_id=factories.region(uow)))
    assert refusal(set_region, manager, places.region_id) == "forbidden"
    assert refusal(set_region, abroad, places.region_id) == "territory.region_unknown"
    assert refusal(queries.region_messaging, abroad, places.region_id) == "territory.region_unknown"
