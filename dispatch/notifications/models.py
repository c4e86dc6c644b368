"""Tables of notices to people and customers."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.notifications.addresses import LONGEST
from dispatch.notifications.kinds import MessageStatus, Owner
from dispatch.notifications.notice import LONGEST_KEY
from dispatch.notifications.wording import LONGEST_BODY, LONGEST_TITLE
from kernel.database import PERSONAL, SECRET, SILENT, Base, word, words
from kernel.sealed_columns import sealed, sealed_text


class Notification(Base):
    """What a person (or a place's chat) was told, in their language. It stays after delivery: nobody gets a key twice."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("recipient_id", "key"),
        Index("ix_notifications_inbox", "recipient_id", "id"),
        Index(
            "ix_notifications_unread",
            "recipient_id",
            "id",
            postgresql_where=text("read_at IS NULL"),
            sqlite_where=text("read_at IS NULL"),
        ),
        {"info": SILENT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recipient_id: Mapped[UUID]
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("regions.id"))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    template: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    body: Mapped[str] = mapped_column(String(LONGEST_BODY))
    urgent: Mapped[bool]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class NotificationChannel(Base):
    """A way to reach a person, or the chat of a team. `url` is secret; the places say who may see that it exists."""

    __tablename__ = "notification_channels"
    __table_args__ = (words("owner_kind", Owner), Index("ix_notification_channels_owner_id", "owner_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_kind: Mapped[str] = mapped_column(word(Owner))
    owner_id: Mapped[UUID]
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    name: Mapped[str] = mapped_column(String(80))
    service: Mapped[str] = mapped_column(String(32))
    host: Mapped[str | None] = mapped_column(String(255))
    url: Mapped[str] = mapped_column(String(LONGEST), info=SECRET)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    last_sent_at: Mapped[datetime | None]
    last_failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))


class NotificationDelivery(Base):
    """A channel has a notice: it is not sent there again when another channel fails."""

    __tablename__ = "notification_deliveries"
    __table_args__ = ({"info": SILENT},)

    notification_id: Mapped[UUID] = mapped_column(ForeignKey("notifications.id"), primary_key=True)
    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]


class QuietTime(Base):
    """The quiet hours of a person, by the clock of their region; without times they have none."""

    __tablename__ = "quiet_times"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    updated_at: Mapped[datetime]


class RegionMessaging(Base):
    """How a region tells people and customers: its quiet hours, the language of its chats, and the way to customers' phones."""

    __tablename__ = "region_messaging"

    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"), primary_key=True)
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    language: Mapped[str] = mapped_column(String(16))
    customer_service: Mapped[str | None] = mapped_column(String(32))
    customer_url: Mapped[str | None] = mapped_column(String(LONGEST), info=SECRET)
    updated_at: Mapped[datetime]


class CustomerMessage(Base):
    """What a customer was told, and what became of it; nobody gets a key twice."""

    __tablename__ = "customer_messages"
    __table_args__ = (
        words("status", MessageStatus),
        UniqueConstraint("customer_id", "key"),
        Index("ix_customer_messages_region_id", "region_id", "id"),
        Index("ix_customer_messages_station_id", "station_id", "id"),
        Index("ix_customer_messages_zone_id", "zone_id", "id"),
        Index("ix_customer_messages_status", "region_id", "status", "id"),
        Index("ix_customer_messages_key", "key", "status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    phone: Mapped[str | None] = mapped_column(sealed_text(32), info=sealed())
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    template: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE), info=PERSONAL)
    body: Mapped[str] = mapped_column(String(LONGEST_BODY), info=PERSONAL)
    urgent: Mapped[bool]
    status: Mapped[str] = mapped_column(word(MessageStatus))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
