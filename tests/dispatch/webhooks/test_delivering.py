"""Messages reach their receiver signed, at least once, in their order, for days, and nobody hears of what they may not see."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from dispatch.accounts.models import RoleGrant
from dispatch.notifications.models import Notification
from dispatch.webhooks import delivering, jobs, service
from dispatch.webhooks.models import WebhookDelivery, WebhookSubscription, WebhookTry
from dispatch.webhooks.queries import DeliveryFilter
from dispatch.webhooks.states import Content, DeliveryState
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.webhooks.receiver import receiver
from tests.statements import recorded


@pytest.fixture(autouse=True)
def time_of_day(world):
    """The specification's library checks the time of a signature against the real one."""
    world.clock.at = datetime.now(UTC)


def pass_time(world, **much):
    world.clock.at += timedelta(**much)


def states(world, key):
    return [(one.event.partition(".")[2], one.state) for one in world.deliveries(key)]


def test_what_happens_reaches_the_receiver_signed_and_in_its_order(world, hook):
    made = world.listen(hook.url)
    world.command("accept", "depart", "arrive")
    world.deliver()
    read = [one.read(made.secret) for one in hook.got]
    assert [one["type"] for one in read] == [f"work_order.{one}" for one in ("accepted", "departed", "arrived")]
    assert {one["data"]["id"] for one in read} == {str(world.order)}
    assert len(set(hook.ids)) == 3
    assert hook.connections == 1
    assert {state for _, state in states(world, made.id)} == {"delivered"}
    world.deliver()
    assert len(hook.got) == 3, "nothing that was taken is sent again"


def test_documents_hold_what_may_be_known_and_nothing_personal(world, hook):
    made = world.listen(hook.url, content=Content.DOCUMENT)
    world.command("accept")
    world.deliver()
    document = hook.got[0].read(made.secret)["data"]["document"]
    assert (document["status"], document["assignee_id"]) == ("accepted", str(world.technician))
    assert not {"title", "address", "contact_phone", "contact_name"} & set(document)


def test_a_subscription_hears_of_its_place_and_its_events_only(world, hook):
    made = world.listen(
        hook.url, level=Level.GROUP, place_id=world.here.group_id, events=["work_order.accepted", "work_order.departed"]
    )
    other = world.new_order(world.there)
    world.command("accept", "depart", "arrive")
    world.command("accept", order=other)
    world.deliver()
    assert [one["type"] for one in (got.read(made.secret) for got in hook.got)] == [
        "work_order.accepted",
        "work_order.departed",
    ]


def test_what_fails_is_sent_again_under_its_id_with_a_fresh_signature_until_it_is_taken(world, hook):
    made = world.listen(hook.url)
    hook.statuses = [500, 503]
    world.command("accept")
    world.deliver()
    assert states(world, made.id) == [("accepted", "waiting")]
    world.deliver()
    assert len(hook.got) == 1, "not before its time"
    for _ in range(2):
        pass_time(world, minutes=10)
        world.deliver()
    assert len(hook.got) == 3
    assert len(set(hook.ids)) == 1
    assert len({one.headers["webhook-timestamp"] for one in hook.got}) == 3
    (one,) = world.deliveries(made.id)
    assert (one.state, one.tries, one.last_status) == ("delivered", 3, 200)
    assert world.show(made.id).row.failing_since is None


def test_it_is_tried_for_days_then_a_dead_letter_that_can_be_sent_again(world, hook):
    made = world.listen(hook.url)
    hook.behave = lambda handler: hook.answer(handler, 404)
    world.command("accept")
    began = world.clock.at
    while world.deliveries(made.id, state=DeliveryState.WAITING) or not world.deliveries(made.id):
        world.deliver()
        found = world.deliveries(made.id)[0]
        if found.state == "waiting":
            world.clock.at = max(found.due_at, world.clock.at + timedelta(seconds=1))
    assert timedelta(days=2.5) < world.clock.at - began < timedelta(days=4.5)
    assert len(hook.got) == 10
    assert states(world, made.id) == [("accepted", "dead")]
    assert world.show(made.id).dead == 1
    hook.behave = None
    with world.act(world.keeper) as uow:
        assert service.replay(
            uow, subscription_id=made.id, filters=DeliveryFilter(state=DeliveryState.DEAD)
        ) == service.Replay(1, 0)
    world.deliver()
    assert states(world, made.id) == [("accepted", "delivered")]
    assert len(set(hook.ids)) == 1


