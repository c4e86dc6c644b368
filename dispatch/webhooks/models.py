"""Tables of webhooks: who listens where, what is to be sent, and how each try went."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.outward.answer import LONGEST_EXCERPT
from dispatch.outward.target import LONGEST
from dispatch.webhooks.states import Content, DeliveryState, SubscriptionState, Why
from kernel.actor import Level
from kernel.database import SECRET, SILENT, Base, word, words

_ACTIVE = text("state = 'active'")
_WAITING = text("state = 'waiting'")


class WebhookSubscription(Base):
    """Another system that listens. `region_id` is None at the level everywhere; `owner_id`: by whose eyes it sees.

    `next_due_at` is when its next message is due; until `rest_until` it is left alone: somebody sends to it, or it failed.
    """

    __tablename__ = "webhook_subscriptions"
    __table_args__ = (
        words("level", Level),
        words("content", Content),
        words("state", SubscriptionState),
        words("why", Why),
        Index("ix_webhook_subscriptions_region_id", "region_id", "id"),
        Index("ix_webhook_subscriptions_due", "next_due_at", postgresql_where=_ACTIVE, sqlite_where=_ACTIVE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("regions.id"))
    level: Mapped[str] = mapped_column(word(Level))
    place_id: Mapped[UUID | None]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(80))
    host: Mapped[str] = mapped_column(String(255))
    url: Mapped[str] = mapped_column(String(LONGEST), info=SECRET)
    events: Mapped[list[Any]]
    content: Mapped[str] = mapped_column(word(Content))
    state: Mapped[str] = mapped_column(word(SubscriptionState))
    why: Mapped[str | None] = mapped_column(word(Why))
    secret: Mapped[bytes] = mapped_column(info=SECRET)
    # The one before, which signs too until then.
    old_secret: Mapped[bytes | None] = mapped_column(info=SECRET)
    both_sign_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    next_due_at: Mapped[datetime | None]
    rest_until: Mapped[datetime]
    failures: Mapped[int]
    failing_since: Mapped[datetime | None]
    last_delivered_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))


class WebhookDelivery(Base):
    """A message for a subscription; its id is the message's, however often it is sent."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        words("state", DeliveryState),
        UniqueConstraint("subscription_id", "event_id"),
        Index("ix_webhook_deliveries_state", "subscription_id", "state", "id"),
        Index("ix_webhook_deliveries_subscription_id", "subscription_id", "id"),
        Index(
            "ix_webhook_deliveries_due", "subscription_id", "due_at", postgresql_where=_WAITING, sqlite_where=_WAITING
        ),
        Index("ix_webhook_deliveries_ended_at", "ended_at"),
        {"info": SILENT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_subscriptions.id"))
    event_id: Mapped[UUID]
    event: Mapped[str] = mapped_column(String(48))
    subject_id: Mapped[UUID]
    happened_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(word(DeliveryState))
    tries: Mapped[int]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(200))


class WebhookTry(Base):
    """One time that a message was sent, and how its receiver answered."""

    __tablename__ = "webhook_tries"
    __table_args__ = ({"info": SILENT},)

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_deliveries.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    status: Mapped[int | None]
    took_ms: Mapped[int]
    error: Mapped[str | None] = mapped_column(String(200))
    excerpt: Mapped[str | None] = mapped_column(String(LONGEST_EXCERPT))
