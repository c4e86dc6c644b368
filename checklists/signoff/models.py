"""Tables of sign-offs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import Base, Document


class SignOff(Base):
    """What a customer signed, or refused to sign. The id is the op's.

    `signed_digest` is the SHA-256 of the canonical snapshot the customer saw; it and all that was given with it never change.
    `server_digest` and `snapshot` are what the run held as of `effective_at`, `revision` counts the signed contents. These three
    follow when an op from before that time arrives later.
    """

    __tablename__ = "sign_offs"
    __table_args__ = (Index("ix_sign_offs_run_id", "run_id", "effective_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_runs.id"))
    work_order_id: Mapped[UUID]
    revision: Mapped[int]
    signed_digest: Mapped[bytes]
    server_digest: Mapped[bytes]
    snapshot: Mapped[dict[str, Any]] = mapped_column(Document)
    signer_name: Mapped[str | None] = mapped_column(String(80))
    refused_reason: Mapped[str | None] = mapped_column(String(200))
    witness: Mapped[str | None] = mapped_column(String(80))
    signature_media: Mapped[str | None] = mapped_column(String(64))
    user_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
