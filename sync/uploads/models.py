"""The table of uploads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import Base, word, words
from sync.uploads.states import UploadState


class Upload(Base):
    """An upload of a device, by the name that the file has in its op. Its offset is the length of its file, and nowhere else.

    `due_at` is when the next thing happens by itself: an open upload expires, a received one is looked at by a worker.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        UniqueConstraint("device_id", "media_id"),
        words("state", UploadState),
        Index(
            "ix_uploads_due",
            "state",
            "due_at",
            postgresql_where=text("state IN ('open', 'received')"),
            sqlite_where=text("state IN ('open', 'received')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    media_id: Mapped[str] = mapped_column(String(64))
    op_id: Mapped[UUID | None]
    length: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    filename: Mapped[str | None] = mapped_column(String(200))
    filetype: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(word(UploadState))
    code: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
