"""The inbox: every op that was ever handed in, which is also the queue of what is still to be reconciled."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import Base, word, words


class OpState(StrEnum):
    """Where an op stands. `pending` and `held` will move on by themselves, `quarantined` by a person, the others are final."""

    PENDING = "pending"
    HELD = "held"
    APPLIED = "applied"
    NO_OP = "no_op"
    CONFLICT_LOST = "conflict_lost"
    NEEDS_REVIEW = "needs_review"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"


class Op(Base):
    """One log entry of a phone, as it came.

    `op_id` is the phone's, or derived from the content when the phone gave none, gave no UUID, or gave one that was used before
    for something else. `payload` is the op's JSON with sorted keys, kept as text so that no character of it can break the store.
    `subject_id` is what it is about and what decides its shard: the work order, or the device for ops about none.
    """

    __tablename__ = "sync_ops"
    __table_args__ = (
        words("state", OpState),
        Index(
            "ix_sync_ops_pending",
            "region_id",
            "shard",
            "subject_id",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
        Index(
            "ix_sync_ops_waiting",
            "region_id",
            "state",
            "device_id",
            "device_seq",
            postgresql_where=text("state IN ('held', 'quarantined')"),
            sqlite_where=text("state IN ('held', 'quarantined')"),
        ),
        Index(
            "ix_sync_ops_quarantined",
            "region_id",
            "received_at",
            "op_id",
            postgresql_where=text("state = 'quarantined'"),
            sqlite_where=text("state = 'quarantined'"),
        ),
    )

    region_id: Mapped[UUID] = mapped_column(primary_key=True)
    op_id: Mapped[UUID] = mapped_column(primary_key=True)
    payload_hash: Mapped[bytes]
    device_id: Mapped[UUID]
    user_id: Mapped[UUID]
    device_seq: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(48))
    subject_id: Mapped[UUID]
    shard: Mapped[int] = mapped_column(SmallInteger)
    payload: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    time_quality: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(word(OpState))
    code: Mapped[str | None] = mapped_column(String(64))
    hold_until: Mapped[datetime | None]
    effect_seq: Mapped[int | None] = mapped_column(BigInteger)
    settled_at: Mapped[datetime | None]


class Shard(Base):
    """One of the region's streams of work; a worker holds its row while it reconciles, so that each order has one worker."""

    __tablename__ = "sync_shards"

    region_id: Mapped[UUID] = mapped_column(primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
