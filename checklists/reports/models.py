"""Tables of service reports."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from checklists.reports.states import ReportState
from kernel.database import Base, word, words


class ServiceReport(Base):
    """A report of an order's checklist as it stood at one content, in one language. Once made it stays as it is.

    `content_digest` is the SHA-256 that a customer signs (hexadecimal), `file_digest` that of the PDF, the name of its blob.
    """

    __tablename__ = "service_reports"
    __table_args__ = (
        UniqueConstraint("work_order_id", "content_digest", "locale"),
        UniqueConstraint("code"),
        words("state", ReportState),
        Index(
            "ix_service_reports_due",
            "due_at",
            postgresql_where=text("state = 'wanted'"),
            sqlite_where=text("state = 'wanted'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    locale: Mapped[str] = mapped_column(String(8))
    content_digest: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(word(ReportState))
    code: Mapped[str] = mapped_column(String(16))
    file_digest: Mapped[str | None] = mapped_column(String(64))
    size_bytes: Mapped[int | None]
    wanted_by: Mapped[UUID]
    wanted_at: Mapped[datetime]
    # When a worker may take it: now, or when the one who took it should have been done.
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
