"""What could not be merged, with who decides it and by when."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import Base, Document, word, words


class ConflictKind(StrEnum):
    """What does not fit together."""

    CONCURRENT_ANSWERS = "concurrent_answers"
    STATUS_COMMAND = "status_command"
    CLOSED_ORDER = "closed_order"
    TIME_OVERLAP = "time_overlap"
    AMENDED_AFTER_SIGNATURE = "amended_after_signature"
    HIDDEN_ANSWER = "hidden_answer"
    FEE_TO_APPROVE = "fee_to_approve"


class Conflict(Base):
    """A conflict that a person settles. The places say who sees it; nobody's work was dropped for it."""

    __tablename__ = "sync_conflicts"
    __table_args__ = (
        words("kind", ConflictKind),
        Index("ix_sync_conflicts_region_id", "region_id", "created_at", "id"),
        Index("ix_sync_conflicts_work_order_id", "work_order_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID]
    station_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    zone_id: Mapped[UUID | None]
    work_order_id: Mapped[UUID]
    op_id: Mapped[UUID]
    user_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(word(ConflictKind))
    code: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(Document)
    deadline_at: Mapped[datetime]
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    resolution: Mapped[str | None] = mapped_column(String(200))
