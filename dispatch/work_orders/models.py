"""Tables of work orders, their assignments and their timeline."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.sla.deadline import Priority
from dispatch.work_orders.crew import CrewRole
from dispatch.work_orders.lifecycle import WITH_TECHNICIAN, FollowUp, Status
from dispatch.work_orders.reasons import ReasonKind
from dispatch.work_orders.visits import VisitState
from dispatch.work_orders.windows import AgreedChannel, RequestedBy
from kernel.database import PERSONAL, Base, Document, word, words


class WorkType(Base):
    """A kind of work in a region, the skill that it needs and the checklist that goes with it."""

    __tablename__ = "work_types"

    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(48), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(120))
    skill: Mapped[str | None] = mapped_column(String(32))
    template_code: Mapped[str | None] = mapped_column(String(48))
    minutes: Mapped[int] = mapped_column(default=60)
    # How many people such a visit takes, the lead among them.
    crew_size: Mapped[int] = mapped_column(default=1, server_default=text("1"))


IN_HAND = "status IN (" + ", ".join(f"'{one}'" for one in sorted(WITH_TECHNICIAN)) + ")"
"""The condition that an order is with somebody and not done, word for word as its index has it."""


class WorkOrder(Base):
    """A work order (工单). Its places are copied from the zone, so that every list has an index that serves its scope."""

    __tablename__ = "work_orders"
    __table_args__ = (
        UniqueConstraint("region_id", "number"),
        words("status", Status),
        words("priority", Priority),
        words("follow_up", FollowUp),
        Index("ix_work_orders_region_id", "region_id", "received_at", "id"),
        Index("ix_work_orders_station_id", "station_id", "received_at", "id"),
        Index("ix_work_orders_group_id", "group_id", "received_at", "id"),
        Index("ix_work_orders_zone_id", "zone_id", "received_at", "id"),
        Index("ix_work_orders_assignee_id", "assignee_id", "received_at", "id"),
        Index("ix_work_orders_site_id", "site_id"),
        Index("ix_work_orders_customer_id", "customer_id"),
        Index("ix_work_orders_asset_id", "asset_id"),
        Index("ix_work_orders_parent_id", "parent_id"),
        # How much somebody has to do.
        Index(
            "ix_work_orders_in_hand",
            "assignee_id",
            postgresql_where=text(IN_HAND),
            sqlite_where=text(IN_HAND),
        ),
        # What happens by itself when its time has come: only those that wait for it are in these.
        Index(
            "ix_work_orders_hold_until",
            "hold_until",
            postgresql_where=text("hold_until IS NOT NULL"),
            sqlite_where=text("hold_until IS NOT NULL"),
        ),
        Index(
            "ix_work_orders_closes_at",
            "closes_at",
            postgresql_where=text("closes_at IS NOT NULL"),
            sqlite_where=text("closes_at IS NOT NULL"),
        ),
        Index(
            "ix_work_orders_archives_at",
            "archives_at",
            postgresql_where=text("archives_at IS NOT NULL"),
            sqlite_where=text("archives_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    number: Mapped[str] = mapped_column(String(48))
    status: Mapped[str] = mapped_column(word(Status))
    priority: Mapped[str] = mapped_column(word(Priority))
    work_type: Mapped[str] = mapped_column(String(48))
    title: Mapped[str] = mapped_column(String(200), info=PERSONAL)
    description: Mapped[str | None] = mapped_column(String(4000), info=PERSONAL)
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    # One of assets; the services check it, and none is ever deleted.
    asset_id: Mapped[UUID | None]
    first_owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_orders.id"))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    # The open row of work_order_assignments; commands name it, so that an ex-assignee's command is recognised.
    assignment_id: Mapped[UUID | None]
    status_before_hold: Mapped[str | None] = mapped_column(String(32))
    hold_reason: Mapped[str | None] = mapped_column(String(64))
    hold_until: Mapped[datetime | None]
    window_start_at: Mapped[datetime | None]
    window_end_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    responded_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    sla_policy_id: Mapped[UUID | None] = mapped_column(ForeignKey("sla_policies.id"))
    respond_due_at: Mapped[datetime | None]
    arrive_due_at: Mapped[datetime | None]
    resolve_due_at: Mapped[datetime | None]
    # When somebody on the way expects to be there.
    eta_at: Mapped[datetime | None]
    declines: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    escalated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    follow_up: Mapped[str | None] = mapped_column(word(FollowUp))
    closes_at: Mapped[datetime | None]
    # When an order that is over leaves the phones that hold it, and since when it has.
    archives_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    repeat_visit: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    needs_review: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WorkOrderAssignment(Base):
    """Who an order was given to, from when, by whom, and why it ended. The open one has no `ended_at`."""

    __tablename__ = "work_order_assignments"
    __table_args__ = (
        Index("ix_work_order_assignments_work_order_id", "work_order_id"),
        Index("ix_work_order_assignments_user_id", "user_id", "ended_at"),
        Index("ix_work_order_assignments_assigned_at", "user_id", "assigned_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    assigned_by: Mapped[UUID]
    assigned_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(200))


_PRESENT = text("left_at IS NULL")


class WorkOrderCrew(Base):
    """Who is in an order's crew (作业小组) beside its lead, who is the assignee: from when until when, and why."""

    __tablename__ = "work_order_crew"
    __table_args__ = (
        words("role", CrewRole),
        Index("ix_work_order_crew_work_order_id", "work_order_id"),
        # Nobody is in a crew twice; and whoever sees an order because they are in its crew is found by themselves.
        Index(
            "ix_work_order_crew_present",
            "user_id",
            "work_order_id",
            unique=True,
            postgresql_where=_PRESENT,
            sqlite_where=_PRESENT,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(word(CrewRole))
    added_by: Mapped[UUID]
    joined_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(200))
    left_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(200))


