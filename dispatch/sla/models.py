"""Tables of service-level policies, working calendars and clocks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.sla.clock import ClockStatus, Colour, EventKind
from dispatch.sla.deadline import Priority
from dispatch.sla.notices import Notice
from dispatch.sla.pauses import ClockName
from kernel.database import SILENT, Base, Document, word, words


class WorkingCalendar(Base):
    """A working calendar of a region; see `calendar_document`."""

    __tablename__ = "working_calendars"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    code: Mapped[str] = mapped_column(String(48))
    name: Mapped[str] = mapped_column(String(120))
    document: Mapped[dict[str, Any]] = mapped_column(Document)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SlaPolicy(Base):
    """The times of a priority tier in a region, from a moment on. Minutes; None means the policy sets no such time.

    With a work type or a customer class it is for those only, and goes before the one without. `rules` holds the pauses.
    """

    __tablename__ = "sla_policies"
    __table_args__ = (
        words("priority", Priority),
        Index("ix_sla_policies_region_id", "region_id", "priority", "effective_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    priority: Mapped[str] = mapped_column(word(Priority))
    work_type: Mapped[str | None] = mapped_column(String(48))
    customer_class: Mapped[str | None] = mapped_column(String(32))
    respond_minutes: Mapped[int | None]
    arrive_minutes: Mapped[int | None]
    resolve_minutes: Mapped[int | None]
    # One of working_calendars; the service checks it, and none is ever deleted.
    calendar_id: Mapped[UUID | None]
    rules: Mapped[dict[str, Any]] = mapped_column(Document, server_default=text("'{}'"))
    effective_from: Mapped[datetime]


class ClockEventRow(Base):
    """A fact in the life of a clock; never changed, never deleted. See `clock.ClockEvent`."""

    __tablename__ = "clock_events"
    __table_args__ = (
        words("clock", ClockName),
        words("kind", EventKind),
        Index("ix_clock_events_work_order_id", "work_order_id"),
        {"info": SILENT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    clock: Mapped[str] = mapped_column(word(ClockName))
    kind: Mapped[str] = mapped_column(word(EventKind))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    user_id: Mapped[UUID]
    # The terms that come into force: a start and a retarget have them.
    policy_id: Mapped[UUID | None]
    target_seconds: Mapped[int | None]
    due_at: Mapped[datetime | None]
    key: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(String(64))
    approver_id: Mapped[UUID | None]
    until: Mapped[datetime | None]
    final: Mapped[bool] = mapped_column(default=False)


class SlaClock(Base):
    """A clock as its events left it: only what lists and the sweep ask for. All of it follows from the events."""

    __tablename__ = "sla_clocks"
    __table_args__ = (
        words("clock", ClockName),
        words("status", ClockStatus),
        words("colour", Colour),
        words("noticed", Notice),
        Index(
            "ix_sla_clocks_due",
            "next_look_at",
            postgresql_where=text("next_look_at IS NOT NULL"),
            sqlite_where=text("next_look_at IS NOT NULL"),
        ),
        {"info": SILENT},
    )

    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"), primary_key=True)
    clock: Mapped[str] = mapped_column(word(ClockName), primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    status: Mapped[str] = mapped_column(word(ClockStatus))
    colour: Mapped[str] = mapped_column(word(Colour))
    due_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    is_settled: Mapped[bool] = mapped_column(default=False)
    # The last notice that was given; each is given once.
    noticed: Mapped[str] = mapped_column(word(Notice))
    coordinator_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    next_look_at: Mapped[datetime | None]
