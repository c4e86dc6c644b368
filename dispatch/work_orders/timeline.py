"""The one place that writes entries of timelines, and tells the slices above what was written."""

from collections.abc import Mapping, Sequence
from typing import Any

from dispatch.work_orders.events import TimelineWritten
from dispatch.work_orders.models import TimelineEntry
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork


def write_entries(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write entries, made by `rows.timeline_row`, with one statement; none without entries."""
    if rows:
        insert_rows(uow.session, TimelineEntry, rows)
        uow.publish(TimelineWritten(tuple(rows)))
