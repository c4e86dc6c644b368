"""Tables of checklist templates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from checklists.templates.steps import VersionStatus
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
    """One version of a template; once published it never changes. `steps` has the form that `form.py` reads."""

    __tablename__ = "checklist_template_versions"
    __table_args__ = (UniqueConstraint("template_id", "version"), words("status", VersionStatus))

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
