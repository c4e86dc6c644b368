"""Tables of the territory."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.decisions import Ended
from dispatch.territory.duties import DutyKind
from dispatch.territory.events import MovedLevel
from dispatch.territory.pilots import PilotKind, PilotOutcome
from kernel.database import PERSONAL, SILENT, Base, Document, word, words


class Region(Base):
    """The operations region (运营部): the unit of supervision, and of distribution. `timezone` is an IANA name."""

    __tablename__ = "regions"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))
    timezone: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Station(Base):
    """A service station (服务站), which runs its maintenance groups."""

    __tablename__ = "stations"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class MaintenanceGroup(Base):
    """A maintenance group (维护组) of 3 to 5 zones."""

    __tablename__ = "maintenance_groups"
    __table_args__ = (UniqueConstraint("station_id", "code"), Index("ix_maintenance_groups_region_id", "region_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Zone(Base):
    """A zone (片区): the patch of ground that one person answers for.

    `boundary` is a GeoJSON Polygon or MultiPolygon in WGS 84 degrees, longitude first.
    """

    __tablename__ = "zones"
    __table_args__ = (
        words("coordinate_system", CoordinateSystem),
        UniqueConstraint("region_id", "code"),
        Index("ix_zones_station_id", "station_id"),
        Index("ix_zones_group_id", "group_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("maintenance_groups.id"))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))
    boundary: Mapped[dict[str, Any] | None] = mapped_column(Document)
    # What the boundary was declared to be drawn in, before it was brought to WGS 84.
    coordinate_system: Mapped[str] = mapped_column(word(CoordinateSystem), default="wgs84", server_default="wgs84")
    subscribers: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class ZoneDecision(Base):
    """Somebody said which zone a place belongs to that the map cannot place. It holds until it ends."""

    __tablename__ = "zone_decisions"
    __table_args__ = (
        words("end_reason", Ended),
        Index("ix_zone_decisions_region_id", "region_id", "decided_at", "id"),
        Index(
            "ix_zone_decisions_lat",
            "region_id",
            "lat",
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_zone_decisions_address_key",
            "region_id",
            "address_key",
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    lat: Mapped[float | None] = mapped_column(info=PERSONAL)
    lon: Mapped[float | None] = mapped_column(info=PERSONAL)
    address: Mapped[str | None] = mapped_column(String(300), info=PERSONAL)
    address_key: Mapped[str | None] = mapped_column(String(300), info=PERSONAL)
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str | None] = mapped_column(word(Ended))
    note: Mapped[str | None] = mapped_column(String(300))


class ZoneDecisionZone(Base):
    """A zone that a decision is about: the chosen one, or one that claimed the place by the map of then."""

    __tablename__ = "zone_decision_zones"
    __table_args__ = (Index("ix_zone_decision_zones_zone_id", "zone_id"),)

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("zone_decisions.id"), primary_key=True)
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"), primary_key=True)
    is_claimant: Mapped[bool]


class RegionGround(Base):
    """Which ground the zones of a region cover: `token` is another one whenever that changes."""

    __tablename__ = "region_grounds"
    __table_args__ = ({"info": SILENT},)

    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"), primary_key=True)
    token: Mapped[UUID]


class PlaceDuty(Base):
    """Who answered for a place, from a moment until another (None: still).

    `end_reason` says why nobody followed: a vacancy that was stated. `holder_gone_at` is when the person left, or their account
    was closed, while the duty was still theirs: it is vacant-to-be.
    """

    __tablename__ = "place_duties"
    __table_args__ = (
        words("kind", DutyKind),
        Index("ix_place_duties_place_id", "place_id", "kind", "valid_from"),
        Index("ix_place_duties_user_id", "user_id", "valid_from"),
        Index("ix_place_duties_valid_to", "valid_to"),
        # Whatever happens, nobody gets a second successor: one open duty of a kind at a place.
        Index(
            "ix_place_duties_open",
            "place_id",
            "kind",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
            sqlite_where=text("valid_to IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    place_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(word(DutyKind))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(200))
    holder_gone_at: Mapped[datetime | None]
    appointed_by: Mapped[UUID | None]
    appointed_at: Mapped[datetime | None]


class PlaceMove(Base):
    """A zone or a group that went to another place, and what it was under before; never changed."""

    __tablename__ = "place_moves"
    __table_args__ = (words("level", MovedLevel), Index("ix_place_moves_place_id", "place_id", "moved_at", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    level: Mapped[str] = mapped_column(word(MovedLevel))
    place_id: Mapped[UUID]
    from_station_id: Mapped[UUID]
    to_station_id: Mapped[UUID]
    from_group_id: Mapped[UUID | None]
    to_group_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(String(200))
    moved_by: Mapped[UUID]
    moved_at: Mapped[datetime]


class GroupSizePolicy(Base):
    """How many zones a maintenance group of a region holds at least and at most, from a moment on."""

    __tablename__ = "group_size_policies"
    __table_args__ = (Index("ix_group_size_policies_region_id", "region_id", "effective_from", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    fewest: Mapped[int]
    most: Mapped[int]
    effective_from: Mapped[datetime]
    set_by: Mapped[UUID]
    created_at: Mapped[datetime]


class GroupSizeReason(Base):
    """Why a group was allowed to hold fewer or more zones than it should: the number, who decided it and when."""

    __tablename__ = "group_size_reasons"
    __table_args__ = (Index("ix_group_size_reasons_group_id", "group_id", "decided_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("maintenance_groups.id"))
    zones: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime]


class PilotRow(Base):
    """A trial in pilot zones: of what (`subject` is an id or a code), why, since when, and how it ended. One at a time runs."""

    __tablename__ = "pilots"
    __table_args__ = (
        words("kind", PilotKind),
        words("outcome", PilotOutcome),
        Index("ix_pilots_region_id", "region_id", "started_at", "id"),
        Index("ix_pilots_subject", "kind", "subject"),
        Index(
            "uq_pilots_running",
            "region_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    kind: Mapped[str] = mapped_column(word(PilotKind))
    subject: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500))
    started_at: Mapped[datetime]
    started_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(word(PilotOutcome))
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str | None] = mapped_column(String(500))


class PilotZone(Base):
    """A zone in which something is tried, from a moment on."""

    __tablename__ = "pilot_zones"
    __table_args__ = (Index("ix_pilot_zones_zone_id", "zone_id"),)

    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilots.id"), primary_key=True)
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"), primary_key=True)
    valid_from: Mapped[datetime]
