"""Tables of sampling plans with their frames, reviews with their parts, findings, appeals and fault records."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from checklists.review.states import (
    AppealState,
    PlanState,
    Reopening,
    ReviewState,
    Severity,
    SlotState,
    Source,
    Verdict,
    Why,
)
from kernel.database import Base, Document, word, words

_WAITING = text("state IN ('sampled', 'in_review')")
_OPEN = text("state IN ('open', 'claimed')")
_APPEALABLE = text("state = 'decided'")
_OPEN_APPEAL = text("state = 'open'")
_STANDING = text("removed_at IS NULL")


class ReviewPlan(Base):
    """A region's sampling plan (抽检计划) for a month. `rules` are those it was made by, `seed` and `frame_digest` stored before
    anything is drawn; both never change."""

    __tablename__ = "review_plans"
    __table_args__ = (
        UniqueConstraint("region_id", "month"),
        words("state", PlanState),
        Index("ix_review_plans_region_id", "region_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    month: Mapped[str] = mapped_column(String(7))
    state: Mapped[str] = mapped_column(word(PlanState))
    rules: Mapped[dict[str, Any]] = mapped_column(Document)
    seed: Mapped[str] = mapped_column(String(64))
    frame_digest: Mapped[bytes]
    frame_size: Mapped[int]
    sample_size: Mapped[int | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    drawn_by: Mapped[UUID | None]
    drawn_at: Mapped[datetime | None]


class ReviewFrameRow(Base):
    """A finished run that could be drawn, as it was when the frame was stored: its strata, its weight, and why it has that.

    `why` tells what it was drawn for, once it was. The zone is that of then; it does not follow.
    """

    __tablename__ = "review_frame_rows"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("review_plans.id"), primary_key=True)
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"), primary_key=True)
    run_id: Mapped[UUID]
    zone_id: Mapped[UUID | None]
    technician_id: Mapped[UUID]
    work_type: Mapped[str] = mapped_column(String(48))
    completed_at: Mapped[datetime]
    weight: Mapped[int]
    risks: Mapped[list[Any]] = mapped_column(Document)
    why: Mapped[str | None] = mapped_column(String(16))


class Review(Base):
    """A review (抽检) of a finished run. The places are the order's; `technician_group_id` is that of whose work it was, then.

    `score` is in percent of what could be had. `verdict` is the one in force, so `pass` once an appeal overturned another.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        words("source", Source),
        words("why", Why),
        words("state", ReviewState),
        words("verdict", Verdict),
        words("reopening", Reopening),
        Index("ix_reviews_region_id", "region_id", "created_at", "id"),
        Index("ix_reviews_station_id", "station_id", "created_at", "id"),
        Index("ix_reviews_group_id", "group_id", "created_at", "id"),
        Index("ix_reviews_zone_id", "zone_id", "created_at", "id"),
        Index("ix_reviews_technician_id", "technician_id", "created_at", "id"),
        Index("ix_reviews_month", "region_id", "month"),
        Index("ix_reviews_plan_id", "plan_id"),
        # No order is under review twice at a time.
        Index("ix_reviews_waiting", "work_order_id", unique=True, postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index("ix_reviews_work_order_id", "work_order_id"),
        Index("ix_reviews_due", "due_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index("ix_reviews_appealable", "appeal_until", postgresql_where=_APPEALABLE, sqlite_where=_APPEALABLE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_runs.id"))
    template_version_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_template_versions.id"))
    template_code: Mapped[str] = mapped_column(String(48))
    work_type: Mapped[str] = mapped_column(String(48))
    technician_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    technician_group_id: Mapped[UUID | None]
    source: Mapped[str] = mapped_column(word(Source))
    why: Mapped[str] = mapped_column(word(Why))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("review_plans.id"))
    previous_id: Mapped[UUID | None]
    risks: Mapped[list[Any]] = mapped_column(Document)
    note: Mapped[str | None] = mapped_column(String(500))
    parts: Mapped[int]
    state: Mapped[str] = mapped_column(word(ReviewState))
    verdict: Mapped[str | None] = mapped_column(word(Verdict))
    score: Mapped[float | None]
    overturned: Mapped[bool] = mapped_column(default=False)
    reopening: Mapped[str | None] = mapped_column(word(Reopening))
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    # The month of the verdict in the region's zone, for figures.
    month: Mapped[str | None] = mapped_column(String(7))
    appeal_until: Mapped[datetime | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]


