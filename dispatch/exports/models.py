"""Tables of exports."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.exports.kinds.names import KindName
from dispatch.exports.states import ExportFormat, ExportState, Language
from kernel.database import PERSONAL, SECRET, Base, word, words

_ACTIVE = text("state IN ('waiting', 'running')")
_KEPT = text("file_digest IS NOT NULL")


class Export(Base):
    """A list that somebody wants as a file. It is theirs alone, whatever places others see.

    `grants` are the roles under which the file was written. The file lies in the store locked with `file_key`, under its digest;
    without the key it is worth nothing. `attempts` tells workers apart: who has not the present number lost it to another.
    """

    __tablename__ = "exports"
    __table_args__ = (
        words("kind", KindName),
        words("state", ExportState),
        words("format", ExportFormat),
        words("language", Language),
        Index("ix_exports_user_id", "user_id", "created_at", "id"),
        Index("ix_exports_due_at", "due_at", postgresql_where=_ACTIVE, sqlite_where=_ACTIVE),
        Index("ix_exports_expires_at", "expires_at", postgresql_where=_KEPT, sqlite_where=_KEPT),
        Index("ix_exports_ended_at", "ended_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(word(KindName))
    state: Mapped[str] = mapped_column(word(ExportState))
    format: Mapped[str] = mapped_column(word(ExportFormat))
    language: Mapped[str] = mapped_column(word(Language))
    timezone: Mapped[str] = mapped_column(String(64))
    columns: Mapped[list[Any]]
    filters: Mapped[dict[str, Any]] = mapped_column(info=PERSONAL)
    grants: Mapped[list[Any]]
    rows: Mapped[int | None]
    rows_done: Mapped[int]
    problem: Mapped[str | None] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(200))
    file_key: Mapped[bytes | None] = mapped_column(info=SECRET)
    file_digest: Mapped[str | None] = mapped_column(String(64))
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int]
    version: Mapped[int]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    # When a worker may take it: now, or when the one who has it should have said something.
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
