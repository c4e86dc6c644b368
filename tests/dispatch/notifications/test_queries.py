from dataclasses import replace

import pytest

from dispatch.notifications import queries, service
from dispatch.notifications.notice import Notice
from kernel.errors import DomainError
from tests import factories

PLAIN = {"title": "x", "body": "x"}


@pytest.fixture
def inbox(uow):
    """Somebody with five notices, told one after another, and somebody else with one of them."""
    region_id = factories.region(uow)
    mine, other = (factories.user(uow, region_id=region_id) for _ in range(2))
    for number in range(5):
        people = (mine, other) if number == 2 else (mine,)
        service.tell(uow, [Notice("notice.plain", f"k{number}", people, PLAIN, region_id)])
    return factories.acting(uow, mine), factories.acting(uow, other)


def listed(reading, **wanted):
    return [one.key for one in queries.page_of_notifications(reading, limit=50, **wanted).items]


def test_an_inbox_holds_what_one_was_told_the_newest_first_page_by_page(inbox):
    mine, other = inbox
    seen, after = [], None
    while True:
        page = queries.page_of_notifications(mine, limit=2, after=after)
        seen += [one.key for one in page.items]
        after = page.after
        if after is None:
            break
    assert seen == ["k4", "k3", "k2", "k1", "k0"]
    assert listed(other) == ["k2"]


def test_what_was_read_is_no_longer_unread_for_its_reader_alone(inbox):
    mine, other = inbox
    keys = {one.key: one.id for one in queries.page_of_notifications(mine, limit=9).items}
    service.mark_read(mine, notification_id=keys["k4"])
    service.mark_all_read(replace(mine), up_to=keys["k2"])
    assert listed(mine, unread=True) == ["k3"]
    assert listed(mine, unread=False) == ["k4", "k2", "k1", "k0"]
    assert (queries.count_unread(mine), queries.count_unread(other)) == (1, 1)


def test_a_notice_of_somebody_else_is_unknown(inbox):
    mine, other = inbox
    (its,) = (one.id for one in queries.page_of_notifications(other, limit=9).items)
    for call, name in ((service.mark_read, "notification_id"), (service.mark_all_read, "up_to")):
        with pytest.raises(DomainError, match=r"notifications\.unknown"):
            call(mine, **{name: its})
    assert queries.count_unread(other) == 1
    assert queries.count_unread(mine) == 5