class ReviewSlot(Base):
    """One reviewer's part of a review; a double review has two. Its places are the review's, so that the queue is an index.

    A claim is worth until `lease_until`. What was handed to an external assessor is in nobody else's queue.
    """

    __tablename__ = "review_slots"
    __table_args__ = (
        UniqueConstraint("review_id", "nth"),
        words("state", SlotState),
        words("verdict", Verdict),
        Index("ix_review_slots_region_id", "region_id", "due_at", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_review_slots_station_id", "station_id", "due_at", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_review_slots_handed_to", "handed_to", "due_at", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"))
    nth: Mapped[int]
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    technician_id: Mapped[UUID]
    technician_group_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(word(SlotState))
    due_at: Mapped[datetime]
    reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    lease_until: Mapped[datetime | None]
    handed_to: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    handed_by: Mapped[UUID | None]
    handed_at: Mapped[datetime | None]
    verdict: Mapped[str | None] = mapped_column(word(Verdict))
    score: Mapped[float | None]
    note: Mapped[str | None] = mapped_column(String(2000))
    submitted_at: Mapped[datetime | None]


class ReviewItemScore(Base):
    """The points that a reviewer gave to an item, of how many."""

    __tablename__ = "review_item_scores"
    __table_args__ = (Index("ix_review_item_scores_review_id", "review_id"),)

    slot_id: Mapped[UUID] = mapped_column(ForeignKey("review_slots.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"))
    points: Mapped[int]
    most: Mapped[int]


class ReviewFinding(Base):
    """Something that a reviewer found. `media` are SHA-256 digests of the order's photos."""

    __tablename__ = "review_findings"
    __table_args__ = (words("severity", Severity), Index("ix_review_findings_review_id", "review_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"))
    slot_id: Mapped[UUID] = mapped_column(ForeignKey("review_slots.id"))
    item: Mapped[str | None] = mapped_column(String(64))
    severity: Mapped[str] = mapped_column(word(Severity))
    text: Mapped[str] = mapped_column(String(1000))
    media: Mapped[list[Any]] = mapped_column(Document)
    created_at: Mapped[datetime]


class ReviewAppeal(Base):
    """An appeal (申诉) against a verdict, once, and what became of it."""

    __tablename__ = "review_appeals"
    __table_args__ = (
        UniqueConstraint("review_id"),
        words("state", AppealState),
        Index("ix_review_appeals_due", "decide_by", postgresql_where=_OPEN_APPEAL, sqlite_where=_OPEN_APPEAL),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"))
    technician_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(2000))
    filed_at: Mapped[datetime]
    decide_by: Mapped[datetime]
    state: Mapped[str] = mapped_column(word(AppealState))
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(2000))


class FaultRecord(Base):
    """A fault record (差错记录) of a technician, from a failed review, until an appeal removes it. The places are the order's.

    `barred_at` is when it led to a bar, so that it does not lead to another one after retraining.
    """

    __tablename__ = "fault_records"
    __table_args__ = (
        UniqueConstraint("review_id"),
        Index("ix_fault_records_region_id", "region_id", "recorded_at", "id"),
        Index("ix_fault_records_station_id", "station_id", "recorded_at", "id"),
        Index("ix_fault_records_group_id", "group_id", "recorded_at", "id"),
        Index("ix_fault_records_zone_id", "zone_id", "recorded_at", "id"),
        Index("ix_fault_records_technician_id", "technician_id", "recorded_at", "id"),
        Index(
            "ix_fault_records_standing",
            "technician_id",
            "skill",
            "recorded_at",
            postgresql_where=_STANDING,
            sqlite_where=_STANDING,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    technician_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    skill: Mapped[str | None] = mapped_column(String(32))
    work_type: Mapped[str] = mapped_column(String(48))
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    recorded_at: Mapped[datetime]
    barred_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None]
    removed_why: Mapped[str | None] = mapped_column(String(500))
