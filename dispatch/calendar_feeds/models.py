"""Tables of calendars that people subscribe to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import SECRET, Base


class CalendarFeed(Base):
    """The one address at which somebody's calendar lies now: its digest only. A new address takes the place of the old."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (Index("ix_calendar_feeds_token_hash", "token_hash", unique=True),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(info=SECRET)
    created_at: Mapped[datetime]