def test_a_receiver_that_is_back_gets_at_once_what_waited(world, hook):
    made = world.listen(hook.url)
    hook.behave = lambda handler: hook.answer(handler, 503)
    world.command("accept", "depart", "arrive")
    for _ in range(3):
        world.deliver()
        pass_time(world, hours=3)
    hook.behave = None
    hook.got.clear()
    for _ in range(2):
        world.deliver()
        pass_time(world, seconds=1)
    assert len(hook.got) == 3
    assert {state for _, state in states(world, made.id)} == {"delivered"}


def test_a_receiver_that_is_down_is_asked_once_a_turn_and_holds_up_nobody_else(world, hook):
    with receiver() as broken:
        broken.behave = lambda handler: broken.answer(handler, 500)
        world.listen(broken.url)
        good = world.listen(hook.url, name="BI")
        world.command("accept", "depart", "arrive")
        world.deliver()
        assert len(broken.got) == 1
    assert {state for _, state in states(world, good.id)} == {"delivered"}


@pytest.mark.parametrize("reason", ["failing", "gone"])
def test_a_receiver_that_takes_nothing_for_days_or_wants_no_more_is_disabled_and_its_owner_told(world, hook, reason):
    made = world.listen(hook.url)
    hook.behave = lambda handler: hook.answer(handler, 410 if reason == "gone" else 500)
    world.command("accept")
    world.deliver()
    if reason == "failing":
        pass_time(world, days=6)
        world.deliver()
    shown = world.show(made.id)
    assert (shown.row.state, shown.row.why, shown.dead) == ("disabled", reason, 1)
    with world.act() as uow:
        told = uow.session.execute(
            select(Notification.recipient_id).where(Notification.template == "webhooks.disabled")
        ).scalars()
        assert list(told) == [world.keeper]
    world.command("depart")
    world.deliver()
    assert len(world.deliveries(made.id)) == 1, "what happens meanwhile is not kept for it"


def test_a_webhook_whose_owner_lost_the_role_sends_nothing_any_more(world, hook):
    made = world.listen(hook.url)
    world.command("accept")
    with world.act() as uow:
        uow.session.execute(
            update(RoleGrant).where(RoleGrant.user_id == world.keeper).values(valid_to=uow.now - timedelta(seconds=1))
        )
    pass_time(world, seconds=1)
    world.deliver()
    assert hook.got == []
    shown = world.show(made.id)
    assert (shown.row.state, shown.row.why) == ("disabled", "owner_left")


def test_what_moved_away_before_it_was_sent_is_withheld(world, hook):
    made = world.listen(hook.url, level=Level.GROUP, place_id=world.here.group_id)
    world.command("accept")
    with world.act() as uow:
        jobs.fan_out(uow, limit=10)
    with world.act() as uow:
        uow.session.execute(update(service.S).where(service.S.id == made.id).values(place_id=world.there.group_id))
    world.deliver()
    assert hook.got == []
    assert states(world, made.id) == [("accepted", "withheld")]


def test_a_sender_that_dies_before_it_noted_the_answer_sends_again_under_the_same_id(world, hook):
    made = world.listen(hook.url)
    world.command("accept")
    with world.act() as uow:
        jobs.fan_out(uow, limit=10)
    with world.act() as uow:
        (turn,) = delivering.claim(uow, limit=5)
    jobs.send(turn, jobs._sender(world.runtime), world.clock)  # and it dies here
    world.deliver()
    assert len(hook.got) == 1, "nobody else sends while it might be at work"
    pass_time(world, minutes=4)
    world.deliver()
    assert len(hook.got) == 2
    assert len(set(hook.ids)) == 1
    assert states(world, made.id) == [("accepted", "delivered")]


