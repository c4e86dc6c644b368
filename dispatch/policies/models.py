"""The table of what regions have decided."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import Base, Document


class RegionPolicy(Base):
    """The rules of a region on one subject from a moment on; never changed, only followed by later ones."""

    __tablename__ = "region_policies"
    __table_args__ = (
        Index("ix_region_policies_region_id", "region_id", "subject", "effective_from", "id"),
        Index("ix_region_policies_effective_from", "effective_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    subject: Mapped[str] = mapped_column(String(32))
    rules: Mapped[dict[str, Any]] = mapped_column(Document)
    effective_from: Mapped[datetime]
    set_by: Mapped[UUID]
    created_at: Mapped[datetime]
