"""Tables of notices to people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.notifications.notice import LONGEST_KEY
from dispatch.notifications.wording import LONGEST_BODY, LONGEST_TITLE
from kernel.database import Base


class Notification(Base):
    """What somebody was told, in their language. It stays when the message was delivered: nobody gets a key twice."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("recipient_id", "key"),
        Index("ix_notifications_inbox", "recipient_id", "id"),
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
