"""What messages look like: an example of each, made by what writes the real ones."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from dispatch.requests.queries import RequestRow
from dispatch.webhooks.catalogue import SIGNED, TEST, EventType, Subject
from dispatch.webhooks.messages import Row, Waiting, write
from dispatch.webhooks.states import Content
from dispatch.work_orders.queries import OrderRow

AT = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
_KEY = "01930000-0000-7000-8000-0000000000{:02x}"
_ORDER: dict[str, Any] = {
    "number": "WO-20261122-0042",
    "status": "completed",
    "priority": "routine",
    "work_type": "cable_fault",
    "title": "",
    "received_at": AT - timedelta(hours=5),
    "completed_at": AT,
    "escalated": False,
    "needs_review": False,
    "version": 7,
    "updated_at": AT,
}
_REQUEST: dict[str, Any] = {
    "source": "call_centre",
    "external_ref": "10001",
    "channel": "phone",
    "work_type": "cable_fault",
    "priority": "routine",
    "title": "",
    "state": "in_hand",
    "received_at": AT,
    "created_at": AT,
    "is_late": False,
}
_DATA: dict[Subject, dict[str, Any]] = {
    Subject.WORK_ORDER: {"from": "in_progress", "to": "completed", "version": 7},
    Subject.SERVICE_REQUEST: {"from": "in_hand", "to": "resolved"},
    Subject.CHECKLIST: {"digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "revision": 1},
    Subject.WEBHOOK: {"message": "If you can read this and its signature is right, all is well."},
}
_CLOCK = {"clock": "resolve", "provisional": True}
_TIER = {"from_priority": "routine", "to_priority": "emergency", "version": 7}


def message(event: EventType, content: Content = Content.DOCUMENT) -> dict[str, Any]:
    """Return an example of a message of this event."""
    key = UUID(_KEY.format(1))
    waiting = Waiting(key, UUID(_KEY.format(2)), event.name, UUID(_KEY.format(3)), AT, _data(event))
    row = None if event.name == TEST else _row(event.subject)
    made: dict[str, Any] = orjson.loads(write(waiting, row, content))
    return made


def _data(event: EventType) -> dict[str, Any]:
    if any(source.startswith("sla.") for source in event.sources):
        return _CLOCK
    if event.name == "work_order.priority_changed":
        return _TIER
    told = _DATA[event.subject]
    if event.name == "work_order.completed" or event.name in ("service_request.state_changed", SIGNED.name, TEST):
        return told
    return {name: told[name] for name in ("version",) if name in told}


def _row(subject: Subject) -> Row:
    kind, given = (RequestRow, _REQUEST) if subject is Subject.SERVICE_REQUEST else (OrderRow, _ORDER)
    ids = {one.name: UUID(_KEY.format(10 + nth)) for nth, one in enumerate(fields(kind)) if one.name.endswith("_id")}
    values: dict[str, Any] = {one.name: given.get(one.name, ids.get(one.name)) for one in fields(kind)}
    return kind(**values)
