"""Tables of photos and signatures."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from checklists.media.states import ClockBasis, MediaState
from kernel.database import Base, word, words


class MediaFile(Base):
    """A photo or signature of an order, by the name its phone gave it. Once its bytes are here, they never change."""

    __tablename__ = "media_files"
    __table_args__ = (
        UniqueConstraint("work_order_id", "media_id"),
        words("state", MediaState),
        Index(
            "ix_media_files_due",
            "due_at",
            postgresql_where=text("state = 'awaited'"),
            sqlite_where=text("state = 'awaited'"),
        ),
        Index("ix_media_files_digest", "digest"),
        words("taken_by_clock", ClockBasis),
        Index(
            "ix_media_files_look_due_at",
            "look_due_at",
            postgresql_where=text("look_due_at IS NOT NULL"),
            sqlite_where=text("look_due_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    media_id: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(word(MediaState))
    # The SHA-256 in hexadecimal: the name of its blob. A phone may announce it with the op.
    digest: Mapped[str | None] = mapped_column(String(64))
    content_type: Mapped[str | None] = mapped_column(String(32))
    size_bytes: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    user_id: Mapped[UUID]
    named_at: Mapped[datetime]
    due_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    # What the picture says of itself, as it was found in it: when, by which clock, where (WGS 84), and with what.
    taken_at: Mapped[datetime | None]
    taken_by_clock: Mapped[str | None] = mapped_column(word(ClockBasis))
    taken_lat: Mapped[float | None]
    taken_lon: Mapped[float | None]
    camera: Mapped[str | None] = mapped_column(String(80))
    # Its thumbnails, blobs as it is itself.
    small_digest: Mapped[str | None] = mapped_column(String(64))
    small_bytes: Mapped[int | None]
    medium_digest: Mapped[str | None] = mapped_column(String(64))
    medium_bytes: Mapped[int | None]
    # When a worker looks into it; none once that is done.
    look_due_at: Mapped[datetime | None]
    look_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    # When it was erased: its bytes are gone, or about to be; its digest stays, for what was signed.
    erased_at: Mapped[datetime | None]
