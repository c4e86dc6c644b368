"""What can be asked about notices: one's own inbox, channels, quiet hours, and messages to customers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from dispatch.masking import masked
from dispatch.notifications import errors
from dispatch.notifications.catalogue import LANGUAGES
from dispatch.notifications.kinds import MessageStatus, Owner
from dispatch.notifications.models import CustomerMessage, Notification, NotificationChannel, QuietTime, RegionMessaging
from dispatch.notifications.quiet import NIGHT
from dispatch.territory import queries as territory
from kernel.actor import Role
from kernel.database import Page, read_page
from kernel.sealed_columns import open_row
from kernel.unit_of_work import Reading

COUNTED = 100
"""Unread notices are counted up to here: the number is for a badge."""


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """What one was told."""

    id: UUID
    key: str
    template: str
    title: str
    body: str
    urgent: bool
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel without its address, which is secret: its service, and its host where that is none."""

    id: UUID
    owner_kind: str
    owner_id: UUID
    name: str
    service: str
    host: str | None
    created_at: datetime
    last_sent_at: datetime | None
    last_failed_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class QuietRow:
    """Somebody's quiet hours (None: none), and whether they are their own or the region's."""

    quiet_from: time | None
    quiet_to: time | None
    own: bool


@dataclass(frozen=True, slots=True)
class RegionMessagingRow:
    """How a region tells its people and customers; the address of the way to customers is secret."""

    region_id: UUID
    quiet_from: time | None
    quiet_to: time | None
    language: str
    customer_service: str | None


@dataclass(frozen=True, slots=True)
class CustomerMessageRow:
    """A message to a customer, and what became of it."""

    id: UUID
    region_id: UUID
    zone_id: UUID | None
    customer_id: UUID
    phone: str | None
    key: str
    template: str
    title: str
    body: str
    status: str
    created_at: datetime
    sent_at: datetime | None
    last_error: str | None


def page_of_notifications(
    reading: Reading, *, limit: int, after: Sequence[Any] | None = None, unread: bool | None = None
) -> Page[NotificationRow]:
    """Return one page of what the caller was told, the newest first; the key is (id)."""
    statement = select(*_columns(Notification, NotificationRow)).where(
        Notification.recipient_id == reading.actor.user_id
    )
    if unread is not None:
        statement = statement.where(Notification.read_at.is_(None) if unread else Notification.read_at.is_not(None))
    page: Page[Any] = read_page(reading.session, statement, key=(Notification.id,), limit=limit, after=after)
    return Page(tuple(NotificationRow(*row) for row in page.items), page.after)


def count_unread(reading: Reading) -> int:
    """Count what the caller has not read, up to `COUNTED`."""
    some = (
        select(Notification.id)
        .where(Notification.recipient_id == reading.actor.user_id, Notification.read_at.is_(None))
        .limit(COUNTED)
        .subquery()
    )
    return reading.session.scalar(select(func.count()).select_from(some)) or 0


def page_of_channels(
    reading: Reading, *, limit: int, after: Sequence[Any] | None = None, owner_id: UUID | None = None
) -> Page[ChannelRow]:
    """Return one page of the channels that the caller knows of, the newest first; the key is (id)."""
    statement = select(*_columns(NotificationChannel, ChannelRow)).where(_in_sight(reading))
    if owner_id is not None:
        statement = statement.where(NotificationChannel.owner_id == owner_id)
    page: Page[Any] = read_page(reading.session, statement, key=(NotificationChannel.id,), limit=limit, after=after)
    return Page(tuple(ChannelRow(*row) for row in page.items), page.after)


def channel(reading: Reading, channel_id: UUID) -> ChannelRow:
    """Return a channel. Raises NotFound (notifications.channel_unknown)."""
    row = reading.session.execute(
        select(*_columns(NotificationChannel, ChannelRow)).where(
            NotificationChannel.id == channel_id, _in_sight(reading)
        )
    ).one_or_none()
    if row is None:
        raise errors.CHANNEL_UNKNOWN()
    return ChannelRow(*row)


