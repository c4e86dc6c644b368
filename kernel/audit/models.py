"""Tables of the audit log. The database itself refuses to change or delete a row of the first two (see the migration)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from kernel.audit.acts import LONGEST_ACTION, LONGEST_AGENT, ActKind
from kernel.database import SILENT, Base, word, words


class AuditEntry(Base):
    """One act. `chain` is the region, or zero where there is none; `hash` covers all else and the hash of entry n - 1."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        words("kind", ActKind),
        Index("ix_audit_entries_id", "at", "id"),
        Index("ix_audit_entries_chain", "chain", "at", "id"),
        Index("ix_audit_entries_user_id", "user_id", "at", "id"),
        {"info": SILENT},
    )

    chain: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[UUID]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(word(ActKind))
    action: Mapped[str] = mapped_column(String(LONGEST_ACTION))
    user_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    session: Mapped[str | None] = mapped_column(String(16))
    address: Mapped[str | None] = mapped_column(String(45))
    agent: Mapped[str | None] = mapped_column(String(LONGEST_AGENT))
    request_id: Mapped[str | None] = mapped_column(String(64))
    subject_id: Mapped[UUID | None]
    details: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes]


class AuditSubject(Base):
    """By which ids an entry is found: its subject, the rows it changed, the people whose data it showed."""

    __tablename__ = "audit_subjects"
    __table_args__ = (
        ForeignKeyConstraint(["chain", "n"], ["audit_entries.chain", "audit_entries.n"]),
        Index("ix_audit_subjects_subject_id", "subject_id", "at", "id"),
        {"info": SILENT},
    )

    chain: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    id: Mapped[UUID]


class AuditHead(Base):
    """How far a chain has come: what shows that its tail was cut off."""

    __tablename__ = "audit_heads"
    __table_args__ = ({"info": SILENT},)

    chain: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]
