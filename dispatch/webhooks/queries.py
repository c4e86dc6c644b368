"""What can be asked about webhooks: who listens, what was sent, and how each try went, for those who keep them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true

from dispatch.webhooks import errors
from dispatch.webhooks.authority import kept_regions
from dispatch.webhooks.models import WebhookDelivery, WebhookSubscription, WebhookTry
from dispatch.webhooks.states import DeliveryState, SubscriptionState
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading

S, D, T = WebhookSubscription, WebhookDelivery, WebhookTry


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription, without its address and its secrets."""

    id: UUID
    region_id: UUID | None
    level: str
    place_id: UUID | None
    owner_id: UUID
    name: str
    host: str
    events: list[str]
    content: str
    state: str
    why: str | None
    both_sign_until: datetime | None
    created_at: datetime
    updated_at: datetime
    failing_since: datetime | None
    last_delivered_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class SubscriptionDetail:
    """A subscription, and how many messages wait and how many were given up; each count ends at `MOST_COUNTED`."""

    row: SubscriptionRow
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A message. `due_at` is when it is sent, or sent again."""

    id: UUID
    event_id: UUID
    event: str
    subject_id: UUID
    happened_at: datetime
    state: str
    tries: int
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    last_status: int | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class TryRow:
    """One time that a message was sent. `excerpt` is the beginning of what the receiver said."""

    at: datetime
    status: int | None
    took_ms: int
    error: str | None
    excerpt: str | None


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """A message with all its tries, the earliest first."""

    row: DeliveryRow
    log: tuple[TryRow, ...]


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which messages are meant; None lets everything through. The times are those of what happened."""

    state: DeliveryState | None = None
    event: str | None = None
    subject_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


MOST_COUNTED = 1_000
MOST_TRIES = 100
_SUBSCRIPTION = tuple(getattr(S, name) for name in SubscriptionRow.__dataclass_fields__)
_DELIVERY = tuple(getattr(D, name) for name in DeliveryRow.__dataclass_fields__)
_TRY = tuple(getattr(T, name) for name in TryRow.__dataclass_fields__)


def kept_by(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the webhooks that the caller keeps."""
    regions = kept_regions(reading.actor)
    return true() if regions is None else S.region_id.in_(sorted(regions))


def page_of_subscriptions(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    region_id: UUID | None = None,
    state: SubscriptionState | None = None,
) -> Page[SubscriptionRow]:
    """Return one page of webhooks, the newest first; the key is (id)."""
    statement = select(*_SUBSCRIPTION).where(kept_by(reading))
    if region_id is not None:
        statement = statement.where(S.region_id == region_id)
    if state is not None:
        statement = statement.where(S.state == state.value)
    page: Page[Any] = read_page(reading.session, statement, key=(S.id,), limit=limit, after=after)
    return Page(tuple(SubscriptionRow(*row) for row in page.items), page.after)


def subscription(reading: Reading, subscription_id: UUID) -> SubscriptionDetail:
    """Return a webhook. Raises NotFound (webhooks.unknown)."""
    row = reading.session.execute(select(*_SUBSCRIPTION).where(S.id == subscription_id, kept_by(reading))).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    counts = (_count(reading, subscription_id, state) for state in (DeliveryState.WAITING, DeliveryState.DEAD))
    return SubscriptionDetail(SubscriptionRow(*row), *counts)


def _count(reading: Reading, subscription_id: UUID, state: DeliveryState) -> int:
    some = select(D.id).where(D.subscription_id == subscription_id, D.state == state.value).limit(MOST_COUNTED)
    return reading.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def page_of_deliveries(
    reading: Reading,
    subscription_id: UUID,
    *,
    filters: DeliveryFilter,
    limit: int,
    after: Sequence[Any] | None = None,
) -> Page[DeliveryRow]:
    """Return one page of what was sent to a receiver, or waits, the newest first; the key is (id).

    Raises NotFound (webhooks.unknown).
    """
    subscription(reading, subscription_id)
    statement = select(*_DELIVERY).where(D.subscription_id == subscription_id, *delivery_conditions(filters))
    page: Page[Any] = read_page(reading.session, statement, key=(D.id,), limit=limit, after=after)
    return Page(tuple(DeliveryRow(*row) for row in page.items), page.after)


def delivery_conditions(filters: DeliveryFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter."""
    found: list[ColumnElement[bool]] = []
    if filters.state is not None:
        found.append(D.state == filters.state.value)
    if filters.event is not None:
        found.append(D.event == filters.event)
    if filters.subject_id is not None:
        found.append(D.subject_id == filters.subject_id)
    if filters.since is not None:
        found.append(D.happened_at >= filters.since)
    if filters.until is not None:
        found.append(D.happened_at < filters.until)
    return found


def delivery(reading: Reading, subscription_id: UUID, delivery_id: UUID) -> DeliveryDetail:
    """Return a message with its tries. Raises NotFound (webhooks.unknown, webhooks.delivery_unknown)."""
    subscription(reading, subscription_id)
    which = (D.id == delivery_id, D.subscription_id == subscription_id)
    row = reading.session.execute(select(*_DELIVERY).where(*which)).one_or_none()
    if row is None:
        raise errors.DELIVERY_UNKNOWN()
    log = reading.session.execute(select(*_TRY).where(T.delivery_id == delivery_id).order_by(T.at).limit(MOST_TRIES))
    return DeliveryDetail(DeliveryRow(*row), tuple(TryRow(*one) for one in log))
