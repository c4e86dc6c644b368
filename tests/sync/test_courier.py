"""Notices leave the outbox for real receivers: each channel once, not in quiet hours, and again until it was taken."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.notifications import customer_messages, managing, queries, service
from dispatch.notifications.addresses import Address
from dispatch.notifications.kinds import MessageStatus, Owner
from dispatch.notifications.notice import Addressee, CustomerNotice, Notice
from kernel.actor import system_actor
from kernel.outbox import OutboxMessage
from sync import wiring
from tests import factories
from tests.conftest import NOW
from tests.receivers import mailbox, webhook

PLAIN = {"title": "停水通知", "body": "请查看。"}
LATE = NOW + timedelta(hours=14)  # 23:00 in Shanghai


@pytest.fixture
def runtime(runtime):
    object.__setattr__(runtime.settings, "notify_internal", "yes")
    runtime.senders = wiring.senders(runtime)
    return runtime


@pytest.fixture
def people(runtime):
    """Somebody of a region, and their place."""
    with runtime.unit_of_work(system_actor()) as uow:
        places = factories.places(uow)
        return places, factories.user(uow, region_id=places.region_id)


def add(runtime, owner, owner_id, url):
    with runtime.unit_of_work(system_actor()) as uow:
        return managing.add_channel(
            uow, owner=owner, owner_id=owner_id, name="x", url=url, address=Address("json", "127.0.0.1")
        )


def tell(runtime, places, *user_ids, key="k", **more):
    with runtime.unit_of_work(system_actor()) as uow:
        service.tell(uow, [Notice("notice.plain", key, user_ids, PLAIN, places.region_id, **more)])


def waiting(runtime):
    with runtime.reading(system_actor()) as reading:
        rows = reading.session.execute(select(OutboxMessage.key, OutboxMessage.due_at, OutboxMessage.attempts))
        return [tuple(row) for row in rows]


def test_a_notice_reaches_the_hook_and_the_mailbox_of_a_person_and_nobody_twice(runtime, people):
    places, person = people
    with webhook() as hook, mailbox() as box:
        add(runtime, Owner.PERSON, person, hook.url)
        add(runtime, Owner.PERSON, person, box.url)
        tell(runtime, places, person)
        wiring.send(runtime)
        tell(runtime, places, person)
        wiring.send(runtime)
        assert [body["title"] for body in hook.bodies] == ["停水通知"]
        assert [subject for subject, _ in box.got] == ["停水通知"]
    assert waiting(runtime) == []


def test_a_channel_that_fails_is_tried_again_without_bothering_the_others(runtime, people, clock):
    places, person = people
    with webhook() as good, webhook() as bad:
        bad.status = 503
        add(runtime, Owner.PERSON, person, good.url)
        broken = add(runtime, Owner.PERSON, person, bad.url)
        tell(runtime, places, person)
        wiring.send(runtime)
        ((_, due_at, attempts),) = waiting(runtime)
        assert (due_at, attempts) == (NOW + timedelta(seconds=20), 1)
        with runtime.reading(system_actor()) as reading:
            assert queries.channel(reading, broken).last_error == "the service did not take the message"
        bad.status = 200
        clock.at += timedelta(seconds=20)
        wiring.send(runtime)
        assert (len(good.got), len(bad.got)) == (1, 1)
        with runtime.reading(system_actor()) as reading:
            shown = queries.channel(reading, broken)
        assert (shown.last_error, shown.last_failed_at, shown.last_sent_at) == (None, NOW, clock.at)
    assert waiting(runtime) == []


def test_what_can_wait_waits_for_the_morning_and_what_is_urgent_does_not(runtime, people, clock):
    places, person = people
    clock.at = LATE
    with webhook() as hook:
        add(runtime, Owner.PERSON, person, hook.url)
        tell(runtime, places, person, key="later")
        tell(runtime, places, person, key="now", urgent=True)
        wiring.send(runtime)
        assert len(hook.got) == 1
        ((key, due_at, attempts),) = waiting(runtime)
        assert (key, due_at, attempts) == (f"later:{person}", NOW + timedelta(hours=22), 0)
        clock.at = due_at
        wiring.send(runtime)
        assert len(hook.got) == 2


def test_somebodys_own_quiet_hours_count_before_those_of_the_region(runtime, people, clock):
    places, person = people
    clock.at = LATE
    with runtime.unit_of_work(system_actor()) as uow:
        managing.set_quiet_hours(factories.acting(uow, person), quiet_from=None, quiet_to=None)
    with webhook() as hook:
        add(runtime, Owner.PERSON, person, hook.url)
        tell(runtime, places, person)
        wiring.send(runtime)
        assert len(hook.got) == 1


def test_a_team_is_told_in_its_chat_in_the_language_of_the_region(runtime, people):
    places, _ = people
    with runtime.unit_of_work(system_actor()) as uow:
        managing.set_region(
            uow,
            region_id=places.region_id,
            quiet_from=None,
            quiet_to=None,
            language="en",
            customer_url=None,
            customer_address=None,
        )
    with webhook() as hook:
        add(runtime, Owner.GROUP, places.group_id, hook.url)
        with runtime.unit_of_work(system_actor()) as uow:
            both = (places.group_id, places.station_id)
            service.tell(uow, [Notice("notice.test", "k", (), {"name": "Li"}, places.region_id, place_ids=both)])
        wiring.send(runtime)
        assert [body["title"] for body in hook.bodies] == ["Test notice"]
    assert waiting(runtime) == []


def test_without_a_channel_it_is_in_the_inbox_and_that_is_all(runtime, people):
    places, person = people
    tell(runtime, places, person)
    wiring.send(runtime)
    assert waiting(runtime) == []
    with runtime.unit_of_work(system_actor()) as uow:
        assert len(queries.page_of_notifications(factories.acting(uow, person), limit=5).items) == 1


def test_after_days_of_failing_a_channel_is_no_longer_tried_for_this_notice(runtime, people, clock):
    places, person = people
    with webhook() as bad:
        bad.status = 500
        add(runtime, Owner.PERSON, person, bad.url)
        tell(runtime, places, person, urgent=True)
        for _ in range(60):
            wiring.send(runtime)
            left = waiting(runtime)
            if not left:
                break
            clock.at = left[0][1]
        assert waiting(runtime) == []
        assert timedelta(days=3) <= clock.at - NOW < timedelta(days=4)


def customer_notice(runtime, places, *phones):
    with runtime.unit_of_work(system_actor()) as uow:
        customers = [(factories.customer(uow, places, phone=phone), phone) for phone in phones]
        told = tuple(Addressee(key, "赵秀英", phone, places) for key, phone in customers)
        customer_messages.tell_customers(uow, [CustomerNotice("notice.plain", "k", told, PLAIN, places.region_id)])


def statuses(runtime):
    with runtime.reading(system_actor()) as reading:
        return [one.status for one in queries.page_of_customer_messages(reading, limit=9).items]


def set_way(runtime, places, url):
    with runtime.unit_of_work(system_actor()) as uow:
        managing.set_region(
            uow,
            region_id=places.region_id,
            quiet_from=None,
            quiet_to=None,
            language="zh-CN",
            customer_url=url,
            customer_address=Address("json", "127.0.0.1") if url else None,
        )


def test_a_customer_is_reached_under_their_number_by_the_way_of_the_region(runtime, people):
    places, _ = people
    with webhook() as hook:
        customer_notice(runtime, places, "+86 100-0002 0001")
        wiring.send(runtime)
        assert statuses(runtime) == ["no_channel"]
        set_way(runtime, places, hook.url + "?:to={phone}")
        with runtime.unit_of_work(system_actor()) as uow:
            assert customer_messages.resend(uow, region_id=places.region_id) == 1
        wiring.send(runtime)
        assert [(body["to"], body["title"]) for body in hook.bodies] == [("+8610000020001", "停水通知")]
        assert statuses(runtime) == ["sent"]
        wiring.send(runtime)
        assert len(hook.got) == 1


def test_a_message_to_a_customer_that_is_not_taken_is_tried_again_and_then_given_to_staff(runtime, people, clock):
    places, _ = people
    with webhook() as hook:
        hook.status = 500
        set_way(runtime, places, hook.url + "?:to={phone}")
        customer_notice(runtime, places, "100 0002 0001")
        wiring.send(runtime)
        assert statuses(runtime) == ["waiting"]
        clock.at += timedelta(days=3)
        wiring.send(runtime)
        assert statuses(runtime) == [MessageStatus.FAILED.value]
    assert waiting(runtime) == []


def test_a_way_that_was_taken_away_meanwhile_leaves_the_message_with_staff(runtime, people):
    places, _ = people
    with webhook() as hook:
        set_way(runtime, places, hook.url + "?:to={phone}")
        customer_notice(runtime, places, "100 0002 0001")
        set_way(runtime, places, "")
        wiring.send(runtime)
        assert hook.asked == []
    assert statuses(runtime) == ["no_channel"]


def test_a_secret_goes_to_the_customer_and_stays_out_of_what_is_kept(runtime, people):
    places, _ = people
    with webhook() as way:
        set_way(runtime, places, way.url + "?:to={phone}")
        with runtime.unit_of_work(system_actor()) as uow:
            told = (Addressee(factories.customer(uow, places), "赵秀英", "100", places),)
            values, secrets = {"number": "W1", "until": uow.now}, {"link": "https://x/sign/abc", "code": "123456"}
            notice = CustomerNotice("signoff.link", "k2", told, values, places.region_id, True, secrets)
            customer_messages.tell_customers(uow, [notice])
        wiring.send(runtime)
        assert "https://x/sign/abc" in str(way.bodies)
        assert statuses(runtime) == ["sent"]
