"""Tables of what is charged for orders."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.fees.lines import LineKind
from kernel.database import Base, Document, word, words


class FeeLine(Base):
    """A line of an order's fees, as it was recorded; it never changes. The id is the op's, or minted by whoever sent it.

    Decimals are texts, which no database rounds; what the line comes to is kept beside in the smallest units of its currency,
    for sums. The places are the order's.
    """

    __tablename__ = "fee_lines"
    __table_args__ = (
        words("kind", LineKind),
        Index("ix_fee_lines_work_order_id", "work_order_id"),
        Index("ix_fee_lines_region_id", "region_id", "at", "id"),
        Index("ix_fee_lines_station_id", "station_id", "at", "id"),
        Index("ix_fee_lines_group_id", "group_id", "at", "id"),
        Index("ix_fee_lines_zone_id", "zone_id", "at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    kind: Mapped[str] = mapped_column(word(LineKind))
    code: Mapped[str | None] = mapped_column(String(48))
    text: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str | None] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(3))
    unit_price: Mapped[str | None] = mapped_column(String(16))
    serial: Mapped[str | None] = mapped_column(String(64))
    # One of assets, as it was named; none is ever deleted, and one that there never was proves no warranty.
    asset_id: Mapped[UUID | None]
    discount: Mapped[str | None] = mapped_column(String(16))
    discount_percent: Mapped[str | None] = mapped_column(String(16))
    discount_reason: Mapped[str | None] = mapped_column(String(200))
    tax_percent: Mapped[str] = mapped_column(String(16))
    tax_included: Mapped[bool]
    warranty: Mapped[bool]
    gross_minor: Mapped[int] = mapped_column(BigInteger)
    discount_minor: Mapped[int] = mapped_column(BigInteger)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    tax_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    flags: Mapped[list[Any]] = mapped_column(Document)
    user_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    digest: Mapped[bytes]


class FeeRemoval(Base):
    """Somebody took a line back. It may have arrived before its line."""

    __tablename__ = "fee_removals"
    __table_args__ = (
        Index("ix_fee_removals_work_order_id", "work_order_id"),
        Index("ix_fee_removals_line_id", "line_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    line_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
