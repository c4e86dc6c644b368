"""Tables of erasure: holds that forbid it, what was erased, and files whose bytes are still to go."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import SILENT, Base, Document


class LegalHold(Base):
    """Nothing of a customer is erased, for a reason, until somebody lifts it. One at a time."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        Index(
            "ix_legal_holds_customer_id",
            "customer_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
            sqlite_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    reason: Mapped[str] = mapped_column(String(300))
    set_by: Mapped[UUID]
    set_at: Mapped[datetime]
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None]


class Erasure(Base):
    """A customer's data were erased: when, by whom, why, and how many rows of which tables. Without their data."""

    __tablename__ = "erasures"
    __table_args__ = (
        Index("ix_erasures_customer_id", "customer_id"),
        Index("ix_erasures_region_id", "region_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    reason: Mapped[str] = mapped_column(String(300))
    erased_by: Mapped[UUID]
    erased_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(Document)


class ErasedFile(Base):
    """A stored file that nobody may see any more; the row goes with its bytes."""

    __tablename__ = "erased_files"
    __table_args__ = ({"info": SILENT},)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    erased_at: Mapped[datetime]
