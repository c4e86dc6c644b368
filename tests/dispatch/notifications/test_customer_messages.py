from dataclasses import replace

import pytest
from sqlalchemy import select, update

from dispatch.notifications import customer_messages, queries
from dispatch.notifications.addresses import Address
from dispatch.notifications.kinds import MessageStatus
from dispatch.notifications.managing import set_region
from dispatch.notifications.models import CustomerMessage
from dispatch.notifications.notice import Addressee, CustomerNotice, unmasked
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.outbox import OutboxMessage
from tests import factories
from tests.statements import recorded

PLAIN = {"title": "停电通知", "body": "{name}"}


@pytest.fixture
def places(uow):
    return factories.places(uow)


def notice(uow, places, *phones, **changes):
    told = tuple(Addressee(factories.customer(uow, places, phone=phone), "赵秀英", phone, places) for phone in phones)
    return replace(CustomerNotice("notice.plain", "outage:1", told, PLAIN, places.region_id), **changes)


def kept(uow):
    return [(one.phone, one.status) for one in reversed(queries.page_of_customer_messages(uow, limit=50).items)]


def test_without_a_way_or_a_number_a_message_is_kept_and_says_why(uow, places):
    customer_messages.tell_customers(uow, [notice(uow, places, "100 0002 0001", None, "无")])
    assert kept(uow) == [("…0001", "no_channel"), (None, "no_phone"), ("…", "no_phone")]
    assert uow.session.scalars(select(OutboxMessage.id)).all() == []
    with pytest.raises(DomainError, match="no_customer_channel"):
        customer_messages.resend(uow, region_id=places.region_id)


def test_nobody_gets_a_key_twice(uow, places):
    one = notice(uow, places, "100 0002 0001")
    customer_messages.tell_customers(uow, [one, one])
    customer_messages.tell_customers(uow, [one])
    assert len(kept(uow)) == 1


def test_the_name_is_the_customers_own_and_an_unknown_text_is_refused_even_for_nobody(uow, places):
    customer_messages.tell_customers(uow, [notice(uow, places, "1", template="notice.test", values={})])
    (shown,) = queries.page_of_customer_messages(uow, limit=5).items
    assert "赵秀英" in shown.body
    with pytest.raises(KeyError):
        customer_messages.tell_customers(uow, [notice(uow, places, template="outage.none")])


def test_many_customers_take_as_few_statements_as_one(uow, places):
    counts = []
    for size in (0, 1, 40):
        one = [notice(uow, places, *["100"] * size, key=f"k{size}")] if size else []
        with recorded(uow.session) as seen:
            customer_messages.tell_customers(uow, one)
        counts.append(len(seen))
    assert counts[0] == 0
    assert counts[1] == counts[2] <= 4


def test_staff_sees_the_messages_of_their_places_and_filters_them(uow, places):
    elsewhere = factories.places(uow, region_id=places.region_id)
    customer_messages.tell_customers(uow, [notice(uow, places, "100 0001", None), notice(uow, elsewhere, "100 0002")])
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, places.station_id, places.region_id)
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, places.region_id, places.region_id)
    stranger = factories.acting(uow, factories.user(uow, region_id=places.region_id))
    assert {one for one, _ in kept(agent)} == {"…0001", None}
    assert {one for one, _ in kept(operations)} == {"…0001", None, "…0002"}
    assert kept(stranger) == []
    status = queries.page_of_customer_messages(agent, limit=5, status=MessageStatus.NO_PHONE).items
    assert [one.phone for one in status] == [None]
    with pytest.raises(DomainError, match="forbidden"):
        customer_messages.resend(agent, region_id=places.region_id)


def test_a_secret_is_sent_and_not_kept_and_such_a_message_is_not_sent_again(uow, places):
    way = {"quiet_from": None, "quiet_to": None, "language": "zh-CN"}
    address = {"customer_url": "json://sms.example/{phone}", "customer_address": Address("json", "sms.example")}
    set_region(uow, region_id=places.region_id, **way, **address)
    values = {"number": "W1", "until": uow.now}
    secrets = {"link": "https://x/sign/abc", "code": "123456"}
    one = notice(uow, places, "100 0002 0001", template="signoff.link", values=values, secrets=secrets)
    assert customer_messages.tell_customers(uow, [one]) == 1
    (kept_one,) = queries.page_of_customer_messages(uow, limit=5).items
    assert ("abc" in kept_one.body, "123456" in kept_one.body) == (False, False)
    (payload,) = uow.session.scalars(select(OutboxMessage.payload))
    assert "https://x/sign/abc" in unmasked(kept_one.body, payload["secrets"])
    uow.session.execute(update(CustomerMessage).values(status=MessageStatus.FAILED.value))
    assert customer_messages.resend(uow, region_id=places.region_id) == 0