class TimelineEntry(Base):
    """One fact or command in the life of an order.

    The id is the op's or the command's, so that neither can take effect twice. `effective_at` is the corrected time of what a
    phone recorded, `occurred_at` the phone's own; on entries made at a desk both are the server's time.
    """

    __tablename__ = "timeline_entries"
    __table_args__ = (
        Index("ix_timeline_entries_work_order_id", "work_order_id", "effective_at", "id"),
        # Where somebody was last.
        Index(
            "ix_timeline_entries_position",
            "user_id",
            "effective_at",
            postgresql_where=text("lat IS NOT NULL"),
            sqlite_where=text("lat IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID]
    work_order_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(48))
    user_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    effective_at: Mapped[datetime]
    time_quality: Mapped[str] = mapped_column(String(16))
    occurred_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    lat: Mapped[float | None] = mapped_column(info=PERSONAL)
    lon: Mapped[float | None] = mapped_column(info=PERSONAL)
    accuracy_m: Mapped[float | None]
    data: Mapped[dict[str, Any]] = mapped_column(Document, info=PERSONAL)
    flags: Mapped[list[Any]] = mapped_column(Document)
    digest: Mapped[bytes | None]


class Appointment(Base):
    """A visit that was proposed to a customer, or agreed with them; an order may have many over its life.

    The places are the order's. At most one of an order is agreed at a time; what it replaced is its predecessor.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        words("state", VisitState),
        words("channel", AgreedChannel),
        words("requested_by", RequestedBy),
        Index("ix_appointments_work_order_id", "work_order_id"),
        Index("ix_appointments_technician_id", "technician_id", "start_at", "id"),
        Index("ix_appointments_zone_id", "zone_id", "start_at", "id"),
        Index("ix_appointments_group_id", "group_id", "start_at", "id"),
        Index("ix_appointments_station_id", "station_id", "start_at", "id"),
        Index("ix_appointments_region_id", "region_id", "start_at", "id"),
        # One that is agreed, and was not kept by its end, is missed.
        Index(
            "ix_appointments_end_at",
            "end_at",
            postgresql_where=text("state = 'agreed'"),
            sqlite_where=text("state = 'agreed'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    technician_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    predecessor_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(word(VisitState))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    agreed_with: Mapped[str | None] = mapped_column(String(120), info=PERSONAL)
    channel: Mapped[str | None] = mapped_column(word(AgreedChannel))
    requested_by: Mapped[str | None] = mapped_column(word(RequestedBy))
    recorded_by: Mapped[UUID | None]
    agreed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(default=False)
    # Why it was moved or dropped.
    reason: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(String(500))
    # How often it was changed since it was made: calendars take the event with the higher number (RFC 5545, SEQUENCE).
    revision: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class OrderReason(Base):
    """A reason of a region's own, or what it made of one of the product's; see `reasons`."""

    __tablename__ = "order_reasons"
    __table_args__ = (words("kind", ReasonKind),)

    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(word(ReasonKind), primary_key=True)
    code: Mapped[str] = mapped_column(String(48), primary_key=True)
    label: Mapped[str] = mapped_column(String(80))
    label_en: Mapped[str] = mapped_column(String(80))
    active: Mapped[bool] = mapped_column(default=True)
    needs_evidence: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
