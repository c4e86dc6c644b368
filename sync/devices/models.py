"""Tables of devices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.outward.target import LONGEST
from kernel.database import SECRET, SILENT, Base, Document, word, words
from sync.devices.states import DeviceStatus, PhoneEvent


class Device(Base):
    """A phone in the hands of one user.

    `received` is what `ranges.Received` holds; `holding`, whether ops of it may be held. `forked_at` is when a number of it came
    a second time with another op: two phones use one installation. `began_horizon` is the feed's horizon when it last pulled
    from 0. `late_ops` counts what it handed in since it was revoked. `silence_told_at` is when its manager was last told that
    nothing was heard of it.
    """

    __tablename__ = "devices"
    __table_args__ = (
        UniqueConstraint("install_id", "user_id"),
        words("status", DeviceStatus),
        Index("ix_devices_user_id", "user_id"),
        # Not by `last_seen_at`: every push changes that, and would write into every index of the table.
        Index("ix_devices_region_id", "region_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    install_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(120))
    platform: Mapped[str | None] = mapped_column(String(40))
    app: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(word(DeviceStatus))
    received: Mapped[list[Any]] = mapped_column(Document)
    holding: Mapped[bool] = mapped_column(default=False, server_default=false())
    acked_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    began_horizon: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    clock_offset_ms: Mapped[int | None] = mapped_column(BigInteger)
    last_push_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    push_until: Mapped[datetime | None]
    forked_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
    revoke_reason: Mapped[str | None] = mapped_column(String(200))
    late_ops: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    wiped_at: Mapped[datetime | None]
    silence_told_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class DeviceToken(Base):
    """A secret of a phone, as its digest. One that was given out may have been lost on its way: until it is used, the one
    before it stays good."""

    __tablename__ = "device_tokens"
    __table_args__ = (Index("ix_device_tokens_device_id", "device_id", "issued_at"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DeviceEnrolment(Base):
    """A code by which a phone takes part without a login: good once, for one installation, for some minutes."""

    __tablename__ = "device_enrolments"
    __table_args__ = (UniqueConstraint("code_hash"), Index("ix_device_enrolments_user_id", "user_id", "created_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    code_hash: Mapped[bytes]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    install_id: Mapped[str | None] = mapped_column(String(64))


class DeviceEvent(Base):
    """Something that happened to a phone: `by` whom, None: by itself. Never changed."""

    __tablename__ = "device_events"
    __table_args__ = (
        words("kind", PhoneEvent),
        Index("ix_device_events_device_id", "device_id", "at", "id"),
        {"info": SILENT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(word(PhoneEvent))
    by: Mapped[UUID | None]
    note: Mapped[str | None] = mapped_column(String(200))


class DeviceGateway(Base):
    """Where a phone is woken while it holds no stream.

    Numbers are those of its region's feed: `looked_seq` up to which it was looked for news, `poked_seq` about which it was woken
    last, `told_seq` what a pull brought it last. `held_at` is when it was last seen on a stream.
    """

    __tablename__ = "device_gateways"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(LONGEST), info=SECRET)
    created_at: Mapped[datetime]
    looked_seq: Mapped[int] = mapped_column(BigInteger)
    poked_seq: Mapped[int] = mapped_column(BigInteger)
    poked_at: Mapped[datetime | None]
    told_seq: Mapped[int] = mapped_column(BigInteger)
    held_at: Mapped[datetime | None]


class DeviceProgress(Base):
    """Which of a device's sequence numbers have their final outcome; apart from the device, so that pushing and reconciling do
    not wait for each other."""

    __tablename__ = "device_progress"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    applied: Mapped[list[Any]] = mapped_column(Document)
