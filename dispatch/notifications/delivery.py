"""What a courier needs: what is to be delivered where, when it has to wait, and a note of what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import select, update

from dispatch.accounts import queries as accounts
from dispatch.notifications.catalogue import language_of
from dispatch.notifications.kinds import MessageStatus
from dispatch.notifications.letters import Letter
from dispatch.notifications.managing import check_channel
from dispatch.notifications.models import (
    CustomerMessage,
    Notification,
    NotificationChannel,
    NotificationDelivery,
    QuietTime,
    RegionMessaging,
)
from dispatch.notifications.quiet import NIGHT, QuietHours, quiet_hours
from dispatch.notifications.wording import word
from dispatch.territory import queries as territory
from kernel.bulk import insert_rows, update_rows
from kernel.sealed_columns import open_row
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class Parcel:
    """A notice with the addresses (by channel) to which it has not come yet. `waits_until`: quiet hours end then."""

    id: UUID
    title: str
    body: str
    created_at: datetime
    addresses: Mapping[UUID, str]
    waits_until: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerParcel:
    """A message to a customer, with its address; without one the region has no way to customers any more."""

    id: UUID
    title: str
    body: str
    created_at: datetime
    address: str | None
    waits_until: datetime | None


def parcel(reading: Reading, notification_id: UUID) -> Parcel | None:
    """Return what is to be delivered of a notice; None when it is gone. Six statements at most."""
    columns = (Notification.recipient_id, Notification.region_id, Notification.urgent)
    row = reading.session.execute(
        select(*columns, Notification.title, Notification.body, Notification.created_at).where(
            Notification.id == notification_id
        )
    ).one_or_none()
    if row is None:
        return None
    done = select(NotificationDelivery.channel_id).where(NotificationDelivery.notification_id == notification_id)
    addresses = reading.session.execute(
        select(NotificationChannel.id, NotificationChannel.url)
        .where(NotificationChannel.owner_id == row.recipient_id, NotificationChannel.id.not_in(done))
        .order_by(NotificationChannel.id)
    )
    found = {one.id: one.url for one in addresses}
    waits = None if row.urgent or not found else _quiet_until(reading, row.region_id, row.recipient_id)
    return Parcel(notification_id, row.title, row.body, row.created_at, found, waits)


def customer_parcel(reading: Reading, message_id: UUID) -> CustomerParcel | None:
    """Return what is to be delivered to a customer; None when it is gone, or nothing is left to do."""
    columns = (CustomerMessage.region_id, CustomerMessage.urgent, CustomerMessage.phone, CustomerMessage.created_at)
    row = reading.session.execute(
        select(*columns, CustomerMessage.title, CustomerMessage.body, RegionMessaging.customer_url)
        .outerjoin(RegionMessaging, RegionMessaging.region_id == CustomerMessage.region_id)
        .where(CustomerMessage.id == message_id, CustomerMessage.status == MessageStatus.WAITING.value)
    ).one_or_none()
    if row is None:
        return None
    waits = None if row.urgent or row.customer_url is None else _quiet_until(reading, row.region_id, None)
    phone = open_row(reading.sealer, CustomerMessage, {"id": message_id, "phone": row.phone})["phone"]
    address = None if row.customer_url is None else address_for(row.customer_url, phone or "")
    return CustomerParcel(message_id, row.title, row.body, row.created_at, address, waits)


def address_for(url: str, phone: str) -> str:
    """Put a telephone number into an address: its digits, and a plus before them if it has one."""
    digits = "".join(character for character in phone if character.isdecimal() and character.isascii())
    return url.replace("{phone}", quote("+" + digits if phone.strip().startswith("+") else digits, safe=""))


def _quiet_until(reading: Reading, region_id: UUID | None, user_id: UUID | None) -> datetime | None:
    """Return when the quiet hours end that hold now for this person, or else for this region."""
    if region_id is None:
        return None
    hours: QuietHours | None = NIGHT
    region = reading.session.execute(
        select(RegionMessaging.quiet_from, RegionMessaging.quiet_to).where(RegionMessaging.region_id == region_id)
    ).one_or_none()
    if region is not None:
        hours = quiet_hours(region.quiet_from, region.quiet_to)
    own = reading.session.execute(
        select(QuietTime.quiet_from, QuietTime.quiet_to).where(QuietTime.user_id == user_id)
    ).one_or_none()
    if own is not None:
        hours = quiet_hours(own.quiet_from, own.quiet_to)
    if hours is None:
        return None
    return hours.until(reading.now, territory.timezones_of(reading, [region_id])[region_id])


def note_deliveries(uow: UnitOfWork, notification_id: UUID, outcomes: Mapping[UUID, str | None]) -> None:
    """Note which channels have a notice (None), and what was wrong with the others; a channel shows how it did last."""
    sent = [key for key, error in outcomes.items() if error is None]
    insert_rows(
        uow.session,
        NotificationDelivery,
        [{"notification_id": notification_id, "channel_id": key, "sent_at": uow.now} for key in sent],
        on_conflict="(notification_id, channel_id) DO NOTHING",
    )
    note_channels(uow, outcomes)


def note_channels(uow: UnitOfWork, outcomes: Mapping[UUID, str | None]) -> None:
    """Note how channels did: None for those that took a message, what was wrong for the others."""
    good = [
        {"id": key, "last_sent_at": uow.now, "last_error": None} for key, error in outcomes.items() if error is None
    ]
    bad = [
        {"id": key, "last_failed_at": uow.now, "last_error": error[:200]}
        for key, error in outcomes.items()
        if error is not None
    ]
    update_rows(uow.session, NotificationChannel, good, key=["id"])
    update_rows(uow.session, NotificationChannel, bad, key=["id"])


def note_message(uow: UnitOfWork, message_id: UUID, status: MessageStatus, error: str | None = None) -> None:
    """Note what became of a message to a customer."""
    sent_at = uow.now if status is MessageStatus.SENT else None
    uow.session.execute(
        update(CustomerMessage)
        .where(CustomerMessage.id == message_id)
        .values(status=status.value, sent_at=sent_at, last_error=error and error[:200])
        .execution_options(synchronize_session=False)
    )


def test_letter(reading: Reading, channel_id: UUID) -> Letter:
    """Write a letter that shows whether a channel works, in the caller's language.

    Raises NotFound (notifications.channel_unknown); Forbidden (forbidden): the caller may not change the channel.
    """
    check_channel(reading, channel_id)
    url = reading.session.scalar(select(NotificationChannel.url).where(NotificationChannel.id == channel_id)) or ""
    name = accounts.contacts_of(reading, [reading.actor.user_id])[reading.actor.user_id].name
    text = word("notice.test", language_of(reading.actor.locale), {"name": name}, None)
    return Letter(url, text.title, text.body, f"test:{channel_id}:{reading.now.timestamp():.0f}")
