"""Tables of preventive rounds: the plans, what they visit, each visit with its order, and what was asked of a plan."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.rounds.standing import OccurrenceState, PlanState, TargetKind
from dispatch.rounds.visits import OnHoliday
from dispatch.sla.deadline import Priority
from kernel.database import Base, Document, word, words

_DUE = text("next_look_at IS NOT NULL")


class RoundPlan(Base):
    """A round (巡检计划). Its place is a zone, a group or a station; what it visits lies inside.

    `begins_at` is a time of the day by the wall clock of the region. `generated_to` is the last day of the rule that was seen to.
    """

    __tablename__ = "round_plans"
    __table_args__ = (
        words("state", PlanState),
        words("priority", Priority),
        words("target_kind", TargetKind),
        words("on_holiday", OnHoliday),
        Index("ix_round_plans_region_id", "region_id", "id"),
        Index("ix_round_plans_station_id", "station_id", "id"),
        Index("ix_round_plans_group_id", "group_id", "id"),
        Index("ix_round_plans_zone_id", "zone_id", "id"),
        Index("ix_round_plans_due", "next_look_at", postgresql_where=_DUE, sqlite_where=_DUE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str | None] = mapped_column(String(2000))
    work_type: Mapped[str] = mapped_column(String(48))
    template_code: Mapped[str | None] = mapped_column(String(48))
    priority: Mapped[str] = mapped_column(word(Priority))
    target_kind: Mapped[str] = mapped_column(word(TargetKind))
    # Whether it visits what is in round_targets, and not all zones, or assets of these kinds, of its place.
    is_listed: Mapped[bool]
    asset_kinds: Mapped[list[Any]] = mapped_column(Document)
    rule: Mapped[str] = mapped_column(String(440))
    starts_on: Mapped[date]
    begins_at: Mapped[time]
    window_minutes: Mapped[int]
    lead_days: Mapped[int]
    on_holiday: Mapped[str] = mapped_column(word(OnHoliday))
    # One of working_calendars; the service checks it, and none is ever deleted.
    calendar_id: Mapped[UUID | None]
    # Whether its orders are given to whoever answers for the zone.
    assign: Mapped[bool]
    state: Mapped[str] = mapped_column(word(PlanState))
    end_reason: Mapped[str | None] = mapped_column(String(200))
    generated_to: Mapped[date]
    next_look_at: Mapped[datetime | None]
    created_by: Mapped[UUID]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RoundTarget(Base):
    """A zone, site or asset that a plan names."""

    __tablename__ = "round_targets"
    __table_args__ = (Index("ix_round_targets_target_id", "target_id"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("round_plans.id"), primary_key=True)
    target_id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))


class RoundOccurrence(Base):
    """A visit of a round to one target, on one day of its rule: once for ever, whatever happens to the job that makes it."""

    __tablename__ = "round_occurrences"
    __table_args__ = (
        UniqueConstraint("plan_id", "target_id", "day"),
        words("state", OccurrenceState),
        Index("ix_round_occurrences_plan_id", "plan_id", "window_start_at", "id"),
        Index("ix_round_occurrences_region_id", "region_id", "window_start_at", "id"),
        Index("ix_round_occurrences_station_id", "station_id", "window_start_at", "id"),
        Index("ix_round_occurrences_group_id", "group_id", "window_start_at", "id"),
        Index("ix_round_occurrences_zone_id", "zone_id", "window_start_at", "id"),
        Index("ix_round_occurrences_last_order_id", "last_order_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("round_plans.id"))
    target_id: Mapped[UUID]
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    day: Mapped[date]
    window_start_at: Mapped[datetime]
    window_end_at: Mapped[datetime]
    # Whether the notice of that year's holidays was not out yet.
    is_undecided: Mapped[bool]
    state: Mapped[str] = mapped_column(word(OccurrenceState))
    work_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_orders.id"))
    # The order that followed it up last, if one did; otherwise the same.
    last_order_id: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RoundEvent(Base):
    """What was asked of a plan. The id is the command's, so that none takes effect twice."""

    __tablename__ = "round_events"
    __table_args__ = (Index("ix_round_events_plan_id", "plan_id", "at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("round_plans.id"))
    kind: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[UUID]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(Document)
    digest: Mapped[bytes]
