"""Tables of sign-offs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from checklists.signoff.seen import FIRST
from checklists.signoff.snapshot import Method
from kernel.database import PERSONAL, Base, Document, word, words

_CHAINED = text("link IS NOT NULL")


class SignOff(Base):
    """What a customer signed, or refused to sign. The id is the op's.

    `signed_digest` is the SHA-256 of the canonical snapshot the customer saw; it and all that was given with it never change.
    `server_digest` and `snapshot` are what the run held as of `effective_at`, `revision` counts the signed contents. These three
    follow when an op from before that time arrives later; what they were before stays in `signed_contents`.

    `snapshot_version`, `completed_at` and `photos` are the terms; `link` and `previous` make the chain of the phone's sign-offs.
    """

    __tablename__ = "sign_offs"
    __table_args__ = (
        words("method", Method),
        Index("ix_sign_offs_run_id", "run_id", "effective_at"),
        Index("ix_sign_offs_device_id", "device_id", "link"),
        Index("ix_sign_offs_previous", "device_id", "previous"),
        Index("ix_sign_offs_chained", "recorded_at", postgresql_where=_CHAINED, sqlite_where=_CHAINED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_runs.id"))
    work_order_id: Mapped[UUID]
    revision: Mapped[int]
    signed_digest: Mapped[bytes]
    server_digest: Mapped[bytes]
    snapshot: Mapped[dict[str, Any]] = mapped_column(Document)
    signer_name: Mapped[str | None] = mapped_column(String(80), info=PERSONAL)
    refused_reason: Mapped[str | None] = mapped_column(String(200))
    witness: Mapped[str | None] = mapped_column(String(80))
    signature_media: Mapped[str | None] = mapped_column(String(64))
    user_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    snapshot_version: Mapped[int] = mapped_column(default=FIRST, server_default=text("1"))
    completed_at: Mapped[str | None] = mapped_column(String(32))
    photos: Mapped[dict[str, Any] | None] = mapped_column(Document)
    link: Mapped[bytes | None]
    previous: Mapped[bytes | None]
    method: Mapped[str] = mapped_column(word(Method), default=Method.DEVICE.value, server_default=text("'device'"))


class SignedContent(Base):
    """A snapshot by its digest: what an order held when somebody signed. It never changes, whatever becomes of the order."""

    __tablename__ = "signed_contents"

    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    region_id: Mapped[UUID]
    content: Mapped[dict[str, Any]] = mapped_column(Document)
    kept_at: Mapped[datetime]
