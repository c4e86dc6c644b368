"""Tables of technicians and skills."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import Base


class Technician(Base):
    """A person who does work in the field (维护人员), and the group they belong to. The id is the user's."""

    __tablename__ = "technicians"
    __table_args__ = (
        Index("ix_technicians_region_id", "region_id"),
        Index("ix_technicians_station_id", "station_id"),
        Index("ix_technicians_group_id", "group_id"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("maintenance_groups.id"))
    badge: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Skill(Base):
    """Something that must be learnt and certified before it is done at a customer's."""

    __tablename__ = "skills"

    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class TechnicianSkill(Base):
    """A skill that a technician holds, at a level from 1 to 5, until a day (None: for good)."""

    __tablename__ = "technician_skills"

    technician_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"), primary_key=True)
    skill: Mapped[str] = mapped_column(String(32), primary_key=True)
    level: Mapped[int] = mapped_column(default=1)
    certificate: Mapped[str | None] = mapped_column(String(64))
    valid_until: Mapped[date | None]
