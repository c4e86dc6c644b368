"""Tables of checklist runs and their answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import Base, Document


class ChecklistRun(Base):
    """A checklist being worked through for one order, on the version it began with.

    `answers` is what the fold made of all answer ops: `{item: {value, base, author_id, at, failed, …}}` (see `entries.py`).
    """

    __tablename__ = "checklist_runs"
    __table_args__ = (UniqueConstraint("work_order_id"), Index("ix_checklist_runs_region_id", "region_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    template_version_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_template_versions.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(Document)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ChecklistAnswer(Base):
    """One answer as it was given; winners and losers alike are kept. The id is the op's.

    `base` is the answer that its author saw in force, `settles` the ids of those that stood beside it.
    """

    __tablename__ = "checklist_answers"
    __table_args__ = (Index("ix_checklist_answers_run_id", "run_id", "item"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID]
    run_id: Mapped[UUID]
    item: Mapped[str] = mapped_column(String(64))
    value: Mapped[Any] = mapped_column(Document, nullable=True)
    note: Mapped[str | None] = mapped_column(String(2000))
    media: Mapped[list[Any]] = mapped_column(Document)
    base: Mapped[UUID | None]
    settles: Mapped[list[Any]] = mapped_column(Document)
    author_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    by_assignee: Mapped[bool]
    effective_at: Mapped[datetime]
    time_quality: Mapped[str] = mapped_column(String(16))
    recorded_at: Mapped[datetime]


class ChecklistFollowUp(Base):
    """An order that was raised because an item failed: one for each run and item, for ever."""

    __tablename__ = "checklist_follow_ups"
    __table_args__ = (UniqueConstraint("work_order_id"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_runs.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    raised_at: Mapped[datetime]
