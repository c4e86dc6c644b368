from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from dispatch.accounts import service as accounts
from dispatch.notifications.models import Notification
from dispatch.notifications.notice import Notice, Term
from dispatch.notifications.service import TOPIC, tell
from kernel.outbox import OutboxMessage
from tests import factories
from tests.statements import recorded


@pytest.fixture
def region_id(uow):
    return factories.region(uow)


def notice(uow, region_id, *people, key="order:1", **changes):
    values = {"number": "W-1", "clock": Term("sla.respond"), "due_at": uow.now}
    return replace(Notice("sla.yellow", key, people, values, region_id), **changes)


def stored(uow):
    return uow.session.execute(
        select(Notification.recipient_id, Notification.title, Notification.body).order_by(Notification.id)
    ).all()


def waiting(uow):
    return set(uow.session.scalars(select(OutboxMessage.key).where(OutboxMessage.topic == TOPIC)))


def test_everybody_is_told_in_their_language_with_times_of_the_region(uow, region_id):
    chinese = factories.user(uow, region_id=region_id)
    english = factories.user(uow, region_id=region_id, locale="en")
    tell(uow, [notice(uow, region_id, chinese, english)])
    assert stored(uow) == [
        (chinese, "工单 W-1：响应即将超时", "工单 W-1 的响应即将超时，应于 2026-11-22 09:00 前完成，请尽快处理。"),
        (
            english,
            "Order W-1: response is nearly due",
            "The response of order W-1 is due by 2026-11-22 09:00. Please see to it.",
        ),
    ]
    assert waiting(uow) == {f"order:1:{chinese}", f"order:1:{english}"}


def test_nobody_gets_a_key_twice_even_after_it_was_delivered(uow, region_id):
    first, second = (factories.user(uow, region_id=region_id) for _ in range(2))
    tell(uow, [notice(uow, region_id, first, first), notice(uow, region_id, first)])
    assert waiting(uow) == {f"order:1:{first}"}
    uow.session.execute(delete(OutboxMessage))
    tell(replace(uow, now=uow.now + timedelta(days=400)), [notice(uow, region_id, first, second)])
    assert waiting(uow) == {f"order:1:{second}"}
    tell(uow, [notice(uow, region_id, first, key="order:2")])
    assert waiting(uow) == {f"order:1:{second}", f"order:2:{first}"}


def test_who_is_unknown_or_no_longer_active_is_passed_over(uow, region_id):
    gone = factories.user(uow, region_id=region_id)
    accounts.set_active(uow, user_id=gone, active=False)
    tell(uow, [notice(uow, region_id, gone, uow.new_id())])
    assert stored(uow) == []
    assert waiting(uow) == set()


def test_an_unknown_text_is_refused_at_once_and_even_when_nobody_would_read_it(uow, region_id):
    for people in ((factories.user(uow, region_id=region_id),), ()):
        with pytest.raises(KeyError, match=r"sla\.purple"):
            tell(uow, [notice(uow, region_id, *people, template="sla.purple")])
        with pytest.raises(KeyError, match="number"):
            tell(uow, [notice(uow, region_id, *people, values={})])


def test_many_notices_take_as_few_statements_as_one(uow, region_id):
    people = [factories.user(uow, region_id=region_id) for _ in range(5)]
    counts = []
    for some in ([], people[:1], people):
        with recorded(uow.session) as seen:
            tell(uow, [notice(uow, region_id, *some, key=f"{len(some)}-{one}") for one in some])
        counts.append(len(seen))
    assert counts[0] == 0
    assert counts[1] == counts[2] == 4
