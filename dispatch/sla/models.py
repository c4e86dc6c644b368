"""Tables of service-level policies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.sla.deadline import Priority
from kernel.database import Base, word, words


class SlaPolicy(Base):
    """The times of a priority tier in a region, from a moment on. Minutes; None means the policy sets no such time."""

    __tablename__ = "sla_policies"
    __table_args__ = (
        words("priority", Priority),
        Index("ix_sla_policies_region_id", "region_id", "priority", "effective_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    priority: Mapped[str] = mapped_column(word(Priority))
    respond_minutes: Mapped[int | None]
    arrive_minutes: Mapped[int | None]
    resolve_minutes: Mapped[int | None]
    effective_from: Mapped[datetime]
