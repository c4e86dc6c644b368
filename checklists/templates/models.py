"""Tables of checklist templates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from checklists.templates.steps import VersionEvent, VersionStatus
from kernel.database import Base, Document, word, words


class ChecklistTemplate(Base):
    """A checklist for one kind of work, known by its code within a region."""

    __tablename__ = "checklist_templates"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    code: Mapped[str] = mapped_column(String(48))
    name: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime]


class ChecklistTemplateVersion(Base):
    """One version of a template; once published it never changes, which triggers of the database see to.

    `steps` has the form that `form.py` reads. It counts for new orders from `effective_from` on until `retired_at`, in pilot
    zones only while `on_trial`. `revision` counts the changes of a draft. `remind_at` is when people are next reminded
    of its review.
    """

    __tablename__ = "checklist_template_versions"
    __table_args__ = (
        UniqueConstraint("template_id", "version"),
        words("status", VersionStatus),
        Index(
            "ix_checklist_template_versions_remind_at",
            "remind_at",
            postgresql_where=text("remind_at IS NOT NULL"),
            sqlite_where=text("remind_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    template_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_templates.id"))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(word(VersionStatus))
    steps: Mapped[list[Any]] = mapped_column(Document)
    digest: Mapped[bytes]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    effective_from: Mapped[datetime | None]
    on_trial: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    review_due_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]


class ChecklistVersionEvent(Base):
    """Something that was done to a version, or said about it; never changed."""

    __tablename__ = "checklist_version_events"
    __table_args__ = (
        words("kind", VersionEvent),
        Index("ix_checklist_version_events_version_id", "version_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_template_versions.id"))
    kind: Mapped[str] = mapped_column(word(VersionEvent))
    user_id: Mapped[UUID]
    text: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[datetime]


class TemplatePicture(Base):
    """A reference picture that templates of a region show beside their questions. `digest` is the SHA-256 in hexadecimal."""

    __tablename__ = "template_pictures"

    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_type: Mapped[str] = mapped_column(String(32))
    size_bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    kept_by: Mapped[UUID]
    kept_at: Mapped[datetime]
