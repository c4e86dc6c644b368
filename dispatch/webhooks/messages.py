"""Writes messages when they are sent: what their subscription's owner may see of the thing by then, and nothing personal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from dispatch.requests import queries as requests
from dispatch.requests.queries import RequestRow
from dispatch.webhooks.catalogue import TEST, Subject
from dispatch.webhooks.states import Content
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.queries import OrderRow
from kernel.actor import Level
from kernel.clock import iso
from kernel.unit_of_work import Reading

Row = OrderRow | RequestRow
ORDER = (
    "number", "status", "priority", "work_type", "station_id", "group_id", "zone_id", "customer_id", "site_id", "asset_id",
    "assignee_id", "received_at", "window_start_at", "window_end_at", "respond_due_at", "arrive_due_at", "resolve_due_at",
    "responded_at", "arrived_at", "completed_at", "closed_at", "eta_at", "escalated", "follow_up", "needs_review", "version",
)  # fmt: skip
REQUEST = (
    "source", "external_ref", "channel", "work_type", "priority", "state", "station_id", "group_id", "zone_id", "customer_id",
    "site_id", "asset_id", "owner_id", "work_order_id", "duplicate_of_id", "received_at", "expected_at", "resolved_at",
)  # fmt: skip
"""Members of a document: no title, no name, no address, no telephone number. Those are asked for with one's own token."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is to be sent."""

    id: UUID
    event_id: UUID
    event: str
    subject_id: UUID
    happened_at: datetime
    data: Mapping[str, Any]


def subjects(reading: Reading, waiting: Iterable[tuple[str, UUID]]) -> dict[UUID, Row]:
    """Return what events (by name) are about, as far as the caller may see it, by id. Two statements at most."""
    asked: dict[bool, set[UUID]] = {True: set(), False: set()}
    for event, subject_id in waiting:
        if event != TEST:
            asked[event.startswith(f"{Subject.SERVICE_REQUEST}.")].add(subject_id)
    found: dict[UUID, Row] = {}
    if asked[False]:
        found |= work_orders.rows_of(reading, asked[False])
    if asked[True]:
        found |= requests.rows_of(reading, asked[True])
    return found


def lies_in(row: Row, level: Level, place_id: UUID | None) -> bool:
    """Tell whether something lies in a place."""
    return level is Level.EVERYWHERE or getattr(row, f"{level}_id") == place_id


def write(waiting: Waiting, row: Row | None, content: Content) -> bytes:
    """Write a message: `type`, `timestamp` and `data`, as Standard Webhooks recommends."""
    data: dict[str, Any] = {"id": waiting.subject_id, "event_id": waiting.event_id, **waiting.data}
    if row is not None:
        data["region_id"] = row.region_id
        if content is Content.DOCUMENT:
            data["document"] = document(row)
    return orjson.dumps({"type": waiting.event, "timestamp": iso(waiting.happened_at), "data": data}, default=str)


def document(row: Row) -> dict[str, Any]:
    """Return what a message tells of a thing besides its id."""
    names: Sequence[str] = ORDER if isinstance(row, OrderRow) else REQUEST
    values = ((name, getattr(row, name)) for name in names)
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in values}
