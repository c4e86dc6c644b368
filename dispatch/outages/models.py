"""Tables of planned outages: what is planned, where it reaches, whom there is to tell what, and what was asked of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.outages.lifecycle import News, OutageKind, State
from kernel.database import Base, Document, word, words

_DUE = text("next_look_at IS NOT NULL")
_UNTOLD = text("done_at IS NULL")


class PlannedOutage(Base):
    """A planned outage or upgrade. Its places are the smallest that hold all of it.

    It troubles all of its zones, or with `boundary` (GeoJSON, WGS 84) what lies inside, or with `asset_ids` the sites of these.
    `edition` counts what those concerned were told.
    """

    __tablename__ = "planned_outages"
    __table_args__ = (
        UniqueConstraint("region_id", "number"),
        words("kind", OutageKind),
        words("state", State),
        Index("ix_planned_outages_region_id", "region_id", "starts_at", "id"),
        Index("ix_planned_outages_station_id", "station_id", "starts_at", "id"),
        Index("ix_planned_outages_group_id", "group_id", "starts_at", "id"),
        # What is known to trouble customers now: asked whenever a request comes in.
        Index("ix_planned_outages_ends_at", "region_id", "ends_at"),
        Index("ix_planned_outages_due", "next_look_at", postgresql_where=_DUE, sqlite_where=_DUE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    number: Mapped[str] = mapped_column(String(48))
    kind: Mapped[str] = mapped_column(word(OutageKind))
    title: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(word(State))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    boundary: Mapped[dict[str, Any] | None] = mapped_column(Document)
    asset_ids: Mapped[list[Any]] = mapped_column(Document)
    work_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_orders.id"))
    edition: Mapped[int] = mapped_column(default=0)
    announced_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(200))
    # When it begins by itself, or is overdue.
    next_look_at: Mapped[datetime | None]
    created_by: Mapped[UUID]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class OutageZone(Base):
    """A zone that an outage reaches, with its places: who sees the zone sees the outage."""

    __tablename__ = "outage_zones"
    __table_args__ = (
        Index("ix_outage_zones_station_id", "station_id"),
        Index("ix_outage_zones_group_id", "group_id"),
        Index("ix_outage_zones_zone_id", "zone_id"),
    )

    outage_id: Mapped[UUID] = mapped_column(ForeignKey("planned_outages.id"), primary_key=True)
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"), primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("maintenance_groups.id"))


class OutageBroadcast(Base):
    """Something that the customers of an outage are to be told, and up to which of them they were."""

    __tablename__ = "outage_broadcasts"
    __table_args__ = (
        words("news", News),
        Index("ix_outage_broadcasts_untold", "created_at", "id", postgresql_where=_UNTOLD, sqlite_where=_UNTOLD),
        UniqueConstraint("outage_id", "edition"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    outage_id: Mapped[UUID] = mapped_column(ForeignKey("planned_outages.id"))
    edition: Mapped[int]
    news: Mapped[str] = mapped_column(word(News))
    # The values of the text as they were when it was said.
    said: Mapped[dict[str, Any]] = mapped_column(Document)
    urgent: Mapped[bool]
    place_id: Mapped[UUID | None]
    site_id: Mapped[UUID | None]
    told: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class OutageEvent(Base):
    """What was asked of an outage. The id is the command's, so that none takes effect twice."""

    __tablename__ = "outage_events"
    __table_args__ = (Index("ix_outage_events_outage_id", "outage_id", "at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    outage_id: Mapped[UUID] = mapped_column(ForeignKey("planned_outages.id"))
    kind: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[UUID]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(Document)
    digest: Mapped[bytes]