def test_of_two_workers_at_once_one_sends(world, hook):
    world.listen(hook.url)
    world.command("accept", "depart", "arrive")
    workers = [threading.Thread(target=world.deliver) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert len(hook.got) == len(set(hook.ids)) == 3


def test_both_secrets_sign_for_a_while(world, hook):
    old = world.listen(hook.url)
    with world.act(world.keeper) as uow:
        new = service.rotate(uow, subscription_id=old.id, both_valid=timedelta(minutes=2))
    world.command("accept")
    world.deliver()
    for secret in (old.secret, new.secret):
        assert hook.got[0].read(secret)["type"] == "work_order.accepted"
    pass_time(world, minutes=3)
    world.command("depart")
    world.deliver()
    assert hook.got[1].read(new.secret)["type"] == "work_order.departed"
    with pytest.raises(Exception, match="No matching signature"):
        hook.got[1].read(old.secret)


def test_an_address_inside_is_not_sent_to_where_that_is_not_allowed(world, hook):
    made = world.listen(hook.url)
    world.command("accept")
    world.runtime.settings = replace(world.runtime.settings, notify_internal="no")
    world.deliver()
    assert hook.connections == 0
    assert world.deliveries(made.id)[0].last_error == "webhooks.address_wrong"


def test_a_turn_costs_the_same_however_many_messages_it_has(world, hook):
    made = world.listen(hook.url)
    counts = []
    for many in (1, 5):
        for _ in range(many):
            world.command("accept", order=world.new_order())
        with world.act() as uow:
            while jobs.fan_out(uow, limit=100):
                pass
        with world.act() as uow, recorded(uow.session) as claimed:
            (turn,) = delivering.claim(uow, limit=5)
        sent = jobs.send(turn, jobs._sender(world.runtime), world.clock)
        with world.act() as uow, recorded(uow.session) as settled:
            delivering.settle(uow, turn, sent, disable_after=timedelta(days=5))
        counts.append((len(claimed), len(settled)))
        pass_time(world, seconds=1)
    assert counts[0] == counts[1]
    assert len(world.deliveries(made.id, state=DeliveryState.DELIVERED)) > 5


def test_the_log_is_forgotten_after_its_time_and_what_waits_is_not(world, hook):
    made = world.listen(hook.url)
    hook.statuses = [200, 500]
    world.command("accept")
    world.deliver()
    world.command("depart")
    world.deliver()
    pass_time(world, days=world.runtime.settings.webhook_keep_days + 1)
    jobs.forget(world.runtime)
    assert states(world, made.id) == [("departed", "waiting")]
    with world.act() as uow:
        assert uow.session.scalar(select(func.count()).select_from(WebhookTry)) == 1


def test_only_those_who_keep_a_region_subscribe_and_see_its_webhooks(world, hook):
    made = world.listen(hook.url)
    with world.act() as uow:
        there = factories.region(uow)
        abroad = factories.person_with(uow, Role.REGIONAL_OPERATIONS, Level.REGION, there, region_id=there)
    for who in (abroad, world.technician):
        with pytest.raises(DomainError) as refused, world.act(who) as uow:
            service.remove(uow, subscription_id=made.id)
        assert refused.value.code == "webhooks.unknown"
    with pytest.raises(DomainError) as refused:
        world.listen(hook.url, who=world.technician)
    assert refused.value.code == "forbidden"
    with pytest.raises(DomainError) as refused:
        world.listen(hook.url, level=Level.EVERYWHERE, place_id=None)
    assert refused.value.code == "forbidden"


def test_a_webhook_is_removed_with_all_that_it_left(world, hook):
    made = world.listen(hook.url)
    world.command("accept")
    world.deliver()
    with world.act(world.keeper) as uow:
        service.remove(uow, subscription_id=made.id)
    with world.act() as uow:
        for table in (WebhookSubscription, WebhookDelivery, WebhookTry):
            assert uow.session.scalar(select(func.count()).select_from(table)) == 0


def test_one_place_has_a_limited_number_of_webhooks(world, monkeypatch):
    monkeypatch.setattr(service, "MOST", 2)
    for _ in range(2):
        world.listen("https://hooks.example.com/x")
    with pytest.raises(DomainError) as refused:
        world.listen("https://hooks.example.com/x")
    assert refused.value.code == "webhooks.too_many"
