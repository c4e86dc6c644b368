"""Tables of major incidents: what they are, where, with which orders, and what was said of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.incidents.lifecycle import Severity, State
from kernel.database import Base, Document, word, words

_DUE = text("remind_at IS NOT NULL")
_LINKED = text("unlinked_at IS NULL")


class MajorIncident(Base):
    """A major incident (重大故障). Its places are the smallest that hold all of it."""

    __tablename__ = "major_incidents"
    __table_args__ = (
        UniqueConstraint("region_id", "number"),
        words("state", State),
        words("severity", Severity),
        Index("ix_major_incidents_region_id", "region_id", "declared_at", "id"),
        Index("ix_major_incidents_station_id", "station_id", "declared_at", "id"),
        Index("ix_major_incidents_group_id", "group_id", "declared_at", "id"),
        Index("ix_major_incidents_commander_id", "commander_id", "declared_at", "id"),
        Index("ix_major_incidents_due", "remind_at", postgresql_where=_DUE, sqlite_where=_DUE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    number: Mapped[str] = mapped_column(String(48))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(String(4000))
    severity: Mapped[str] = mapped_column(word(Severity))
    state: Mapped[str] = mapped_column(word(State))
    work_type: Mapped[str | None] = mapped_column(String(48))
    commander_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    declared_by: Mapped[UUID]
    declared_at: Mapped[datetime]
    contained_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    affected_customers: Mapped[int]
    # Whether that number is the sum of its zones' subscribers, and not what a person said.
    affected_estimated: Mapped[bool]
    next_update_at: Mapped[datetime | None]
    # When somebody is reminded that the promised news is overdue, and how often that happened for this promise.
    remind_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    after_action: Mapped[dict[str, Any] | None] = mapped_column(Document)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class IncidentZone(Base):
    """A zone that an incident reaches, with its places: who sees the zone sees the incident."""

    __tablename__ = "incident_zones"
    __table_args__ = (
        Index("ix_incident_zones_station_id", "station_id"),
        Index("ix_incident_zones_group_id", "group_id"),
        Index("ix_incident_zones_zone_id", "zone_id"),
    )

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("major_incidents.id"), primary_key=True)
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"), primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("maintenance_groups.id"))


class IncidentOrder(Base):
    """An order that an incident gathers, from when until when."""

    __tablename__ = "incident_orders"
    __table_args__ = (
        Index("ix_incident_orders_incident_id", "incident_id"),
        # An order belongs to one incident at a time.
        Index(
            "ix_incident_orders_linked", "work_order_id", unique=True, postgresql_where=_LINKED, sqlite_where=_LINKED
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("major_incidents.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    linked_at: Mapped[datetime]
    linked_by: Mapped[UUID]
    unlinked_at: Mapped[datetime | None]
    unlinked_by: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(String(200))


class IncidentUpdate(Base):
    """An entry of an incident's log. The id is the command's, so that none takes effect twice."""

    __tablename__ = "incident_updates"
    __table_args__ = (Index("ix_incident_updates_incident_id", "incident_id", "at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("major_incidents.id"))
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str | None] = mapped_column(String(2000))
    user_id: Mapped[UUID]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(Document)
    digest: Mapped[bytes | None]
