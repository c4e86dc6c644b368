"""Tables of photos and signatures."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from checklists.media.states import MediaState
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
