"""Keeps what happens for those who listen, in the transaction in which it happens: one row for all of it, none for nobody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, or_, select

from dispatch.requests.events import HistoryWritten
from dispatch.webhooks.catalogue import BY_SOURCE
from dispatch.webhooks.models import WebhookSubscription
from dispatch.webhooks.states import SubscriptionState
from dispatch.work_orders.events import TimelineWritten
from kernel.direct import Prepared
from kernel.unit_of_work import UnitOfWork

TOPIC = "webhooks"
_TOLD = ("from", "to", "version", "clock", "provisional", "from_priority", "to_priority")
"""Members of an entry's data that a message repeats: states and numbers, never what somebody wrote."""

_LISTENS = Prepared(
    select(WebhookSubscription.id)
    .where(
        WebhookSubscription.state == SubscriptionState.ACTIVE.value,
        or_(
            WebhookSubscription.region_id.is_(None),
            WebhookSubscription.region_id == bindparam("region", type_=Uuid()),
        ),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: `id` is that of the entry that says so, `subject_id` what it is about."""

    id: UUID
    event: str
    region_id: UUID
    subject_id: UUID
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as it waits in the outbox."""
        return {
            "id": str(self.id),
            "event": self.event,
            "region_id": str(self.region_id),
            "subject_id": str(self.subject_id),
            "at": self.at.isoformat(),
            "data": dict(self.data),
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Happening":
        """Read what `as_json` wrote."""
        return cls(
            UUID(kept["id"]),
            kept["event"],
            UUID(kept["region_id"]),
            UUID(kept["subject_id"]),
            datetime.fromisoformat(kept["at"]),
            kept["data"],
        )


def note(uow: UnitOfWork, happenings: Sequence[Happening]) -> None:
    """Keep these for those who listen: a statement for each region that asks whether anybody does, and one row if so."""
    for region_id in sorted({one.region_id for one in happenings}):
        if _LISTENS.row(uow.session, region=region_id) is not None:
            mine = [one.as_json() for one in happenings if one.region_id == region_id]
            uow.emit(TOPIC, str(mine[0]["id"]), {"happened": mine}, region_id=region_id)


def on_timeline_written(uow: UnitOfWork, event: TimelineWritten) -> None:
    """Keep what other systems can hear of on the timelines of orders; most entries, such as positions, are nothing of that."""
    note(uow, list(_told(event.entries, "", "work_order_id", "effective_at")))


def on_history_written(uow: UnitOfWork, event: HistoryWritten) -> None:
    """Keep what happens to requests."""
    note(uow, list(_told(event.entries, "request.", "request_id", "at")))


def _told(entries: Iterable[Mapping[str, Any]], prefix: str, subject: str, at: str) -> Iterable[Happening]:
    for entry in entries:
        name = BY_SOURCE.get(prefix + entry["kind"])
        if name is not None:
            data = {key: entry["data"][key] for key in _TOLD if entry["data"].get(key) is not None}
            yield Happening(entry["id"], name, entry["region_id"], entry[subject], entry[at], data)
