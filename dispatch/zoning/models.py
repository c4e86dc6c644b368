"""Tables of zoning proposals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.zoning.status import ProposalStatus
from kernel.database import Base, Document, word, words


class ZoningProposal(Base):
    """A proposed split of a station: what it started from (`basis`), what it proposes (`plan`), and what became of it.

    `applied` is how the station stood right after it was applied, with what takes it back.
    """

    __tablename__ = "zoning_proposals"
    __table_args__ = (
        words("status", ProposalStatus),
        Index("ix_zoning_proposals_region_id", "region_id", "created_at", "id"),
        Index("ix_zoning_proposals_station_id", "station_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    status: Mapped[str] = mapped_column(word(ProposalStatus))
    basis: Mapped[dict[str, Any]] = mapped_column(Document)
    plan: Mapped[dict[str, Any]] = mapped_column(Document)
    applied: Mapped[dict[str, Any] | None] = mapped_column(Document)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    applied_by: Mapped[UUID | None]
    applied_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
