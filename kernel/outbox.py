"""Effects outside the database (mail, webhooks, pushes), stored with the change that causes them and sent at least once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kernel.bulk import insert_rows, update_rows
from kernel.database import SILENT, Base, Document, UTCDateTime

Send = Callable[[str, Mapping[str, Any]], None]
"""Delivers one message: the idempotency key, and the payload. Raises when it could not, or Later."""
Outcome = str | datetime | None
"""What came of a message: delivered (None), what went wrong, or when it is to be sent instead."""


class Later(Exception):
    """Raised by a sender: the message has to wait until then, which is no failure."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class OutboxMessage(Base):
    """A message that waits to be sent; deleted when it was."""

    __tablename__ = "outbox_messages"
    __table_args__ = (Index("ix_outbox_messages_due", "due_at"), {"info": SILENT})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID | None]
    topic: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(128))
    payload: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in the hands of a sender."""

    id: UUID
    topic: str
    key: str
    payload: Mapping[str, Any]
    attempts: int


def store(session: Session, rows: list[dict[str, Any]]) -> None:
    """Store messages in the transaction that causes them."""
    insert_rows(session, OutboxMessage, rows)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failures: 10 s, doubling, at most 6 hours."""
    return timedelta(seconds=min(10 * 2 ** min(attempts, 20), 6 * 3600))


def claim(
    session: Session, topics: Sequence[str], *, now: datetime, lease: timedelta, limit: int = 100
) -> list[Claimed]:
    """Take what is due, for the length of the lease; a sender that dies gives it back by the lease running out.

    Commit before sending: no transaction stays open while a third party is slow.
    """
    due = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.due_at <= now, OutboxMessage.topic.in_(topics))
        .order_by(OutboxMessage.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for message in due:
        message.due_at = now + lease
        message.attempts += 1
    return [Claimed(message.id, message.topic, message.key, message.payload, message.attempts) for message in due]


def take(session: Session, topic: str, *, now: datetime, limit: int) -> list[Mapping[str, Any]]:
    """Take what is due of a topic out of the outbox for good, the oldest first: for what is dealt with in this transaction.

    Whoever comes second waits, so that the order is kept.
    """
    rows = session.execute(
        select(OutboxMessage.id, OutboxMessage.payload)
        .where(OutboxMessage.due_at <= now, OutboxMessage.topic == topic)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update()
    ).all()
    if rows:
        session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_([row.id for row in rows])))
    return [row.payload for row in rows]


def send(claimed: Sequence[Claimed], senders: Mapping[str, Send]) -> dict[UUID, Outcome]:
    """Send each message; return None for those that were delivered, and for the others what went wrong or when they may go."""
    outcome: dict[UUID, Outcome] = {}
    for message in claimed:
        try:
            senders[message.topic](message.key, message.payload)
            outcome[message.id] = None
        except Later as later:
            outcome[message.id] = later.until
        except Exception as error:  # a third party may raise anything; it is kept with the message
            outcome[message.id] = f"{type(error).__name__}: {error}"[:500]
    return outcome


def settle(session: Session, claimed: Sequence[Claimed], outcome: Mapping[UUID, Outcome], *, now: datetime) -> None:
    """Delete what was delivered; keep the rest with its error and a later time. To have waited is no attempt."""
    delivered = [key for key, error in outcome.items() if error is None]
    session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(delivered)))
    late = []
    for message in claimed:
        found = outcome.get(message.id)
        if isinstance(found, datetime):
            late.append({"id": message.id, "due_at": found, "last_error": None, "attempts": message.attempts - 1})
        elif found is not None:
            due_at = now + backoff(message.attempts)
            late.append({"id": message.id, "due_at": due_at, "last_error": found, "attempts": message.attempts})
    update_rows(session, OutboxMessage, late, key=["id"])


def backlog(session: Session) -> tuple[int, datetime | None]:
    """Return how many messages wait, and since when the oldest does."""
    row = session.execute(select(func.count(), func.min(OutboxMessage.created_at)).select_from(OutboxMessage)).one()
    return row[0], row[1]
