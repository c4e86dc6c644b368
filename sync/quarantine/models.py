"""Who decided what about ops that waited."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import Base, word, words
from sync.quarantine.deciding import Decision


class OpDecision(Base):
    """A decision about an op, with its reason; never changed. `code` is why the op had waited."""

    __tablename__ = "sync_op_decisions"
    __table_args__ = (
        words("decision", Decision),
        Index("ix_sync_op_decisions_op_id", "region_id", "op_id", "decided_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID]
    op_id: Mapped[UUID]
    decision: Mapped[str] = mapped_column(word(Decision))
    code: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime]
