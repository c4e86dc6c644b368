"""Rows of the book fit their tables, and change only what commands may change."""

from uuid import UUID

from dispatch.work_orders.book import Assignment, BookOrder, Entry
from dispatch.work_orders.models import TimelineEntry, WorkOrder, WorkOrderAssignment
from dispatch.work_orders.rows import CHANGEABLE, assignment_row, changed_row, ended_row, timeline_row
from tests.conftest import NOW

ONE, TWO, THREE = (UUID(int=n) for n in range(1, 4))
PLACES = {"region_id", "station_id", "group_id", "zone_id", "site_id", "number"}
KEPT = {"work_type", "customer_id", "received_at", "first_owner_id"}


def test_everything_in_the_book_but_what_never_changes_is_written_back():
    assert set(CHANGEABLE) == set(BookOrder.__dataclass_fields__) - PLACES - KEPT
    order = BookOrder(**{**dict.fromkeys(BookOrder.__dataclass_fields__), "id": ONE, "version": 7})
    row = changed_row(order, NOW)
    assert set(row) == {*CHANGEABLE, "updated_at"} <= set(WorkOrder.__table__.columns.keys())
    assert (row["id"], row["version"], row["updated_at"]) == (ONE, 7, NOW)


def test_an_assignment_is_written_whole_or_only_with_its_end():
    one = Assignment(ONE, TWO, THREE, ONE, TWO, NOW, "最近", NOW, "换人")
    assert set(assignment_row(one)) == set(WorkOrderAssignment.__table__.columns.keys())
    assert assignment_row(one)["reason"] == "最近"
    assert ended_row(one) == {"id": ONE, "ended_at": NOW, "end_reason": "换人"}


def test_an_entry_is_written_with_its_region_and_flags():
    entry = Entry(ONE, TWO, "note", THREE, NOW, NOW, {"a": 1}, flags=("late",), digest=b"x")
    row = timeline_row(entry, THREE)
    assert set(row) == set(TimelineEntry.__table__.columns.keys())
    assert (row["region_id"], row["data"], row["flags"], row["digest"]) == (THREE, {"a": 1}, ["late"], b"x")