def _in_sight(reading: Reading) -> ColumnElement[bool]:
    """Return the condition for one's own channels, the chats of teams in scope, and, for who looks after accounts, people's."""
    scope = reading.actor.scope
    person = NotificationChannel.owner_kind == Owner.PERSON.value
    teams = scope.sees(
        region=NotificationChannel.region_id,
        station=NotificationChannel.station_id,
        group=NotificationChannel.group_id,
    )
    found = [and_(person, NotificationChannel.owner_id == reading.actor.user_id), and_(~person, teams)]
    if reading.actor.has(Role.REGIONAL_OPERATIONS):
        found.append(and_(person, scope.sees(region=NotificationChannel.region_id)))
    return or_(*found)


def quiet_hours_of(reading: Reading) -> QuietRow:
    """Return the caller's quiet hours: their own, or those of their region."""
    own = reading.session.execute(
        select(QuietTime.quiet_from, QuietTime.quiet_to).where(QuietTime.user_id == reading.actor.user_id)
    ).one_or_none()
    if own is not None:
        return QuietRow(own.quiet_from, own.quiet_to, True)
    region_id = reading.actor.region_id
    found = None if region_id is None else _messaging(reading, region_id)
    if found is None:
        return QuietRow(NIGHT.begins, NIGHT.ends, False)
    return QuietRow(found.quiet_from, found.quiet_to, False)


def region_messaging(reading: Reading, region_id: UUID) -> RegionMessagingRow:
    """Return how a region tells its people and customers. Raises NotFound (territory.region_unknown)."""
    territory.region(reading, region_id)
    found = _messaging(reading, region_id)
    if found is None:
        return RegionMessagingRow(region_id, NIGHT.begins, NIGHT.ends, LANGUAGES[0], None)
    return RegionMessagingRow(*found)


def _messaging(reading: Reading, region_id: UUID) -> Any:
    columns = _columns(RegionMessaging, RegionMessagingRow)
    return reading.session.execute(select(*columns).where(RegionMessaging.region_id == region_id)).one_or_none()


def page_of_customer_messages(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    region_id: UUID | None = None,
    customer_id: UUID | None = None,
    key: str | None = None,
    status: MessageStatus | None = None,
) -> Page[CustomerMessageRow]:
    """Return one page of messages to customers in scope, numbers masked, the newest first; the key is (id)."""
    statement = select(*_columns(CustomerMessage, CustomerMessageRow))
    equal = (
        (CustomerMessage.region_id, region_id),
        (CustomerMessage.customer_id, customer_id),
        (CustomerMessage.key, key),
        (CustomerMessage.status, None if status is None else status.value),
    )
    statement = statement.where(*(column == value for column, value in equal if value is not None))
    parts = reading.actor.scope.parts(
        region=CustomerMessage.region_id,
        station=CustomerMessage.station_id,
        group=CustomerMessage.group_id,
        zone=CustomerMessage.zone_id,
    )
    page: Page[Any] = read_page(
        reading.session, statement, key=(CustomerMessage.id,), limit=limit, after=after, any_of=parts
    )
    shown = (masked(open_row(reading.sealer, CustomerMessage, row._mapping)) for row in page.items)
    return Page(tuple(CustomerMessageRow(**row) for row in shown), page.after)


def counts_by_status(reading: Reading, keys: Collection[str]) -> dict[str, dict[str, int]]:
    """Return how many messages to customers there are under each of these keys, by what became of them, as the caller sees.

    One statement, none without keys.
    """
    if not keys:
        return {}
    scope = reading.actor.scope.sees(
        region=CustomerMessage.region_id,
        station=CustomerMessage.station_id,
        group=CustomerMessage.group_id,
        zone=CustomerMessage.zone_id,
    )
    rows = reading.session.execute(
        select(CustomerMessage.key, CustomerMessage.status, func.count())
        .where(CustomerMessage.key.in_(keys), scope)
        .group_by(CustomerMessage.key, CustomerMessage.status)
    )
    found: dict[str, dict[str, int]] = {}
    for key, status, count in rows:
        found.setdefault(key, {})[status] = count
    return found


def _columns(model: Any, row: Any) -> list[Any]:
    return [getattr(model, name) for name in row.__dataclass_fields__]
