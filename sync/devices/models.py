"""Tables of devices."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import Base, Document, word, words


class DeviceStatus(StrEnum):
    """A revoked device may still hand in its work until `push_until`; a closed one may do nothing."""

    ACTIVE = "active"
    REVOKED = "revoked"
    CLOSED = "closed"


class Device(Base):
    """A phone in the hands of one user. `received` is what `ranges.Received` holds; `holding`, whether ops of it may be held."""

    __tablename__ = "devices"
    __table_args__ = (
        UniqueConstraint("install_id", "user_id"),
        UniqueConstraint("token_hash"),
        words("status", DeviceStatus),
        Index("ix_devices_user_id", "user_id"),
        Index("ix_devices_region_id", "region_id", "last_seen_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    install_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(120))
    platform: Mapped[str | None] = mapped_column(String(40))
    app: Mapped[str | None] = mapped_column(String(40))
    token_hash: Mapped[bytes]
    status: Mapped[str] = mapped_column(word(DeviceStatus))
    received: Mapped[list[Any]] = mapped_column(Document)
    holding: Mapped[bool] = mapped_column(default=False, server_default=false())
    acked_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    clock_offset_ms: Mapped[int | None] = mapped_column(BigInteger)
    last_push_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    push_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class DeviceProgress(Base):
    """Which of a device's sequence numbers have their final outcome; apart from the device, so that pushing and reconciling do
    not wait for each other."""

    __tablename__ = "device_progress"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    applied: Mapped[list[Any]] = mapped_column(Document)
