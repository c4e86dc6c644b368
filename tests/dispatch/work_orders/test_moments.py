"""Times of commands are those that took effect, by the clock of who recorded them."""

from datetime import timedelta

from dispatch.work_orders.book import Entry
from dispatch.work_orders.moments import recorded
from dispatch.work_orders.service import open_book, write_book
from tests import factories


def test_what_was_kept_as_evidence_only_is_no_moment(undone):
    where = factories.places(undone)
    order_id = factories.order(undone, where)
    book = open_book(undone, [order_id])
    shown = undone.now - timedelta(hours=1)
    for flags in ((), ("late",), ("not_applied", "closed_order"), ("geofence_miss",)):
        entry = Entry(undone.new_id(), order_id, "work_order.arrive", undone.actor.user_id, undone.now, undone.now)
        entry.flags, entry.occurred_at = flags, shown if flags else None
        book.record(entry)
    write_book(undone, book)
    found = recorded(undone.session, [order_id], ["work_order.arrive"])
    assert sorted(one.shown_at for one in found) == [shown, undone.now]
    assert recorded(undone.session, [order_id], ["work_order.start"]) == []
