"""What happened to each request, by whom and when: written once, never changed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from dispatch.requests.events import HistoryWritten
from dispatch.requests.models import RequestEvent
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

RECEIVED, CLASSIFIED, ANSWERED, WITHDRAWN = "received", "classified", "answered", "withdrawn"
TAKEN, HANDED_OVER, EXPECTED = "taken", "handed_over", "expected"
JOINED, SPLIT, MOVED, RELEASED = "joined", "split", "moved", "released"
PLACED = "placed"


def event_row(
    uow: UnitOfWork, request_id: UUID, region_id: UUID, kind: str, data: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the row of something that happens to a request now; what is None in its data is left out."""
    return {
        "id": uow.new_id(),
        "region_id": region_id,
        "request_id": request_id,
        "kind": kind,
        "user_id": uow.actor.user_id,
        "at": uow.now,
        "data": {name: value for name, value in (data or {}).items() if value is not None},
    }


def note(uow: UnitOfWork, request_id: UUID, region_id: UUID, kind: str, data: Mapping[str, Any] | None = None) -> None:
    """Write down something that happens to a request now."""
    write_events(uow, [event_row(uow, request_id, region_id, kind, data)])


def write_events(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down what happens to requests, with one statement, and tell the slices above; none without rows."""
    if rows:
        insert_rows(uow.session, RequestEvent, rows)
        uow.publish(HistoryWritten(tuple(rows)))
