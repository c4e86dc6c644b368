"""Tables of consultations, who was asked, and what they answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.consultations.standing import Rung, State, Urgency
from kernel.database import Base, Document, word, words

_DUE = text("next_look_at IS NOT NULL")


class Consultation(Base):
    """A question (会诊) about an order. Its places are the order's. The id is the op's or the request's that asked it.

    `excerpt` is what the asker shows of the order's checklist, as it was then; nothing else of the order is lent to those asked.
    """

    __tablename__ = "consultations"
    __table_args__ = (
        words("state", State),
        words("urgency", Urgency),
        words("rung", Rung),
        Index("ix_consultations_region_id", "region_id", "asked_at", "id"),
        Index("ix_consultations_station_id", "station_id", "asked_at", "id"),
        Index("ix_consultations_group_id", "group_id", "asked_at", "id"),
        Index("ix_consultations_zone_id", "zone_id", "asked_at", "id"),
        Index("ix_consultations_asked_by", "asked_by", "asked_at", "id"),
        Index("ix_consultations_work_order_id", "work_order_id"),
        Index("ix_consultations_due", "next_look_at", postgresql_where=_DUE, sqlite_where=_DUE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    question: Mapped[str] = mapped_column(String(2000))
    media: Mapped[list[Any]] = mapped_column(Document)
    excerpt: Mapped[list[Any]] = mapped_column(Document)
    urgency: Mapped[str] = mapped_column(word(Urgency))
    skill: Mapped[str | None] = mapped_column(String(32))
    min_level: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(word(State))
    within_seconds: Mapped[int]
    # Who was asked last, and when the next above are asked if nobody answers.
    rung: Mapped[str] = mapped_column(word(Rung))
    next_look_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    accepted_id: Mapped[UUID | None]
    end_note: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    digest: Mapped[bytes]


class ConsultationAsked(Base):
    """Somebody who was asked, and as who."""

    __tablename__ = "consultation_asked"
    __table_args__ = (words("rung", Rung), Index("ix_consultation_asked_user_id", "user_id", "consultation_id"))

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    rung: Mapped[str] = mapped_column(word(Rung))
    on_duty: Mapped[bool]
    asked_at: Mapped[datetime]


class ConsultationAnswer(Base):
    """An answer. The id is the op's or the request's that gave it."""

    __tablename__ = "consultation_answers"
    __table_args__ = (Index("ix_consultation_answers_consultation_id", "consultation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"))
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    user_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(String(4000))
    media: Mapped[list[Any]] = mapped_column(Document)
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    digest: Mapped[bytes]
