"""Tables of geocoding: what providers answered, what is still to be asked, and when each may be asked again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.geocoding.matches import MatchQuality
from dispatch.geocoding.subjects import SubjectKind
from kernel.database import SILENT, Base, word, words


class KnownAddress(Base):
    """What a provider answered about an address in a region, until it expires. Without a position it did not know it."""

    __tablename__ = "known_addresses"
    __table_args__ = (
        words("quality", MatchQuality),
        Index("ix_known_addresses_expires_at", "expires_at"),
        {"info": SILENT},
    )

    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(32), primary_key=True)
    address_key: Mapped[str] = mapped_column(String(300), primary_key=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    quality: Mapped[str | None] = mapped_column(word(MatchQuality))
    label: Mapped[str | None] = mapped_column(String(300))
    looked_up_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class AddressTask(Base):
    """An address that a provider is still to be asked about, for a site or a request. Deleted when it was answered.

    Without `due_at` nobody asks any more: it failed too often.
    """

    __tablename__ = "address_tasks"
    __table_args__ = (
        words("subject_kind", SubjectKind),
        UniqueConstraint("subject_kind", "subject_id"),
        Index("ix_address_tasks_due_at", "due_at"),
        {"info": SILENT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    subject_kind: Mapped[str] = mapped_column(word(SubjectKind))
    subject_id: Mapped[UUID]
    address: Mapped[str] = mapped_column(String(300))
    is_fresh: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))


class ProviderPace(Base):
    """When a provider may be asked next, by any process, and how often in a row it has failed."""

    __tablename__ = "provider_paces"
    __table_args__ = ({"info": SILENT},)

    provider: Mapped[str] = mapped_column(String(32), primary_key=True)
    next_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
